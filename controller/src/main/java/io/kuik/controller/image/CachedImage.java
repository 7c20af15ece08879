package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.controller.pullsecret.LookedAt;
import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A CachedImage resource: the spec is its users', the status is ours.
 *
 * @param pullSecrets
 *          those that its spec names
 */
public record CachedImage(String name, String uid, long generation, String sourceImage,
    List<ObjectName> pullSecrets, Stated stated, Status status) {
  /** The resource's group and version. */
  public static final String API_VERSION = "kuik.enix.io/v1alpha1";
  /** The resource's kind. */
  public static final String KIND = "CachedImage";
  /** Whoever changes its value has the image's registry asked at once whether the image has changed. */
  public static final String REFRESH = "kuik.enix.io/refresh-requested-at";

  /** Only version 1's controllers took it away: without them, what has it is never gone. */
  public static final String FINALIZER_OF_VERSION_1 = "cachedimage.kuik.enix.io/finalizer";

  /**
   * What the resource says of the image's life.
   *
   * @param created
   *          when the resource was
   * @param retain
   *          whether the image stays although nobody uses it
   * @param refresh
   *          the value of {@link #REFRESH}; empty if there is none
   * @param stuck
   *          where {@link #FINALIZER_OF_VERSION_1} stands in a resource that is being deleted; empty if
   *          nobody waits for it
   */
  public record Stated(Instant created, boolean retain, String refresh, OptionalInt stuck) {
    /** Of a resource that says nothing. */
    public static final Stated NOTHING = new Stated(Instant.EPOCH, false, "", OptionalInt.empty());
  }

  /**
   * What we know of the image.
   *
   * @param incarnation
   *          UID of the registry's pod when the image was last seen there: another pod may have another
   *          volume
   * @param platforms
   *          for which the copy was made
   * @param lastJob
   *          UID of the Job whose end was last taken note of
   * @param jobSecret
   *          name of the Secret that was made for a copy and is still to be deleted
   * @param pullSecrets
   *          that were looked at for the last copy
   */
  public record Status(boolean cached, String digest, long size, String location, String incarnation,
      List<Platform> platforms, Usage usage, Stay stay, Upstream upstream, int attempts,
      Optional<Instant> nextAttempt, Optional<Instant> lastCopy, String lastJob, String jobSecret,
      List<LookedAt> pullSecrets, Optional<Condition> condition) {
    /** The status of an image that nobody has looked at yet. */
    public static final Status NONE = new Status(false, "", 0, "", "", List.of(), Usage.NONE, Stay.NONE,
        Upstream.NONE, 0, Optional.empty(), Optional.empty(), "", "", List.of(), Optional.empty());

    /** Whether what is cached may be handed out to everybody; not known of a copy that left no report. */
    public boolean open() {
      return !location.isEmpty() && !secluded();
    }

    /** Whether the copy is kept apart, because the registry does not hand the image out to everybody. */
    boolean secluded() {
      return location.startsWith(CacheLocation.PRIVATE + "/");
    }

    /** Whether the image was once copied, and may still be in the cache. */
    boolean copied() {
      return lastCopy.isPresent();
    }

    /** Where the image is, or would be. */
    CacheLocation place(ImageReference image) {
      return secluded() ? CacheLocation.ofPrivate(image) : CacheLocation.of(image);
    }

    /** Whether its registry has something else under the same name by now. */
    boolean outdated() {
      return !upstream.digest.isEmpty() && !upstream.digest.equals(digest);
    }

    Status withUsage(Usage next, Stay nextStay) {
      return new Status(cached, digest, size, location, incarnation, platforms, next, nextStay, upstream,
          attempts, nextAttempt, lastCopy, lastJob, jobSecret, pullSecrets, condition);
    }

    Status withUpstream(Upstream next) {
      return new Status(cached, digest, size, location, incarnation, platforms, usage, stay, next, attempts,
          nextAttempt, lastCopy, lastJob, jobSecret, pullSecrets, condition);
    }

    Status withPullSecrets(List<LookedAt> looked, String secret) {
      return new Status(cached, digest, size, location, incarnation, platforms, usage, stay, upstream,
          attempts, nextAttempt, lastCopy, lastJob, secret, looked, condition);
    }

    Status withCondition(Condition next) {
      return new Status(cached, digest, size, location, incarnation, platforms, usage, stay, upstream,
          attempts, nextAttempt, lastCopy, lastJob, jobSecret, pullSecrets,
          Optional.of(next.since(condition)));
    }

    /** Its copies are tried anew: what failed before says nothing any more. */
    Status atOnce() {
      return new Status(cached, digest, size, location, incarnation, platforms, usage, stay, upstream, 0,
          Optional.empty(), lastCopy, lastJob, jobSecret, pullSecrets, condition);
    }

    Status seenIn(String registryIncarnation) {
      return new Status(true, digest, size, location, registryIncarnation, platforms, usage, stay, upstream,
          attempts, nextAttempt, lastCopy, lastJob, jobSecret, pullSecrets, condition);
    }

    /** Nobody is told that it is there any more, though it still is. */
    Status leaving(Condition why) {
      return new Status(false, digest, size, location, incarnation, platforms, usage, stay, upstream, 0,
          Optional.empty(), lastCopy, lastJob, jobSecret, pullSecrets, Optional.of(why.since(condition)));
    }

    Status duplicate(String first, Instant now) {
      return withCondition(new Condition("False", "Duplicate",
          "CachedImage " + first + " names the same image and is the one that counts: delete this one", now));
    }

    /** What is left of the status when the spec names another image than before. */
    Status ofAnotherImage() {
      return new Status(false, "", 0, "", "", List.of(), usage, stay,
          Upstream.NONE.answered(upstream.handled),
          0, Optional.empty(), Optional.empty(), lastJob, jobSecret, List.of(), Optional.empty());
    }

    Status lost() {
      return new Status(false, digest, size, location, "", platforms, usage, stay, upstream, 0,
          Optional.empty(), lastCopy, lastJob, jobSecret, pullSecrets, condition);
    }
  }

  /**
   * Who uses the image.
   *
   * @param pods
   *          at most {@link #SHOWN} of them, as namespace/name
   */
  public record Usage(int count, List<String> pods) {
    /** Enough for a user to see who it is; a list of thousands would be written at each change of one. */
    public static final int SHOWN = 20;
    static final Usage NONE = new Usage(0, List.of());
  }

  /**
   * How long the image stays.
   *
   * @param lastUsed
   *          when the last pod that used it went; empty while a pod uses it, or if none ever did
   * @param expiresAt
   *          when it leaves the cache; empty if it doesn't
   */
  public record Stay(Optional<Instant> lastUsed, Optional<Instant> expiresAt) {
    static final Stay NONE = new Stay(Optional.empty(), Optional.empty());
  }

  /**
   * What the image's own registry said last.
   *
   * @param digest
   *          that of the image there; empty if it is not known
   * @param asked
   *          when it was last asked for a refresh, or whether it still has the image
   * @param handled
   *          the value of {@link #REFRESH} that was last seen to
   * @param condition
   *          whether it has the image; empty while nobody asked
   */
  public record Upstream(String digest, Optional<Instant> asked, String handled,
      Optional<Condition> condition) {
    static final Upstream NONE = new Upstream("", Optional.empty(), "", Optional.empty());

    Upstream answered(String request) {
      return new Upstream(digest, asked, request, condition);
    }

    Upstream at(Instant time) {
      return new Upstream(digest, Optional.of(time), handled, condition);
    }

    /** It has the image, with this digest. */
    Upstream has(String now, String words, Instant time) {
      return new Upstream(now, asked, handled, there(words, time).condition);
    }

    /** It has an image of that name, whatever its digest. */
    Upstream there(String words, Instant time) {
      var next = new Condition("True", "Available", words, time);
      return new Upstream(digest, asked, handled, Optional.of(next.since(condition)));
    }

    /** It didn't give the image, for a reason that may be of interest to who needs it. */
    Upstream hasNot(CopyOutcome outcome, String words, Instant time) {
      return switch (outcome) {
        case NOT_FOUND, UNAUTHORIZED, FORBIDDEN, UPSTREAM_UNAVAILABLE -> new Upstream(digest, asked, handled,
            Optional.of(new Condition("False", outcome.reason(), words, time).since(condition)));
        default -> this;
      };
    }

    /** Whether it is known not to have the image, or not to answer. */
    boolean missing() {
      return condition.filter(c -> c.status.equals("False")).isPresent();
    }
  }

  /** A condition. */
  public record Condition(String status, String reason, String message, Instant transition) {
    /** The type of the condition that says whether the image is in the cache. */
    public static final String CACHED = "Cached";
    /** The type of the condition that says whether the image's own registry still has it. */
    public static final String UPSTREAM = "UpstreamAvailable";

    /** Keeps the transition time of a condition whose status stays the same. */
    Condition since(Optional<Condition> before) {
      return before.filter(b -> b.status.equals(status))
          .map(b -> new Condition(status, reason, message, b.transition))
          .orElse(this);
    }
  }

  /** The image that it names; empty if that can't be read. */
  public Optional<ImageReference> image() {
    try {
      return Optional.of(ImageReference.parse(sourceImage));
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  /** What images and their pods are matched by: the canonical reference, or the text itself if it is none. */
  public String key() {
    return image().map(ImageReference::canonical).orElse(sourceImage);
  }

  /** The tags of the cache that are kept for it: where it is, or wherever a copy may put it. */
  public List<CacheLocation> places() {
    return image().stream().flatMap(i -> status.cached && !status.location.isEmpty()
        ? Stream.of(status.place(i))
        : Stream.of(CacheLocation.of(i), CacheLocation.ofPrivate(i))).toList();
  }

  /** Reads the API's JSON. */
  public static CachedImage of(JsonObject json) {
    return StatusJson.read(json);
  }

  /** A new resource for an image that a pod uses. */
  public static JsonObject manifest(String name, ImageReference image) {
    var metadata = new JsonObject();
    metadata.addProperty("name", name);
    var spec = new JsonObject();
    spec.addProperty("sourceImage", image.canonical());
    var json = new JsonObject();
    json.addProperty("apiVersion", API_VERSION);
    json.addProperty("kind", KIND);
    json.add("metadata", metadata);
    json.add("spec", spec);
    return json;
  }

  /** The whole status as a merge patch; what is not known is null, so that an old value goes. */
  public static JsonObject statusPatch(Status status, long generation) {
    return StatusJson.patch(status, generation);
  }
}
