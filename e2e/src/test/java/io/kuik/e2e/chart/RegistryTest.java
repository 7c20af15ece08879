package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cache registry: two containers over one volume. */
@Tag("chart")
class RegistryTest {
  private static final String NAME = "kube-image-keeper-registry";

  private static Manifest statefulSet(String... arguments) {
    return Chart.render(arguments).get("StatefulSet", NAME);
  }

  private static Manifest config(String key, String... arguments) {
    return Chart.parse(Chart.render(arguments).get("ConfigMap", NAME).text("data/" + key)).manifests()
        .getFirst();
  }

  @Test
  void replicasAreLeftOutSoThatGarbageCollectionCanScale() {
    assertFalse(statefulSet().has("spec/replicas"));
    assertFalse(statefulSet("--set=registry.replicas=1").has("spec/replicas"));
  }

  @Test
  void oneContainerWritesAndTheOtherOnlyReads() {
    List<Manifest> containers = statefulSet().parts("spec/template/spec/containers");
    assertEquals(List.of("serve", "/etc/kuik/config.yml"), containers.get(0).texts("args"));
    assertEquals(List.of("serve", "/etc/kuik/config-read-only.yml"), containers.get(1).texts("args"));
    assertEquals(5000, containers.get(0).number("ports/0/containerPort"));
    assertEquals(5001, containers.get(1).number("ports/0/containerPort"));
    assertFalse(containers.get(0).has("volumeMounts/0/readOnly"));
    assertTrue(containers.get(1).at("volumeMounts/0/readOnly").getAsBoolean());
  }

  @Test
  void configurationsDifferInWhatIsAllowed() {
    Manifest writing = config("config.yml");
    Manifest reading = config("config-read-only.yml");
    assertEquals("0.0.0.0:5000", writing.text("http/addr"));
    assertEquals("0.0.0.0:5001", reading.text("http/addr"));
    assertTrue(writing.at("storage/delete/enabled").getAsBoolean());
    assertFalse(reading.at("storage/delete/enabled").getAsBoolean());
    assertFalse(writing.at("storage/maintenance/readonly/enabled").getAsBoolean());
    assertTrue(reading.at("storage/maintenance/readonly/enabled").getAsBoolean());
    assertEquals("/etc/kuik-auth/htpasswd-write", writing.text("auth/htpasswd/path"));
    assertEquals("/etc/kuik-auth/htpasswd-read", reading.text("auth/htpasswd/path"));
    for (Manifest config : List.of(writing, reading)) {
      assertEquals("none", config.text("validation/manifests/indexes/platforms"));
      assertFalse(config.has("storage/cache"));
    }
  }

  @Test
  void unfinishedUploadsStayLongerThanACopyMayTake() {
    String path = "storage/maintenance/uploadpurging/age";
    assertEquals("7200s", config("config.yml").text(path));
    assertEquals("7200s", config("config.yml", "--set=cacheWorker.activeDeadlineSeconds=60").text(path));
    assertEquals("28800s", config("config.yml", "--set=cacheWorker.activeDeadlineSeconds=14400").text(path));
  }

  @Test
  void secretsAreReferredToAndNeverRendered() {
    Manifest pod = statefulSet().part("spec/template/spec");
    for (Manifest container : pod.parts("containers")) {
      assertEquals("kube-image-keeper-registry-server",
          container.text("env/0/valueFrom/secretKeyRef/name"));
      assertEquals("http-secret", container.text("env/0/valueFrom/secretKeyRef/key"));
    }
    assertEquals("htpasswd-write", pod.text("volumes/1/secret/items/0/key"));
    assertEquals("htpasswd-read", pod.text("volumes/2/secret/items/0/key"));
  }

  @Test
  void withoutPersistenceTheCacheIsAnEmptyDir() {
    Manifest set = statefulSet();
    assertFalse(set.has("spec/volumeClaimTemplates"));
    assertEquals("20Gi", set.text("spec/template/spec/volumes/3/emptyDir/sizeLimit"));
    assertEquals("{}", statefulSet("--set=registry.emptyDir.sizeLimit=")
        .at("spec/template/spec/volumes/3/emptyDir").toString());
    assertEquals("5Gi", statefulSet("--set=registry.emptyDir.sizeLimit=5Gi")
        .text("spec/template/spec/volumes/3/emptyDir/sizeLimit"));
  }

  @Test
  void withPersistenceTheCacheIsAClaim() {
    Manifest set = statefulSet("--set=registry.persistence.enabled=true",
        "--set=registry.persistence.size=7Gi", "--set=registry.persistence.storageClass=fast",
        "--set=registry.persistence.accessModes={ReadWriteOncePod}");
    Manifest claim = set.part("spec/volumeClaimTemplates/0");
    assertEquals("data", claim.name());
    assertEquals("7Gi", claim.text("spec/resources/requests/storage"));
    assertEquals("fast", claim.text("spec/storageClassName"));
    assertEquals(List.of("ReadWriteOncePod"), claim.texts("spec/accessModes"));
    assertEquals(3, set.list("spec/template/spec/volumes").size());
  }

  @Test
  void theDefaultStorageClassIsNotNamed() {
    Manifest claim = statefulSet("--set=registry.persistence.enabled=true")
        .part("spec/volumeClaimTemplates/0");
    assertFalse(claim.has("spec/storageClassName"));
    assertEquals(List.of("ReadWriteOnce"), claim.texts("spec/accessModes"));
  }

  @Test
  void theMisspelledKeyWorks() {
    Manifest claim = statefulSet("--set=registry.persistance.enabled=true",
        "--set=registry.persistance.size=9Gi").part("spec/volumeClaimTemplates/0");
    assertEquals("9Gi", claim.text("spec/resources/requests/storage"));
    assertTrue(statefulSet("--set=registry.persistance.size=9Gi", "--set=registry.persistence.size=9Gi",
        "--set=registry.persistence.enabled=true").has("spec/volumeClaimTemplates"));
  }

  @Test
  void upgradesOfTheChartDoNotRestartIt() {
    String before = statefulSet().part("spec/template").toString();
    String after = statefulSet("--set=controllers.image.tag=9.9.9", "--set=proxy.hostPort=7000")
        .part("spec/template").toString();
    assertEquals(before, after);
  }

  @Test
  void servicesNameBothPorts() {
    Chart chart = Chart.render();
    assertEquals(List.of("5000", "5001"),
        chart.get("Service", NAME).parts("spec/ports").stream().map(p -> p.text("port")).toList());
    assertEquals("None", chart.get("Service", NAME + "-headless").text("spec/clusterIP"));
    assertEquals(NAME + "-headless", chart.get("StatefulSet", NAME).text("spec/serviceName"));
  }
}
