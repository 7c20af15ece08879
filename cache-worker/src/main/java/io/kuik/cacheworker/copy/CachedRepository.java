package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.Credential;
import io.kuik.registry.Manifest;
import io.kuik.registry.ManifestHead;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import io.kuik.registry.RegistryResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What the cache registry already has in one repository. */
public final class CachedRepository {
  /** The cache is in the same cluster: if it does not answer by then, it is not well. */
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration READ = Duration.ofSeconds(6);

  private final RegistryClient client;
  private final RegistryEndpoint endpoint;
  private final String repository;
  private final Credential credential;

  /** The credential may be the one that also writes. */
  public CachedRepository(RegistryClient client, RegistryEndpoint endpoint, String repository,
      Credential credential) {
    this.client = client;
    this.endpoint = endpoint;
    this.repository = repository;
    this.credential = credential;
  }

  /** The digest behind a tag. */
  Optional<Digest> tag(String tag) {
    return found(() -> client.head(manifest("HEAD", tag))).flatMap(ManifestHead::digest);
  }

  /** A manifest's bytes; damaged ones are as good as none. */
  Optional<Manifest> manifest(Digest digest) {
    try {
      return found(() -> client.manifest(manifest("GET", digest.toString()), Optional.of(digest)));
    } catch (RegistryException.Corrupt damaged) {
      return Optional.empty();
    }
  }

  /** The size of a blob that is there. */
  OptionalLong blob(Digest digest) {
    RegistryRequest request = limited(
        RegistryRequest.blob(endpoint, "HEAD", repository, digest.toString()));
    return found(() -> {
      try (RegistryResponse response = client.ok(request)) {
        return response.length();
      }
    }).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private RegistryRequest manifest(String method, String version) {
    return limited(RegistryRequest.manifest(endpoint, method, repository, version));
  }

  private RegistryRequest limited(RegistryRequest request) {
    return request.as(credential).within(CONNECT, READ);
  }

  private static <T> Optional<T> found(Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (RegistryException.NotFound none) {
      return Optional.empty();
    } catch (RegistryException.Corrupt damaged) {
      throw damaged;
    } catch (RegistryException e) {
      throw new CopyFailure(CopyOutcome.CACHE_UNAVAILABLE,
          "Asking the cache registry failed: " + e.getMessage(),
          e);
    }
  }
}
