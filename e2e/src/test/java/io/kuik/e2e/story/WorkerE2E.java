package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.CacheRegistry;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 7: the worker with a credential, run by hand from the chart's own Job template. */
@Order(7)
class WorkerE2E {
  private static final String IMAGE = "private.example.test/team/secret:v1";

  @Test
  @Order(1)
  void aCopyWithACredentialGoesToThePrivatePlaceOnly() {
    Kube.kubectl("-n", Release.NAMESPACE, "create", "secret", "docker-registry", "by-hand",
        "--docker-server=private.example.test",
        "--docker-username=kuik", "--docker-password=correct-horse");
    Kube.apply(job("by-hand").toString());
    Kube.kubectl("-n", Release.NAMESPACE, "wait", "--for=condition=Complete", "job/by-hand", "--timeout=60s");
    String log = Kube.kubectl("-n", Release.NAMESPACE, "logs", "job/by-hand");
    assertTrue(!log.contains("correct-horse") && !log.contains("a3VpazpjbmU"), "no secret in the log");
    var cache = new CacheRegistry();
    assertEquals(200, cache.manifest("private/private.example.test/team/secret", "v1").statusCode());
    assertEquals(404, cache.manifest("private.example.test/team/secret", "v1").statusCode());
    String proxied = "http://localhost:7439/v2/private/private.example.test/team/secret/manifests/v1";
    assertEquals("404",
        Bed.run("nodex", "n1", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", proxied));
  }

  private static JsonObject job(String name) {
    String template = Kube.kubectl("-n", Release.NAMESPACE, "get", "configmap",
        Release.NAME + "-cache-worker", "-o",
        "jsonpath={.data.job\\.json}");
    JsonObject job = JsonParser.parseString(template).getAsJsonObject();
    job.getAsJsonObject("metadata").addProperty("name", name);
    JsonObject spec = job.getAsJsonObject("spec").getAsJsonObject("template").getAsJsonObject("spec");
    JsonObject worker = spec.getAsJsonArray("containers").get(0).getAsJsonObject();
    JsonArray args = worker.getAsJsonArray("args");
    args.add("--image=" + IMAGE);
    args.add("--platforms=linux/amd64");
    args.add("--source-credentials=/etc/kuik/source/.dockerconfigjson");
    worker.getAsJsonArray("volumeMounts")
        .add(JsonParser.parseString("{\"name\":\"source\",\"mountPath\":\"/etc/kuik/source\"}"));
    spec.getAsJsonArray("volumes")
        .add(JsonParser.parseString("{\"name\":\"source\",\"secret\":{\"secretName\":\"by-hand\"}}"));
    return job;
  }

  @Test
  @Order(2)
  void theSameWithoutItsCredentialSaysSo() {
    JsonObject job = job("without");
    JsonObject spec = job.getAsJsonObject("spec").getAsJsonObject("template").getAsJsonObject("spec");
    JsonArray args = spec.getAsJsonArray("containers").get(0).getAsJsonObject().getAsJsonArray("args");
    args.remove(args.size() - 1);
    job.getAsJsonObject("spec").addProperty("backoffLimit", 0);
    Kube.apply(job.toString());
    Kube.kubectl("-n", Release.NAMESPACE, "wait", "--for=condition=Failed", "job/without", "--timeout=60s");
    JsonObject pod = Kube.list("-n", Release.NAMESPACE, "pods", "-l", "batch.kubernetes.io/job-name=without")
        .getFirst();
    JsonObject end = Kube
        .at(Kube.objects(pod, "status", "containerStatuses").getFirst(), "state", "terminated").orElseThrow()
        .getAsJsonObject();
    assertEquals("11", Kube.text(end, "exitCode"));
    JsonObject report = JsonParser.parseString(Kube.text(end, "message")).getAsJsonObject();
    assertEquals("Unauthorized", Kube.text(report, "outcome"));
    assertTrue(Kube.text(report, "message").contains(IMAGE), report.toString());
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "job", "by-hand", "without");
  }
}
