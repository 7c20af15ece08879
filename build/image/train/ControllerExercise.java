package train;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The controller admits pods, sees them in a fake Kubernetes API and has their image copied by a Job. */
final class ControllerExercise implements Exercise {
  private static final int REVIEWS = 100;
  private static final int CREATED = 10;
  private static final int POLLS = 900;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final String NAMESPACE = "kuik-system";
  private static final String NAME = "kube-image-keeper";
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String EVENTS = "/api/v1/namespaces/default/events";
  private static final String OWN_PODS = "/api/v1/namespaces/" + NAMESPACE + "/pods";
  private static final String JOBS = "/apis/batch/v1/namespaces/" + NAMESPACE + "/jobs";
  private static final String SETS = "/apis/apps/v1/namespaces/" + NAMESPACE + "/statefulsets";
  private static final String CACHED_IMAGES = "/apis/kuik.enix.io/v1alpha1/cachedimages";

  private final FakeKubernetes kubernetes;
  private final Requests requests;
  private final String image;
  private final List<String> arguments;
  private final Map<String, String> environment;
  private final URI webhook;
  private final String ops;

  ControllerExercise(Surroundings surroundings) throws IOException, GeneralSecurityException {
    FakeRegistry upstream = FakeRegistry.upstream(surroundings.tlsServer(true));
    FakeRegistry cache = FakeRegistry.cache(surroundings.clusterServer());
    upstream.putImage("team/app", "v1");
    // Where the copy would put it: what a fake Job has copied is looked for.
    cache.putImage(upstream.authority().replace(":", "__") + "/team/app", "v1");
    image = upstream.authority() + "/team/app:v1";
    kubernetes = new FakeKubernetes(surroundings.tlsServer(false));
    requests = new Requests(surroundings.client());
    int webhookPort = Surroundings.freePort();
    int opsPort = Surroundings.freePort();
    webhook = URI.create("https://127.0.0.1:" + webhookPort + "/mutate-core-v1-pod");
    ops = "http://127.0.0.1:" + opsPort;
    Path config = surroundings.file("controller.json",
        config(cache.authority(), surroundings.certificates().authorities()));
    arguments = List.of("--config=" + config, "--tls=" + surroundings.certificates().tls(),
        "--job-template=" + surroundings.file("job.json", jobTemplate()),
        "--collection-template=" + surroundings.file("collection.json", collectionTemplate()),
        "--webhook-port=" + webhookPort,
        "--ops-port=" + opsPort);
    environment = Map.of("KUBECONFIG", surroundings.file("kubeconfig", kubeconfig(surroundings)).toString(),
        "POD_NAME",
        "controller-0", "POD_NAMESPACE", NAMESPACE);
    populate();
  }

  private static String config(String cache, Path authorities) {
    return """
        {"namespace": "%s", "instance": "%s", "fullname": "%s",
         "registry": "http://%s", "proxyPort": 7439, "rewrite": "Servable",
         "maxConcurrentCopies": 3, "pullReservePercent": 50, "healingsPerMinute": 300, "expiryDelay": "30", "refreshTags": "^latest$", "refreshInterval": "1h", "availabilityInterval": "24h", "cacheCheckInterval": "1h",
         "orphanGrace": "24h", "platforms": [], "ignoredNamespaces": ["kube-system"], "ignoredImages": [],
         "acceptedImages": [], "ignorePullPolicyAlways": false, "objectSelector": {"matchExpressions": []},
         "ignoredOwners": [], "insecureRegistries": [], "garbageCollectionSchedule": "@weekly", "canaries": true, "certificateAuthorities": "%s"}
        """
        .formatted(NAMESPACE, NAME, NAME, cache, authorities);
  }

  private static String jobTemplate() {
    return """
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"namespace": "%s", "labels": %s},
         "spec": {"backoffLimit": 2, "template": {"spec": {"restartPolicy": "Never",
           "containers": [{"name": "cache-worker", "image": "cache-worker", "args": ["--cache=http://cache"]}]}}}}
        """
        .formatted(NAMESPACE, labels("cache-worker"));
  }

  private static String collectionTemplate() {
    return """
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"namespace": "%s", "labels": %s},
         "spec": {"backoffLimit": 0, "template": {"spec": {"restartPolicy": "Never",
           "containers": [{"name": "restore", "image": "gc-worker"}]}}}}
        """.formatted(NAMESPACE, labels("garbage-collection"));
  }

  private static String labels(String component) {
    return """
        {"app.kubernetes.io/name": "%s", "app.kubernetes.io/instance": "%s", "app.kubernetes.io/component": "%s"}
        """
        .formatted(NAME, NAME, component);
  }

  private String kubeconfig(Surroundings surroundings) {
    return """
        apiVersion: v1
        kind: Config
        current-context: training
        contexts: [{name: training, context: {cluster: training, user: training}}]
        clusters: [{name: training, cluster: {server: "https://127.0.0.1:%d", certificate-authority: %s}}]
        users: [{name: training, user: {token: training}}]
        """.formatted(kubernetes.address().getPort(),
        surroundings.certificates().authorities().resolve("ca.crt"));
  }

  private void populate() {
    for (String node : List.of("n1", "n2")) {
      kubernetes.put("/api/v1/nodes",
          """
              {"metadata": {"name": "%s"}, "status": {"nodeInfo": {"operatingSystem": "linux", "architecture": "amd64"},
               "conditions": [{"type": "Ready", "status": "True"}]}}"""
              .formatted(node));
      kubernetes.put(OWN_PODS, ownPod("proxy", node));
    }
    kubernetes.put(OWN_PODS, ownPod("registry", "n1"));
    kubernetes.put("/api/v1/namespaces/" + NAMESPACE + "/configmaps",
        "{\"metadata\": {\"name\": \"" + NAME + "-registry\"}, \"data\": {}}");
    kubernetes.put(PODS, pod("before", image, "{}"));
    kubernetes.put(SETS, set(""));
  }

  private static String set(String annotations) {
    return """
        {"metadata": {"name": "%s-registry", "annotations": {%s}}, "spec": {"replicas": 1}, "status": {"replicas": 1}}
        """
        .formatted(NAME, annotations);
  }

  /**
   * What a node's kubelet and container runtime would do about its canary, and what the controller makes of
   * it.
   */
  private void prove(String node) throws IOException, InterruptedException {
    Map<String, Object> canary = await("a canary on " + node, () -> kubernetes.all(OWN_PODS).stream()
        .filter(p -> Json.write(p).contains("kuik-canary")
            && Json.write(p).contains("\"nodeName\":\"" + node + "\""))
        .findFirst());
    Json.child(canary, "status").put("containerStatuses", List.of(Map.of("name", "canary", "imageID",
        "sha256:" + "0".repeat(64), "state", Map.of("terminated", Map.of("reason", "Completed")))));
    kubernetes.put(OWN_PODS, Json.write(canary));
    await("a proof of " + node,
        () -> kubernetes.all("/api/v1/namespaces/" + NAMESPACE + "/configmaps").stream()
            .filter(m -> Json.child(m, "data").containsKey(node)).findFirst());
  }

  /** A pod that can't have its image under our name gets the original one. */
  private void heal() throws IOException, InterruptedException {
    kubernetes.put(PODS, """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "w", "namespace": "default", "uid": "w",
          "labels": {"kuik.enix.io/managed": "true"}, "annotations": {"kuik.enix.io/rewrite-images": "true"}},
         "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "localhost:7439/%s"}]},
         "status": {"phase": "Pending", "containerStatuses": [{"name": "c", "state": {"waiting":
          {"reason": "ErrImagePull", "message": "not found"}}}]}}
        """.formatted(image.replaceFirst(":", "__")));
    await("an Event of a healed pod", () -> kubernetes.all(EVENTS).stream()
        .filter(e -> Json.write(e).contains("ImageHealed")).findFirst());
    kubernetes.put(PODS, pod("w", image, "{}"));
  }

  /** A garbage collection from its request to its end. */
  private void collect() throws IOException, InterruptedException {
    kubernetes.put(SETS, set("\"kuik.enix.io/collect-garbage\": \"now\""));
    Map<String, Object> job = await("a garbage collection Job", () -> kubernetes.all(JOBS).stream()
        .filter(j -> Json.write(j).contains("garbage-collection")).findFirst());
    String name = Json.child(job, "metadata").get("name").toString();
    kubernetes.put(OWN_PODS,
        """
            {"metadata": {"name": "%s-w", "labels": {"batch.kubernetes.io/job-name": "%s", %s},
             "spec": {"nodeName": "n1"}, "status": {"phase": "Succeeded", "containerStatuses": [{"name": "restore",
              "state": {"terminated": {"exitCode": 0, "reason": "Completed", "message": "{}"}}}]}}
            """
            .formatted(name, name, labels("garbage-collection").strip().substring(1)));
    Json.child(job, "status").put("conditions", List.of(Map.of("type", "Complete", "status", "True")));
    kubernetes.put(JOBS, Json.write(job));
    await("an end of the garbage collection", () -> kubernetes.all(SETS).stream()
        .filter(s -> Json.write(s).contains("Succeeded")).findFirst());
  }

  private static String ownPod(String component, String node) {
    return """
        {"metadata": {"name": "%s-%s", "labels": %s}, "spec": {"nodeName": "%s"},
         "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}
        """.formatted(component, node, labels(component), node);
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public boolean runsForEver() {
    return true;
  }

  @Override
  public void use() throws IOException, InterruptedException {
    requests.until(200, URI.create(ops + "/readyz"));
    prove("n1");
    prove("n2");
    for (int i = 0; i < CREATED; i++) {
      kubernetes.put(PODS, pod("p" + i, image, "{\"kuik.enix.io/managed\": \"true\"}"));
    }
    finish(await("a copy Job", () -> kubernetes.all(JOBS).stream().findFirst()));
    await("a CachedImage that is cached", () -> kubernetes.all(CACHED_IMAGES).stream()
        .filter(i -> Json.write(i).contains("\"isCached\":true")).findFirst());
    collect();
    heal();
    for (int i = 0; i < REVIEWS; i++) {
      requests.expect(200, requests.post(webhook, review(pod("r" + i, image, "{}"))));
      requests.expect(200, requests.post(webhook, review(pod("s" + i, image.replace("app", "none"), "{}"))));
    }
    requests.expect(200, requests.get(URI.create(ops + "/healthz")));
    requests.expect(200, requests.get(URI.create(ops + "/metrics")));
  }

  private static Map<String, Object> await(String what, Supplier<Optional<Map<String, Object>>> found)
      throws IOException, InterruptedException {
    for (int i = 0; i < POLLS; i++) {
      Optional<Map<String, Object>> object = found.get();
      if (object.isPresent()) {
        return object.get();
      }
      Thread.sleep(POLL);
    }
    throw new IOException(
        "the controller did not bring about " + what + " within " + POLL.multipliedBy(POLLS));
  }

  /** What Kubernetes and the worker would do: the worker's pod reports, then the Job is complete. */
  private void finish(Map<String, Object> job) {
    String name = Json.child(job, "metadata").get("name").toString();
    String report = Json
        .write(new TreeMap<>(Map.of("outcome", "Copied", "image", image, "location", "training",
            "digest", "sha256:" + "0".repeat(64), "message", "copied", "size", Json.number(1), "movedBytes",
            Json.number(1))));
    kubernetes.put(OWN_PODS,
        """
            {"metadata": {"name": "%s-w", "labels": {"batch.kubernetes.io/job-name": "%s", %s},
             "status": {"phase": "Succeeded", "containerStatuses": [{"name": "cache-worker", "state": {"terminated":
              {"exitCode": 0, "reason": "Completed", "message": %s}}}]}}
            """
            .formatted(name, name, labels("cache-worker").strip().substring(1), Json.write(report)));
    Json.child(job, "status").put("conditions", List.of(Map.of("type", "Complete", "status", "True")));
    kubernetes.put(JOBS, Json.write(job));
  }

  private static String pod(String name, String image, String labels) {
    return """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "namespace": "default", "labels": %s},
         "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "%s"}]}, "status": {"phase": "Running"}}
        """
        .formatted(name, labels, image);
  }

  private static String review(String pod) {
    return """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u",
         "operation": "CREATE", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "namespace": "default",
         "object": %s}}
        """.formatted(pod);
  }
}
