package io.kuik.controller.upstream;

import io.kuik.model.ImageReference;
import io.kuik.model.PullBudget;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import io.kuik.registry.RegistryResponse;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an image's registry as everybody may: by a HEAD without a credential, which is not counted as a pull.
 */
public final class UpstreamHead {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamHead.class);
  /**
   * The webhook itself waits no longer than this for the images of a pod together; and who only wants to know
   * how many pulls are left can do without.
   */
  private static final Duration PROBE = Duration.ofSeconds(1);

  private final RegistryClient client;
  private final Duration probe;

  /** Asks with this client. */
  public UpstreamHead(RegistryClient client) {
    this(client, PROBE);
  }

  UpstreamHead(RegistryClient client, Duration probe) {
    this.client = client;
    this.probe = probe;
  }

  /** Returns if everybody can have the image; throws what the registry said, or that it said nothing. */
  public void available(ImageReference image) {
    client.head(request(image));
  }

  /** How many pulls the registry grants; empty if it does not say, or does not answer. */
  public Optional<PullBudget> budget(ImageReference image) {
    try (RegistryResponse answer = client.send(request(image))) {
      return answer.budget();
    } catch (RegistryException e) {
      LOG.debug("no word on pulls left registry={} reason=\"{}\"", image.registry(), e.getMessage());
      return Optional.empty();
    }
  }

  private RegistryRequest request(ImageReference image) {
    return client.manifestRequest(image, "HEAD").within(probe, probe);
  }
}
