package io.kuik.proxy.source;

import io.kuik.model.ImageReference;
import io.kuik.proxy.breaker.Breaker;
import io.kuik.proxy.breaker.Breaker.Pass;
import io.kuik.proxy.breaker.Breakers;
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
  /** Shorter than the ten seconds after which a kubelet tries a failed pull again. */
  public static final Breaker.Policy BREAKER = new Breaker.Policy(3, Duration.ofSeconds(1),
      Duration.ofSeconds(5));
  /** A registry that is well has answered its probe by then. */
  private static final Duration PROBED = Duration.ofMillis(500);

  private final RegistryReader reader;
  private final Function<String, RegistryEndpoint> endpoints;
  private final Limits limits;
  private final Duration answer;
  private final Breakers breakers;

  /**
   * {@code endpoints} says where a registry listens, {@code answer} how long to wait until it begins to
   * answer.
   */
  public UpstreamSource(RegistryReader reader, Function<String, RegistryEndpoint> endpoints, Limits limits,
      Duration answer, Breakers breakers) {
    this.reader = reader;
    this.endpoints = endpoints;
    this.limits = limits;
    this.answer = answer;
    this.breakers = breakers;
  }

  @Override
  public Answer ask(ImageRead read, Wanted wanted) {
    Breaker breaker = breakers.of(read.image().registry());
    return ask(read, wanted, breaker, breaker.pass());
  }

  @Override
  public Answer insist(ImageRead read, Wanted wanted) {
    Breaker breaker = breakers.of(read.image().registry());
    return ask(read, wanted, breaker, lastResort(breaker));
  }

  private static Pass lastResort(Breaker breaker) {
    try {
      return breaker.lastResort(PROBED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Pass.LEAVE;
    }
  }

  private Answer ask(ImageRead read, Wanted wanted, Breaker breaker, Pass pass) {
    var question = new Question(read, wanted, read.image().registry(), answer);
    return GuardedAsk.ask(breaker, pass, () -> reader.ask(question,
        method -> request(read, method).within(limits.upstreamConnect(), limits.upstreamStall())));
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
