package io.kuik.proxy;

import io.kuik.proxy.source.Limits;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;

/** A proxy between a fake cache and a fake upstream, whose every registry it is, and a client. */
final class ProxyBed implements AutoCloseable {
  static final String IMAGE = "/v2/docker.io/library/nginx/";
  static final String CACHED = "docker.io/library/nginx";
  static final String UPSTREAM = "library/nginx";
  static final String PASSWORD = "correct-horse";

  /** The product's, without its pauses. */
  static final Limits QUICK = quick(Limits.DEFAULT);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final FakeRegistry cache = new FakeRegistry();
  final FakeRegistry upstream = new FakeRegistry();
  final Path credentials = Files.createTempDirectory("kuik-proxy");
  final Proxy proxy;
  private final List<CountDownLatch> hanging = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  ProxyBed() throws IOException {
    this(Optional.empty());
  }

  /** With another way to find an upstream than the fake one. */
  ProxyBed(Optional<Function<RegistryClient, Function<String, RegistryEndpoint>>> upstreams)
      throws IOException {
    this(upstreams, QUICK);
  }

  /** With these time limits. */
  ProxyBed(Optional<Function<RegistryClient, Function<String, RegistryEndpoint>>> upstreams, Limits limits)
      throws IOException {
    Files.writeString(credentials.resolve("username"), "kuik-read");
    Files.writeString(credentials.resolve("password"), PASSWORD + "\n");
    URI address = cache.endpoint().base();
    var settings = new Settings(7439, new InetSocketAddress("127.0.0.1", 0), address, credentials,
        Optional.empty(), Set.of(), "^latest$", Duration.ofSeconds(60));
    var client = new RegistryClient(new RegistrySettings(Set.of(), Optional.empty(), "test"));
    proxy = new Proxy(settings, 0, upstreams.map(u -> u.apply(client)).orElse(r -> upstream.endpoint()),
        client, limits);
  }

  private static Limits quick(Limits l) {
    return new Limits(l.cacheConnect(), l.cacheAnswer(), l.cacheStall(), l.upstreamConnect(),
        l.upstreamAnswer(), l.upstreamStall(), l.tagDecision(), l.movedAnswer(),
        l.resumes().stream().map(_ -> Duration.ZERO).toList());
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + proxy.port() + path);
  }

  HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
    return send("GET", path, headers);
  }

  HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    return http.send(request(method, path, headers), BodyHandlers.ofByteArray());
  }

  HttpRequest request(String method, String path, String... headers) {
    var builder = HttpRequest.newBuilder(uri(path)).method(method, HttpRequest.BodyPublishers.noBody());
    return (headers.length == 0 ? builder : builder.headers(headers)).build();
  }

  HttpClient http() {
    return http;
  }

  HttpResponse<String> ops(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + proxy.opsPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  /**
   * The metrics once no pull is in flight: a client has its whole answer before the proxy has written it
   * down.
   */
  String metrics() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String metrics = ops("/metrics").body();
    while (!metrics.contains("requests_in_flight 0.0")) {
      if (System.nanoTime() > end) {
        throw new AssertionError("pulls are in flight after " + PATIENCE + "\n" + metrics);
      }
      metrics = ops("/metrics").body();
    }
    return metrics;
  }

  /** A fault that answers nothing until the bed is closed. */
  FakeRegistry.Fault hang() {
    var end = new CountDownLatch(1);
    hanging.add(end);
    return exchange -> {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("hung");
    };
  }

  /** A fault that answers everything with this error. */
  static FakeRegistry.Fault failing(int status, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      FakeRegistry.error(exchange, status, "FAKE", "no luck");
      return true;
    };
  }

  @Override
  public void close() throws IOException {
    hanging.forEach(CountDownLatch::countDown);
    http.shutdownNow();
    proxy.close();
    cache.close();
    upstream.close();
    try (Stream<Path> files = Files.walk(credentials)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
