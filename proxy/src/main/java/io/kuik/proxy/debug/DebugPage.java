package io.kuik.proxy.debug;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.kuik.registry.Redaction;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /debug} on the images' port, which only the node and {@code kubectl port-forward} reach: names of
 * images and words of registries are nothing for every pod. It has no image data and no credential.
 */
public final class DebugPage implements HttpHandler {
  private static final String PATH = "/debug";
  /** It asks registries, so it is not for many at once. */
  private static final int READERS = 2;
  private static final int LONGEST = 1024;
  /** A web page whose name was made to mean this machine still sends its own name. */
  private static final Pattern LOCAL = Pattern
      .compile("(?:localhost|127\\.[0-9.]+|\\[[0-9a-fA-F:]+])(?::[0-9]+)?");

  private final Semaphore readers = new Semaphore(READERS);
  private final Diagnosis diagnosis;
  private final Health health;
  private final HttpHandler others;

  /** {@code others} answers every other path. */
  public DebugPage(Diagnosis diagnosis, Health health, HttpHandler others) {
    this.diagnosis = diagnosis;
    this.health = health;
    this.others = others;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (!PATH.equals(exchange.getRequestURI().getPath())) {
      others.handle(exchange);
      return;
    }
    String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host")).orElse("");
    if (!host.isEmpty() && !LOCAL.matcher(host).matches()) {
      send(exchange, 403, "this page is for localhost\n");
    } else if (!readers.tryAcquire()) {
      send(exchange, 503, "others read this page; try again\n");
    } else {
      try {
        send(exchange, 200, text(exchange.getRequestURI().getRawQuery()));
      } finally {
        readers.release();
      }
    }
  }

  private String text(@Nullable String query) {
    Optional<String> image = Arrays.stream(Optional.ofNullable(query).orElse("").split("&"))
        .filter(p -> p.startsWith("image=") && p.length() < LONGEST).map(p -> p.substring("image=".length()))
        .findFirst();
    return Redaction
        .of(image.map(i -> diagnosis.of(decoded(i))).orElse(Diagnosis.USAGE) + "\n" + health.text());
  }

  private static String decoded(String parameter) {
    try {
      return URLDecoder.decode(parameter, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return parameter;
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
