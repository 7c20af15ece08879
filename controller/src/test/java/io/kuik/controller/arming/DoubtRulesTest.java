package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.controller.arming.DoubtRules.Course;
import io.kuik.controller.arming.DoubtRules.Facts;
import io.kuik.controller.arming.NodeWord.Failed;
import io.kuik.controller.arming.NodeWord.Proven;
import io.kuik.controller.arming.Obstacle.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What follows from a doubt. */
class DoubtRulesTest {
  private static final Instant NOW = Pods.CREATED;
  private static final Optional<Instant> NEVER = Optional.empty();
  private static final Optional<NodeWord> PROVEN = Optional.of(new Proven("u", 7439, "r", NOW));
  private static final Doubt DOUBT = new Doubt("n1", "n/p", false, "refused");
  private static final Doubt SLOW = new Doubt("n1", "n/p", true, "timeout");

  private static Optional<Instant> ago(Duration time) {
    return Optional.of(NOW.minus(time));
  }

  private static Optional<Instant> seconds(int ago) {
    return ago(Duration.ofSeconds(ago));
  }

  private static Course course(Optional<NodeWord> word, Optional<Instant> takenBack,
      Optional<Instant> lookedAgain, int lately) {
    return DoubtRules.of(DOUBT, new Facts(word, seconds(3600), takenBack, lookedAgain, lately, NOW));
  }

  private static Course steady(Doubt doubt, Optional<Instant> proxyReady) {
    return DoubtRules.of(doubt, new Facts(PROVEN, proxyReady, NEVER, NEVER, 0, NOW));
  }

  @Test
  void theProofIsTakenBackAtOnce() {
    assertEquals(Course.TAKE_BACK, course(PROVEN, NEVER, NEVER, 0));
    assertEquals(Course.TAKE_BACK, course(PROVEN, NEVER, seconds(10), 2));
  }

  @Test
  void withoutAReadyProxyRewritingPausesAnyway() {
    assertEquals(Course.LEAVE, steady(DOUBT, NEVER));
  }

  @Test
  void whatFailedBeforeTheProxyWasReadySaysNothingOfIt() {
    assertEquals(Course.LEAVE, steady(DOUBT, seconds(14)));
    assertEquals(Course.TAKE_BACK, steady(DOUBT, seconds(15)));
    assertEquals(Course.LEAVE, steady(SLOW, seconds(44)));
    assertEquals(Course.TAKE_BACK, steady(SLOW, seconds(45)));
  }

  @Test
  void aNodeThatIsNotProvenHoldsRewritingUpAnyway() {
    assertEquals(Course.LEAVE, course(Optional.empty(), NEVER, NEVER, 0));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "TAKES_NO_PODS")
  void soDoesOneThatFailed(Reason reason) {
    assertEquals(Course.LEAVE,
        course(Optional.of(new Failed("u", 7439, reason, "", 1, NOW, NOW)), NEVER, NEVER, 0));
  }

  @Test
  void aNodeThatTookNoPodsAndTakesThemNowCountsFromItsFirstDoubtOn() {
    assertEquals(Course.TAKE_BACK,
        course(Optional.of(new Failed("u", 7439, Reason.TAKES_NO_PODS, "", 1, NOW, NOW)), NEVER, NEVER, 0));
  }

  @Test
  void aNodeThatWasProvenAgainIsNotDoubtedTwiceInFiveMinutesButLookedAt() {
    assertEquals(Course.LEAVE, course(PROVEN, seconds(59), NEVER, 1));
    assertEquals(Course.LOOK_AGAIN, course(PROVEN, seconds(60), NEVER, 1));
    assertEquals(Course.LEAVE, course(PROVEN, seconds(200), seconds(59), 0));
    assertEquals(Course.LOOK_AGAIN, course(PROVEN, seconds(299), seconds(60), 0));
    assertEquals(Course.TAKE_BACK, course(PROVEN, seconds(300), NEVER, 0));
  }

  @Test
  void onlySoManyProofsAreTakenBackInAMinute() {
    assertEquals(Course.LOOK_AGAIN, course(PROVEN, NEVER, NEVER, 3));
  }
}
