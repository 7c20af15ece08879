package train;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/** The controller admits pods, sees them in a fake Kubernetes API and has their image copied by a Job. */
final class ControllerExercise implements Exercise {
  private static final int REVIEWS = 100;
  private static final int PODS = 10;
  private static final String NAMESPACE = "kuik-system";
  private static final String NAME = "kube-image-keeper";
  private static final String JOBS = "/apis/batch/v1/jobs";

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
        "--job-template=" + surroundings.file("job.json", jobTemplate()), "--webhook-port=" + webhookPort,
        "--ops-port=" + opsPort);
    environment = Map.of("KUBECONFIG", surroundings.file("kubeconfig", kubeconfig(surroundings)).toString(),
        "POD_NAME",
        "controller-0", "POD_NAMESPACE", NAMESPACE);
    populate();
  }

  private static String config(String cache, Path authorities) {
    return """
        {"namespace": "%s", "fullname": "%s", "registry": "http://%s", "proxyPort": 7439, "rewrite": "Servable",
         "maxConcurrentCopies": 3, "platforms": [], "ignoredNamespaces": ["kube-system"], "ignoredImages": [],
         "acceptedImages": [], "ignorePullPolicyAlways": false, "objectSelector": {"matchExpressions": []},
         "ignoredOwners": [], "insecureRegistries": [], "certificateAuthorities": "%s"}
        """
        .formatted(NAMESPACE, NAME, cache, authorities);
  }

  private static String jobTemplate() {
    return """
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"namespace": "%s"},
         "spec": {"backoffLimit": 2, "template": {"spec": {"restartPolicy": "Never",
           "containers": [{"name": "cache-worker", "image": "cache-worker", "args": ["--cache=http://cache"]}]}}}}
        """
        .formatted(NAMESPACE);
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
    }
    kubernetes.put("/api/v1/namespaces", "{\"metadata\": {\"name\": \"default\"}}");
    kubernetes.put("/api/v1/namespaces/" + NAMESPACE + "/configmaps",
        "{\"metadata\": {\"name\": \"" + NAME + "-registry\"}, \"data\": {}}");
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
    requests.until(200, URI.create(ops + "/healthz"));
    for (int i = 0; i < PODS; i++) {
      kubernetes.put("/api/v1/namespaces/default/pods", pod("p" + i, image, ",\"nodeName\":\"n1\""));
    }
    for (int i = 0; i < REVIEWS; i++) {
      requests.expect(200, requests.post(webhook, review(pod("r" + i, image, ""))));
      requests.expect(200, requests.post(webhook, review(pod("h" + i, "127.0.0.1:1/none", ""))));
    }
    awaitJob();
    requests.expect(200, requests.get(URI.create(ops + "/readyz")));
    requests.expect(200, requests.get(URI.create(ops + "/metrics")));
  }

  private void awaitJob() throws IOException, InterruptedException {
    for (int i = 0; kubernetes.count(JOBS) == 0; i++) {
      if (i == 400) {
        throw new IOException("the controller made no copy Job within 40 s");
      }
      Thread.sleep(100);
    }
  }

  private static String pod(String name, String image, String placement) {
    return """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "%s", "namespace": "default", "labels": {"kuik.enix.io/managed": "true"}},
         "spec": {"containers": [{"name": "c", "image": "%s", "imagePullPolicy": "IfNotPresent"}]%s},
         "status": {"phase": "Running"}}""".formatted(name, image, placement);
  }

  private static String review(String pod) {
    return """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u", "operation": "CREATE",
         "kind": {"group": "", "version": "v1", "kind": "Pod"}, "namespace": "default", "object": %s}}"""
        .formatted(pod);
  }
}
