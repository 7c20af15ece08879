package io.kuik.e2e.bed;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Processes of containers: seen from the machine, and from the node that runs them. */
public final class Containers {
  private Containers() {
  }

  /** A program that runs somewhere with these arguments. */
  public static Optional<ProcessHandle> process(List<String> arguments) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().arguments().map(List::of).filter(a -> a.containsAll(arguments)).isPresent())
        .findFirst();
  }

  /** Waits until it runs; none if it doesn't in time. */
  public static Optional<ProcessHandle> await(List<String> arguments, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    Optional<ProcessHandle> found = process(arguments);
    while (found.isEmpty() && System.nanoTime() < end) {
      // The collector of a small cache lives for some 50 ms.
      Thread.sleep(5);
      found = process(arguments);
    }
    return found;
  }

  /** Process 1 of a pod's only container, as its node numbers it. */
  public static String pid(JsonObject pod) {
    return running(pod).orElseThrow(() -> new AssertionError("no container runs in " + pod));
  }

  /** The same; none if that container has ended: its number is 0 then, and who kills 0 kills themselves. */
  public static Optional<String> running(JsonObject pod) {
    String container = Kube.text(Kube.objects(pod, "status", "containerStatuses").getFirst(), "containerID")
        .replaceFirst(".*/", "");
    Bed.Result pid = Bed.attempt("", "crictl", node(pod), "inspect", "--output", "go-template", "--template",
        "{{.info.pid}}", container);
    return Optional.of(pid.output().strip()).filter(p -> pid.exit() == 0 && p.matches("[1-9][0-9]*"));
  }

  /** Sends a signal to it. */
  public static void signal(JsonObject pod, String signal) {
    Bed.run("nodex", node(pod), "kill", "-" + signal, pid(pod));
  }

  /** How often its container was started again. */
  public static int restarts(JsonObject pod) {
    return Integer.parseInt(
        Kube.text(Kube.objects(pod, "status", "containerStatuses").getFirst(), "restartCount"));
  }

  private static String node(JsonObject pod) {
    return Kube.text(pod, "spec", "nodeName");
  }
}
