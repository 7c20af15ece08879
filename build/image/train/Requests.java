package train;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Requests to a component, each with a time limit. */
final class Requests {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration START = Duration.ofSeconds(120);

  private final HttpClient client;

  Requests(HttpClient client) {
    this.client = client;
  }

  HttpRequest get(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(LIMIT).build();
  }

  HttpRequest head(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(LIMIT).HEAD().build();
  }

  HttpRequest post(URI uri, String json) {
    return HttpRequest.newBuilder(uri).timeout(LIMIT).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json)).build();
  }

  /** The body of an answer that has the wanted status. */
  String expect(int status, HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() != status) {
      throw new IOException(request.method() + " " + request.uri() + " answered " + response.statusCode()
          + " instead of " + status + ": " + response.body());
    }
    return response.body();
  }

  /** Asks again until the component answers so, as it needs time to start. */
  void until(int status, URI uri) throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        expect(status, get(uri));
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new IOException(
              uri + " never answered " + status + " within " + START.toSeconds() + " s: " + e, e);
        }
        Thread.sleep(50);
      }
    }
  }
}
