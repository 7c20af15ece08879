package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.e2e.bed.Api;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.util.List;

/** What somebody can do to pods who has the token of the controllers' ServiceAccount, and nothing else. */
final class ControllersToken implements AutoCloseable {
  private static final String PODS = "/api/v1/namespaces/" + Story.USERS + "/pods";

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

  /** The webhook comes before the policy: it rewrites again what bears no mark, and nothing has changed. */
  void assertInVain(String pod, String image, String operations) {
    Api.Answer answer = patch(pod, operations);
    assertEquals(image, Kube.image(answer.json()), answer.body());
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

  @Override
  public void close() {
    api.close();
  }
}
