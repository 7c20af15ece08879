package io.kuik.controller;

import com.google.gson.JsonParser;
import io.kuik.controller.admission.Admission;
import io.kuik.controller.admission.ServerCertificate;
import io.kuik.controller.admission.WebhookServer;
import io.kuik.controller.arming.Obstacle;
import io.kuik.controller.cluster.ArmingResources;
import io.kuik.controller.cluster.Cluster;
import io.kuik.controller.cluster.ImageResources;
import io.kuik.controller.cluster.Leadership;
import io.kuik.controller.config.ControllerConfig;
import io.kuik.controller.image.CopyJob;
import io.kuik.controller.ops.Clockwork;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.ops.OpsServer;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.controller.servable.Servability;
import io.kuik.controller.servable.UpstreamProbe;
import io.kuik.controller.upstream.UpstreamHead;
import io.kuik.model.RewrittenName;
import io.kuik.registry.HttpProxies;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One replica of the controller: every one answers the webhook, one of them leads. */
final class Replica {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
  private static final Duration CERTIFICATE = Duration.ofSeconds(10);
  /**
   * How long a replica that was told to end goes on to answer reviews: until the last node's rules for the
   * Service have forgotten it.
   */
  private static final Duration DRAIN = Duration.ofSeconds(8);
  private static final int LAST_REVIEWS_SECONDS = 5;

  private final ControllerConfig config;
  private final ControllerMetrics metrics = new ControllerMetrics();
  private final Cluster cluster;
  private final ImageResources resources;
  private final ArmingResources arming;
  private final RegistryClient registries;
  private final ImageRules rules;
  private final Leader leader;
  private final Leadership leadership;
  private final ServerCertificate certificate;
  private final WebhookServer webhook;
  private final OpsServer ops;

  Replica(ControllerConfig config, Options options) throws IOException, GeneralSecurityException {
    this.config = config;
    var names = new RewrittenName(config.proxyPort());
    this.cluster = new Cluster(config.namespace(), config.selector(), metrics::called);
    this.resources = cluster.imageResources();
    this.arming = cluster.arming(config.fullname() + "-arming", config.fullname() + "-registry",
        config.proxyPort(), config.canaries());
    this.registries = new RegistryClient(
        new RegistrySettings(config.insecureRegistries(), config.certificateAuthorities(),
            HttpProxies.from(System.getenv()), "kube-image-keeper-controller"));
    this.rules = new ImageRules(config.images(), names);
    Path template = options.path("job-template", Path.of("/etc/kuik/cache-worker/job.json"));
    var jobs = new CopyJob(JsonParser.parseString(Files.readString(template)).getAsJsonObject());
    Path collection = options.path("collection-template", Path.of("/etc/kuik/garbage-collection/job.json"));
    this.leader = new Leader(config, cluster, new Leader.Resources(resources, arming), registries, rules,
        new Leader.Jobs(jobs, JsonParser.parseString(Files.readString(collection)).getAsJsonObject()),
        metrics);
    this.leadership = cluster.leadership(config.fullname() + "-controllers", identity());
    this.certificate = new ServerCertificate(options.path("tls", Path.of("/etc/kuik/tls")));
    var admission = new Admission(config.filter(), rules, names, servability(), metrics);
    this.webhook = new WebhookServer(options.port("webhook-port", 9443), certificate, admission, metrics);
    this.ops = new OpsServer(options.port("ops-port", 8081), metrics, this::unready, leader::unhealthy);
  }

  private static String identity() {
    return Optional.ofNullable(System.getenv("POD_NAME")).filter(n -> !n.isEmpty())
        .orElse("controller-" + ProcessHandle.current().pid());
  }

  private Servability servability() {
    var probe = new UpstreamProbe(new UpstreamHead(registries)::available, InstantSource.system());
    return new Servability(config.rewrite(), () -> arming.obstacle().map(Obstacle::message),
        i -> resources.cachedForAll(i, cluster.registryIncarnation()), probe, InstantSource.system());
  }

  private Optional<String> unready() {
    return cluster.synced() ? Optional.empty() : Optional.of("the cluster's objects are not known yet");
  }

  /** Runs until the process is told to end. */
  void run() throws InterruptedException {
    config.garbage().mistake().ifPresent(why -> LOG.error("no garbage is collected: {}", why));
    var end = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(end), "shutdown"));
    metrics.watch(() -> count(true), () -> count(false),
        () -> arming.obstacle().map(o -> o.reason().word()));
    // The first HEAD has a second for all it does; reading the certificate authorities is not to be part of
    // it.
    registries.tls();
    cluster.start();
    arming.start();
    ops.start();
    webhook.start();
    new Clockwork().every(CERTIFICATE, "webhook certificate", certificate::refresh);
    leadership.seek(leader::lead, () -> {
      LOG.error("leadership lost, ending so that another replica can lead");
      Runtime.getRuntime().halt(1);
    });
    end.await();
  }

  private int count(boolean cached) {
    return Math
        .toIntExact(cluster.images().all().stream().filter(i -> i.status().cached() == cached).count());
  }

  /** The other replica leads at once, and for a while both answer. */
  private void stop(CountDownLatch end) {
    LOG.info("stopping");
    webhook.drain();
    Thread resignation = Thread.ofPlatform().daemon().name("resignation").start(this::resign);
    try {
      Thread.sleep(DRAIN);
      resignation.join(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    webhook.stop(LAST_REVIEWS_SECONDS);
    ops.stop();
    end.countDown();
  }

  /** First this replica stops acting, then another may begin. */
  private void resign() {
    try {
      leader.stop();
      leadership.release();
      LOG.info("leads no more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
