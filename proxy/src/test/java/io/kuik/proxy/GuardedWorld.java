package io.kuik.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kuik.registry.HttpProxies;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A machine of its own, with a public address, a private one and a cloud's metadata service, on which the
 * proxy is asked for what it must not touch. Prints what came of each question; {@link GuardIT} starts and
 * reads it.
 */
public final class GuardedWorld {
  private static final int PORT = 8080;
  private static final String DIGEST = "sha256:" + "0".repeat(64);
  private static final Map<String, String> TARGETS = Map.of("loop", "127.0.0.1", "meta", "169.254.169.254",
      "ten", "10.0.0.5", "loopname", "loop.example", "metaname", "meta.example", "privatename",
      "private.example");

  private final Map<String, AtomicInteger> hits = new ConcurrentHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();

  private GuardedWorld() {
  }

  /** Runs all. */
  public static void main(String[] args) throws Exception {
    // Every look is a new one, which is the best that an attacker can have.
    Security.setProperty("networkaddress.cache.ttl", "0");
    new GuardedWorld().run();
    System.exit(0);
  }

  private void run() throws Exception {
    for (String address : List.of("127.0.0.1", "169.254.169.254", "10.0.0.5", "203.0.113.9")) {
      listen(address);
    }
    try (var silent = new ServerSocket(443, 10, InetAddress.ofLiteral("169.254.169.254"))) {
      Thread.ofVirtual().start(() -> accept(silent));
      Set<String> insecure = Set.of("public.example:8080", "private.example:8080", "loop.example:8080",
          "meta.example:8080", "mixed.example:8080", "flip.example:8080", "flop.example:8080",
          "nat64.example:8080", "mapped.example:8080", "127.0.0.1:8080", "169.254.169.254:8080");
      var settings = new Settings(7439, new InetSocketAddress("127.0.0.1", 0),
          URI.create("http://127.0.0.1:1"),
          Path.of("none"), Optional.empty(), insecure, "", Duration.ofSeconds(60));
      var client = new RegistryClient(
          new RegistrySettings(insecure, Optional.empty(), HttpProxies.NONE, "test"));
      try (var proxy = new Proxy(settings, 0, client::upstream, client)) {
        ask(proxy.port());
      }
      // What it hears is the whole address, as every HTTP proxy does.
      var behind = new RegistryClient(new RegistrySettings(insecure, Optional.empty(),
          HttpProxies.from(Map.of("HTTP_PROXY", "http://10.0.0.5:8080", "HTTPS_PROXY", "http://10.0.0.5:8080",
              "NO_PROXY", "public.example")),
          "test"));
      try (var proxy = new Proxy(settings, 0, behind::upstream, behind)) {
        one(proxy.port(), "proxied", "a", "private.example:8080", 1);
        one(proxy.port(), "proxied https", "a", "elsewhere.example", 1);
        one(proxy.port(), "proxied not", "a", "public.example:8080", 1);
        one(proxy.port(), "proxied loop", "a", "127.0.0.1:8080", 1);
        one(proxy.port(), "proxied meta", "a", "169.254.169.254", 1);
      }
    }
  }

  private void ask(int port) throws Exception {
    for (String registry : List.of("public.example:8080", "private.example:8080", "127.0.0.1:8080",
        "169.254.169.254:8080", "169.254.169.254", "2130706433:8080", "127.1:8080", "loop.example:8080",
        "meta.example:8080", "meta.example", "mixed.example:8080", "nat64.example:8080",
        "mapped.example:8080")) {
      one(port, "name " + registry, "a", registry, 1);
    }
    for (String target : TARGETS.keySet()) {
      one(port, "redirect " + target, "redirect-" + target, "public.example:8080", 1);
      one(port, "realm " + target, "realm-" + target, "public.example:8080", 1);
    }
    one(port, "rebinding loopback", "a", "flip.example:8080", 40);
    one(port, "rebinding private", "redirect-ten", "flop.example:8080", 40);
  }

  /** Prints the question, the last status, and what was hit. */
  private void one(int port, String question, String repository, String registry, int times)
      throws IOException, InterruptedException {
    hits.clear();
    int status = 0;
    for (int i = 0; i < times; i++) {
      URI uri = URI.create(
          "http://127.0.0.1:" + port + "/v2/" + repository + "/blobs/" + DIGEST + "?ns=" + registry);
      HttpResponse<String> response = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      status = response.statusCode();
    }
    System.out.println("GUARD|" + question + "|" + status + "|" + hits);
  }

  private void listen(String address) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), PORT), 0);
    server.createContext("/", x -> answer(address, x));
    server.start();
  }

  private void accept(ServerSocket silent) {
    while (true) {
      try {
        silent.accept().close();
        hit("169.254.169.254 connected");
      } catch (IOException e) {
        return;
      }
    }
  }

  private void hit(String what) {
    hits.computeIfAbsent(what, w -> new AtomicInteger()).incrementAndGet();
  }

  private void answer(String address, HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      hit(address + (path.startsWith("/secret") ? " secret" : ""));
      String target = "http://" + TARGETS.getOrDefault(path.replaceAll("^/v2/[a-z]+-([a-z]+)/.*", "$1"), "")
          + ":" + PORT + "/secret";
      boolean evil = address.equals("203.0.113.9");
      if (evil && path.startsWith("/v2/redirect-")) {
        exchange.getResponseHeaders().set("Location", target);
        exchange.sendResponseHeaders(307, -1);
      } else if (evil && path.startsWith("/v2/realm-")) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"" + target + "\"");
        exchange.sendResponseHeaders(401, -1);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }
}
