package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Job that the controllers complete for each copy. */
@Tag("chart")
class CopyJobTest {
  private static final String CONTAINER = "spec/template/spec/containers/0";

  @Test
  void isACompleteJob() {
    Manifest job = Chart.render().copyJob();
    assertEquals("batch/v1", job.text("apiVersion"));
    assertEquals("Job", job.kind());
    assertEquals("kuik-system", job.text("metadata/namespace"));
    assertEquals("cache-worker", job.text("spec/template/metadata/labels/app.kubernetes.io~component"));
    assertEquals("Never", job.text("spec/template/spec/restartPolicy"));
    assertEquals("cache-worker", job.text(CONTAINER + "/name"));
  }

  @Test
  void endsAndLeavesByItself() {
    Manifest job = Chart.render().copyJob();
    assertEquals(2, job.number("spec/backoffLimit"));
    assertEquals(3600, job.number("spec/activeDeadlineSeconds"));
    assertEquals(3600, job.number("spec/ttlSecondsAfterFinished"));
    assertEquals("Ignore", job.text("spec/podFailurePolicy/rules/0/action"));
    assertEquals("true",
        job.text("spec/template/metadata/annotations/cluster-autoscaler.kubernetes.io~safe-to-evict"));
  }

  @Test
  void knowsTheCacheAndItsPassword() {
    Manifest job = Chart.render().copyJob();
    assertEquals(List.of("--cache=http://kube-image-keeper-registry.kuik-system.svc:5000",
        "--cache-credentials=/etc/kuik/registry"), job.texts(CONTAINER + "/args"));
    assertEquals("kube-image-keeper-registry-write",
        job.text("spec/template/spec/volumes/0/secret/secretName"));
    assertEquals("/etc/kuik/registry", job.text(CONTAINER + "/volumeMounts/0/mountPath"));
    assertFalse(job.has(CONTAINER + "/env"));
  }

  @Test
  void takesAuthoritiesAndInsecureRegistries() {
    Manifest job = Chart.render("--set=rootCertificateAuthorities.secretName=corporate",
        "--set=rootCertificateAuthorities.keys={root.pem}", "--set=insecureRegistries={a:5000,b}").copyJob();
    assertEquals(List.of("--certificate-authorities=/etc/kuik/ca", "--insecure-registries=a:5000,b"),
        job.texts(CONTAINER + "/args").subList(2, 4));
    assertEquals("corporate", job.text("spec/template/spec/volumes/2/secret/secretName"));
    assertEquals("root.pem", job.text("spec/template/spec/volumes/2/secret/items/0/key"));
    assertEquals("/etc/kuik/ca", job.text(CONTAINER + "/volumeMounts/2/mountPath"));
  }

  @Test
  void writesJsonAndBringsReferrersWhereThatIsWanted() {
    Manifest job = Chart.render("--set=cacheWorker.logFormat=json", "--set=cacheWorker.referrers=true")
        .copyJob();
    assertEquals(List.of("--log-format=json", "--referrers"), job.texts(CONTAINER + "/args").subList(2, 4));
  }

  @Test
  void allPartsThatAskRegistriesKnowTheProxiesOnTheWay() {
    Chart chart = Chart.render("--set=httpsProxy=http://proxy:3128", "--set=httpProxy=proxy:8080",
        "--set=noProxy={.corp.example,10.0.0.0/8}");
    List<Manifest> pods = List.of(chart.copyJob(), chart.get("Deployment", Chart.NAME + "-controllers"),
        chart.get("DaemonSet", Chart.NAME + "-proxy"));
    for (Manifest pod : pods) {
      List<String> set = pod.parts(CONTAINER + "/env").stream().filter(e -> e.text("name").endsWith("_PROXY"))
          .map(e -> e.text("name") + "=" + e.text("value")).toList();
      assertEquals(List.of("HTTPS_PROXY=http://proxy:3128", "HTTP_PROXY=proxy:8080",
          "NO_PROXY=.corp.example,10.0.0.0/8"), set, pod.kind());
    }
    assertFalse(chart.get("StatefulSet", Chart.NAME + "-registry").toString().contains("HTTPS_PROXY"));
  }

  @Test
  void takesItsSettings() {
    Manifest job = Chart.render("--set=cacheWorker.ttlSecondsAfterFinished=0",
        "--set=cacheWorker.backoffLimit=0", "--set=cacheWorker.verbosity=debug").copyJob();
    assertEquals(0, job.number("spec/ttlSecondsAfterFinished"));
    assertEquals(0, job.number("spec/backoffLimit"));
    assertEquals("JDK_JAVA_OPTIONS", job.text(CONTAINER + "/env/0/name"));
  }
}
