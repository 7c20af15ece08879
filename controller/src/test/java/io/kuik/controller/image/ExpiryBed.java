package io.kuik.controller.image;

import io.kuik.model.CopyOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** A cluster in which images that nobody uses leave after a month. */
abstract class ExpiryBed {
  static final String NGINX = "docker.io/library/nginx:1";
  static final String NAME = "docker.io-library-nginx-1";
  static final Duration DELAY = Duration.ofDays(30);
  static final Duration SECOND = Duration.ofSeconds(1);

  final World world = new World(3);
  final Instant begin = world.now;

  @BeforeEach
  void rules() {
    expireAfter(Optional.of(DELAY));
  }

  void expireAfter(Optional<Duration> delay) {
    world.rules = new ImagePlan.Rules(new Expiry(delay), world.rules.refresh());
    world.start();
  }

  void cached(String pod, String image) {
    world.use(pod, image);
    world.end(image, CopyOutcome.COPIED);
  }

  Optional<Instant> expiresAt() {
    return world.only(NGINX).status().stay().expiresAt();
  }

  boolean known(String name) {
    return world.store.named(name).isPresent();
  }
}
