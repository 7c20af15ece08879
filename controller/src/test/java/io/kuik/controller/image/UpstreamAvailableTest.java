package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.servable.Failures;
import io.kuik.model.CopyOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Used images whose tags don't move are asked for at their registry once a day, and never copied for it. */
class UpstreamAvailableTest {
  private static final String TAG = "docker.io/library/nginx:1";
  private static final String DIGEST = "docker.io/library/nginx@" + Samples.DIGEST;
  private static final String LATEST = "docker.io/library/nginx:latest";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private final World world = new World(1);

  @BeforeEach
  void rules() {
    rules(Optional.of(DAY));
  }

  private void rules(Optional<Duration> availability) {
    world.rules = new ImagePlan.Rules(world.rules.expiry(),
        new Refresh(Optional.of(Pattern.compile("^latest$")), HOUR, availability));
    world.start();
  }

  private void cached(String image) {
    world.use("pod-of-" + image.replaceAll("[^a-z0-9]", "-"), image);
    world.end(image, CopyOutcome.COPIED);
  }

  private void answers(String image, int status) {
    world.upstream.put(image, () -> {
      throw Failures.ofStatus(status);
    });
  }

  private List<String> events() {
    return world.store.events.stream().map(ImagePlan.Note::reason).toList();
  }

  @Test
  void tagsAndDigestsAreAskedForOnceADay() throws Exception {
    cached(TAG);
    cached(DIGEST);
    world.passSlowly(DAY.minusSeconds(1), Duration.ofSeconds(86_399));
    assertEquals(List.of(), world.glances);
    world.pass(Duration.ofSeconds(1));
    assertEquals(Set.of(TAG, DIGEST), Set.copyOf(world.glances));
    assertEquals(2, world.glances.size());
    assertEquals(Optional.of(world.now), world.only(TAG).status().upstream().asked());
    world.passSlowly(DAY.multipliedBy(2), HOUR);
    assertEquals(6, world.glances.size());
    assertEquals(List.of(), world.asked);
    assertEquals(2, world.store.started.size());
    assertEquals(List.of("Copied", "Copied"), events());
    String metrics = new String(world.metrics.text(), StandardCharsets.UTF_8);
    assertTrue(metrics.contains("image_refreshes_total{result=\"Available\"} 6.0"), metrics);
  }

  @Test
  void tagsThatMoveAreOnlyRefreshed() {
    cached(LATEST);
    world.passSlowly(DAY.multipliedBy(2), HOUR);
    assertEquals(48, world.asked.size());
    assertEquals(List.of(), world.glances);
  }

  @Test
  void unusedImagesAreNotAskedFor() {
    cached(TAG);
    world.unuse("pod-of-docker-io-library-nginx-1");
    world.store.put("mine", "app:1");
    world.settle();
    world.end("app:1", CopyOutcome.COPIED);
    world.passSlowly(DAY.multipliedBy(3), HOUR);
    assertEquals(List.of(), world.glances);
    world.use("b", TAG);
    assertEquals(List.of(TAG), world.glances);
  }

  @Test
  void nobodyIsAskedIfTheUserDoesNotWantIt() {
    rules(Optional.empty());
    cached(TAG);
    world.passSlowly(DAY.multipliedBy(3), HOUR);
    assertEquals(List.of(), world.glances);
  }

  @Test
  void anImageThatIsGoneUpstreamSaysSoOnceAndWhenItIsBack() {
    cached(TAG);
    answers(TAG, 404);
    world.passSlowly(DAY.multipliedBy(3), HOUR);
    assertEquals(Map.of("False", "NotFound"), world.upstreamAvailable(TAG));
    assertTrue(world.only(TAG).status().cached());
    assertEquals("Copied", world.reason(TAG));
    assertTrue(world.holds(TAG));
    assertEquals(List.of("Copied", "UpstreamUnavailable"), events());
    assertTrue(world.store.events.getLast().message().startsWith("NotFound: "));
    world.upstream.clear();
    world.passSlowly(DAY.multipliedBy(2), HOUR);
    assertEquals(Map.of("True", "Available"), world.upstreamAvailable(TAG));
    assertEquals(List.of("Copied", "UpstreamUnavailable", "UpstreamAvailable"), events());
    assertEquals(1, world.store.started.size());
  }

  @Test
  void noAnswerIsAnotherWordThanGoneAndIsAskedForAgainInAnHour() {
    cached(TAG);
    answers(TAG, 503);
    world.pass(DAY);
    assertEquals(Map.of("False", "UpstreamUnavailable"), world.upstreamAvailable(TAG));
    world.upstream.clear();
    world.pass(HOUR);
    assertEquals(Map.of("True", "Available"), world.upstreamAvailable(TAG));
    world.passSlowly(DAY.minus(HOUR), HOUR);
    assertEquals(2, world.glances.size());
  }

  @Test
  void aSilentRegistryIsAskedForOneOfItsImagesEveryTenMinutes() {
    for (int i = 0; i < 20; i++) {
      cached("app:" + i);
      answers("docker.io/library/app:" + i, 503);
    }
    cached("other.example.com/app:1");
    world.passSlowly(DAY.plusMinutes(35), Duration.ofMinutes(1));
    assertEquals(4, world.glances.stream().filter(i -> i.startsWith("docker.io")).distinct().count());
    assertEquals(5, world.glances.size());
  }

  @Test
  void aRestartDoesNotAskAgain() {
    cached(TAG);
    world.pass(DAY);
    world.start();
    world.passSlowly(DAY.minus(HOUR), HOUR);
    assertEquals(1, world.glances.size());
  }

  @Test
  void copiesComeFirst() {
    cached(TAG);
    world.use("b", "app:1");
    world.use("c", "app:2");
    world.pass(DAY);
    assertEquals(List.of(), world.glances);
    world.end("app:1", CopyOutcome.COPIED);
    world.pass(Duration.ofMinutes(10));
    assertEquals(List.of(TAG), world.glances);
  }

  @Test
  void aQuestionThatWaitsDoesNotPutOffTheLookIntoAnotherCacheRegistry() {
    cached(TAG);
    world.use("b", "app:1");
    world.use("c", "app:2");
    world.incarnation = Optional.of("registry-2");
    world.registryAnswers = false;
    world.pass(DAY);
    assertEquals("registry-1", world.only(TAG).status().incarnation());
    world.registryAnswers = true;
    world.pass(Duration.ofSeconds(3));
    assertEquals("registry-2", world.only(TAG).status().incarnation());
    assertEquals(List.of(), world.glances);
  }
}
