package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.Credential;
import io.kuik.registry.Manifest;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import io.kuik.registry.RegistryResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** What the cache registry already has in one repository. */
public final class CachedRepository {
  /** The cache is in the same cluster: if it does not answer by then, it is not well. */
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration READ = Duration.ofSeconds(6);
  private static final int INTERNAL_ERROR = 500;

  private final RegistryClient client;
  private final RegistryEndpoint endpoint;
  private final String repository;
  private final Credential credential;
  private final Set<String> neighbours;

  /** The credential may be the one that also writes. */
  public CachedRepository(RegistryClient client, RegistryEndpoint endpoint, String repository,
      Credential credential) {
    this(client, endpoint, repository, credential, Set.of());
  }

  private CachedRepository(RegistryClient client, RegistryEndpoint endpoint, String repository,
      Credential credential, Set<String> neighbours) {
    this.neighbours = neighbours;
    this.client = client;
    this.endpoint = endpoint;
    this.repository = repository;
    this.credential = credential;
  }

  /** The same, knowing of other repositories that may have the same blobs. */
  public CachedRepository beside(Set<String> others) {
    return new CachedRepository(client, endpoint, repository, credential, others);
  }

  /** Another repository that has this blob whole. */
  Optional<String> elsewhere(Digest digest, long size) {
    return neighbours.stream().filter(r -> !r.equals(repository))
        .filter(r -> blob(r, digest).orElse(-1) == size).findFirst();
  }

  /** The digest behind a tag; the tag of a damaged manifest is as good as none. */
  Optional<Digest> tag(String tag) {
    RegistryRequest request = manifest("HEAD", tag);
    return undamaged(request, () -> client.head(request)).flatMap(
        head -> head.digest().or(() -> read(tag, Optional.empty()).map(Manifest::digest)));
  }

  /** A manifest's bytes; damaged ones are as good as none. */
  Optional<Manifest> manifest(Digest digest) {
    return read(digest.toString(), Optional.of(digest));
  }

  private Optional<Manifest> read(String version, Optional<Digest> expected) {
    RegistryRequest request = manifest("GET", version);
    return undamaged(request, () -> client.manifest(request, expected));
  }

  private <T> Optional<T> undamaged(RegistryRequest request, Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (RegistryException.NotFound | RegistryException.Corrupt none) {
      return Optional.empty();
    } catch (RegistryException e) {
      if (damaged(request, e)) {
        return Optional.empty();
      }
      throw unavailable(e);
    }
  }

  /**
   * Distribution answers 500 for a manifest whose file was cut short. Whoever stores the manifest then learns
   * whether it is that, or a registry that can't do anything.
   */
  private boolean damaged(RegistryRequest request, RegistryException e) {
    if (!(e instanceof RegistryException.Unavailable) || e.getCause() != null) {
      return false;
    }
    try (RegistryResponse again = client.send(request)) {
      return again.status() == INTERNAL_ERROR;
    } catch (RegistryException gone) {
      return false;
    }
  }

  /** The size of a blob that is there. */
  OptionalLong blob(Digest digest) {
    return blob(repository, digest);
  }

  private OptionalLong blob(String where, Digest digest) {
    RegistryRequest request = limited(RegistryRequest.blob(endpoint, "HEAD", where, digest.toString()));
    try (RegistryResponse response = client.ok(request)) {
      return OptionalLong.of(response.length());
    } catch (RegistryException.NotFound none) {
      return OptionalLong.empty();
    } catch (RegistryException e) {
      throw unavailable(e);
    }
  }

  private RegistryRequest manifest(String method, String version) {
    return limited(RegistryRequest.manifest(endpoint, method, repository, version));
  }

  private RegistryRequest limited(RegistryRequest request) {
    return request.as(credential).within(CONNECT, READ);
  }

  private static CopyFailure unavailable(RegistryException e) {
    return new CopyFailure(CopyOutcome.CACHE_UNAVAILABLE,
        "Asking the cache registry failed: " + e.getMessage(), e);
  }

  /**
   * Why a digest can't be stored. Distribution never writes a file that it has, whatever is in it, so that
   * neither an upload nor a DELETE repairs one; only without the file it takes the bytes again.
   */
  static CopyFailure damaged(Digest digest, String how) {
    return new CopyFailure(CopyOutcome.CORRUPT,
        "The cache registry " + how + ": its volume was damaged, and it never replaces a file that it has."
            + " Remove the folder docker/registry/v2/blobs/" + digest.algorithm() + "/"
            + digest.hex().substring(0, 2) + "/" + digest.hex()
            + " from the volume, and the next copy brings the bytes back");
  }
}
