package io.kuik.e2e.soak;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/** What was done, what was looked at, and what was lost. */
public final class Ledger {
  private final Instant begun = Instant.now();
  private final Map<String, AtomicLong> done = new ConcurrentSkipListMap<>();
  private final Map<String, AtomicLong> checked = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListSet<String> losses = new ConcurrentSkipListSet<>();
  private final List<Duration> starts = Collections.synchronizedList(new ArrayList<>());

  /** Something was disturbed. */
  public void did(String what) {
    done.computeIfAbsent(what, w -> new AtomicLong()).incrementAndGet();
    say(what);
  }

  /** Something was looked at, so often. */
  public void checked(String what, long times) {
    checked.computeIfAbsent(what, w -> new AtomicLong()).addAndGet(times);
  }

  /** Something was lost; the same one counts once. */
  public void lost(String what) {
    if (losses.add(what)) {
      say("LOST: " + what);
    }
  }

  /** A pod started after so long. */
  public void started(Duration after) {
    starts.add(after);
  }

  /** Into the log, with the time since the beginning. */
  public void say(String words) {
    Duration at = Duration.between(begun, Instant.now());
    System.out.printf("%3d:%02d %s%n", at.toMinutes(), at.toSecondsPart(), words);
  }

  /** All that was lost. */
  public List<String> losses() {
    return List.copyOf(losses);
  }

  /** What was disturbed, and how often. */
  public Map<String, Long> done() {
    return numbers(done);
  }

  /** What was looked at, and how often. */
  public Map<String, Long> checked() {
    return numbers(checked);
  }

  private static Map<String, Long> numbers(Map<String, AtomicLong> counts) {
    var numbers = new TreeMap<String, Long>();
    counts.forEach((k, v) -> numbers.put(k, v.get()));
    return numbers;
  }

  /** How long pods took to start, the quickest first. */
  public List<Duration> starts() {
    synchronized (starts) {
      return starts.stream().sorted().toList();
    }
  }
}
