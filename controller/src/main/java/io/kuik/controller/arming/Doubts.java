package io.kuik.controller.arming;

import io.kuik.controller.arming.ArmingStore.Proxy;
import io.kuik.controller.arming.DoubtRules.Course;
import io.kuik.controller.pod.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What pods tell of the way to their nodes' proxies, until it is decided what follows; and what followed
 * lately. The informer tells, one thread decides.
 */
public final class Doubts {
  /** Nodes that are doubted between two turns of a fraction of a second. */
  private static final int HEARD = 1000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final LostWay way;
  private final Consumer<String> followed;
  private final Map<String, Doubt> heard = new ConcurrentHashMap<>();
  private final Map<String, Steady> proxies = new HashMap<>();
  private final Map<String, Instant> takenBack = new HashMap<>();
  private final Map<String, Instant> lookedAgain = new HashMap<>();

  /** A proxy's pod, and since when it has been seen Ready without a break. */
  private record Steady(String uid, Instant since) {
  }

  /**
   * Doubts about the proxies on this port.
   *
   * @param followed
   *          is told what follows from a doubt, in a word for the metric
   */
  public Doubts(int port, Consumer<String> followed) {
    this.way = new LostWay(port);
    this.followed = followed;
  }

  /** Takes note of a change of a pod's status. */
  public void hear(Optional<PodView> before, PodView after) {
    if (!after.waiting().isEmpty() && heard.size() < HEARD) {
      Doubt.of(before, after, way).ifPresent(d -> heard.putIfAbsent(d.node(), d));
    }
  }

  /** Whether one waits for its decision. */
  boolean any() {
    return !heard.isEmpty();
  }

  /** Those that wait. */
  Collection<Doubt> heard() {
    return List.copyOf(heard.values());
  }

  /** Forgets those that wait. */
  void clear() {
    heard.clear();
  }

  /** Takes note of which proxies are Ready. */
  void ready(Map<String, Proxy> ready, Instant now) {
    proxies.keySet().retainAll(ready.keySet());
    ready.forEach((node, proxy) -> proxies.compute(node,
        (n, old) -> old != null && old.uid().equals(proxy.uid()) ? old : new Steady(proxy.uid(), now)));
  }

  /** What is to follow from a doubt, if this is the last word on its node. */
  Course course(Doubt doubt, Optional<NodeWord> word, Instant now) {
    takenBack.values().removeIf(t -> !now.isBefore(t.plus(DoubtRules.APART)));
    lookedAgain.values().removeIf(t -> !now.isBefore(t.plus(DoubtRules.LOOKS_APART)));
    int lately = (int) takenBack.values().stream().filter(t -> now.isBefore(t.plus(MINUTE))).count();
    return DoubtRules.of(doubt, new DoubtRules.Facts(word,
        Optional.ofNullable(proxies.get(doubt.node())).map(Steady::since),
        Optional.ofNullable(takenBack.get(doubt.node())),
        Optional.ofNullable(lookedAgain.get(doubt.node())), lately, now));
  }

  /** Takes note that it has followed. */
  void settled(Doubt doubt, Course course, Instant now) {
    heard.remove(doubt.node(), doubt);
    switch (course) {
      case TAKE_BACK -> takenBack.put(doubt.node(), now);
      case LOOK_AGAIN -> lookedAgain.put(doubt.node(), now);
      case LEAVE -> {
        return;
      }
    }
    followed.accept(course.word());
  }
}
