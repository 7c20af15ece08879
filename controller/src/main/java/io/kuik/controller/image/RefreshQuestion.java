package io.kuik.controller.image;

import io.kuik.controller.pullsecret.PullSecrets;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.registry.Credential;
import io.kuik.registry.DockerConfig;
import io.kuik.model.ImageReference;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How an image's registry is asked for its digest, or whether it still has it: as everybody may, and with the
 * secrets of its users.
 */
public final class RefreshQuestion {
  private final PullSecrets pullSecrets;
  private final Asking upstream;
  private final Looking glance;

  /** Asks a registry. */
  public interface Asking {
    /** The digest, by the first credential that opens the image. */
    String digest(ImageReference image, List<Credential> credentials);
  }

  /** Asks a registry for less. */
  public interface Looking {
    /** Returns if the image is there for one of the credentials. */
    void find(ImageReference image, List<Credential> credentials);
  }

  /** Finds secrets here, and asks these. */
  public RefreshQuestion(PullSecrets pullSecrets, Asking upstream, Looking glance) {
    this.pullSecrets = pullSecrets;
    this.upstream = upstream;
    this.glance = glance;
  }

  /** The question; the Secrets are read when its turn has come. */
  UpstreamNews.Question of(CachedImage resource, CachedImage.Status status,
      Supplier<Collection<String>> users) {
    boolean requested = Refresh.requested(resource, status);
    return new UpstreamNews.Question(resource.key(), resource.image().orElseThrow(),
        image -> Optional.of(upstream.digest(image, credentials(image, resource, status, users.get()))),
        false,
        requested ? resource.stated().refresh() : "");
  }

  /** The question whether the image is still there. */
  UpstreamNews.Question presence(CachedImage resource, CachedImage.Status status,
      Supplier<Collection<String>> users) {
    return new UpstreamNews.Question(resource.key(), resource.image().orElseThrow(), image -> {
      glance.find(image, credentials(image, resource, status, users.get()));
      return Optional.empty();
    }, true, "");
  }

  private List<Credential> credentials(ImageReference image, CachedImage resource,
      CachedImage.Status status, Collection<String> users) {
    List<Credential> found = pullSecrets.find(image, resource.pullSecrets(), users).entries().stream()
        .map(DockerConfig.Entry::credential).toList();
    Stream<Credential> everybody = Stream.of(Credential.ANONYMOUS);
    return (status.secluded()
        ? Stream.concat(found.stream(), everybody)
        : Stream.concat(everybody, found.stream())).toList();
  }
}
