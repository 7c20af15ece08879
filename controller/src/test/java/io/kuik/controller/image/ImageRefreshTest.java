package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.servable.Failures;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tags that move are copied again, the old content serves meanwhile, and nobody is asked for nothing. */
class ImageRefreshTest {
  private static final String LATEST = "docker.io/library/nginx:latest";
  private static final String PINNED = "docker.io/library/nginx:1";
  private static final String MOVED = "sha256:" + "b".repeat(64);
  private static final Duration HOUR = Duration.ofHours(1);

  private final World world = new World(1);

  @BeforeEach
  void rules() {
    world.rules = new ImagePlan.Rules(world.rules.expiry(),
        new Refresh(Optional.of(Pattern.compile("^latest$")), HOUR, Optional.empty()));
    world.start();
  }

  private void cached(String image) {
    world.use("pod-of-" + image.replaceAll("[^a-z0-9]", "-"), image);
    world.end(image, CopyOutcome.COPIED);
  }

  private void ends(String digest) {
    world.end(LATEST, CopyOutcome.COPIED,
        Samples.report(CopyOutcome.COPIED, LATEST).replace(Samples.DIGEST, digest));
  }

  private void request(String image, String value) {
    world.store.edit(world.only(image).name(),
        "{'metadata': {'annotations': {'" + CachedImage.REFRESH + "': '" + value + "'}}}");
    world.settle();
  }

  @Test
  void asksEveryHourAndCopiesNothingThatIsTheSame() {
    cached(LATEST);
    world.pass(HOUR.minusSeconds(1));
    assertEquals(List.of(), world.asked);
    world.pass(Duration.ofSeconds(1));
    assertEquals(1, world.asked.size());
    assertEquals(Optional.of(world.now), world.only(LATEST).status().upstream().asked());
    world.pass(HOUR);
    assertEquals(2, world.asked.size());
    assertEquals(1, world.store.started.size());
  }

  @Test
  void aTagThatMovedIsCopiedAndTheOldContentServesMeanwhile() throws Exception {
    cached(LATEST);
    world.upstream.put(LATEST, () -> MOVED);
    world.pass(HOUR);
    assertEquals(List.of(LATEST), world.copying());
    assertTrue(world.only(LATEST).status().cached());
    assertEquals(Samples.DIGEST, world.only(LATEST).status().digest());
    assertEquals("Copied", world.reason(LATEST));
    ends(MOVED);
    assertEquals(MOVED, world.only(LATEST).status().digest());
    world.pass(HOUR);
    assertEquals(2, world.store.started.size());
    String metrics = new String(world.metrics.text(), StandardCharsets.UTF_8);
    assertTrue(metrics.contains("image_refreshes_total{result=\"Changed\"} 1.0"), metrics);
    assertTrue(metrics.contains("image_refreshes_total{result=\"Unchanged\"} 1.0"), metrics);
  }

  @Test
  void aRefreshThatFailsLeavesTheOldContentAndIsTriedAgain() {
    cached(LATEST);
    world.upstream.put(LATEST, () -> MOVED);
    world.pass(HOUR);
    world.end(LATEST, CopyOutcome.UPSTREAM_UNAVAILABLE);
    assertTrue(world.only(LATEST).status().cached());
    assertEquals("Copied", world.reason(LATEST));
    assertEquals(Map.of("False", "UpstreamUnavailable"), world.upstreamAvailable(LATEST));
    world.pass(Duration.ofSeconds(30));
    ends(MOVED);
    assertEquals(MOVED, world.only(LATEST).status().digest());
    assertEquals(Map.of("True", "Available"), world.upstreamAvailable(LATEST));
  }

  @Test
  void aCopyThatLeftNoReportIsMadeOnceMore() {
    world.use("a", LATEST);
    ends("");
    world.pass(HOUR);
    assertEquals(List.of(LATEST), world.copying());
    ends(MOVED);
    assertEquals(MOVED, world.only(LATEST).status().digest());
    assertEquals(2, world.store.started.size());
  }

  @Test
  void otherTagsAndDigestsAreNotAskedForTheirDigest() {
    cached(PINNED);
    cached("docker.io/library/nginx:latest@" + Samples.DIGEST);
    world.passSlowly(Duration.ofDays(2), HOUR);
    assertEquals(List.of(), world.asked);
  }

  @Test
  void anAnnotationAsksAtOnceAndOnce() {
    cached(PINNED);
    request(PINNED, "now");
    assertEquals(1, world.asked.size());
    assertEquals("now", world.only(PINNED).status().upstream().handled());
    world.passSlowly(Duration.ofDays(1), HOUR);
    assertEquals(1, world.asked.size());
    world.upstream.put(PINNED, () -> MOVED);
    request(PINNED, "again");
    assertEquals(List.of(PINNED), world.copying());
  }

  @Test
  void anAnnotationTriesAFailedCopyAtOnce() {
    world.use("a", PINNED);
    world.end(PINNED, CopyOutcome.NOT_FOUND);
    assertEquals(List.of(), world.copying());
    request(PINNED, "now");
    assertEquals(List.of(PINNED), world.copying());
    world.end(PINNED, CopyOutcome.NOT_FOUND);
    assertEquals(List.of(), world.copying());
  }

  @Test
  void anAnnotationTriesAFailedRefreshAtOnce() {
    cached(LATEST);
    world.upstream.put(LATEST, () -> MOVED);
    world.pass(HOUR);
    world.end(LATEST, CopyOutcome.NOT_FOUND);
    world.pass(Duration.ofSeconds(1));
    assertEquals(List.of(), world.copying());
    request(LATEST, "now");
    assertEquals(List.of(LATEST), world.copying());
  }

  @Test
  void anImageThatIsGoneUpstreamSaysSoAndWhenItIsBack() {
    cached(LATEST);
    world.upstream.put(LATEST, () -> {
      throw Failures.ofStatus(404);
    });
    world.pass(HOUR);
    world.pass(HOUR);
    assertEquals(Map.of("False", "NotFound"), world.upstreamAvailable(LATEST));
    assertTrue(world.only(LATEST).status().cached());
    world.upstream.remove(LATEST);
    world.pass(HOUR);
    assertEquals(Map.of("True", "Available"), world.upstreamAvailable(LATEST));
    assertEquals(List.of("Copied", "UpstreamUnavailable", "UpstreamAvailable"),
        world.store.events.stream().map(ImagePlan.Note::reason).toList());
  }

  @Test
  void aRegistryThatWantsToBeLeftAloneIs() {
    cached(LATEST);
    world.upstream.put(LATEST, () -> {
      throw Failures.ofStatus(429);
    });
    world.pass(HOUR);
    assertEquals(Map.of("True", "Available"), world.upstreamAvailable(LATEST));
    world.use("b", PINNED);
    assertEquals("Waiting", world.reason(PINNED));
    world.pass(Duration.ofMinutes(2));
    assertEquals(List.of(PINNED), world.copying());
  }

  @Test
  void firstCopiesComeFirst() {
    cached(LATEST);
    world.upstream.put(LATEST, () -> MOVED);
    world.use("b", "app:1");
    world.use("c", "app:2");
    world.pass(HOUR);
    assertEquals(List.of(), world.asked);
    world.end("app:1", CopyOutcome.COPIED);
    world.pass(Duration.ofSeconds(30));
    assertEquals(1, world.asked.size());
    // It waits for the slot that app:2 has, and a newer image that has no copy comes before it.
    world.use("d", "app:3");
    world.end("app:2", CopyOutcome.COPIED);
    assertEquals(List.of("docker.io/library/app:3"), world.copying());
    world.end("app:3", CopyOutcome.COPIED);
    assertEquals(List.of(LATEST), world.copying());
  }

  @Test
  void aRestartForgetsNeitherWhatMovedNorWhenItWasAsked() {
    cached(LATEST);
    world.pass(HOUR);
    world.pass(Duration.ofMinutes(30));
    world.start();
    assertEquals(1, world.asked.size());
    world.upstream.put(LATEST, () -> MOVED);
    world.pass(Duration.ofMinutes(30));
    world.end(LATEST, CopyOutcome.UPSTREAM_UNAVAILABLE);
    world.start();
    world.pass(Duration.ofSeconds(30));
    assertEquals(List.of(LATEST), world.copying());
  }

  @Test
  void privateImagesAreAskedForWithTheirSecretsFirst() {
    world.use("a", LATEST);
    world.end(LATEST, CopyOutcome.COPIED, CacheLocation.ofPrivate(ImageReference.parse(LATEST)));
    world.pass(HOUR);
    assertEquals(List.of(LATEST + " [Anonymous[]]"), world.asked);
  }
}
