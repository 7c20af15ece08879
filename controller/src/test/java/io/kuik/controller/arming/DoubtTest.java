package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.pod.PodView;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose failed pulls raise a doubt about a node, and when. */
class DoubtTest {
  private static final String OURS = "localhost:7439/docker.io/library/a:1";
  private static final String REFUSED = "dial tcp 127.0.0.1:7439: connect: connection refused";
  private static final String TIMEOUT = "dial tcp 127.0.0.1:7439: i/o timeout";
  private static final PodView CREATING = pod(OURS, "true", "ContainerCreating", "");
  private static final PodView FAILED = pod(OURS, "true", "ErrImagePull", REFUSED);
  private static final PodView WAITS = pod(OURS, "true", "ImagePullBackOff", REFUSED);

  private final LostWay way = new LostWay(7439);

  static PodView pod(String image, String rewritten, String reason, String cause) {
    String status = Pods.waiting(reason, cause.isEmpty()
        ? ""
        : "failed to do request: Head \"http://localhost:7439/v2/a/manifests/1\": " + cause)
        .replace("{\"state\"", "{\"name\":\"c\",\"state\"");
    var pod = Pods.parse("""
        {'metadata': {'namespace': 'n', 'name': 'p', 'uid': 'u', 'annotations':
          {'kuik.enix.io/rewrite-images': '%s'}},
         'spec': {'nodeName': 'n1', 'containers': [{'name': 'c', 'image': '%s'}]}}"""
        .formatted(rewritten, image));
    pod.add("status", Pods.parse(status));
    return PodView.of(pod).trimmed();
  }

  private Optional<Doubt> doubt(PodView before, PodView after) {
    return Doubt.of(Optional.of(before), after, way);
  }

  @Test
  void aRewrittenPodWhosePullHasJustFoundNoProxy() {
    var doubt = Optional.of(new Doubt("n1", "n/p", false, REFUSED));
    assertEquals(doubt, doubt(CREATING, FAILED));
    assertEquals(doubt, doubt(WAITS, FAILED), "its next try");
    assertEquals(doubt, Doubt.of(Optional.empty(), FAILED, way));
    assertEquals(doubt, doubt(pod(OURS, "true", "ErrImagePull", TIMEOUT), FAILED));
  }

  @Test
  void whatWasToldBeforeIsNoNews() {
    assertEquals(Optional.empty(), doubt(FAILED, FAILED));
    assertEquals(Optional.empty(), doubt(FAILED, WAITS));
    assertEquals(Optional.empty(), Doubt.of(Optional.empty(), WAITS, way), "it may wait for hours");
  }

  @Test
  void aTimeoutOrAFailureThatIsToldLateMayHaveBegunLongBefore() {
    assertTrue(doubt(CREATING, pod(OURS, "true", "ErrImagePull", TIMEOUT)).orElseThrow().slow());
    assertTrue(doubt(CREATING, WAITS).orElseThrow().slow());
  }

  @Test
  void aPodThatWasNotRewrittenHasNothingToTell() {
    assertEquals(Optional.empty(), doubt(CREATING, pod(OURS, "false", "ErrImagePull", REFUSED)));
    assertEquals(Optional.empty(), doubt(CREATING, pod("nginx", "true", "ErrImagePull", REFUSED)));
    assertEquals(Optional.empty(),
        doubt(CREATING, pod("localhost:7439/host-5000/nginx", "true", "ErrImagePull", REFUSED)));
  }

  @Test
  void noneIsRaisedByAnImageThatIsNotThere() {
    assertEquals(Optional.empty(), doubt(CREATING, pod(OURS, "true", "ErrImagePull", "not found")));
  }
}
