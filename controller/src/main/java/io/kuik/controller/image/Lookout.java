package io.kuik.controller.image;

import io.kuik.controller.cache.Presence;
import io.kuik.controller.pullsecret.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out what is known of an image. */
final class Lookout {
  /** An unreachable registry proves nothing; it is asked again after a while. */
  private static final Duration UNKNOWN_RETRY = Duration.ofSeconds(30);

  private final ImageStore store;
  private final ImageUsage usage;
  private final Surroundings surroundings;

  Lookout(ImageStore store, ImageUsage usage, Surroundings surroundings) {
    this.store = store;
    this.usage = usage;
    this.surroundings = surroundings;
  }

  /** The image has no resource any more. */
  void forget(String key) {
    surroundings.check().forget(key);
    surroundings.news().take(key);
  }

  /** The first of an image's resources counts; any of them may say that it stays. */
  ImagePlan.Known observe(List<CachedImage> resources) {
    CachedImage resource = resources.getFirst();
    String key = resource.key();
    Set<String> owners = resources.stream().map(CachedImage::uid).collect(Collectors.toSet());
    Instant now = surroundings.clock().instant();
    var users = new ImagePlan.Users(usage.users(key), usage.left(key),
        surroundings.usersKnown().getAsBoolean(),
        resources.stream().anyMatch(r -> r.stated().retain()));
    return new ImagePlan.Known(resource, surroundings.rules(), users, progress(resource, owners),
        cache(resource, users, now), surroundings.news().take(key), surroundings.platforms().get(),
        secrets(resource), now);
  }

  /** A Job made for a CachedImage that was deleted since says nothing about this one, whatever its name. */
  private CopyProgress progress(CachedImage resource, Set<String> owners) {
    return resource.image().map(ImageNames::job)
        .map(n -> CopyProgress.of(store.job(n).filter(j -> owners.contains(j.owner())), store.workers(n)))
        .orElseGet(CopyProgress.NoJob::new);
  }

  /** Only who waits for another try may have to be tried earlier. */
  private Set<ObjectName> secrets(CachedImage resource) {
    return resource.status().nextAttempt().isPresent()
        ? surroundings.pullSecrets().named(resource.pullSecrets(), usage.pods(resource.key()))
        : Set.of();
  }

  /**
   * Another pod of the registry may have another volume: then what was copied must be seen again before it
   * counts. The same goes for what was about to leave, and for everything from time to time.
   */
  private ImagePlan.Cache cache(CachedImage resource, ImagePlan.Users users, Instant now) {
    Optional<String> incarnation = surroundings.incarnation().get();
    CachedImage.Status status = resource.status();
    boolean returning = Expiry.told(status) && status.copied() && !status.cached()
        && !Expiry.due(surroundings.rules().expiry().stay(resource, users.retained(), users.usage().count(),
            users.left(), now), now);
    if (incarnation.isEmpty() || resource.image().isEmpty() || !(status.cached() || returning)) {
      return new ImagePlan.Cache(Presence.NOT_CHECKED, incarnation, Optional.empty());
    }
    boolean moved = !incarnation.get().equals(status.incarnation());
    Optional<Duration> wait = returning
        ? Optional.of(Duration.ZERO)
        : surroundings.check().due(resource.key(), moved);
    if (wait.filter(Duration::isZero).isEmpty()) {
      return new ImagePlan.Cache(Presence.NOT_CHECKED, incarnation, wait);
    }
    Presence presence = surroundings.tags().presence(status.place(resource.image().get()));
    if (presence == Presence.PRESENT) {
      surroundings.check().seen(resource.key());
    }
    return new ImagePlan.Cache(presence, incarnation,
        presence == Presence.UNKNOWN && !moved ? Optional.of(UNKNOWN_RETRY) : Optional.empty());
  }
}
