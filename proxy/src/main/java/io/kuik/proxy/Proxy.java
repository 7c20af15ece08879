package io.kuik.proxy;

import io.kuik.proxy.breaker.BreakerState;
import io.kuik.proxy.breaker.Breakers;
import io.kuik.proxy.lists.Listings;
import io.kuik.proxy.ops.AccessLog;
import io.kuik.proxy.ops.Metrics;
import io.kuik.proxy.ops.OpsServer;
import io.kuik.proxy.request.RequestParser;
import io.kuik.proxy.serve.CacheFirst;
import io.kuik.proxy.serve.ImageAnswers;
import io.kuik.proxy.serve.ImageServer;
import io.kuik.proxy.serve.InFlight;
import io.kuik.proxy.serve.PullHandler;
import io.kuik.proxy.serve.Revalidation;
import io.kuik.proxy.source.CacheCredential;
import io.kuik.proxy.source.CacheSource;
import io.kuik.proxy.source.Limits;
import io.kuik.proxy.source.ListReader;
import io.kuik.proxy.source.ManifestMemory;
import io.kuik.proxy.source.RegistryReader;
import io.kuik.proxy.source.UpstreamSource;
import io.kuik.proxy.stream.Bodies;
import io.kuik.proxy.stream.Counts;
import io.kuik.proxy.stream.SharedUpstream;
import io.kuik.proxy.stream.Trust;
import io.kuik.registry.HttpProxies;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program of the DaemonSet: settings, wiring, and the end when Kubernetes asks for it. */
public final class Proxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);
  /** With its buffers a pull takes up to 100 KiB of a heap of 64 MiB. */
  private static final int PULLS = 256;
  private static final String CACHE = "cache";
  private static final int MANIFEST_BYTES = 10 << 20;
  /** Within the 30 s that Kubernetes gives a pod to end. */
  private static final Duration DRAIN = Duration.ofSeconds(25);

  /** With the cache's time, what a list may take is below the ten seconds of any answer. */
  private static final Duration LIST = Duration.ofSeconds(4);
  private static final Duration LIST_BY_TAG = Duration.ofSeconds(3);
  private static final Duration LIST_OF_CACHE = Duration.ofSeconds(2);

  private final AtomicBoolean serving = new AtomicBoolean();
  private final Breakers caches;
  private final Breakers pulls;
  private final Breakers tags;
  private final ImageServer images;
  private final OpsServer ops;

  Proxy(Settings settings, int port, Function<String, RegistryEndpoint> upstreams, RegistryClient client)
      throws IOException {
    this(settings, port, upstreams, client, Limits.DEFAULT);
  }

  /** With other time limits. */
  Proxy(Settings settings, int port, Function<String, RegistryEndpoint> upstreams, RegistryClient client,
      Limits limits) throws IOException {
    var clock = InstantSource.system();
    var memory = new ManifestMemory(MANIFEST_BYTES);
    var reader = new RegistryReader(client, memory);
    var credential = new CacheCredential(settings.cacheCredentials());
    RegistryEndpoint registry = RegistryEndpoint.cache(settings.cache());
    caches = new Breakers(CacheSource.BREAKER, "", clock);
    pulls = new Breakers(UpstreamSource.BREAKER, "", clock);
    tags = new Breakers(UpstreamSource.BREAKER, " (tags)", clock);
    var cache = new CacheSource(reader, registry, credential, limits, caches.of(CACHE));
    var registries = new UpstreamSource(reader, upstreams, limits, limits.upstreamAnswer(), pulls);
    var trust = new Trust(clock);
    var counts = new Counts();
    var bodies = new Bodies(cache, registries, trust, counts, limits.resumes());
    var upstream = new SharedUpstream(registries, bodies, counts);
    var moved = new UpstreamSource(reader, upstreams, limits, limits.movedAnswer(), pulls);
    var heads = new UpstreamSource(reader, upstreams, limits, limits.tagDecision(), tags);
    var revalidation = new Revalidation(moving(settings.revalidateTags()), settings.revalidateEvery(),
        new SharedUpstream(heads, bodies, counts), clock);
    var decision = new CacheFirst(cache, upstream, new SharedUpstream(moved, bodies, counts), revalidation,
        bodies, trust);
    var inFlight = new InFlight(PULLS);
    var metrics = new Metrics(inFlight::count);
    var lister = new ListReader(client, memory);
    var lists = new Listings(lister.upstream(upstreams, LIST),
        lister.cache(registry, credential, LIST_OF_CACHE),
        new UpstreamSource(reader, upstreams, limits, LIST_BY_TAG, pulls), cache);
    var handler = new PullHandler(new RequestParser(settings.port()), new ImageAnswers(decision, cache),
        lists::read, inFlight, metrics.andThen(new AccessLog()));
    images = new ImageServer(port, handler, inFlight);
    serving.set(true);
    ops = new OpsServer(settings.opsAddress(), metrics, serving::get);
  }

  /** Starts to serve, and ends with exit code 1 if it can't. */
  public static void main(String[] args) {
    JdkSettings.apply();
    try {
      Settings settings = Settings.from(System.getenv());
      LOG.info("proxy starting {}", settings);
      var client = new RegistryClient(
          new RegistrySettings(settings.insecureRegistries(), settings.certificateAuthorities(),
              HttpProxies.from(System.getenv()), "kube-image-keeper-proxy/" + version()));
      var proxy = new Proxy(settings, settings.port(), client::upstream, client);
      Runtime.getRuntime().addShutdownHook(new Thread(proxy::stop, "stop"));
      LOG.info("proxy ready port={} ops={}", settings.port(), settings.opsAddress());
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("proxy can't start: {}", e.getMessage());
      System.exit(1);
    }
  }

  /** What the user says moves, and what moves by its nature. */
  private static String moving(String tags) {
    return tags.isEmpty() ? Listings.MOVING_TAGS : "(?:" + tags + ")|" + Listings.MOVING_TAGS;
  }

  private static String version() {
    return Optional.ofNullable(Proxy.class.getPackage().getImplementationVersion()).orElse("dev");
  }

  /** Lets running pulls end; a signal that was obeyed is a success, which the JVM's own exit code is not. */
  private void stop() {
    boolean drained = drain(DRAIN);
    LOG.info("proxy stopped drained={}", drained);
    Runtime.getRuntime().halt(0);
  }

  boolean drain(Duration limit) {
    serving.set(false);
    try {
      return images.drain(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** How the cache and the upstreams are treated at the moment. */
  List<BreakerState> breakers() {
    return Stream.of(caches, pulls, tags).flatMap(b -> b.states().stream()).toList();
  }

  int port() {
    return images.port();
  }

  int opsPort() {
    return ops.port();
  }

  @Override
  public void close() {
    images.close();
    ops.close();
  }
}
