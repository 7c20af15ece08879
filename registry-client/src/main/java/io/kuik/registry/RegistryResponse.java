package io.kuik.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A registry's answer, whatever its status; the body is still on the wire. */
public final class RegistryResponse implements AutoCloseable {
  private final HttpURLConnection connection;
  private final int status;
  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  RegistryResponse(HttpURLConnection connection) throws IOException {
    this.connection = connection;
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
