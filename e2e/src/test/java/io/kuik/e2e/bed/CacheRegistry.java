package io.kuik.e2e.bed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The cache registry of the release, asked from outside the cluster with the password that proxies have. */
public final class CacheRegistry {
  private static final String ACCEPT = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
      + "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String base;
  private final String authorization;

  /** Looks up the Service's address and the password. */
  public CacheRegistry() {
    base = "http://"
        + Kube.kubectl("-n", Release.NAMESPACE, "get", "service", Release.NAME + "-registry", "-o",
            "jsonpath={.spec.clusterIP}")
        + ":5001/v2/";
    var secret = Kube.get("-n", Release.NAMESPACE, "secret", Release.NAME + "-registry-read");
    authorization = "Basic " + Base64.getEncoder().encodeToString(
        (decoded(Kube.text(secret, "data", "username")) + ":"
            + decoded(Kube.text(secret, "data", "password")))
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  /** The bytes of a manifest, or an answer with another status. */
  public HttpResponse<byte[]> manifest(String repository, String version) {
    return send("GET", repository + "/manifests/" + version, authorization);
  }

  /** The bytes of a blob, or an answer with another status. */
  public HttpResponse<byte[]> blob(String repository, String digest) {
    return send("GET", repository + "/blobs/" + digest, authorization);
  }

  /** Asks whether a blob is there. */
  public int blobStatus(String repository, String digest) {
    return send("HEAD", repository + "/blobs/" + digest, authorization).statusCode();
  }

  /** Asks without a password, or with another method. */
  public int status(String method, String path, boolean withPassword) {
    return send(method, path, withPassword ? authorization : "Basic bm9ib2R5Ondyb25n").statusCode();
  }

  private HttpResponse<byte[]> send(String method, String path, String authorize) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).header("Accept", ACCEPT)
          .header("Authorization", authorize).method(method, HttpRequest.BodyPublishers.noBody()).build();
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(method + " " + base + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
