package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.manifest.ManifestReader;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.model.ManifestType;
import io.kuik.registry.Credential;
import io.kuik.registry.Manifest;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import io.kuik.registry.RegistryResponse;
import java.util.List;
import java.util.Optional;

/** The image as its own registry has it. */
public final class UpstreamImage {
  private final RegistryClient client;
  private final RegistryEndpoint endpoint;
  private final ImageReference image;
  private final Credential credential;
  private final Patience patience;

  /** The endpoint is that of the image's registry. */
  public UpstreamImage(RegistryClient client, RegistryEndpoint endpoint, ImageReference image,
      Credential credential, Patience patience) {
    this.patience = patience;
    this.client = client;
    this.endpoint = endpoint;
    this.image = image;
    this.credential = credential;
  }

  /**
   * The digest that the image's name stands for, asked by HEAD, which no registry counts as a pull; empty
   * where the registry does not say it.
   */
  Optional<Digest> digest() {
    if (image.digest().isPresent()) {
      return image.digest();
    }
    try {
      return patience.ask(() -> client.head(manifestRequest("HEAD", image.version())).digest());
    } catch (RegistryException.Unsupported noHead) {
      return Optional.empty();
    } catch (RegistryException e) {
      throw CopyFailure.upstream(e);
    }
  }

  /** The manifest that the image's name stands for. */
  Manifest manifest() {
    try {
      return ManifestReader
          .typed(
              patience.ask(() -> client.manifest(manifestRequest("GET", image.version()), image.digest())));
    } catch (RegistryException e) {
      throw CopyFailure.upstream(e);
    }
  }

  /** A manifest of this digest; empty if the registry has none. */
  Optional<Manifest> manifest(Digest digest) {
    try {
      return Optional.of(ManifestReader
          .typed(patience
              .ask(() -> client.manifest(manifestRequest("GET", digest.toString()), Optional.of(digest)))));
    } catch (RegistryException.NotFound none) {
      return Optional.empty();
    } catch (RegistryException e) {
      throw CopyFailure.upstream(e);
    }
  }

  /** The manifest under another tag of the same repository; empty if there is none. */
  Optional<Manifest> tagged(String tag) {
    return optional(manifestRequest("GET", tag));
  }

  /** An index of what the registry says refers to a manifest; empty where it doesn't know such a question. */
  Optional<Manifest> referrers(Digest digest) {
    return optional(
        patience.limited(RegistryRequest.of(endpoint, "GET", image.repository(), "referrers/" + digest)
            .with("Accept", List.of(ManifestType.OCI_INDEX)).as(credential)));
  }

  private Optional<Manifest> optional(RegistryRequest request) {
    try {
      return Optional
          .of(ManifestReader.typed(patience.ask(() -> client.manifest(request, Optional.empty()))));
    } catch (RegistryException.NotFound | RegistryException.Unsupported none) {
      return Optional.empty();
    } catch (RegistryException e) {
      throw CopyFailure.upstream(e);
    }
  }

  /** A blob's bytes from an offset on, if the registry honours that; its own exceptions pass. */
  RegistryResponse blob(Digest digest, long from) {
    RegistryRequest request = patience
        .limited(RegistryRequest.blob(endpoint, "GET", image.repository(), digest.toString()).as(credential));
    if (from == 0) {
      return client.ok(request);
    }
    try {
      return client.ok(request.with("Range", List.of("bytes=" + from + "-")));
    } catch (RegistryException.Unsupported noRanges) {
      return client.ok(request);
    }
  }

  /** For messages. */
  String registry() {
    return endpoint.name();
  }

  /** How often it is asked again. */
  Patience patience() {
    return patience;
  }

  private RegistryRequest manifestRequest(String method, String version) {
    return patience
        .limited(RegistryRequest.manifest(endpoint, method, image.repository(), version).as(credential));
  }
}
