package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CacheLocation;
import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.registry.Credential;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may have the image, and what it is read with.
 *
 * @param open
 *          whether its registry hands it out to everybody: a pull secret alone says nothing, many pods have
 *          one only against rate limits
 */
public record SourceAccess(boolean open, Credential credential) {
  private static final Logger LOG = LoggerFactory.getLogger(SourceAccess.class);

  /** Where the cache keeps the image. */
  public CacheLocation location(ImageReference image) {
    return open ? CacheLocation.of(image) : CacheLocation.ofPrivate(image);
  }

  /** Asks the registry; without candidates nothing is asked, because then only an open image can be read. */
  public static SourceAccess find(RegistryClient client, RegistryEndpoint endpoint, ImageReference image,
      List<Credential> candidates, Patience patience) {
    return candidates.isEmpty()
        ? new SourceAccess(true, Credential.ANONYMOUS)
        : new Question(client, endpoint, image, patience).ask(candidates);
  }

  /** The same question for everybody who may be asking: what is the image's digest. */
  private record Question(RegistryClient client, RegistryEndpoint endpoint, ImageReference image,
      Patience patience) {

    SourceAccess ask(List<Credential> candidates) {
      try {
        Optional<Digest> open = patience.ask(() -> digest(Credential.ANONYMOUS));
        return new SourceAccess(true, preferred(candidates, open));
      } catch (RegistryException e) {
        if (!refusal(e)) {
          throw CopyFailure.upstream(e);
        }
        return new SourceAccess(false, accepted(candidates));
      }
    }

    /**
     * A registry counts its users' pulls apart from everybody's. One that shows them another image than
     * everybody is asked as everybody.
     */
    private Credential preferred(List<Credential> candidates, Optional<Digest> open) {
      for (Credential candidate : open.isPresent() ? candidates : List.<Credential>of()) {
        try {
          if (digest(candidate).equals(open)) {
            return candidate;
          }
        } catch (RegistryException e) {
          LOG.info("credential is of no use for an open image reason={}", e.getMessage());
        }
      }
      return Credential.ANONYMOUS;
    }

    private Credential accepted(List<Credential> candidates) {
      Optional<RegistryException> refusal = Optional.empty();
      for (Credential candidate : candidates) {
        try {
          patience.ask(() -> digest(candidate));
          return candidate;
        } catch (RegistryException e) {
          if (!refusal(e)) {
            throw CopyFailure.upstream(e);
          }
          LOG.info("credential is refused reason={}", e.getMessage());
          refusal = refusal.filter(before -> telling(before) >= telling(e)).or(() -> Optional.of(e));
        }
      }
      RegistryException e = refusal.orElseThrow();
      throw new CopyFailure(e.outcome(), e.getMessage() + ", without a credential and with "
          + (candidates.size() == 1 ? "the one" : "each of the " + candidates.size()) + " that is for it", e);
    }

    private Optional<Digest> digest(Credential credential) {
      try {
        return client.head(request("HEAD", credential)).digest();
      } catch (RegistryException.Unsupported noHead) {
        return Optional.of(client.manifest(request("GET", credential), image.digest()).digest());
      }
    }

    private RegistryRequest request(String method, Credential credential) {
      return patience.limited(
          RegistryRequest.manifest(endpoint, method, image.repository(), image.version()).as(credential));
    }
  }

  /** Some registries hide what they don't give: not found may mean not for you. */
  private static boolean refusal(RegistryException e) {
    return telling(e) > 0;
  }

  /** Who is told that there is no such image was let in; who is forbidden, was at least known. */
  private static int telling(RegistryException e) {
    return switch (e) {
      case RegistryException.NotFound n -> 3;
      case RegistryException.Forbidden f -> 2;
      case RegistryException.Unauthorized u -> 1;
      default -> 0;
    };
  }
}
