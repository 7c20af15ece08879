package io.kuik.controller.uninstall;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.json.Json;
import io.kuik.model.RewrittenName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which pods get their original images before nobody serves the rewritten ones any more. */
class PendingPodsTest {
  private static final String OURS = "localhost:7439/docker.io/library/busybox:1.36";
  private static final String OWN = "docker.io/library/busybox:1.36";

  private final FakeStore store = new FakeStore();
  private final PendingPods pods = new PendingPods(store, new RewrittenName(7439));

  private void pod(String name, String metadata, String node, String image, String reason) {
    store.pods.put(name, json("{'metadata': {'namespace': 'n', 'name': '" + name + "', 'uid': 'u',"
        + " 'resourceVersion': '7'" + metadata + "}, 'spec': {" + node + "'containers': [{'name': 'c',"
        + " 'image': '" + image + "'}]}, 'status': {'containerStatuses': [{'name': 'c', 'state': {'waiting':"
        + " {'reason': '" + reason + "'}}}]}}"));
  }

  private void pod(String name, String image, String reason) {
    pod(name, "", "'nodeName': 'n1', ", image, reason);
  }

  private String image(String pod) {
    return store.image(pod, "containers", 0);
  }

  @Test
  void aPodWithoutANodeGetsItsOriginalImageAndATrace() {
    pod("p", "", "", OURS, "");
    assertEquals(Set.of(), pods.restore().pods());
    assertEquals(OWN, image("p"));
    assertEquals(Optional.of("c"), Json.text(store.pods.get("p"), "metadata", "annotations",
        "kuik.enix.io/healed"));
    assertEquals(List.of("p ImageHealed Images of containers that have not begun are the original ones: ["
        + OWN + "], because kube-image-keeper is being uninstalled"), store.events);
  }

  @Test
  void aFailingOneDoesToo() {
    pod("p", OURS, "ImagePullBackOff");
    assertEquals(Set.of(), pods.restore().pods());
    assertEquals(OWN, image("p"));
  }

  @Test
  void oneThatThePredecessorRewroteDoesToo() {
    pod("p", "localhost:7439/busybox:1.36", "ImagePullBackOff");
    assertEquals(Set.of(), pods.restore().pods());
    assertEquals(OWN, image("p"));
  }

  @Test
  void oneThatMayBePullingIsToldAndChangedOnlyAtTheEnd() {
    pod("p", OURS, "ContainerCreating");
    assertEquals(Set.of("n/p"), pods.restore().pods());
    assertEquals(OURS, image("p"));
    pods.restoreAll();
    assertEquals(OWN, image("p"));
  }

  @Test
  void whatComesAfterThePullingOneIsChangedAtOnce() {
    store.pods.put("p", json("{'metadata': {'namespace': 'n', 'name': 'p', 'uid': 'u',"
        + " 'resourceVersion': '7', 'annotations': {'a': 'b'}},"
        + " 'spec': {'nodeName': 'n1', 'initContainers': [{'name': 'i', 'image': '" + OURS + "'}],"
        + " 'containers': [{'name': 'c', 'image': '" + OURS + "'}]},"
        + " 'status': {'initContainerStatuses': [{'name': 'i', 'state': {'waiting': {'reason':"
        + " 'PodInitializing'}}}]}}"));
    assertEquals(Set.of("n/p"), pods.restore().pods());
    assertEquals(OURS, store.image("p", "initContainers", 0));
    assertEquals(OWN, image("p"));
  }

  @Test
  void othersStayAsTheyAre() {
    pod("begun", OURS, "CrashLoopBackOff");
    pod("foreign", "busybox:1.36", "ErrImagePull");
    pod("nobodys", "localhost:7439/host-5000/busybox", "ErrImagePull");
    pod("ending", ", 'deletionTimestamp': 'now'", "", OURS, "");
    pod("healed", ", 'annotations': {'kuik.enix.io/healed': 'c:back'}", "", OURS, "");
    var before = List.copyOf(store.pods.values());
    assertEquals(Set.of(), pods.restore().pods());
    pods.restoreAll();
    assertEquals(before, List.copyOf(store.pods.values()));
  }

  @Test
  void aPodThatMovedOnIsLeftAndSeenAgain() {
    pod("p", "", "", OURS, "");
    store.meanwhile = s -> {
      pod("p", OURS, "ContainerCreating");
      Json.object(s.pods.get("p"), "metadata").addProperty("resourceVersion", "8");
    };
    assertEquals(Set.of("n/p"), pods.restore().pods());
    assertEquals(OURS, image("p"));
    assertTrue(store.events.isEmpty());
    store.meanwhile = s -> {
    };
    assertEquals(Set.of("n/p"), pods.restore().pods());
  }

  @Test
  void aRefusedPatchStopsNothing() {
    store.refuses = true;
    pod("p", OURS, "ErrImagePull");
    pod("q", OURS, "ContainerCreating");
    assertEquals(Set.of("n/p", "n/q"), pods.restore().pods());
    assertTrue(store.events.isEmpty());
  }

  @Test
  void podsThatCanNotBeListedAreNotCalledNone() {
    store.unlisted = 1;
    assertFalse(pods.restore().nothing());
    assertTrue(pods.restore().nothing());
  }
}
