package io.kuik.gcworker.cluster;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * The API server as a pod reaches it: GET and PUT of JSON. A client library would triple the image for these
 * two.
 */
public final class KubernetesApi {
  /** Where the kubelet puts a pod's token and the cluster's authority. */
  public static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int BYTES = 4 << 20;
  private static final int SHOWN = 500;

  private final URI server;
  private final Path account;
  private final SSLSocketFactory trusting;

  /** Trusts the authority in the account's folder. */
  public KubernetesApi(URI server, Path account) throws IOException, GeneralSecurityException {
    this.server = server;
    this.account = account;
    this.trusting = trusting(account.resolve("ca.crt"));
  }

  /** The address that the kubelet tells each pod. */
  public static URI inCluster(Map<String, String> environment) {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    if (host == null) {
      throw new IllegalArgumentException(
          "KUBERNETES_SERVICE_HOST is not set: run this in a pod, or name the API server with --api");
    }
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    return URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  private static SSLSocketFactory trusting(Path authorities) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(authorities)) {
      int number = 0;
      for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
    }
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  /** An object. */
  JsonObject get(String path) throws IOException {
    return send("GET", path, Optional.empty());
  }

  /** Replaces an object; refused if it is no longer the version that it says. */
  JsonObject put(String path, JsonObject object) throws IOException {
    return send("PUT", path, Optional.of(object));
  }

  private JsonObject send(String method, String path, Optional<JsonObject> body) throws IOException {
    var connection = (HttpURLConnection) server.resolve(path).toURL().openConnection();
    if (connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(trusting);
    }
    connection.setRequestMethod(method);
    connection.setConnectTimeout(Math.toIntExact(LIMIT.toMillis()));
    connection.setReadTimeout(Math.toIntExact(LIMIT.toMillis()));
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("Accept", "application/json");
    // Read each time: the kubelet replaces it before it ends.
    connection.setRequestProperty("Authorization",
        "Bearer " + Files.readString(account.resolve("token")).strip());
    if (body.isPresent()) {
      write(connection, body.get());
    }
    return answer(connection, method + " " + path);
  }

  private static void write(HttpURLConnection connection, JsonObject body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setFixedLengthStreamingMode(bytes.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(bytes);
    }
  }

  private static JsonObject answer(HttpURLConnection connection, String call) throws IOException {
    int status = connection.getResponseCode();
    try (InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      String text = in == null ? "" : new String(in.readNBytes(BYTES), StandardCharsets.UTF_8);
      if (status / 100 != 2) {
        throw new KubernetesException(status, call + ": HTTP " + status + " "
            + text.substring(0, Math.min(SHOWN, text.length())).strip());
      }
      return JsonParser.parseString(text).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException(call + ": the answer is no JSON object", e);
    }
  }
}
