package io.kuik.e2e.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Resident memory of the long-running components, from the first sample to the last. */
public final class Memories {
  private final Map<String, List<Long>> samples = new TreeMap<>();

  /**
   * What became of one component's memory, in MiB.
   *
   * @param early
   *          the middle value of the first third of the samples
   * @param late
   *          that of the last third
   */
  public record Course(String component, long early, long late, long most) {
    /** Whether it grew by more than chance: processes that are killed begin small again. */
    public boolean grew() {
      return late > early * 5 / 4 + 8;
    }
  }

  /** Looks at all processes once. */
  synchronized void sample() {
    ProcessHandle.allProcesses().forEach(p -> component(p).ifPresent(c -> resident(p)
        .ifPresent(r -> samples.computeIfAbsent(c, n -> new ArrayList<>()).add(r))));
  }

  private static Optional<String> component(ProcessHandle process) {
    List<String> arguments = process.info().arguments().map(List::of).orElse(List.of());
    if (arguments.contains("serve") && arguments.stream().anyMatch(a -> a.startsWith("/etc/kuik/"))) {
      return Optional.of("registry");
    }
    if (!arguments.contains("@/app/jib-main-class-file")) {
      return Optional.empty();
    }
    try {
      String main = Files.readString(Path.of("/proc/" + process.pid() + "/root/app/jib-main-class-file"));
      return List.of("controller", "proxy").stream().filter(c -> main.contains(".kuik." + c + "."))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> resident(ProcessHandle process) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(l -> l.startsWith("VmRSS:")).map(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** One line for each component. */
  public synchronized List<Course> courses() {
    return samples.entrySet().stream().map(e -> course(e.getKey(), e.getValue())).toList();
  }

  private static Course course(String component, List<Long> all) {
    int third = Math.max(1, all.size() / 3);
    return new Course(component, middle(all.subList(0, third)),
        middle(all.subList(all.size() - third, all.size())), all.stream().max(Long::compare).orElse(0L));
  }

  private static long middle(List<Long> some) {
    return some.stream().sorted().toList().get(some.size() / 2);
  }
}
