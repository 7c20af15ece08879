package io.kuik.cacheworker;

import io.kuik.cacheworker.copy.CachedRepository;
import io.kuik.cacheworker.copy.CopyPreview;
import io.kuik.cacheworker.copy.CopyResult;
import io.kuik.cacheworker.copy.ImageCopy;
import io.kuik.cacheworker.copy.Patience;
import io.kuik.cacheworker.copy.SourceAccess;
import io.kuik.cacheworker.copy.UpstreamImage;
import io.kuik.cacheworker.jib.CacheWriter;
import io.kuik.cacheworker.report.ByteSize;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.cacheworker.report.Progress;
import io.kuik.cacheworker.report.ProgressLog;
import io.kuik.cacheworker.report.TerminationMessage;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import io.kuik.model.PullBudget;
import io.kuik.registry.Credential;
import io.kuik.registry.HttpProxies;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistrySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the worker: whatever happens, it ends with one log line, one termination message and one exit
 * code.
 */
final class CopyJob {
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);
  /** How long a signal waits for open uploads; a pod has 30 s until it is killed. */
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final String USER_AGENT = "kube-image-keeper/" + Version.current();
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1");
  private static final Logger LOG = LoggerFactory.getLogger(CacheWorker.class);

  private final WorkerOptions options;
  private final Surroundings surroundings;
  private final Optional<Path> userLogins;
  private final TerminationMessage termination;
  private final Progress progress = new Progress();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicReference<@Nullable ImageCopy> running = new AtomicReference<>();
  /** What the upstream says of our pulls, once there is one. */
  private volatile Supplier<Optional<PullBudget>> budget = Optional::empty;
  private final CountDownLatch over = new CountDownLatch(1);
  private final long start = System.nanoTime();

  /** The logins are those of a user who copies by hand. */
  CopyJob(WorkerOptions options, Surroundings surroundings, Optional<Path> userLogins) {
    this.options = options;
    this.userLogins = userLogins;
    this.surroundings = surroundings;
    this.termination = new TerminationMessage(options.terminationLog());
  }

  /** Copies and reports; the exit code is returned. */
  int run() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::interrupted, "sigterm"));
    try {
      CopySettings settings = CopySettings.of(options, userLogins);
      Destination destination = settings.destination();
      LOG.info("copy started image={} from={} to={} platforms={} credentials={}", settings.image(),
          settings.image().registry(), destination.registry(), settings.platforms(),
          settings.candidates().size());
      RegistryClient client = client();
      RegistryEndpoint upstream = surroundings.route().apply(source(client, settings));
      budget = () -> client.pullBudget(upstream);
      var patience = new Patience(surroundings.pause(), () -> ThreadLocalRandom.current().nextDouble(),
          surroundings.stall());
      SourceAccess access = SourceAccess.find(client, upstream, settings.image(), settings.candidates(),
          patience);
      CacheLocation location = destination.of(access.location(settings.image()));
      LOG.info("place chosen location={}:{} credential={}", location.repository(), location.tag(),
          access.credential() instanceof Credential.Anonymous ? "no" : "yes");
      var image = new UpstreamImage(client, upstream, settings.image(), access.credential(), patience);
      CachedRepository cached = cached(client, destination, location);
      return options.mode().dryRun()
          ? preview(new CopyPreview(image, cached, location.tag(), settings.platforms()))
          : succeeded(settings, location, copy(settings, client, image, cached, location));
    } catch (CopyFailure e) {
      return failed(e);
    } catch (RuntimeException | Error e) {
      LOG.error("unexpected error", e);
      return failed(new CopyFailure(CopyOutcome.INTERNAL, "The copy failed unexpectedly: " + e, e));
    }
  }

  /** A user may copy from a registry of their own machine; a name in a cluster must not lead into a node. */
  private static RegistryEndpoint source(RegistryClient client, CopySettings settings) {
    RegistryEndpoint endpoint = client.upstream(settings.image().registry());
    boolean local = settings.destination().any() && LOCAL.contains(endpoint.base().getHost());
    return local ? endpoint.unguarded() : endpoint;
  }

  private static CachedRepository cached(RegistryClient client, Destination destination,
      CacheLocation location) {
    Credential login = destination.login().map(Credential.class::cast).orElse(Credential.ANONYMOUS);
    return new CachedRepository(client, RegistryEndpoint.cache(destination.registry()), location.repository(),
        login).beside(destination.mountFrom());
  }

  private int preview(CopyPreview preview) {
    preview.run().forEach(System.out::println);
    ended.set(true);
    return 0;
  }

  private CopyResult copy(CopySettings settings, RegistryClient client, UpstreamImage upstream,
      CachedRepository cached, CacheLocation location) {
    Destination destination = settings.destination();
    CacheWriter.configure();
    if ("https".equals(destination.registry().getScheme()) || destination.any()) {
      CacheWriter.trust(client.tls());
    } else {
      CacheWriter.trustNobody();
    }
    var writer = new CacheWriter(destination.registry(), location.repository(), destination.login(),
        USER_AGENT);
    ImageCopy copy = new ImageCopy(upstream, cached, destination.any() ? writer.withTokens() : writer,
        location.tag(), settings.platforms(), progress, surroundings.pause());
    running.set(copy);
    Thread lines = ProgressLog.start(progress, LOG_INTERVAL);
    try {
      return copy.run(options.mode().referrers());
    } finally {
      lines.interrupt();
      over.countDown();
    }
  }

  private RegistryClient client() {
    HttpProxies proxies = proxies();
    try {
      return new RegistryClient(new RegistrySettings(options.insecureRegistries(),
          options.certificateAuthorities(), proxies, USER_AGENT));
    } catch (IllegalArgumentException e) {
      throw new CopyFailure(CopyOutcome.INVALID, "--certificate-authorities: " + e.getMessage(), e);
    }
  }

  private static HttpProxies proxies() {
    try {
      return HttpProxies.from(System.getenv());
    } catch (IllegalArgumentException e) {
      throw new CopyFailure(CopyOutcome.INVALID, "The environment: " + e.getMessage(), e);
    }
  }

  private int succeeded(CopySettings settings, CacheLocation location, CopyResult result) {
    if (ended.compareAndSet(false, true)) {
      LOG.info("copy ended outcome={} image={} digest={} moved={} alreadyThere={} seconds={}",
          result.outcome().reason(), settings.image(), result.digest(), ByteSize.text(result.movedBytes()),
          ByteSize.text(progress.thereBytes()), seconds());
      termination.write(new CopyReport(result.outcome().reason(), settings.image().canonical(),
          location.repository() + ":" + location.tag(), result.digest().toString(), result.size(),
          result.movedBytes(), 0, 0, 0, "").withUpstream(Optional.empty(), budget.get()));
    }
    return result.outcome().exitCode();
  }

  private int failed(CopyFailure e) {
    if (ended.compareAndSet(false, true)) {
      tell(e);
    }
    return e.outcome().exitCode();
  }

  private void tell(CopyFailure e) {
    String message = "Copying " + options.image() + " failed. " + e.advised();
    LOG.error("copy failed outcome={} moved={} seconds={} reason={}", e.outcome().reason(),
        ByteSize.text(progress.movedBytes()), seconds(), message);
    termination.write(new CopyReport(e.outcome().reason(), options.image(), "", "", 0,
        Math.max(0, progress.movedBytes()), 0, 0, 0, message)
        .withUpstream(e.retryAfter(), budget.get()));
  }

  /** Runs at every exit; whoever comes first writes the end, the copy or the signal. */
  private void interrupted() {
    if (ended.compareAndSet(false, true)) {
      tell(new CopyFailure(CopyOutcome.INTERRUPTED,
          "The worker was told to stop after " + ByteSize.text(progress.movedBytes()) + " of "
              + ByteSize.text(progress.totalBytes())));
      Optional.ofNullable(running.get()).ifPresent(this::stop);
      // Only a halt lets a process that a signal ended choose its exit code.
      Runtime.getRuntime().halt(CopyOutcome.INTERRUPTED.exitCode());
    }
  }

  private void stop(ImageCopy copy) {
    copy.stop();
    try {
      if (!over.await(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.debug("the copy did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String seconds() {
    return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9);
  }
}
