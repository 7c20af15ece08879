package io.kuik.controller.healing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.healing.Facts.Upstream;
import io.kuik.controller.pod.PodView;
import io.kuik.model.RewrittenName;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a waiting container's image is changed, and when it is left. */
class HealingRulesTest {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final String OURS = "localhost:7439/" + NGINX;
  private static final String REFUSED = "dial tcp 127.0.0.1:7439: connect: connection refused";
  private static final String NOT_FOUND = OURS + ": not found";
  private static final String BAD_GATEWAY = "unexpected status code: 502 Bad Gateway";

  private final HealingRules rules = new HealingRules(new RewrittenName(7439));

  private Decision decide(PodView pod, Facts facts) {
    return rules.decide(pod, pod.waiting().getFirst(), facts);
  }

  private static PodView waiting(String message) {
    return Pods.waiting(OURS, "ErrImagePull", message);
  }

  private static Facts facts(boolean proxyReady, boolean cached, Upstream upstream) {
    return new Facts(proxyReady, cached, upstream, false, Duration.ZERO);
  }

  private static void assertHealed(String reason, Decision decision) {
    Decision.Heal heal = assertInstanceOf(Decision.Heal.class, decision, decision.why());
    assertEquals(NGINX, heal.image());
    assertEquals(reason, heal.reason());
  }

  private static void assertLeft(boolean lookAgain, Decision decision) {
    assertEquals(lookAgain, assertInstanceOf(Decision.Leave.class, decision, decision.why()).lookAgain());
  }

  @ParameterizedTest
  @ValueSource(strings = {REFUSED, NOT_FOUND, BAD_GATEWAY, ""})
  void withoutAProxyOnItsNodeAContainerIsHealedWhateverTheMessage(String message) {
    assertHealed("NoProxy", decide(waiting(message), facts(false, true, Upstream.GIVES)));
    assertHealed("NoProxy", decide(waiting(message), facts(false, false, Upstream.SILENT)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx:1", "library/nginx:1", "docker.io/nginx:1", "index.docker.io/nginx:1"})
  void aContainerThatThePredecessorRewroteIsHealedAsOurs(String written) {
    PodView pod = Pods.waiting("localhost:7439/" + written, "ErrImagePull", REFUSED);
    assertHealed("NoAnswer", decide(pod, facts(true, false, Upstream.GIVES)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"host-5000/nginx:1", "kuik-canary/probe:1", "quay.io"})
  void aNameThatStandsForNoImageIsLeft(String written) {
    PodView pod = Pods.waiting("localhost:7439/" + written, "ErrImagePull", REFUSED);
    assertLeft(false, decide(pod, facts(false, false, Upstream.GIVES)));
  }

  @Test
  void aCachedImageWhoseRegistryIsAwayWaitsAMinuteForTheProxy() {
    PodView pod = waiting(REFUSED);
    assertLeft(true, decide(pod, facts(false, true, Upstream.SILENT)));
    assertHealed("NoProxy", decide(pod, new Facts(false, true, Upstream.SILENT, false, HealingRules.HOPE)));
    assertHealed("NoProxy", decide(pod, new Facts(false, true, Upstream.SILENT, true, Duration.ZERO)));
  }

  @Test
  void aRefusedConnectionCountsMoreThanAProxyThatIsStillCalledReady() {
    assertHealed("NoAnswer", decide(waiting(REFUSED), facts(true, true, Upstream.GIVES)));
    assertHealed("NoAnswer", decide(waiting(REFUSED), facts(true, false, Upstream.UNCLEAR)));
  }

  @Test
  void aProxyThatCameBackIsWaitedForWhileTheRegistryIsAway() {
    assertLeft(true, decide(waiting(REFUSED), facts(true, true, Upstream.SILENT)));
    assertLeft(true,
        decide(waiting(REFUSED), new Facts(true, true, Upstream.SILENT, false, Duration.ofDays(1))));
  }

  @ParameterizedTest
  @EnumSource(Upstream.class)
  void anImageThatIsRefusedOrUnknownIsHealedAtOnceForThePodMayHaveARightToIt(Upstream upstream) {
    assertHealed("NotServed", decide(waiting(NOT_FOUND), facts(true, false, upstream)));
    assertHealed("NotServed",
        decide(waiting("unexpected status code: 401 Unauthorized"), facts(true, true, upstream)));
  }

  @Test
  void aNameThatTheKubeletRefusesIsHealed() {
    PodView pod = Pods.waiting(OURS, "InvalidImageName", "");
    assertHealed("InvalidName", decide(pod, facts(true, true, Upstream.SILENT)));
  }

  @Test
  void aContainerIsLeftWhenMerelyCacheAndRegistryAreAway() {
    assertLeft(true, decide(waiting(BAD_GATEWAY), facts(true, false, Upstream.SILENT)));
    assertLeft(true,
        decide(waiting(BAD_GATEWAY), new Facts(true, false, Upstream.SILENT, false, Duration.ofDays(1))));
  }

  @Test
  void itIsHealedWhenTheRegistryAnswers() {
    assertHealed("Failed", decide(waiting(BAD_GATEWAY), facts(true, false, Upstream.GIVES)));
    assertHealed("Failed", decide(waiting(BAD_GATEWAY), facts(true, false, Upstream.UNCLEAR)));
  }

  @Test
  void anImageThatTheNodeHasUnderItsOwnNameNeedsNoRegistryUnlessItIsAlwaysPulled() {
    Facts onNode = new Facts(true, false, Upstream.SILENT, true, Duration.ZERO);
    assertHealed("Failed", decide(waiting(BAD_GATEWAY), onNode));
    PodView always = Pods.of("{}",
        "{'name': 'c', 'image': '" + OURS + "', 'imagePullPolicy': 'Always'}",
        Pods.status("c", "ErrImagePull", BAD_GATEWAY));
    assertLeft(true, decide(always, onNode));
  }

  @Test
  void aRateLimitIsLeftToPassUnlessThePodHasPullsOfItsOwn() {
    String message = "unexpected status code: 429 Too Many Requests";
    assertLeft(true, decide(waiting(message), facts(true, false, Upstream.GIVES)));
    assertHealed("RateLimited", decide(waiting(message),
        new Facts(true, false, Upstream.GIVES, false, HealingRules.HOPE)));
    PodView account = Pods.of("{}",
        "{'name': 'c', 'image': '" + OURS + "'}], 'imagePullSecrets': [{'name': 's'}",
        Pods.status("c", "ErrImagePull", message));
    assertHealed("RateLimited", decide(account, facts(true, false, Upstream.GIVES)));
  }

  @Test
  void whatTheNodeItselfCanNotDoIsLeft() {
    assertLeft(false, decide(waiting("pull QPS exceeded"), facts(false, true, Upstream.GIVES)));
  }

  @Test
  void imagesThatAreNotUnderOurNameAreLeft() {
    PodView pod = Pods.waiting("nginx:1", "ErrImagePull", "not found");
    assertLeft(false, decide(pod, facts(false, true, Upstream.GIVES)));
    PodView nonsense = Pods.waiting("localhost:7439/UPPER", "InvalidImageName", "");
    assertLeft(false, decide(nonsense, facts(false, true, Upstream.GIVES)));
  }

  @Test
  void theOriginalIsDerivedFromTheNameWhateverTheAnnotationsSay() {
    PodView pod = Pods.of(
        "{'original-image-c': 'evil.example/stolen:1', 'kuik.enix.io/rewrite-images': 'true'}",
        "{'name': 'c', 'image': 'localhost:7439/host__5000/a/b@sha256:" + "0".repeat(64) + "'}",
        Pods.status("c", "ErrImagePull", REFUSED));
    Decision.Heal heal = assertInstanceOf(Decision.Heal.class,
        decide(pod, facts(false, true, Upstream.GIVES)));
    assertEquals("host:5000/a/b@sha256:" + "0".repeat(64), heal.image());
  }

  @Test
  void aContainerIsHealedOnlyOnce() {
    for (String mark : new String[]{"c", "c:back", "a,c:back"}) {
      PodView pod = Pods.of("{'kuik.enix.io/healed': '" + mark + "'}",
          "{'name': 'c', 'image': '" + OURS + "'}", Pods.status("c", "ErrImagePull", REFUSED));
      assertLeft(false, decide(pod, facts(false, true, Upstream.GIVES)));
    }
  }

  private static PodView healed(String mark, String image) {
    return Pods.of("{'kuik.enix.io/healed': '" + mark + "'}", "{'name': 'c', 'image': '" + image + "'}",
        Pods.status("c", "ImagePullBackOff", "Back-off pulling image <" + image + ">"));
  }

  @Test
  void aHealedContainerThatCanNotHaveItsOriginalGoesBackWhenCacheAndProxyAreWell() {
    PodView pod = healed("c", NGINX);
    assertLeft(true, decide(pod, facts(false, true, Upstream.UNCLEAR)));
    assertLeft(true, decide(pod, facts(true, false, Upstream.UNCLEAR)));
    Decision.HealBack back = assertInstanceOf(Decision.HealBack.class,
        decide(pod, facts(true, true, Upstream.UNCLEAR)));
    assertEquals(OURS, back.image());
    assertEquals("Back", back.reason());
  }

  @Test
  void aFailureOfTheNameBeforeSaysNothingAboutTheOriginal() {
    Facts well = facts(true, true, Upstream.UNCLEAR);
    for (String message : new String[]{"", "failed to pull " + OURS + ": " + REFUSED}) {
      assertLeft(true, decide(Pods.of("{'kuik.enix.io/healed': 'c'}", "{'name': 'c', 'image': '" + NGINX
          + "'}", Pods.status("c", "ErrImagePull", message)), well));
    }
  }

  @Test
  void aContainerWhoseTurnComesLaterIsHealedAlongOnlyForLackOfAProxyAndIfItsRegistryGivesIt() {
    PodView pod = Pods.of("{}", "{'name': 'c', 'image': '" + OURS + "'}, {'name': 'd', 'image': '" + OURS
        + "'}",
        """
            'status': {'containerStatuses': [
              {'name': 'c', 'state': {'waiting': {'reason': 'ErrImagePull', 'message': 'connection refused'}}},
              {'name': 'd', 'state': {'waiting': {'reason': 'PodInitializing'}}}]}""");
    var later = pod.waiting().getLast();
    assertTrue(later.notBegun());
    Facts gives = facts(false, true, Upstream.GIVES);
    Decision.Change first = (Decision.Change) decide(pod, gives);
    assertEquals("d", rules.along(pod, later, gives, first).orElseThrow().container().name());
    assertTrue(rules.along(pod, later, facts(false, true, Upstream.UNCLEAR), first).isEmpty());
    var notServed = new Decision.Heal(first.waiting(), first.container(), NGINX, "NotServed", "why");
    assertTrue(rules.along(pod, later, gives, notServed).isEmpty());
  }

  @Test
  void onlyTheNameThatWeGaveIsTakenBackAndOnlyOnce() {
    Facts well = facts(true, true, Upstream.UNCLEAR);
    assertLeft(false, decide(healed("c:back", NGINX), well));
    assertLeft(false, decide(healed("other", NGINX), well));
    assertLeft(false, decide(healed("c", "nginx:1"), well));
    assertLeft(false, decide(healed("c", "NGINX"), well));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'status': {'phase': 'Failed', ", "'status': {'phase': 'Succeeded', "})
  void podsAtTheirEndAreLeft(String status) {
    PodView pod = Pods.of("{}", "{'name': 'c', 'image': '" + OURS + "'}",
        Pods.status("c", "ErrImagePull", REFUSED).replace("'status': {", status));
    assertLeft(false, decide(pod, facts(false, true, Upstream.GIVES)));
  }

  @Test
  void onlyContainersThatWaitForAnImageAreSeenAtAll() {
    PodView pod = Pods.of("{}", "{'name': 'a', 'image': 'x'}, {'name': 'b', 'image': 'x'},"
        + " {'name': 'c', 'image': 'x'}", """
            'status': {'containerStatuses': [
              {'name': 'c', 'state': {'waiting': {'reason': 'ImagePullBackOff', 'message': 'm'}}},
              {'name': 'a', 'state': {'running': {}}},
              {'name': 'b', 'state': {'waiting': {'reason': 'CrashLoopBackOff'}}}]}""");
    assertEquals(1, pod.waiting().size());
    assertEquals("/status/containerStatuses/0", pod.waiting().getFirst().path());
    assertFalse(pod.waiting().getFirst().init());
    assertTrue(Pods.of("{}", "{'name': 'a', 'image': 'x'}", "'status': {}").waiting().isEmpty());
    assertTrue(Pods.of("{}", "{'name': 'a', 'image': 'x'}", Pods.status("a", "PodInitializing", "")).waiting()
        .isEmpty());
  }
}
