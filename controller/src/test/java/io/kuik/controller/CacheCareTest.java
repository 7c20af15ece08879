package io.kuik.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonParser;
import io.kuik.controller.cache.CacheCheck;
import io.kuik.controller.cache.HeldTags;
import io.kuik.controller.cache.OrphanSweep;
import io.kuik.controller.config.LifeConfig;
import io.kuik.controller.image.CachedImage;
import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done for the cache as a whole at intervals, and what the sweep for orphans must leave alone. */
class CacheCareTest implements OrphanSweep.OrphanMemory {
  private static final Duration INTERVAL = Duration.ofMinutes(7);
  private static final String APP = "docker.io/library/app:1";
  private static final CacheLocation ORPHAN = place("docker.io/library/orphan:1");

  private final HeldTags tags = new HeldTags();
  private final Set<CacheLocation> held = tags.held;
  private final List<CachedImage> images = new ArrayList<>();
  private final List<String> beingCopied = new ArrayList<>();
  private final Set<String> used = new HashSet<>();
  private final Map<String, Runnable> chores = new HashMap<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final CacheCheck check = new CacheCheck(10, () -> Instant.EPOCH.plusSeconds(clock()));
  private boolean complete = true;
  private boolean registry = true;
  private int looksAtAll;
  private int deleted;
  private int seconds;

  private final CacheCare care = new CacheCare(
      new LifeConfig(Optional.empty(), Optional.empty(), Duration.ofHours(1), Optional.empty(), INTERVAL,
          Duration.ZERO),
      new CacheCare.Sight(() -> complete, () -> registry, () -> images, () -> beingCopied, () -> used), tags,
      check, () -> looksAtAll++, this, n -> deleted += n);

  private int clock() {
    return seconds;
  }

  private static CacheLocation place(String image) {
    return CacheLocation.of(ImageReference.parse(image));
  }

  @BeforeEach
  void start() {
    care.start((pause, name, chore) -> {
      pauses.add(pause);
      chores.put(name, chore);
    });
    held.add(ORPHAN);
    images.add(CachedImage.of(JsonParser.parseString(
        "{\"metadata\": {\"name\": \"app\"}, \"spec\": {\"sourceImage\": \"" + APP + "\"}}")
        .getAsJsonObject()));
    held.add(place(APP));
  }

  private void sweep() {
    chores.getOrDefault("orphaned tags", () -> {
    }).run();
  }

  @Test
  void bothLooksComeAtEveryInterval() {
    assertEquals(Set.of("cache check", "orphaned tags"), chores.keySet());
    assertEquals(List.of(INTERVAL, INTERVAL), pauses);
  }

  @Test
  void theCheckBelievesNothingAnyMore() {
    check.seen(APP);
    assertEquals(Optional.empty(), check.due(APP, false));
    seconds = 60;
    chores.get("cache check").run();
    assertEquals(Optional.of(Duration.ZERO), check.due(APP, false));
    assertEquals(1, looksAtAll);
  }

  @Test
  void anOrphanGoesAndWhatACachedImageNamesStays() {
    sweep();
    assertEquals(Set.of(place(APP)), held);
    assertEquals(1, deleted);
  }

  @Test
  void nothingGoesWhileThereAreNoCachedImages() {
    images.clear();
    sweep();
    assertEquals(Set.of(ORPHAN, place(APP)), held);
  }

  @Test
  void nothingGoesWhileNotAllIsKnown() {
    complete = false;
    sweep();
    assertEquals(Set.of(ORPHAN, place(APP)), held);
  }

  @Test
  void nothingGoesWhileTheRegistryIsNotReady() {
    registry = false;
    sweep();
    assertEquals(Set.of(ORPHAN, place(APP)), held);
  }

  @Test
  void whatIsBeingCopiedStaysWhereverItWillBe() {
    ImageReference copied = ImageReference.parse("docker.io/library/copied:1");
    beingCopied.addAll(List.of("Not One", copied.canonical()));
    held.addAll(List.of(CacheLocation.of(copied), CacheLocation.ofPrivate(copied)));
    sweep();
    assertEquals(Set.of(place(APP), CacheLocation.of(copied), CacheLocation.ofPrivate(copied)), held);
  }

  @Test
  void whatAPodUsesStaysBeforeItHasACachedImage() {
    String fresh = "docker.io/library/fresh:1";
    used.addAll(List.of(APP, fresh));
    held.add(place(fresh));
    sweep();
    assertEquals(Set.of(place(APP), place(fresh)), held);
  }

  @Override
  public Map<String, Instant> read() {
    return Map.of();
  }

  @Override
  public void write(Map<String, Instant> orphans) {
    // The grace is nothing here.
  }
}
