package io.kuik.registry;

import io.kuik.model.PullBudget;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A registry's answer, whatever its status; the body is still on the wire. */
public final class RegistryResponse implements AutoCloseable {
  private final HttpURLConnection connection;
  private final int status;
  private final Optional<String> redirectedTo;
  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  RegistryResponse(HttpURLConnection connection) throws IOException {
    this.connection = connection;
    this.redirectedTo = Optional.empty();
    this.status = connection.getResponseCode();
    if (status < 0) {
      throw new IOException("the answer is no HTTP");
    }
    connection.getHeaderFields().forEach((name, values) -> {
      if (name != null) {
        headers.put(name, List.copyOf(values));
      }
    });
  }

  private RegistryResponse(RegistryResponse other, String redirectedTo) {
    this.connection = other.connection;
    this.status = other.status;
    this.headers.putAll(other.headers);
    this.redirectedTo = Optional.of(redirectedTo);
  }

  /** The same, known to come from another host than the registry. */
  RegistryResponse redirectedTo(String host) {
    return new RegistryResponse(this, host);
  }

  /** The host that the registry sent us to, such as that of its storage. */
  Optional<String> redirectedTo() {
    return redirectedTo;
  }

  /** The HTTP status code. */
  public int status() {
    return status;
  }

  /** All headers, case-insensitive. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).map(List::getFirst);
  }

  /** Content-Length, or -1 if the registry did not say it. */
  public long length() {
    try {
      return header("Content-Length").map(Long::parseLong).orElse(-1L);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** How long the registry wants to be left alone, if it said so. */
  public Optional<Duration> retryAfter() {
    return header("Retry-After").flatMap(StatusErrors::delay);
  }

  /** How many pulls the registry says are left. */
  public Optional<PullBudget> budget() {
    OptionalLong limit = count("ratelimit-limit");
    OptionalLong remaining = count("ratelimit-remaining");
    return limit.isPresent() && limit.getAsLong() > 0 && remaining.isPresent()
        ? Optional.of(new PullBudget(limit.getAsLong(), remaining.getAsLong()))
        : Optional.empty();
  }

  /** The number in front of {@code ;w=21600}, the window in seconds. */
  private OptionalLong count(String name) {
    try {
      return header(name)
          .map(v -> OptionalLong.of(Math.max(0, Long.parseLong(v.split("[;,]", 2)[0].strip()))))
          .orElseGet(OptionalLong::empty);
    } catch (NumberFormatException nonsense) {
      return OptionalLong.empty();
    }
  }

  /** The body; empty where there is none. */
  public InputStream body() throws IOException {
    InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    return body == null ? InputStream.nullInputStream() : body;
  }

  /** Ends the exchange; a body that was read to its end leaves the connection open for the next one. */
  @Override
  public void close() {
    try {
      body().close();
    } catch (IOException e) {
      connection.disconnect();
    }
  }

  /** Ends the exchange and the connection at once, also for a thread that waits for its bytes. */
  public void abort() {
    connection.disconnect();
  }
}
