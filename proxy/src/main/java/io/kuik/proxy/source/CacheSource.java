package io.kuik.proxy.source;

import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import io.kuik.proxy.breaker.Breaker;
import io.kuik.proxy.breaker.Breaker.Pass;
import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.Wanted;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryRequest;
import java.time.Duration;

/** The cluster's cache registry. */
public final class CacheSource implements Source {
  /**
   * For a second only: a registry that restarts is back in seconds, and every request that passes it by loads
   * an upstream.
   */
  public static final Breaker.Policy BREAKER = new Breaker.Policy(3, Duration.ofMillis(200),
      Duration.ofSeconds(1));

  private final RegistryReader reader;
  private final RegistryEndpoint endpoint;
  private final CacheCredential credential;
  private final Limits limits;
  private final Breaker breaker;

  /** Reads with the read-only password. */
  public CacheSource(RegistryReader reader, RegistryEndpoint endpoint, CacheCredential credential,
      Limits limits, Breaker breaker) {
    this.reader = reader;
    this.endpoint = endpoint;
    this.credential = credential;
    this.limits = limits;
    this.breaker = breaker;
  }

  @Override
  public Answer ask(ImageRead read, Wanted wanted) {
    return ask(read, wanted, breaker.pass());
  }

  @Override
  public Answer insist(ImageRead read, Wanted wanted) {
    Pass pass = breaker.pass();
    return ask(read, wanted, pass == Pass.LEAVE ? Pass.ASK : pass);
  }

  private Answer ask(ImageRead read, Wanted wanted, Pass pass) {
    String repository = CacheLocation.of(read.image()).repository();
    var question = new Question(read, wanted, "the cache registry", limits.cacheAnswer());
    Answer answer = GuardedAsk.ask(breaker, pass,
        () -> reader.ask(question, method -> request(read, repository, method).as(credential.current())
            .within(limits.cacheConnect(), limits.cacheStall())));
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
