package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.e2e.bed.Api;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.util.List;
import java.util.function.Consumer;

/** What somebody can do to pods who has the token of the controllers' ServiceAccount, and nothing else. */
final class ControllersToken implements AutoCloseable {
  private static final String PODS = "/api/v1/namespaces/" + Story.USERS + "/pods";
  private static final String JOBS = "/apis/batch/v1/namespaces/" + Release.NAMESPACE + "/jobs?dryRun=All";

  private final Api api;

  ControllersToken() {
    String token = Kube.kubectl("-n", Release.NAMESPACE, "create", "token", Release.NAME + "-controllers");
    String server = Kube.kubectl("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}");
    // The account of the test bed's own configuration would win over a token.
    api = new Api(List.of("--kubeconfig=/dev/null", "--server=" + server.strip(),
        "--insecure-skip-tls-verify=true", "--token=" + token.strip()));
  }

  private Api.Answer patch(String pod, String operations) {
    return api.patch(PODS + "/" + pod + "?dryRun=All", "[" + operations + "]");
  }

  void assertRefused(String pod, String words, String operations) {
    Api.Answer answer = patch(pod, operations);
    assertTrue(answer.status() == 403 && answer.body().contains("-controllers-pods")
        && answer.body().contains(words), operations + ": " + answer);
  }

  void assertAllowed(String pod, String operations) {
    Api.Answer answer = patch(pod, operations);
    assertEquals(200, answer.status(), answer.body());
  }

  void assertCreatesNoPod() {
    Api.Answer answer = api.send("POST", PODS + "?dryRun=All", """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "stolen"},
         "spec": {"containers": [{"name": "main", "image": "nginx:1.27"}]}}""");
    assertEquals(403, answer.status(), answer.body());
  }

  /**
   * Creates the Job of a template, with its pod changed.
   *
   * @param part
   *          cache-worker or garbage-collection
   */
  private Api.Answer createJob(String part, Consumer<JsonObject> change) {
    JsonObject map = Kube.get("-n", Release.NAMESPACE, "configmap", Release.NAME + "-" + part);
    JsonObject job = JsonParser.parseString(Kube.text(map, "data", "job.json")).getAsJsonObject();
    job.getAsJsonObject("metadata").addProperty("name", "stolen");
    change.accept(job.getAsJsonObject("spec").getAsJsonObject("template").getAsJsonObject("spec"));
    return api.send("POST", JOBS, job.toString());
  }

  void assertCreatesJob(String part, Consumer<JsonObject> change) {
    Api.Answer answer = createJob(part, change);
    assertEquals(201, answer.status(), answer.body());
  }

  void assertCreatesNoJob(String words, Consumer<JsonObject> change) {
    Api.Answer answer = createJob("cache-worker", change);
    assertTrue(answer.status() == 403 && answer.body().contains("-controllers-jobs")
        && answer.body().contains(words), answer.toString());
  }

  /** A volume, to be put into a pod's list. */
  static void addVolume(JsonObject pod, String volume) {
    JsonArray volumes = pod.getAsJsonArray("volumes");
    volumes.add(JsonParser.parseString(volume));
  }

  /** What a pod's container may do, in place of what it might do before. */
  static void allow(JsonObject pod, String securityContext) {
    pod.getAsJsonArray("containers").get(0).getAsJsonObject().add("securityContext",
        JsonParser.parseString(securityContext));
  }

  @Override
  public void close() {
    api.close();
  }
}
