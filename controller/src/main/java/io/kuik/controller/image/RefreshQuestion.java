package io.kuik.controller.image;

import io.kuik.controller.pullsecret.PullSecrets;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.registry.Credential;
import io.kuik.registry.DockerConfig;
import io.kuik.model.ImageReference;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How an image's registry is asked for its digest: as everybody may, and with the secrets of its users. */
public final class RefreshQuestion {
  private final PullSecrets pullSecrets;
  private final Asking upstream;

  /** Asks a registry. */
  public interface Asking {
    /** The digest, by the first credential that opens the image. */
    String digest(ImageReference image, List<Credential> credentials);
  }

  /** Finds secrets here, and asks this. */
  public RefreshQuestion(PullSecrets pullSecrets, Asking upstream) {
    this.pullSecrets = pullSecrets;
    this.upstream = upstream;
  }

  /** The question; the Secrets are read when its turn has come. */
  UpstreamNews.Question of(CachedImage resource, CachedImage.Status status,
      Supplier<Collection<String>> users) {
    boolean requested = Refresh.requested(resource, status);
    return new UpstreamNews.Question(resource.key(), resource.image().orElseThrow(),
        image -> upstream.digest(image, credentials(image, resource, status, users.get())),
        requested ? resource.stated().refresh() : "");
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
