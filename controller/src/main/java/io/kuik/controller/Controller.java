package io.kuik.controller;

import io.kuik.controller.cluster.Cluster;
import io.kuik.controller.config.ControllerConfig;
import io.kuik.controller.uninstall.PendingPods;
import io.kuik.controller.uninstall.Uninstall;
import io.kuik.controller.uninstall.UninstallStore;
import io.kuik.model.RewrittenName;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controller's process: {@code controller [uninstall] --config=FILE}. */
public final class Controller {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

  private Controller() {
  }

  /**
   * The JDK's servers wait for a client for ever unless they are told not to; they read this when the first
   * one is made.
   */
  private static void limitRequests() {
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // The API server keeps a connection for 90 s after its last use. It must be the one who ends it: a review
    // that is sent while we do is lost, and its pod is admitted as it is.
    System.setProperty("sun.net.httpserver.idleInterval", "120");
  }

  /** Who doesn't want pods to be healed wants none to be patched. */
  private static Optional<PendingPods> pending(UninstallStore store, ControllerConfig config) {
    return Optional.of(new PendingPods(store, new RewrittenName(config.proxyPort())))
        .filter(p -> config.healingsPerMinute() > 0);
  }

  /** Exit code 2 means that the settings are wrong, 1 that something failed later. */
  public static void main(String[] args) {
    limitRequests();
    try {
      var options = Options.parse(args);
      ControllerConfig config = ControllerConfig
          .read(options.path("config", Path.of("/etc/kuik/controller/controller.json")));
      if (options.uninstall()) {
        var cluster = new Cluster(config.namespace(), config.selector(), (verb, resource) -> {
        });
        new Uninstall(cluster.uninstall(), pending(cluster.uninstall(), config), config.fullname(),
            config.selector()).run();
      } else {
        new Replica(config, options).run();
      }
    } catch (IllegalArgumentException e) {
      LOG.error("the controller can't start: {}", e.getMessage());
      System.exit(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.error("the controller failed", e);
      System.exit(1);
    }
  }
}
