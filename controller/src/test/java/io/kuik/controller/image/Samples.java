package io.kuik.controller.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.json.SingleQuotes;
import io.kuik.controller.pod.PodView;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;

/** Pods, Jobs and templates as the API server would show them. */
final class Samples {
  /** The digest that every copy has. */
  static final String DIGEST = "sha256:" + "a".repeat(64);

  private static final String TEMPLATE = """
      {"apiVersion": "batch/v1", "kind": "Job",
       "metadata": {"labels": {"app.kubernetes.io/component": "cache-worker"}},
       "spec": {"backoffLimit": 2, "podFailurePolicy": {"rules": []},
        "template": {"metadata": {"labels": {"app.kubernetes.io/component": "cache-worker"}},
         "spec": {"restartPolicy": "Never", "containers": [{"name": "sidecar", "args": ["x"]},
          {"name": "cache-worker", "args": ["--cache=http://registry:5000"]}]}}}}""";

  private Samples() {
  }

  static JsonObject json(String text) {
    return SingleQuotes.json(text);
  }

  static CopyJob jobs() {
    return new CopyJob(JsonParser.parseString(TEMPLATE).getAsJsonObject());
  }

  static PodView pod(String name, boolean managed, String phase, String... images) {
    return PodView.of(podJson(name, managed, phase, images));
  }

  /** A pod of namespace n as the API server shows it. */
  static JsonObject podJson(String name, boolean managed, String phase, String... images) {
    JsonObject pod = json("{'metadata': {'namespace': 'n', 'name': '" + name + "', 'labels': {"
        + (managed ? "'kuik.enix.io/managed': 'true'" : "") + "}}, 'spec': {}, 'status': {'phase': '" + phase
        + "'}}");
    var containers = new JsonArray();
    for (String image : images) {
      var container = new JsonObject();
      container.addProperty("name", "c" + containers.size());
      container.addProperty("image", image);
      containers.add(container);
    }
    pod.getAsJsonObject("spec").add("containers", containers);
    return pod;
  }

  /** The JSON that a worker leaves. */
  static String report(CopyOutcome outcome, String image) {
    return report(outcome, image, CacheLocation.of(ImageReference.parse(image)));
  }

  /** The same with a copy that is kept somewhere else. */
  static String report(CopyOutcome outcome, String image, CacheLocation place) {
    return "{\"outcome\": \"" + outcome.reason() + "\", \"image\": \"" + image + "\", \"location\": \""
        + (outcome.cached() ? place.repository() + ":" + place.tag() : "") + "\", \"digest\": \"" + DIGEST
        + "\", \"size\": 7, \"movedBytes\": 7, \"message\": \"it ended " + outcome.reason() + "\"}";
  }

  /** The same, with what the upstream said of our pulls. */
  static String report(CopyOutcome outcome, String image, long retryAfter, long limit, long remaining) {
    JsonObject report = JsonParser.parseString(report(outcome, image)).getAsJsonObject();
    report.addProperty("retryAfterSeconds", retryAfter);
    report.addProperty("pullLimit", limit);
    report.addProperty("pullsRemaining", remaining);
    return report.toString();
  }

  /** A worker's pod whose container has ended. */
  static JsonObject ended(String name, String job, String jobUid, int exitCode, String reason,
      String message) {
    JsonObject pod = running(name, job, jobUid);
    var terminated = new JsonObject();
    terminated.addProperty("exitCode", exitCode);
    terminated.addProperty("reason", reason);
    terminated.addProperty("message", message);
    var state = new JsonObject();
    state.add("terminated", terminated);
    pod.getAsJsonObject("status").getAsJsonArray("containerStatuses").get(0).getAsJsonObject().add("state",
        state);
    return pod;
  }

  /** A worker's pod that runs. */
  static JsonObject running(String name, String job, String jobUid) {
    return json("{'metadata': {'name': '" + name + "', 'creationTimestamp': '2026-01-01T00:00:00Z',"
        + " 'labels': {'batch.kubernetes.io/job-name': '" + job + "', 'batch.kubernetes.io/controller-uid': '"
        + jobUid
        + "'}}, 'status': {'containerStatuses': [{'name': 'cache-worker', 'state': {'running': {}}}]}}");
  }
}
