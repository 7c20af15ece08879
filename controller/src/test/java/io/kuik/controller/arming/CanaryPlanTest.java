package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.ArmingStore.Proxy;
import io.kuik.controller.arming.CanaryPlan.Create;
import io.kuik.controller.arming.CanaryPlan.Delete;
import io.kuik.controller.arming.CanaryPlan.Forget;
import io.kuik.controller.arming.CanaryPlan.Judge;
import io.kuik.controller.arming.CanaryPlan.Known;
import io.kuik.controller.arming.CanaryPlan.Pause;
import io.kuik.controller.arming.CanaryPlan.Step;
import io.kuik.controller.arming.NodeWord.Failed;
import io.kuik.controller.arming.NodeWord.Proven;
import io.kuik.controller.arming.Obstacle.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is to be done about canaries. */
class CanaryPlanTest {
  private static final Instant NOW = Pods.CREATED.plusSeconds(5);
  private static final Node N1 = node("n1");

  private final List<Node> nodes = new ArrayList<>(List.of(N1));
  private final Map<String, Proxy> proxies = new HashMap<>(Map.of("n1", proxy("n1", "r1")));
  private final List<CanaryPod> canaries = new ArrayList<>();
  private final Map<String, NodeWord> words = new HashMap<>();
  private final Set<String> judged = new HashSet<>();
  private final Set<String> again = new HashSet<>();
  private final Map<String, Pause> pauses = new HashMap<>();

  private static Node node(String name) {
    return new Node(name, "uid-" + name, true, true);
  }

  private static Proxy proxy(String node, String revision) {
    return new Proxy("proxy-" + node, "proxy-uid-" + node, revision);
  }

  private static Proven proven(String node, String revision, Instant at) {
    return new Proven("uid-" + node, 7439, revision, at);
  }

  private List<Step> plan() {
    return CanaryPlan
        .of(new Known(nodes, proxies, canaries, new Proofs(words), judged, again, pauses, 7439, NOW));
  }

  private void manyNodes(int count) {
    nodes.clear();
    IntStream.range(0, count).mapToObj(i -> "m" + (1000 + i)).forEach(n -> {
      nodes.add(node(n));
      proxies.put(n, proxy(n, "r1"));
    });
  }

  @Test
  void aNodeWithoutAProofGetsACanary() {
    assertEquals(List.of(new Create(N1, proxy("n1", "r1"))), plan());
  }

  @Test
  void aNodeThatIsProvenGetsNone() {
    words.put("n1", proven("n1", "r1", NOW.minus(Duration.ofHours(23))));
    assertEquals(List.of(), plan());
  }

  @Test
  void aNodeThatHasOneOrCanNotHaveOneGetsNone() {
    canaries.add(Pods.canary("{}"));
    assertEquals(List.of(), plan());
    canaries.clear();
    proxies.clear();
    assertEquals(List.of(), plan());
    nodes.set(0, new Node("n1", "uid-n1", false, true));
    proxies.put("n1", proxy("n1", "r1"));
    assertEquals(List.of(), plan());
    nodes.set(0, new Node("n1", "uid-n1", true, false));
    assertEquals(List.of(), plan());
  }

  @Test
  void aNodeThatWasMadeAnewIsProvenAnew() {
    words.put("n1", new Proven("uid-before", 7439, "r1", NOW));
    assertEquals(List.of(new Create(N1, proxy("n1", "r1"))), plan());
  }

  @Test
  void anotherPortIsProvenAnew() {
    words.put("n1", new Proven("uid-n1", 7449, "r1", NOW));
    assertEquals(List.of(new Create(N1, proxy("n1", "r1"))), plan());
  }

  @Test
  void anotherProxyOrAnOldProofIsWorthAnotherLook() {
    words.put("n1", proven("n1", "r0", NOW));
    assertEquals(List.of(new Create(N1, proxy("n1", "r1"))), plan());
    words.put("n1", proven("n1", "r1", NOW.minus(Duration.ofHours(24))));
    assertEquals(List.of(new Create(N1, proxy("n1", "r1"))), plan());
  }

  @Test
  void soIsANodeWhosePodsFoundNoProxy() {
    words.put("n1", proven("n1", "r1", NOW));
    again.add("n1");
    assertEquals(List.of(new Create(N1, proxy("n1", "r1"))), plan());
  }

  @Test
  void looksAgainAtFewNodesAtOnceAndOnlyWhenNoOtherWaits() {
    manyNodes(20);
    nodes.forEach(n -> words.put(n.name(), proven(n.name(), "r0", NOW)));
    assertEquals(CanaryPlan.AGAIN_AT_ONCE, plan().size());
    words.remove("m1007");
    words.remove("m1008");
    List<Step> steps = plan();
    assertEquals(CanaryPlan.AGAIN_AT_ONCE, steps.size());
    assertEquals(List.of(new Create(node("m1007"), proxy("m1007", "r1")),
        new Create(node("m1008"), proxy("m1008", "r1"))), steps.subList(0, 2));
  }

  @Test
  void aLargeClusterIsProvenInPortions() {
    manyNodes(200);
    assertEquals(CanaryPlan.AT_ONCE, plan().size());
    nodes.subList(0, 40).forEach(n -> canaries.add(CanaryPod.of(Pods.json(n.name(), n.uid(), "r1", "{}"))));
    assertEquals(CanaryPlan.AT_ONCE - 40, plan().size());
  }

  @Test
  void aCanaryIsJudgedAndTakenAway() {
    CanaryPod pod = Pods.canary(Pods.ended("Completed", "sha256:1"));
    canaries.add(pod);
    assertEquals(List.of(new Judge(pod, N1, new Verdict.Pulled()), new Delete(pod)), plan());
    judged.add(pod.uid());
    assertEquals(List.of(new Delete(pod)), plan());
  }

  @Test
  void aCanaryThatIsGoingIsNobodysBusinessButHoldsItsPlace() {
    JsonObject json = Pods.json("n1", "uid-n1", "r1", Pods.ended("Completed", "sha256:1"));
    json.getAsJsonObject("metadata").addProperty("deletionTimestamp", "2026-11-25T12:00:01Z");
    canaries.add(CanaryPod.of(json));
    assertEquals(List.of(), plan());
  }

  @Test
  void aCanaryOfAnotherNodePortOrTimeIsTakenAwayUnheard() {
    CanaryPod other = CanaryPod.of(Pods.json("n1", "uid-before", "r1", Pods.ended("Completed", "sha256:1")));
    canaries.add(other);
    assertEquals(List.of(new Delete(other)), plan());
    nodes.set(0, new Node("n1", "uid-before", false, true));
    assertEquals(List.of(new Delete(other)), plan());
    nodes.clear();
    assertEquals(List.of(new Delete(other)), plan());
  }

  @Test
  void aFailureIsNotTriedAgainBeforeItsTime() {
    words.put("n1", new Failed("uid-n1", 7439, Reason.FAILED, "refused", 1, NOW, NOW));
    pauses.put("n1", new Pause("proxy-uid-n1", NOW.plusSeconds(1)));
    assertEquals(List.of(), plan());
    pauses.put("n1", new Pause("proxy-uid-n1", NOW));
    assertEquals(List.of(new Create(N1, proxy("n1", "r1"))), plan());
  }

  @Test
  void anotherProxysPodEndsThePause() {
    pauses.put("n1", new Pause("proxy-uid-before", NOW.plusSeconds(300)));
    assertEquals(List.of(new Create(N1, proxy("n1", "r1"))), plan());
  }

  @Test
  void aNodeThatIsGoneIsForgotten() {
    words.put("n1", proven("n1", "r1", NOW));
    words.put("gone", proven("gone", "r1", NOW));
    assertEquals(List.of(new Forget("gone")), plan());
  }
}
