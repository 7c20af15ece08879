package train;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/**
 * The proxy serves an image that is cached, one that it must fetch from its upstream, and one that nobody
 * has.
 */
final class ProxyExercise implements Exercise {
  private static final int ROUNDS = 20;

  private final Map<String, String> environment;
  private final Requests requests;
  private final String images;
  private final String ops;
  private final String host;
  private final String layer;

  ProxyExercise(Surroundings surroundings) throws IOException, GeneralSecurityException {
    FakeRegistry upstream = FakeRegistry.upstream(surroundings.tlsServer(true));
    FakeRegistry cache = FakeRegistry.cache(surroundings.clusterServer());
    host = upstream.authority().replace(":", "__");
    upstream.putImage("team/app", "v1");
    layer = cache.putImage(host + "/team/cached", "v1");
    Path password = surroundings.file("registry/password", FakeRegistry.PASSWORD);
    surroundings.file("registry/username", FakeRegistry.USER);
    int port = Surroundings.freePort();
    images = "http://127.0.0.1:" + port + "/v2/";
    ops = "127.0.0.1:" + Surroundings.freePort();
    requests = new Requests(surroundings.client());
    environment = Map.of("KUIK_PORT", Integer.toString(port), "KUIK_OPS_ADDRESS", ops, "KUIK_CACHE",
        "http://" + cache.authority(), "KUIK_CACHE_CREDENTIALS", password.getParent().toString(),
        "KUIK_CERTIFICATE_AUTHORITIES", surroundings.certificates().authorities().toString());
  }

  @Override
  public List<String> arguments() {
    return List.of();
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
    requests.until(200, URI.create(images));
    requests.until(200, URI.create("http://" + ops + "/readyz"));
    requests.expect(200, requests.head(URI.create(images + "kuik-canary/probe/manifests/1")));
    requests.expect(200, requests.get(URI.create(images + "kuik-canary/probe/manifests/1")));
    for (int i = 0; i < ROUNDS; i++) {
      image("cached");
      image("app");
      requests.expect(404, requests.get(URI.create(images + host + "/team/none/manifests/v1")));
      requests.expect(200, requests.get(URI.create("http://" + ops + "/healthz")));
      requests.expect(200, requests.get(URI.create("http://" + ops + "/metrics")));
    }
  }

  private void image(String name) throws IOException, InterruptedException {
    String repository = images + host + "/team/" + name;
    requests.expect(200, requests.head(URI.create(repository + "/manifests/v1")));
    requests.expect(200, requests.get(URI.create(repository + "/manifests/v1")));
    requests.expect(200, requests.get(URI.create(repository + "/blobs/" + layer)));
  }
}
