package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The proxy on every node. */
@Tag("chart")
class ProxyTest {
  private static Manifest daemonSet(String... arguments) {
    return Chart.render(arguments).get("DaemonSet", "kube-image-keeper-proxy");
  }

  private static Map<String, String> environment(Manifest daemonSet) {
    return daemonSet.parts("spec/template/spec/containers/0/env").stream().collect(
        Collectors.toMap(e -> e.text("name"),
            e -> e.has("value") ? e.text("value") : e.part("valueFrom").toString()));
  }

  @Test
  void runsOnEveryLinuxNodeBeforeOtherPods() {
    Manifest pod = daemonSet("--set=proxy.nodeSelector.pool=a").part("spec/template/spec");
    assertEquals("system-node-critical", pod.text("priorityClassName"));
    assertEquals("[{\"operator\":\"Exists\"}]", pod.at("tolerations").toString());
    assertEquals("linux", pod.text("nodeSelector/kubernetes.io~os"));
    assertEquals("a", pod.text("nodeSelector/pool"));
  }

  @Test
  void usesTheNodesNetworkAndTheClustersNames() {
    Manifest pod = daemonSet("--set=proxy.hostNetwork=false").part("spec/template/spec");
    assertTrue(pod.at("hostNetwork").getAsBoolean());
    assertEquals("ClusterFirstWithHostNet", pod.text("dnsPolicy"));
    assertEquals(30, pod.number("terminationGracePeriodSeconds"));
  }

  @Test
  void isToldEverythingByItsEnvironment() {
    Map<String, String> environment = environment(daemonSet("--set=proxy.hostPort=7000",
        "--set=proxy.metricsPort=7001", "--set=insecureRegistries={a:5000,b}",
        "--set=rootCertificateAuthorities.secretName=ca"));
    assertEquals("7000", environment.get("KUIK_PORT"));
    assertEquals("$(HOST_IP):7001", environment.get("KUIK_OPS_ADDRESS"));
    assertEquals("http://kube-image-keeper-registry.kuik-system.svc:5001", environment.get("KUIK_CACHE"));
    assertEquals("/etc/kuik/registry", environment.get("KUIK_CACHE_CREDENTIALS"));
    assertEquals("/etc/kuik/ca", environment.get("KUIK_CERTIFICATE_AUTHORITIES"));
    assertEquals("a:5000,b", environment.get("KUIK_INSECURE_REGISTRIES"));
    assertTrue(environment.get("HOST_IP").contains("status.hostIP"));
  }

  /** YAML's numbers are floats to helm, and the proxy would end over 1e+06. */
  @Test
  void aLongTimeIsWrittenInDigits() {
    assertEquals("1000000", environment(daemonSet("--set-json=proxy.revalidateSeconds=1000000"))
        .get("KUIK_REVALIDATE_SECONDS"));
  }

  @Test
  void knowsOnlyTheReadingPassword() {
    String pod = daemonSet().toString();
    assertTrue(pod.contains("kube-image-keeper-registry-read"));
    assertFalse(pod.contains("kube-image-keeper-registry-write"));
  }

  @Test
  void probesAskTheOpsPortWhateverTheValuesSay() {
    Manifest container = daemonSet("--set=proxy.livenessProbe.httpGet.port=7439")
        .part("spec/template/spec/containers/0");
    assertEquals("{\"path\":\"/healthz\",\"port\":\"ops\"}",
        container.at("livenessProbe/httpGet").toString());
    assertEquals("{\"path\":\"/readyz\",\"port\":\"ops\"}",
        container.at("readinessProbe/httpGet").toString());
    assertEquals("127.0.0.1", container.text("ports/0/hostIP"));
  }

  @Test
  void isReplacedNodeByNode() {
    assertEquals(1, daemonSet().number("spec/updateStrategy/rollingUpdate/maxUnavailable"));
    for (String amount : List.of("10%", "100%", "20")) {
      assertEquals(amount, daemonSet("--set=proxy.maxUnavailable=" + amount)
          .text("spec/updateStrategy/rollingUpdate/maxUnavailable"));
    }
  }

  @Test
  void versionOnesNumbersAreLogLevels() {
    assertFalse(environment(daemonSet("--set=proxy.verbosity=1")).containsKey("JDK_JAVA_OPTIONS"));
    assertTrue(environment(daemonSet("--set=proxy.verbosity=4")).get("JDK_JAVA_OPTIONS").endsWith("=debug"));
  }
}
