package io.kuik.proxy.source;

import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.Wanted;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryRequest;
import java.time.Duration;

/** The cluster's cache registry. It is a few hops away: what does not answer at once is not well. */
public final class CacheSource implements Source {
  private static final Duration CONNECT = Duration.ofMillis(250);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  /** Longer than for an answer: a busy disk may pause in the middle of a blob, and a cut costs more. */
  private static final Duration STALL = Duration.ofSeconds(15);

  private final RegistryReader reader;
  private final RegistryEndpoint endpoint;
  private final CacheCredential credential;

  /** Reads with the read-only password. */
  public CacheSource(RegistryReader reader, RegistryEndpoint endpoint, CacheCredential credential) {
    this.reader = reader;
    this.endpoint = endpoint;
    this.credential = credential;
  }

  @Override
  public Answer ask(ImageRead read, Wanted wanted) {
    String repository = CacheLocation.of(read.image()).repository();
    var question = new Question(read, wanted, "the cache registry", ANSWER, false);
    Answer answer = reader.ask(question,
        method -> request(read, repository, method).as(credential.current()).within(CONNECT, STALL));
    if (answer instanceof Answer.Unavailable u && u.error().status() == 401) {
      credential.forget();
    }
    return answer;
  }

  /**
   * A digest is asked for as such, although the cache keeps a digest-only image under a reserved tag: the tag
   * is there for the collector.
   */
  private RegistryRequest request(ImageRead read, String repository, String method) {
    ImageReference image = read.image();
    return switch (read) {
      case ManifestRead _ -> RegistryRequest.manifest(endpoint, method, repository, image.version());
      case BlobRead b -> RegistryRequest.blob(endpoint, method, repository, b.digest().toString());
    };
  }
}
