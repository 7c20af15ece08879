package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.controller.arming.Obstacle.Reason;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kubelet's words on a canary mean. */
class VerdictTest {
  private static final Instant SOON = Pods.CREATED.plusSeconds(5);
  private static final Instant LATE = Pods.CREATED.plusSeconds(181);

  private static Verdict judge(String status) {
    return Verdict.of(Pods.canary(status), SOON);
  }

  @Test
  void aCanaryThatRanHasBeenPulled() {
    assertEquals(new Verdict.Pulled(), judge(Pods.ended("Completed", "sha256:1")));
    assertEquals(new Verdict.Pulled(), judge(Pods.ended("StartError", "")));
    assertEquals(new Verdict.Pulled(),
        judge("{'phase': 'Running', 'containerStatuses': [{'state': {'running': {}}}]}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateContainerConfigError", "CreateContainerError", "RunContainerError",
      "CrashLoopBackOff"})
  void whatFailsAfterThePullIsAProofAsWell(String reason) {
    assertEquals(new Verdict.Pulled(), judge(Pods.waiting(reason, "whatever")));
  }

  @Test
  void anImageThatTheRuntimeHasIsAProofWhateverIsSaid() {
    assertEquals(new Verdict.Pulled(), judge("{'containerStatuses': [{'imageID': 'sha256:1'}]}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ImageInspectError",
      "RegistryUnavailable", "SignatureValidationFailed", "ErrImageNeverPull"})
  void aFailedPullIsToldInTheRuntimesWords(String reason) {
    String refused = "dial tcp 127.0.0.1:7439: connect: connection refused";
    assertEquals(new Verdict.Failed(Reason.FAILED, refused), judge(Pods.waiting(reason, refused)));
    assertEquals(new Verdict.Failed(Reason.FAILED, reason), judge(Pods.waiting(reason, "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pull QPS exceeded",
      "failed to extract layer sha256:1: write /var/lib/containerd/1: no space left on device",
      "failed to pull and unpack image: open /tmp/1: too many open files"})
  void aPullThatFailsForTheNodesOwnReasonsSaysNothingOfTheWay(String message) {
    assertEquals(new Verdict.Failed(Reason.STUCK, message), judge(Pods.waiting("ErrImagePull", message)));
  }

  @Test
  void whatHasNotBegunIsWaitedFor() {
    for (String status : new String[]{"{}", "{'phase': 'Pending'}",
        Pods.waiting("ContainerCreating", ""), Pods.waiting("SomethingNew", "?")}) {
      assertEquals(new Verdict.Waiting(), judge(status), status);
    }
  }

  @Test
  void butNotForEver() {
    assertEquals(
        new Verdict.Failed(Reason.STUCK, "it had not begun after 180 s: its kubelet has said nothing"),
        Verdict.of(Pods.canary("{}"), LATE));
    assertEquals(new Verdict.Failed(Reason.STUCK, "it had not begun after 180 s: ContainerCreating"),
        Verdict.of(Pods.canary(Pods.waiting("ContainerCreating", "")), LATE));
  }

  private static Verdict refused(String reason, String message) {
    return judge("{'phase': 'Failed', 'reason': '" + reason + "', 'message': '" + message + "'}");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      UnexpectedAdmissionError | Pod was rejected: Allocate failed due to no healthy devices
      NodeAffinity             | Pod was rejected: Predicate NodeAffinity failed
      OutOfcpu                 | Pod was rejected: Node did not have enough resource: cpu, requested: 1
      Evicted                  | The node was low on resource: ephemeral-storage. Threshold quantity: 1
      Evicted                  | Pod was rejected: The node had condition: [MemoryPressure].
      Other                    | OutOfpods: The node had condition: [DiskPressure].
      """)
  void aKubeletThatRefusesTheCanaryProvesNothing(String reason, String message) {
    assertEquals(new Verdict.Failed(Reason.REFUSED, reason + ": " + message), refused(reason, message));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      OutOfpods | Pod was rejected: Node did not have enough resource: pods, requested: 1, used: 110, capacity: 110
      Evicted   | Pod was rejected: The node had condition: [DiskPressure].
      Evicted   | Pod The node had condition: [MemoryPressure PIDPressure].
      """)
  void aKubeletThatRefusesAnyPodSaysSo(String reason, String message) {
    assertEquals(new Verdict.Failed(Reason.TAKES_NO_PODS, reason + ": " + message), refused(reason, message));
  }

  @Test
  void aContainerThatTheKubeletLostSightOfProvesNothing() {
    assertEquals(new Verdict.Failed(Reason.REFUSED, "the kubelet gave no reason"), judge(
        Pods.ended("ContainerStatusUnknown", "").replace("Succeeded", "Failed")));
  }
}
