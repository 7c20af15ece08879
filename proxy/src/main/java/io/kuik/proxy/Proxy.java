package io.kuik.proxy;

import io.kuik.proxy.canary.CanaryImage;
import io.kuik.proxy.debug.DebugPage;
import io.kuik.proxy.debug.Diagnosis;
import io.kuik.proxy.debug.Health;
import io.kuik.proxy.ops.AccessLog;
import io.kuik.proxy.ops.LastErrors;
import io.kuik.proxy.ops.LastSuccess;
import io.kuik.proxy.ops.Metrics;
import io.kuik.proxy.ops.OpsServer;
import io.kuik.proxy.ops.PullReport;
import io.kuik.proxy.ops.SelfCheck;
import io.kuik.proxy.ops.Vitals;
import io.kuik.proxy.request.RequestParser;
import io.kuik.proxy.serve.ImageServer;
import io.kuik.proxy.serve.InFlight;
import io.kuik.proxy.serve.PullHandler;
import io.kuik.proxy.source.Limits;
import io.kuik.registry.HttpProxies;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program of the DaemonSet: settings, wiring, and the end when Kubernetes asks for it. */
public final class Proxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);
  /** With its buffers a pull takes up to 100 KiB of a heap of 64 MiB. */
  private static final int PULLS = 256;
  /** Within the 30 s that Kubernetes gives a pod to end. */
  private static final Duration DRAIN = Duration.ofSeconds(25);

  /** Below the time that the chart gives the probe. */
  private static final Duration SELF_CHECK = Duration.ofSeconds(3);

  private final AtomicBoolean serving = new AtomicBoolean();
  private final Registries registries;
  private final ImageServer images;
  private final OpsServer ops;

  Proxy(Settings settings, int port, Function<String, RegistryEndpoint> upstreams, RegistryClient client)
      throws IOException {
    this(settings, port, upstreams, client, Limits.DEFAULT);
  }

  /** With other time limits. */
  Proxy(Settings settings, int port, Function<String, RegistryEndpoint> upstreams, RegistryClient client,
      Limits limits) throws IOException {
    registries = new Registries(settings, upstreams, client, limits);
    var inFlight = new InFlight(PULLS);
    InstantSource clock = InstantSource.system();
    var vitals = new Vitals(inFlight::count, registries::breakers);
    var successes = new LastSuccess(clock);
    var errors = new LastErrors(clock);
    var metrics = new Metrics(version(), inFlight::count, successes);
    metrics.watch(registries::breakers, registries.counts(), registries::held);
    var handler = new PullHandler(new RequestParser(settings.port()), registries.images(),
        registries.lists()::read, CanaryImage.ofThisNode()::answer, inFlight,
        counted(metrics.andThen(successes).andThen(errors)).andThen(new AccessLog()));
    var debug = new DebugPage(
        new Diagnosis(settings.port(), registries.cache(), registries.upstream(), handler::preview),
        new Health(version(), vitals, successes, errors, clock), handler);
    images = new ImageServer(port, debug, inFlight);
    serving.set(true);
    ops = new OpsServer(settings.opsAddress(), metrics, serving::get, new SelfCheck(port(), SELF_CHECK));
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

  /** A canary pulls what no source has, so it is in the log only. */
  private static Consumer<PullReport> counted(Consumer<PullReport> counters) {
    return pull -> {
      if (!pull.subject().equals(PullReport.Subject.CANARY)) {
        counters.accept(pull);
      }
    };
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

  Registries registries() {
    return registries;
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
    registries.close();
  }
}
