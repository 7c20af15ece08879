package io.kuik.controller.cache;

import io.kuik.controller.image.Presence;
import io.kuik.model.CacheLocation;
import io.kuik.registry.Credential;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cache registry, as the controller sees it. */
public final class CacheRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(CacheRegistry.class);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration READ = Duration.ofSeconds(5);

  private final RegistryClient client;
  private final RegistryEndpoint endpoint;
  private final Supplier<Credential> credential;

  /** The credential is asked for at each call, because the leader may make it after we start. */
  public CacheRegistry(RegistryClient client, URI base, Supplier<Credential> credential) {
    this.client = client;
    this.endpoint = RegistryEndpoint.cache(base);
    this.credential = credential;
  }

  /** Whether a tag is there. */
  public Presence presence(CacheLocation location) {
    try {
      client.head(RegistryRequest.manifest(endpoint, "HEAD", location.repository(), location.tag())
          .as(credential.get())
          .within(CONNECT, READ));
      return Presence.PRESENT;
    } catch (RegistryException.NotFound e) {
      return Presence.ABSENT;
    } catch (RegistryException e) {
      LOG.warn("cache registry could not be asked: error={}", e.getMessage());
      return Presence.UNKNOWN;
    }
  }
}
