package io.kuik.controller.uninstall;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.controller.uninstall.PendingPod.Stage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far the containers of a pod are, as kubelets tell it. */
class PendingPodTest {
  private static Map<String, Stage> stages(String spec, String status) {
    return PendingPod.of(json("{'metadata': {'name': 'p', 'resourceVersion': '7'}, 'spec': {" + spec
        + "}, 'status': {" + status + "}}")).stages();
  }

  private static Stage stage(String state) {
    return stages("'nodeName': 'n1', 'containers': [{'name': 'c'}]",
        "'containerStatuses': [{'name': 'c', 'state': {" + state + "}}]").get("c");
  }

  @Test
  void withoutANodeNothingHasBegun() {
    assertEquals(Map.of("i", Stage.NOT_YET, "c", Stage.NOT_YET),
        stages("'initContainers': [{'name': 'i'}], 'containers': [{'name': 'c'}]", "'phase': 'Pending'"));
  }

  @ParameterizedTest
  @CsvSource({"ContainerCreating, STARTING", "PodInitializing, STARTING", "ErrImagePull, FAILING",
      "ImagePullBackOff, FAILING", "InvalidImageName, FAILING", "CrashLoopBackOff, BEGUN",
      "CreateContainerConfigError, BEGUN"})
  void whatAContainerWaitsForTells(String reason, Stage stage) {
    assertEquals(stage, stage("'waiting': {'reason': '" + reason + "'}"));
  }

  @Test
  void whatRunsOrRanHasBegunAndWhatTheKubeletDoesNotTellMayBeStarting() {
    assertEquals(Stage.BEGUN, stage("'running': {}"));
    assertEquals(Stage.BEGUN, stage("'terminated': {'exitCode': 1}"));
    assertEquals(Stage.STARTING, stage(""));
    assertEquals(Map.of("c", Stage.STARTING), stages("'nodeName': 'n1', 'containers': [{'name': 'c'}]", ""));
  }

  @ParameterizedTest
  @CsvSource({
      // The first one's state and whether it is a sidecar; stages of the first, the second, and the
      // container.
      "{'waiting': {'reason': 'PodInitializing'}}, false, STARTING, NOT_YET, NOT_YET",
      "{'running': {}}, false, BEGUN, NOT_YET, NOT_YET",
      "{'terminated': {'exitCode': 1}}, false, BEGUN, NOT_YET, NOT_YET",
      "{'terminated': {'exitCode': 0}}, false, BEGUN, STARTING, NOT_YET",
      "{'running': {}}, true, BEGUN, STARTING, NOT_YET"})
  void initContainersHaveTheirTurnOneAfterTheOther(String state, boolean sidecar, Stage first, Stage second,
      Stage container) {
    assertEquals(Map.of("i", first, "j", second, "c", container), stages(
        "'nodeName': 'n1', 'initContainers': [{'name': 'i'" + (sidecar ? ", 'restartPolicy': 'Always'" : "")
            + "}, {'name': 'j'}], 'containers': [{'name': 'c'}]",
        "'initContainerStatuses': [{'name': 'i', 'started': true, 'state': " + state
            + "}, {'name': 'j', 'state': {'waiting': {'reason': 'PodInitializing'}}}],"
            + "'containerStatuses': [{'name': 'c', 'state': {'waiting': {'reason': 'PodInitializing'}}}]"));
  }

  @Test
  void aSidecarThatHasNotStartedLetsNoneBegin() {
    assertEquals(Stage.NOT_YET, stages(
        "'nodeName': 'n1', 'initContainers': [{'name': 'i', 'restartPolicy': 'Always'}],"
            + " 'containers': [{'name': 'c'}]",
        "'initContainerStatuses': [{'name': 'i', 'started': false, 'state': {'running': {}}}]").get("c"));
  }
}
