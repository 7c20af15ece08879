package io.kuik.e2e.bed;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The API server by plain HTTP, through {@code kubectl proxy}: for questions that are asked by the hundred.
 */
public final class Api implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final Process proxy;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(5)).build();
  private final String base;

  /** As the test bed's administrator. */
  public Api() {
    this(List.of());
  }

  /** As whoever these options of kubectl say. */
  public Api(List<String> access) {
    var command = new ArrayList<>(List.of(Bed.root().resolve("e2e/cluster/kubectl").toString(), "proxy",
        "--port=0"));
    command.addAll(access);
    try {
      proxy = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      BufferedReader output = proxy.inputReader();
      String line = output.readLine();
      if (line == null || !line.contains("127.0.0.1:")) {
        throw new AssertionError("kubectl proxy said: " + line);
      }
      base = "http://" + line.replaceFirst(".*(127\\.0\\.0\\.1:\\d+).*", "$1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An answer.
   *
   * @param status
   *          of HTTP; 0 if there was no answer, and then the body is the error
   */
  public record Answer(int status, String body, Duration took) {
    /** The object in it. */
    public JsonObject json() {
      if (!good()) {
        throw new AssertionError("HTTP " + status + ": " + body);
      }
      return JsonParser.parseString(body).getAsJsonObject();
    }

    /** Whether it is an object. */
    public boolean good() {
      return status / 100 == 2;
    }
  }

  /** Asks, whatever comes of it. */
  public Answer send(String method, String path, String body) {
    return send(method, path, "application/json", body);
  }

  /** Changes an object by a JSON patch (RFC 6902). */
  public Answer patch(String path, String operations) {
    return send("PATCH", path, "application/json-patch+json", operations);
  }

  private Answer send(String method, String path, String type, String body) {
    long start = System.nanoTime();
    try {
      HttpResponse<String> answer = client.send(
          HttpRequest.newBuilder(URI.create(base + path)).header("Content-Type", type)
              .timeout(LIMIT)
              .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8)).build(),
          HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body(), Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException e) {
      return new Answer(0, e.toString(), Duration.ofNanos(System.nanoTime() - start));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The objects below a path; fails if it is not answered. */
  public List<JsonObject> list(String path) {
    return Kube.objects(send("GET", path, "").json(), "items");
  }

  @Override
  public void close() {
    client.close();
    proxy.descendants().forEach(ProcessHandle::destroy);
    proxy.destroy();
  }
}
