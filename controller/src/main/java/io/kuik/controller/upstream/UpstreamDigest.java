package io.kuik.controller.upstream;

import io.kuik.model.ImageReference;
import io.kuik.registry.Credential;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Asks an image's registry for its digest, by a HEAD wherever that is enough, or only whether it has it. */
public final class UpstreamDigest {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration READ = Duration.ofSeconds(10);

  private final RegistryClient client;

  /** Asks with this client. */
  public UpstreamDigest(RegistryClient client) {
    this.client = client;
  }

  /** The digest; each credential is tried until one opens the image. */
  public String of(ImageReference image, List<Credential> credentials) {
    return first(credentials, credential -> digest(image, credential));
  }

  /** Returns if a HEAD by one of the credentials finds the image; throws what the registry said otherwise. */
  public void found(ImageReference image, List<Credential> credentials) {
    first(credentials, credential -> client.head(request(image, "HEAD", credential)));
  }

  private static <T> T first(List<Credential> credentials, Function<Credential, T> question) {
    Optional<RegistryException> refusal = Optional.empty();
    for (Credential credential : credentials) {
      try {
        return question.apply(credential);
      } catch (RegistryException.Unauthorized | RegistryException.Forbidden
          | RegistryException.NotFound refused) {
        // Registries that hide what they refuse say that there is nothing.
        refusal = refusal.or(() -> Optional.of(refused));
      }
    }
    throw refusal.orElseThrow(() -> new IllegalArgumentException("nothing to ask with"));
  }

  private String digest(ImageReference image, Credential credential) {
    return head(image, credential).orElseGet(() -> client
        .manifest(request(image, "GET", credential), image.digest()).digest().toString());
  }

  private Optional<String> head(ImageReference image, Credential credential) {
    try {
      return client.head(request(image, "HEAD", credential)).digest().map(Object::toString);
    } catch (RegistryException.Unsupported noHead) {
      return Optional.empty();
    }
  }

  private RegistryRequest request(ImageReference image, String method, Credential credential) {
    return client.manifestRequest(image, method).as(credential).within(CONNECT, READ);
  }
}
