package train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/** The gc-worker stops the registry of a fake Kubernetes API. */
final class GcWorkerExercise implements Exercise {
  private static final String SETS = "/apis/apps/v1/namespaces/kuik-system/statefulsets";

  private final FakeKubernetes kubernetes;
  private final List<String> arguments;

  GcWorkerExercise(Surroundings surroundings) throws IOException, GeneralSecurityException {
    kubernetes = new FakeKubernetes(surroundings.tlsServer(false));
    kubernetes.put(SETS,
        "{\"metadata\": {\"name\": \"registry\"}, \"spec\": {\"replicas\": 1}, \"status\": {\"replicas\": 0}}");
    Path account = surroundings.file("account/token", "training").getParent();
    Files.copy(surroundings.certificates().authorities().resolve("ca.crt"), account.resolve("ca.crt"));
    surroundings.file("data/docker/registry/v2/blobs/sha256/00/" + "0".repeat(64) + "/data", "blob");
    surroundings.file("data/docker/registry/v2/repositories/a/_manifests/tags/v1/current/link",
        "sha256:" + "0".repeat(64));
    arguments = List.of("--namespace=kuik-system", "--stateful-set=registry",
        "--api=https://127.0.0.1:" + kubernetes.address().getPort(), "--account=" + account,
        "--data=" + surroundings.folder("data"), "--work=" + surroundings.folder("work"),
        "--termination-log=" + surroundings.file("termination-log", ""), "stop");
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public void verify() throws IOException {
    String set = Json.write(kubernetes.all(SETS).getFirst());
    if (!set.contains("\"spec\":{\"replicas\":0}")) {
      throw new IOException("the registry was not scaled to nothing: " + set);
    }
  }
}
