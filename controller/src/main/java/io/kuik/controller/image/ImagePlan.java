package io.kuik.controller.image;

import io.kuik.controller.cache.Presence;
import io.kuik.controller.image.CachedImage.Condition;
import io.kuik.controller.image.CachedImage.Status;
import io.kuik.controller.image.CachedImage.Usage;
import io.kuik.controller.pullsecret.LookedAt;
import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is to be done about one CachedImage; values in, values out.
 *
 * @param status
 *          what its status must be
 * @param step
 *          what is to be done beside that
 * @param staleJob
 *          the Job of an earlier copy that must go before a new one
 * @param notes
 *          what to tell its users
 * @param ended
 *          the outcome that was taken note of
 * @param again
 *          when to look again, at the latest
 */
public record ImagePlan(Status status, Step step, Optional<String> staleJob, List<Note> notes,
    Optional<CopyOutcome> ended, Optional<Duration> again) {
  /** A registry that has just become Ready may not be behind its Service yet. */
  private static final Duration PRESENCE_RETRY = Duration.ofSeconds(3);
  private static final Duration REGISTRY_RETRY = Duration.ofSeconds(30);
  private static final Duration USERS_RETRY = Duration.ofSeconds(10);
  /** Nothing that is forgotten stays so for longer, and no timer runs for a month. */
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final String LOST = "the cache registry no longer holds the image (its volume is not the one "
      + "it was copied to, or was emptied)";

  /** What may be done about an image. */
  public enum Step {
    /** Nothing. */
    REST,
    /** It is copied. */
    COPY,
    /** Its registry is asked whether it has changed. */
    ASK,
    /** Its tag and its CachedImage are deleted. */
    LEAVE
  }

  /** An Event. */
  public record Note(boolean warning, String reason, String message) {
  }

  /** The rules of the images' life. */
  public record Rules(Expiry expiry, Refresh refresh) {
  }

  /**
   * What is known of who uses the image.
   *
   * @param left
   *          when the last one went, if we saw it
   * @param complete
   *          whether all pods that should count do: nothing leaves before
   * @param retained
   *          whether a CachedImage of it says that it stays
   */
  public record Users(Usage usage, Optional<Instant> left, boolean complete, boolean retained) {
  }

  /**
   * What is known of the image in the cache.
   *
   * @param incarnation
   *          UID of the registry's pod; empty while none is Ready
   * @param again
   *          when it is to be looked for, if it is
   */
  public record Cache(Presence presence, Optional<String> incarnation, Optional<Duration> again) {
  }

  /**
   * What is known of an image.
   *
   * @param heard
   *          its registry's answer, if one has come
   * @param platforms
   *          for which the image is wanted; empty while no node is known
   * @param pullSecrets
   *          that its users name
   */
  public record Known(CachedImage resource, Rules rules, Users users, CopyProgress progress, Cache cache,
      Optional<UpstreamNews.Answer> heard, List<Platform> platforms, Set<ObjectName> pullSecrets,
      Instant now) {
  }

  /** Whether it should be copied now. */
  boolean copy() {
    return step == Step.COPY;
  }

  /** The rules. */
  public static ImagePlan decide(Known known) {
    CachedImage resource = known.resource;
    Users users = known.users;
    Status used = resource.status().withUsage(users.usage, known.rules.expiry.stay(resource, users.retained,
        users.usage.count(), users.left, known.now));
    Status checked = checked(used, known);
    Status status = known.heard.map(a -> Refresh.heard(checked, a)).orElse(checked);
    ImagePlan plan = leaves(status, known) ? leaving(status, known.now) : stays(status, known);
    return new ImagePlan(plan.status, plan.step, plan.staleJob, notes(known, plan), plan.ended,
        Stream.of(plan.again, known.cache.again, timers(plan.status, known)).flatMap(Optional::stream)
            .min(Duration::compareTo));
  }

  /** The end of a copy has its registry's word already. */
  private static List<Note> notes(Known known, ImagePlan plan) {
    Stream<Note> lost = known.cache.presence == Presence.ABSENT
        ? Stream.of(new Note(true, "Missing", LOST))
        : Stream.empty();
    Stream<Note> upstream = plan.ended.isPresent()
        ? Stream.empty()
        : Refresh.note(known.resource.status().upstream(), plan.status.upstream()).stream();
    return Stream.of(lost, plan.notes.stream(), upstream).flatMap(s -> s).toList();
  }

  private static ImagePlan stays(Status status, Known known) {
    if (known.resource.image().isEmpty()) {
      return idle(status.withCondition(new Condition("False", CopyOutcome.INVALID.reason(),
          "spec.sourceImage is no image reference: correct it", known.now)), Optional.empty());
    }
    if (Expiry.told(status) && status.copied() && !status.cached()) {
      // It may be in the cache still: that is found out before anybody is asked for a copy.
      return idle(status, Optional.of(PRESENCE_RETRY));
    }
    return proceed(status, known);
  }

  /** A copy that runs, or whose end nobody took note of, keeps its image from leaving. */
  private static boolean leaves(Status status, Known known) {
    boolean busy = switch (known.progress) {
      case CopyProgress.Running running -> true;
      case CopyProgress.Ended ended -> !ended.job().uid().equals(status.lastJob());
      case CopyProgress.NoJob none -> false;
    };
    return known.users.complete && !busy && Expiry.due(status.stay(), known.now);
  }

  private static ImagePlan leaving(Status status, Instant now) {
    if (!Expiry.told(status) || status.cached()) {
      Condition farewell = Expiry.farewell(status, now);
      return new ImagePlan(status.leaving(farewell), Step.REST, Optional.empty(),
          List.of(new Note(false, Expiry.REASON, farewell.message())), Optional.empty(),
          Optional.of(Expiry.FAREWELL));
    }
    Instant end = Expiry.end(status);
    return now.isBefore(end)
        ? idle(status, Optional.of(Duration.between(now, end)))
        : new ImagePlan(status, Step.LEAVE, Optional.empty(), List.of(), Optional.empty(),
            Optional.empty());
  }

  /** When time alone changes something. */
  private static Optional<Duration> timers(Status status, Known known) {
    if (Expiry.due(status.stay(), known.now) && !known.users.complete) {
      return Optional.of(USERS_RETRY);
    }
    Optional<Instant> refresh = status.cached()
        ? known.rules.refresh.next(known.resource, status).filter(known.now::isBefore)
        : Optional.empty();
    Optional<Instant> expiry = status.stay().expiresAt().filter(known.now::isBefore);
    return Stream.of(refresh, expiry).flatMap(Optional::stream).min(Instant::compareTo)
        .map(t -> Duration.between(known.now, t)).map(d -> d.compareTo(LONGEST) < 0 ? d : LONGEST);
  }

  private static ImagePlan proceed(Status status, Known known) {
    return switch (known.progress) {
      case CopyProgress.Running running -> idle(copying(status, running, known.now), Optional.empty());
      case CopyProgress.Ended ended when !ended.job().uid().equals(status.lastJob()) ->
        ended(status, ended, known);
      case CopyProgress.Ended ended -> next(status, Optional.of(ended.job().name()), known);
      case CopyProgress.NoJob none -> next(status, Optional.empty(), known);
    };
  }

  private static Status checked(Status status, Known known) {
    return switch (known.cache.presence) {
      case PRESENT -> status.seenIn(known.cache.incarnation.orElse(""));
      case ABSENT -> status.lost().withCondition(new Condition("False", "Missing", LOST, known.now));
      case NOT_CHECKED, UNKNOWN -> status;
    };
  }

  private static Status copying(Status status, CopyProgress.Running running, Instant now) {
    if (status.cached()) {
      return status;
    }
    String detail = running.detail().isEmpty() ? "" : " (" + running.detail() + ")";
    return status.withCondition(
        new Condition("False", "Copying", "Job " + running.job().name() + " copies the image" + detail, now));
  }

  /** Takes note of a copy's end, once; the next look decides what follows from it. */
  private static ImagePlan ended(Status status, CopyProgress.Ended ended, Known known) {
    CopyOutcome outcome = ended.outcome();
    CopyEnd end = CopyEnd.of(status, ended, known.now);
    return new ImagePlan(end.status(), Step.REST, Optional.empty(),
        List.of(new Note(!outcome.cached(), outcome.reason(), end.words())),
        Optional.of(outcome),
        Optional.of(Duration.ZERO));
  }

  private static ImagePlan next(Status status, Optional<String> staleJob, Known known) {
    boolean complete = status.platforms().contains(Platform.ALL)
        || status.platforms().containsAll(known.platforms);
    if (status.cached() && complete && !status.outdated()) {
      return settled(status, known);
    }
    boolean forced = Refresh.requested(known.resource, status) && !status.cached();
    Status next = forced
        ? status.withUpstream(status.upstream().answered(known.resource.stated().refresh())).atOnce()
        : status;
    Optional<Instant> later = unheardOf(next, known)
        ? Optional.empty()
        : next.nextAttempt().filter(known.now::isBefore);
    if (later.isPresent()) {
      return new ImagePlan(next, asks(next, known) ? Step.ASK : Step.REST, Optional.empty(), List.of(),
          Optional.empty(), later.map(t -> Duration.between(known.now, t)));
    }
    if (known.cache.incarnation.isEmpty() || known.platforms.isEmpty()) {
      String what = known.cache.incarnation.isEmpty()
          ? "the cache registry is not Ready"
          : "no node is known yet";
      return idle(Waiting.because(next, what, known.now), Optional.of(REGISTRY_RETRY));
    }
    return new ImagePlan(next, Step.COPY, staleJob, List.of(), Optional.empty(), Optional.empty());
  }

  /** A cached image whose condition says otherwise was a duplicate until now, or was about to leave. */
  private static ImagePlan settled(Status status, Known known) {
    boolean said = status.condition().filter(c -> c.status().equals("True")).isPresent();
    Status next = said
        ? status
        : status.withCondition(
            new Condition("True", CopyOutcome.ALREADY_CACHED.reason(), "the image is in the cache",
                known.now));
    List<Note> notes = said
        ? List.of()
        : List
            .of(new Note(false, CopyOutcome.ALREADY_CACHED.reason(), "the image is in the cache, and stays"));
    boolean unseen = !known.cache.incarnation.equals(Optional.of(status.incarnation()));
    boolean waits = known.cache.again.isPresent();
    Optional<Duration> again = unseen && !waits
        ? Optional.of(known.cache.incarnation.isPresent() ? PRESENCE_RETRY : REGISTRY_RETRY)
        : Optional.empty();
    return new ImagePlan(next, asks(next, known) ? Step.ASK : Step.REST, Optional.empty(), notes,
        Optional.empty(), again);
  }

  /** Whether its registry is to be asked now. */
  private static boolean asks(Status status, Known known) {
    return status.cached() && known.rules.refresh.next(known.resource, status)
        .filter(t -> !known.now.isBefore(t)).isPresent() && known.heard.isEmpty();
  }

  /** Whether somebody has a pull secret that the last try did not take into account. */
  private static boolean unheardOf(Status status, Known known) {
    Set<String> before = status.pullSecrets().stream().map(LookedAt::secret).collect(Collectors.toSet());
    return known.pullSecrets.stream().anyMatch(s -> !before.contains(s.toString()));
  }

  private static ImagePlan idle(Status status, Optional<Duration> again) {
    return new ImagePlan(status, Step.REST, Optional.empty(), List.of(), Optional.empty(), again);
  }
}
