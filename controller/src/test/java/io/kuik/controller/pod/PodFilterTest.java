package io.kuik.controller.pod;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which pods we look after, and what is read of them. */
class PodFilterTest {
  private static final PodFilter FILTER = new PodFilter(Set.of("kube-system"),
      selector("{'matchExpressions': [{'key': 'skip', 'operator': 'NotIn', 'values': ['yes']}]}"),
      Set.of("Cluster.postgresql.cnpg.io"));

  private static LabelSelector selector(String text) {
    return LabelSelector.of(json(text));
  }

  private static PodView pod(String metadata, String spec) {
    return PodView.of(json("{'metadata': {" + metadata + "}, 'spec': {" + spec + "}}"));
  }

  @Test
  void admitsAnOrdinaryPod() {
    assertTrue(FILTER.admits(pod("'namespace': 'shop', 'name': 'a', 'labels': {'skip': 'no'}", "")));
    assertTrue(FILTER.admits(pod("'namespace': 'shop', 'name': 'a'", "")));
  }

  @Test
  void leavesIgnoredNamespaces() {
    assertFalse(FILTER.admits(pod("'namespace': 'kube-system', 'name': 'a'", "")));
  }

  @Test
  void leavesPodsWithTheIgnoreLabel() {
    assertFalse(FILTER.admits(pod("'namespace': 'shop', 'labels':"
        + " {'kube-image-keeper.enix.io/image-caching-policy': 'ignore'}", "")));
  }

  @Test
  void leavesPodsThatTheSelectorKeepsOut() {
    assertFalse(FILTER.admits(pod("'namespace': 'shop', 'labels': {'skip': 'yes'}", "")));
  }

  @Test
  void leavesMirrorPods() {
    assertFalse(FILTER.admits(
        pod("'namespace': 'shop', 'annotations': {'kubernetes.io/config.mirror': 'x'}", "")));
  }

  @Test
  void leavesSystemCriticalPods() {
    assertFalse(FILTER.admits(pod("'namespace': 'shop'", "'priorityClassName': 'system-node-critical'")));
    assertFalse(FILTER.admits(pod("'namespace': 'shop'", "'priorityClassName': 'system-cluster-critical'")));
  }

  @Test
  void leavesPodsOfOwnersThatRecreateThem() {
    assertFalse(FILTER.admits(pod("'namespace': 'shop', 'ownerReferences':"
        + " [{'kind': 'Cluster', 'apiVersion': 'postgresql.cnpg.io/v1'}]", "")));
    assertTrue(FILTER.admits(pod("'namespace': 'shop', 'ownerReferences':"
        + " [{'kind': 'Cluster', 'apiVersion': 'other.io/v1'}]", "")));
  }

  private static boolean admitsPodThatWants(String spec) {
    return FILTER.admits(pod("'namespace': 'shop'", spec));
  }

  @Test
  void leavesPodsThatOnlyWindowsNodesTake() {
    assertFalse(admitsPodThatWants("'os': {'name': 'windows'}"));
    assertFalse(admitsPodThatWants("'nodeSelector': {'kubernetes.io/os': 'windows'}"));
    assertFalse(admitsPodThatWants("'nodeSelector': {'beta.kubernetes.io/os': 'windows'}"));
    assertTrue(admitsPodThatWants("'os': {'name': 'linux'}"));
    assertTrue(admitsPodThatWants("'nodeSelector': {'kubernetes.io/os': 'linux', 'disk': 'windows'}"));
  }

  @Test
  void leavesPodsWhoseAffinityOnlyWindowsNodesMeet() {
    String windows = "{'matchExpressions': [{'key': 'disk', 'operator': 'Exists'},"
        + " {'key': 'kubernetes.io/os', 'operator': 'In', 'values': ['windows']}]}";
    assertFalse(admitsPodThatWants(required(windows)));
    assertFalse(admitsPodThatWants(required(windows + "," + windows)));
    assertTrue(admitsPodThatWants(required("")));
    assertTrue(admitsPodThatWants(required(windows.replace("'windows'", "'windows', 'linux'"))));
    assertTrue(admitsPodThatWants(required(windows.replace("'In'", "'NotIn'"))));
    assertTrue(admitsPodThatWants(required(windows.replace("kubernetes.io/os", "other"))));
    assertTrue(admitsPodThatWants(required("{'matchFields': []}")));
  }

  @Test
  void looksAfterPodsWhoseAffinityALinuxNodeMeetsToo() {
    assertTrue(admitsPodThatWants(required("{'matchExpressions': [{'key': 'kubernetes.io/os',"
        + " 'operator': 'In', 'values': ['windows']}]}, {'matchExpressions': [{'key': 'disk',"
        + " 'operator': 'Exists'}]}")));
    assertTrue(admitsPodThatWants("'affinity': {'nodeAffinity':"
        + " {'preferredDuringSchedulingIgnoredDuringExecution': [{'weight': 1, 'preference':"
        + " {'matchExpressions': [{'key': 'kubernetes.io/os', 'operator': 'In', 'values': ['windows']}]}}]}}"));
  }

  private static String required(String terms) {
    return "'affinity': {'nodeAffinity': {'requiredDuringSchedulingIgnoredDuringExecution':"
        + " {'nodeSelectorTerms': [" + terms + "]}}}";
  }

  @Test
  void selectsAsKubernetesDoes() {
    var in = selector("{'matchExpressions': [{'key': 'a', 'operator': 'In', 'values': ['1', '2', '1']}]}");
    assertTrue(in.matches(Map.of("a", "2")));
    assertFalse(in.matches(Map.of()));
    assertTrue(selector("{'matchExpressions': [{'key': 'a', 'operator': 'NotIn', 'values': ['1']}]}")
        .matches(Map.of()));
    var exists = selector("{'matchExpressions': [{'key': 'a', 'operator': 'Exists'},"
        + " {'key': 'b', 'operator': 'DoesNotExist'}]}");
    assertTrue(exists.matches(Map.of("a", "")));
    assertFalse(exists.matches(Map.of("a", "", "b", "")));
    assertTrue(selector("{}").matches(Map.of()));
  }

  @Test
  void refusesAnUnknownOperator() {
    var e = assertThrows(IllegalArgumentException.class,
        () -> selector("{'matchExpressions': [{'key': 'a', 'operator': 'Gt'}]}"));
    assertTrue(String.valueOf(e.getMessage()).contains("Gt"));
  }

  @Test
  void readsAPod() {
    PodView pod = PodView.of(json("{'metadata': {'namespace': 'n', 'generateName': 'p-', 'uid': 'u',"
        + " 'labels': {'kuik.enix.io/managed': 'true'},"
        + " 'annotations': {'kuik.enix.io/rewrite-images': 'true'}, 'deletionTimestamp': 'x',"
        + " 'ownerReferences': [{'kind': 'Node', 'apiVersion': 'v1'}]},"
        + " 'spec': {'nodeName': 'w1', 'initContainers': [{'name': 'i', 'image': 'a'}],"
        + " 'containers': [{'name': 'c', 'image': 'b', 'imagePullPolicy': 'Always'}]},"
        + " 'status': {'phase': 'Running', 'conditions': [{'type': 'Ready', 'status': 'True'}]}}"));
    assertEquals("n/p-", pod.key());
    assertEquals(List.of(new PodContainer("i", true, "a", Optional.empty()),
        new PodContainer("c", false, "b", Optional.of("Always"))), pod.containers());
    assertEquals(List.of(new PodView.Owner("Node", "")), pod.owners());
    assertTrue(pod.managed() && pod.rewritten() && pod.ready() && pod.terminating() && pod.live());
    assertEquals("w1", pod.node());
    assertEquals(Optional.of("b"), pod.container("c", false).map(PodContainer::image));
    assertEquals(Optional.empty(), pod.container("c", true));
  }

  @Test
  void readsAnEmptyPod() {
    PodView pod = PodView.of(json("{}"));
    assertEquals(List.of(), pod.containers());
    assertFalse(pod.managed() || pod.rewritten() || pod.ready() || pod.terminating());
  }

  @Test
  void finishedPodsAreNotLive() {
    assertFalse(PodView.of(json("{'status': {'phase': 'Succeeded'}}")).live());
    assertFalse(PodView.of(json("{'status': {'phase': 'Failed'}}")).live());
  }
}
