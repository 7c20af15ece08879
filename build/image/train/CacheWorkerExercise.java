package train;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/** The cache-worker copies an image from a fake upstream into a fake cache. */
final class CacheWorkerExercise implements Exercise {
  private final FakeRegistry cache;
  private final List<String> arguments;

  CacheWorkerExercise(Surroundings surroundings) throws IOException, GeneralSecurityException {
    cache = FakeRegistry.cache(surroundings.clusterServer());
    FakeRegistry upstream = FakeRegistry.upstream(surroundings.tlsServer(true));
    upstream.putImage("team/app", "v1");
    surroundings.file("registry/username", FakeRegistry.USER);
    Path password = surroundings.file("registry/password", FakeRegistry.PASSWORD);
    arguments = List.of("--image=" + upstream.authority() + "/team/app:v1",
        "--platforms=linux/amd64,linux/arm64",
        "--cache=http://" + cache.authority(), "--cache-credentials=" + password.getParent(),
        "--certificate-authorities=" + surroundings.certificates().authorities(),
        "--termination-log=" + surroundings.file("termination-log", ""));
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public void verify() throws IOException {
    if (cache.tagsWritten() != 1) {
      throw new IOException("the cache got " + cache.tagsWritten() + " tags instead of one");
    }
  }
}
