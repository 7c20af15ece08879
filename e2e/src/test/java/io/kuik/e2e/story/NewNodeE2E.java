package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Chapter 21: a node joins with pods already waiting for it, and another program has the proxy's port there.
 */
@Order(21)
class NewNodeE2E {
  private static final String NODE = "n3";
  private static final String IMAGE = "registry.example.test/team/app:v1";
  /** Beside what the start of a pod takes there anyway, as in {@link HealingE2E}. */
  private static final Duration PROMISE = Duration.ofSeconds(9);
  private static final HeldPods HELD = new HeldPods(NODE);
  private static final String PORT_TAKEN = "setsid sh -c 'until python3 -m http.server 7439 --bind 127.0.0.1;"
      + " do sleep 0.05; done' > /dev/null 2>&1 < /dev/null &";

  @AfterAll
  static void leave() {
    HELD.delete();
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "-l", "chapter=arming", "--wait=false");
    Kube.kubectl("delete", "node", NODE, "--ignore-not-found");
    Bed.attempt("", "node-down", NODE);
    // Nobody else takes pods away at once whose node is gone.
    Kube.kubectl("delete", "pods", "--all-namespaces", "--field-selector=spec.nodeName=" + NODE, "--force",
        "--grace-period=0");
    Arming.awaitArmed();
  }

  private static JsonObject pod(String name) {
    return Kube.get("-n", Story.USERS, "pod", name);
  }

  private static Instant since(JsonObject pod, String condition) {
    return Kube.objects(pod, "status", "conditions").stream()
        .filter(c -> Kube.text(c, "type").equals(condition) && Kube.text(c, "status").equals("True"))
        .map(c -> Instant.parse(Kube.text(c, "lastTransitionTime"))).findFirst()
        .orElseThrow(() -> new AssertionError("not " + condition + ": " + pod));
  }

  /** From its node's choice until it is Ready. */
  private static Duration start(String name) {
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/" + name, "--timeout=60s");
    JsonObject pod = pod(name);
    return Duration.between(since(pod, "PodScheduled"), since(pod, "Ready"));
  }

  private static void assertPromise(String what, Duration took, Duration usual) {
    Story.measured(what, Story.seconds(took) + ", usually " + Story.seconds(usual));
    assertTrue(took.minus(usual).compareTo(PROMISE) <= 0, Arming::describe);
  }

  @Test
  @Order(1)
  void aPodThatWaitsForANewNodeStartsThereAtOnceAndTheNodeIsProven() {
    Arming.awaitArmed();
    assertTrue(Kube.image(Arming.pod(NODE, "first")).startsWith("localhost:7439/"));
    Bed.run("node-up", NODE, "containerd");
    Bed.loadProductImages();
    Bed.run("node-up", NODE, "kubelet");
    Duration first = start("first");
    Eventually.holds("the new node is proven", Story.SOON,
        () -> Arming.proofs().getOrDefault(NODE, "").startsWith("{\"proven\":"), Arming::describe);
    Story.measured("from the new node's last pod until pods are rewritten again",
        Story.seconds(Arming.awaitArmed()));
    Arming.pod(NODE, "second");
    assertPromise("a pod that waited for a new node, from its choice until it is Ready", first,
        start("second"));
  }

  @Test
  @Order(2)
  void whereAnotherProgramHasThePortNothingIsRewrittenAndAPodOnItsWayIsHealed() {
    HELD.hold("usual", HeldPods.POD, IMAGE);
    Duration usual = HELD.letGo("usual").get("usual");
    HELD.hold("occupied", HeldPods.POD, IMAGE);
    Bed.run("nodex", NODE, "sh", "-c", PORT_TAKEN);
    ProxyOfNode.delete(NODE);
    Arming.awaitUnarmed(NODE);
    Duration took = HELD.letGo("occupied").get("occupied");
    assertEquals(IMAGE, Kube.image(HELD.pod("occupied")));
    assertPromise("a pod on a node where another program has the proxy's port", took, usual);
    Eventually.holds("the proxy says why it does not start", Story.SOON,
        () -> Kube.kubectl("-n", Release.NAMESPACE, "logs", "--tail=20", "--prefix", "-l",
            "app.kubernetes.io/component=proxy").contains("7439"),
        Arming::describe);
    Bed.run("nodex", NODE, "pkill", "-f", "[h]ttp.server");
    Story.measured("from the port's release until pods are rewritten", Story.seconds(Arming.awaitArmed()));
  }
}
