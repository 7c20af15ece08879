package io.kuik.proxy.source;

import io.kuik.model.ImageReference;
import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.Wanted;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryRequest;
import java.time.Duration;
import java.util.function.Function;

/** The registry that the image is from, asked as everybody may ask it. */
public final class UpstreamSource implements Source {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  /** With the cache's two seconds below ten, of the thirty that containerd waits for an answer to begin. */
  public static final Duration ANSWER = Duration.ofSeconds(7);
  private static final Duration STALL = Duration.ofSeconds(30);

  private final RegistryReader reader;
  private final Function<String, RegistryEndpoint> endpoints;
  private final Duration answer;

  /**
   * {@code endpoints} says where a registry listens, {@code answer} how long to wait until it begins to
   * answer.
   */
  public UpstreamSource(RegistryReader reader, Function<String, RegistryEndpoint> endpoints,
      Duration answer) {
    this.reader = reader;
    this.endpoints = endpoints;
    this.answer = answer;
  }

  @Override
  public Answer ask(ImageRead read, Wanted wanted) {
    var question = new Question(read, wanted, read.image().registry(), answer, true);
    return reader.ask(question, method -> request(read, method).within(CONNECT, STALL));
  }

  private RegistryRequest request(ImageRead read, String method) {
    ImageReference image = read.image();
    RegistryEndpoint endpoint = endpoints.apply(image.registry());
    return switch (read) {
      case ManifestRead _ -> RegistryRequest.manifest(endpoint, method, image.repository(), image.version());
      case BlobRead b -> RegistryRequest.blob(endpoint, method, image.repository(), b.digest().toString());
    };
  }
}
