package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.util.ArrayList;
import java.util.List;

/** What somebody can do to a pod who has the token of the controllers' ServiceAccount, and nothing else. */
final class ControllersToken {
  private final String pod;
  private final List<String> access;

  ControllersToken(String pod) {
    this.pod = pod;
    String token = Kube.kubectl("-n", Release.NAMESPACE, "create", "token", Release.NAME + "-controllers");
    String server = Kube.kubectl("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}");
    // The account of the test bed's own configuration would win over a token.
    this.access = List.of("--kubeconfig=/dev/null", "--server=" + server.strip(),
        "--insecure-skip-tls-verify=true", "--token=" + token.strip(), "-n", Story.USERS);
  }

  private Bed.Result run(String input, String... arguments) {
    var line = new ArrayList<>(access);
    line.addAll(List.of(arguments));
    return Bed.attempt(input, "kubectl", line.toArray(String[]::new));
  }

  private Bed.Result patch(String operations) {
    return run("", "patch", "pod", pod, "--type=json", "--dry-run=server", "-p", "[" + operations + "]");
  }

  void assertRefused(String words, String operations) {
    Bed.Result result = patch(operations);
    assertTrue(result.exit() != 0 && result.error().contains("-controllers-pods")
        && result.error().contains(words), operations + ": " + result.error() + result.output());
  }

  void assertAllowed(String operations) {
    Bed.Result result = patch(operations);
    assertEquals(0, result.exit(), result.error());
  }

  Bed.Result createPod() {
    return run(Workloads.pod(Story.USERS, "stolen", "nginx:1.27", "", ""), "create", "-f", "-");
  }
}
