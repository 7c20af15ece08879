package io.kuik.controller.uninstall;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.controller.json.Json;
import io.kuik.model.RewrittenName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The order in which things go, which leaves no gap. */
class UninstallTest {
  private static final String OURS = "localhost:7439/docker.io/library/busybox:1.36";
  private final FakeStore store = new FakeStore();

  private void run(boolean patches) throws InterruptedException {
    Optional<PendingPods> pending = Optional.of(new PendingPods(store, new RewrittenName(7439)))
        .filter(p -> patches);
    new Uninstall(store, pending, "kuik", "release=r").run();
  }

  @Test
  void podsGetTheirImagesOnceNobodyRewritesAndBeforeTheProxiesGo() throws InterruptedException {
    run(true);
    String component = "release=r,app.kubernetes.io/component=";
    assertEquals(List.of("delete webhook zz-kuik", "scale to zero kuik-controllers", "await controllers",
        "pending", "delete pods " + component + "canary", "delete jobs " + component + "cache-worker",
        "delete jobs " + component + "garbage-collection", "await cache-worker", "await garbage-collection",
        "await canary", "delete lease kuik-controllers"), store.done);
  }

  @Test
  void aPullIsWaitedFor() throws InterruptedException {
    store.pods.put("p", json("{'metadata': {'namespace': 'n', 'name': 'p', 'resourceVersion': '7'},"
        + " 'spec': {'nodeName': 'n1', 'containers': [{'name': 'c', 'image': '" + OURS + "'}]},"
        + " 'status': {'containerStatuses': [{'name': 'c', 'state': {'waiting': {'reason':"
        + " 'ContainerCreating'}}}]}}"));
    store.meanwhile = s -> Json.objects(s.pods.get("p"), "status", "containerStatuses").getFirst()
        .add("state", json("{'running': {}}"));
    run(true);
    assertEquals(2, store.done.stream().filter("pending"::equals).count());
    assertEquals(OURS, store.image("p", "containers", 0));
  }

  @Test
  void whoWantsNoPodPatchedGetsNonePatched() throws InterruptedException {
    run(false);
    assertEquals(0, store.done.stream().filter("pending"::equals).count());
  }

  @Test
  void aPodThatIsScheduledBetweenLookAndPatchIsSeenAgain() throws InterruptedException {
    store.unlisted = 1;
    store.pods.put("p", json("{'metadata': {'namespace': 'n', 'name': 'p', 'resourceVersion': '7'},"
        + " 'spec': {'containers': [{'name': 'c', 'image': '" + OURS + "'}]}}"));
    store.meanwhile = s -> {
      Json.object(s.pods.get("p"), "metadata").addProperty("resourceVersion", "8");
      s.meanwhile = later -> {
      };
    };
    run(true);
    assertEquals("docker.io/library/busybox:1.36", store.image("p", "containers", 0));
    assertEquals(3, store.done.stream().filter("pending"::equals).count());
  }
}
