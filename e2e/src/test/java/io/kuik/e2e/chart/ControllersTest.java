package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The controllers' Deployment and their configuration. */
@Tag("chart")
class ControllersTest {
  private static final String NAME = "kube-image-keeper-controllers";

  private static Manifest deployment(String... arguments) {
    return Chart.render(arguments).get("Deployment", NAME);
  }

  @Test
  void configurationIsWhatTheControllerReads() {
    assertEquals(JsonParser.parseString("""
        {"namespace": "kuik-system", "instance": "kube-image-keeper", "fullname": "kube-image-keeper",
         "registry": "http://kube-image-keeper-registry.kuik-system.svc:5000",
         "proxyPort": 7439, "rewrite": "Servable", "maxConcurrentCopies": 3, "pullReservePercent": 50,
         "healingsPerMinute": 300,
         "expiryDelay": "30", "refreshTags": "^latest$", "refreshInterval": "1h",
         "availabilityInterval": "24h", "cacheCheckInterval": "1h", "orphanGrace": "24h",
         "platforms": [],
         "ignoredNamespaces": ["kube-system", "kuik-system"],
         "ignoredImages": [], "acceptedImages": [], "ignorePullPolicyAlways": false,
         "objectSelector": {"matchExpressions": []},
         "ignoredOwners": ["Cluster.postgresql.cnpg.io"],
         "insecureRegistries": [], "certificateAuthorities": "", "garbageCollectionSchedule": "",
         "canaries": true}"""),
        withoutObstacle(Chart.render().controllerConfig().json()));
  }

  /** A sentence, which GarbageCollectionTest looks at. */
  private static JsonObject withoutObstacle(JsonObject config) {
    config.remove("garbageCollectionObstacle");
    return config;
  }

  @Test
  void aPodGoesOnlyWhenAnotherIsReadyAndHasTimeToFinish() {
    Manifest deployment = deployment();
    assertEquals("0", deployment.text("spec/strategy/rollingUpdate/maxUnavailable"));
    assertEquals("1", deployment.text("spec/strategy/rollingUpdate/maxSurge"));
    assertEquals(30, deployment.number("spec/template/spec/terminationGracePeriodSeconds"));
  }

  @Test
  void valuesReachTheConfiguration() {
    Manifest config = Chart.render("--set=controllers.maxConcurrentCachedImageReconciles=9",
        "--set=controllers.upstreamPullReserve=0",
        "--set=architectures={amd64,arm/v7,windows/amd64,linux/amd64}", "--set=proxy.hostPort=7000",
        "--set=controllers.webhook.rewrite=Cached", "--set=controllers.webhook.ignoredImages={^a}",
        "--set=controllers.webhook.acceptedImages={^b}", "--set=insecureRegistries={c:5000}",
        "--set=rootCertificateAuthorities.secretName=ca",
        "--set=controllers.arming.canary=false",
        "--set=controllers.webhook.ignorePullPolicyAlways=true").controllerConfig();
    assertEquals(9, config.number("maxConcurrentCopies"));
    assertEquals(0, config.number("pullReservePercent"));
    assertEquals(List.of("linux/amd64", "linux/arm/v7", "windows/amd64"), config.texts("platforms"));
    assertEquals(7000, config.number("proxyPort"));
    assertEquals("Cached", config.text("rewrite"));
    assertEquals(List.of("^a"), config.texts("ignoredImages"));
    assertEquals(List.of("^b"), config.texts("acceptedImages"));
    assertEquals(List.of("c:5000"), config.texts("insecureRegistries"));
    assertEquals("/etc/kuik/ca", config.text("certificateAuthorities"));
    assertTrue(config.at("ignorePullPolicyAlways").getAsBoolean());
    assertFalse(config.at("canaries").getAsBoolean());
  }

  @Test
  void whoRewritesWithoutAskingNeedsNoProof() {
    assertFalse(Chart.render("--set=controllers.webhook.rewrite=Always").controllerConfig().at("canaries")
        .getAsBoolean());
  }

  @Test
  void howLongImagesStayReachesTheConfiguration() {
    Manifest config = Chart
        .render("--set=cachedImagesExpiryDelay=1500000", "--set=refresh.tags=^(main|edge)$",
            "--set=refresh.interval=30m", "--set-string=refresh.availabilityInterval=0",
            "--set=cacheCheckInterval=10m", "--set=orphanGrace=1d12h")
        .controllerConfig();
    assertEquals("1500000", config.text("expiryDelay"));
    assertEquals("^(main|edge)$", config.text("refreshTags"));
    assertEquals("30m", config.text("refreshInterval"));
    assertEquals("0", config.text("availabilityInterval"));
    assertEquals("10m", config.text("cacheCheckInterval"));
    assertEquals("1d12h", config.text("orphanGrace"));
  }

  @ParameterizedTest
  @CsvSource({"36h, 36h", "90m, 90m", "0, 0", "null, ''", "'', ''"})
  void theExpiryDelayIsPassedOnAsItIs(String value, String text) {
    assertEquals(text,
        Chart.render("--set=cachedImagesExpiryDelay=" + value).controllerConfig().text("expiryDelay"));
  }

  @Test
  void refreshedIsWhatTheProxyAsksForUnlessToldOtherwise() {
    assertEquals("^edge$",
        Chart.render("--set=proxy.revalidateTags=^edge$").controllerConfig().text("refreshTags"));
    assertEquals("", Chart.render("--set=refresh.tags=").controllerConfig().text("refreshTags"));
  }

  @Test
  void allArchitecturesAndBuildsOfWindowsReachTheConfiguration() {
    Manifest config = Chart.render("--set=architectures={all,windows(10.0.20348)/amd64}").controllerConfig();
    assertEquals(List.of("all", "windows(10.0.20348)/amd64"), config.texts("platforms"));
  }

  @Test
  void everyFileThatItReadsIsMounted() {
    Manifest container = deployment("--set=rootCertificateAuthorities.secretName=ca")
        .part("spec/template/spec/containers/0");
    assertEquals(List.of("--config=/etc/kuik/controller/controller.json"), container.texts("args"));
    assertEquals(
        List.of("/etc/kuik/controller", "/etc/kuik/cache-worker",
            "/etc/kuik/garbage-collection", "/etc/kuik/tls", "/tmp", "/etc/kuik/ca"),
        container.parts("volumeMounts").stream().map(m -> m.text("mountPath")).toList());
    assertEquals(List.of("POD_NAME", "POD_NAMESPACE"),
        container.parts("env").stream().map(e -> e.text("name")).toList());
  }

  @Test
  void twoReplicasPreferDifferentNodes() {
    Manifest deployment = deployment();
    assertEquals(2, deployment.number("spec/replicas"));
    Manifest pod = deployment.part("spec/template/spec");
    assertTrue(pod.has("affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution"));
    assertEquals("ScheduleAnyway", pod.text("topologySpreadConstraints/0/whenUnsatisfiable"));
  }

  @Test
  void theirTemporaryFilesDoNotKeepANodeFromBeingRemoved() {
    String annotations = "spec/template/metadata/annotations/";
    String key = "cluster-autoscaler.kubernetes.io~safe-to-evict-local-volumes";
    Manifest deployment = deployment();
    assertEquals("tmp", deployment.text(annotations + key));
    assertEquals(List.of("tmp"), deployment.parts("spec/template/spec/volumes").stream()
        .filter(volume -> volume.has("emptyDir")).map(volume -> volume.text("name")).toList());
    Manifest other = deployment(
        "--set-string=controllers.podAnnotations.cluster-autoscaler\\.kubernetes\\.io/"
            + "safe-to-evict-local-volumes=a\\,tmp",
        "--set-string=controllers.podAnnotations.note=x");
    assertEquals("a,tmp", other.text(annotations + key));
    assertEquals("x", other.text(annotations + "note"));
  }

  @Test
  void probesAskTheOpsPortWhateverTheValuesSay() {
    Manifest container = deployment("--set=controllers.readinessProbe.httpGet.port=7439",
        "--set=controllers.readinessProbe.periodSeconds=42").part("spec/template/spec/containers/0");
    assertEquals("{\"path\":\"/readyz\",\"port\":\"ops\"}",
        container.at("readinessProbe/httpGet").toString());
    assertEquals(42, container.number("readinessProbe/periodSeconds"));
    assertEquals("/healthz", container.text("livenessProbe/httpGet/path"));
    assertEquals(8081, container.number("ports/1/containerPort"));
  }

  @Test
  void aNewConfigurationRestartsThem() {
    String path = "spec/template/metadata/annotations";
    Manifest before = deployment().part(path);
    assertNotEquals(before.text("checksum~config"),
        deployment("--set=proxy.hostPort=7000").part(path).text("checksum~config"));
    assertNotEquals(before.text("checksum~cache-worker"),
        deployment("--set=cacheWorker.image.tag=2").part(path).text("checksum~cache-worker"));
    assertNotEquals(before.text("checksum~garbage-collection"),
        deployment("--set=registry.garbageCollection.worker.image.tag=2").part(path)
            .text("checksum~garbage-collection"));
  }

  @Test
  void verbosityIsALogLevelOfTheJvm() {
    assertFalse(deployment().toString().contains("JDK_JAVA_OPTIONS"));
    assertEquals("-Dorg.slf4j.simpleLogger.defaultLogLevel=debug",
        deployment("--set=controllers.verbosity=DEBUG").text("spec/template/spec/containers/0/env/2/value"));
  }
}
