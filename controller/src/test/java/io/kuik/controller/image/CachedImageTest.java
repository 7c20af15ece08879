package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.kuik.controller.image.CachedImage.Condition;
import io.kuik.controller.image.CachedImage.Status;
import io.kuik.controller.image.CachedImage.Stay;
import io.kuik.controller.image.CachedImage.Upstream;
import io.kuik.controller.image.CachedImage.Usage;
import io.kuik.controller.json.Json;
import io.kuik.controller.json.MergePatch;
import io.kuik.controller.pullsecret.LookedAt;
import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.model.ImageReference;
import io.kuik.model.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A CachedImage in the API's JSON and back. */
class CachedImageTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");
  private static final Status FULL = new Status(true, "sha256:" + "a".repeat(64), 42,
      "docker.io/library/nginx:1", "registry-uid", List.of(Platform.parse("linux/amd64")),
      new Usage(3, List.of("n/a", "n/b")), new Stay(Optional.of(NOW), Optional.of(NOW)),
      new Upstream("sha256:" + "b".repeat(64), Optional.of(NOW), "now",
          Optional.of(new Condition("False", "NotFound", "it is gone", NOW))),
      2, Optional.of(NOW), Optional.of(NOW), "job-uid",
      "cache-docker-io-library-nginx-1-0123abcd", List.of(new LookedAt("n/pull", LookedAt.State.MATCHING, ""),
          new LookedAt("n/old", LookedAt.State.MALFORMED, "the docker configuration has no auths")),
      Optional.of(new Condition("True", "Copied", "it is there", NOW)));

  private static JsonObject resource(String source, long generation, Status status) {
    JsonObject json = Samples.json("{'metadata': {'name': 'ci', 'uid': 'u', 'generation': " + generation
        + "}, 'spec': {'sourceImage': '" + source + "'}}");
    json.add("status", new JsonObject());
    MergePatch.apply(json, CachedImage.statusPatch(status, 1));
    return json;
  }

  @Test
  void aStatusThatWasWrittenIsReadBack() {
    for (Status status : List.of(FULL, Status.NONE, FULL.withUsage(Usage.NONE, Stay.NONE),
        FULL.seenIn("other"))) {
      assertEquals(new CachedImage("ci", "u", 1, "nginx:1", List.of(), CachedImage.Stated.NOTHING, status),
          CachedImage.of(resource("nginx:1", 1, status)));
    }
  }

  @Test
  void aStatusLeavesNothingOfTheOneBeforeIt() {
    JsonObject json = resource("nginx:1", 1, FULL);
    MergePatch.apply(json, CachedImage.statusPatch(Status.NONE.withUsage(FULL.usage(), Stay.NONE), 1));
    assertEquals(false, CachedImage.of(json).status().cached());
    assertEquals("", CachedImage.of(json).status().digest());
    assertEquals(Optional.empty(), CachedImage.of(json).status().nextAttempt());
  }

  @Test
  void anImageThatNobodyLookedAtHasNoStatus() {
    JsonObject json = CachedImage.manifest("ci", ImageReference.parse("nginx"));
    assertEquals(Optional.of("docker.io/library/nginx:latest"), Json.text(json, "spec", "sourceImage"));
    assertEquals(
        new CachedImage("ci", "", 0, "docker.io/library/nginx:latest", List.of(), CachedImage.Stated.NOTHING,
            Status.NONE),
        CachedImage.of(json));
  }

  @Test
  void itsKeyIsTheCanonicalReference() {
    assertEquals("docker.io/library/nginx:latest", CachedImage.of(resource("nginx", 1, FULL)).key());
    assertEquals("Not One", CachedImage.of(resource("Not One", 1, FULL)).key());
    assertEquals(Optional.empty(), CachedImage.of(resource("Not One", 1, FULL)).image());
  }

  @Test
  void theStatusOfAnotherImageIsNotBelieved() {
    CachedImage changed = CachedImage.of(resource("nginx:2", 2, FULL));
    assertEquals(false, changed.status().cached());
    assertEquals(0, changed.status().attempts());
    assertEquals(Optional.empty(), changed.status().nextAttempt());
    assertEquals(3, changed.status().usage().count());
    assertEquals("job-uid", changed.status().lastJob());
  }

  @Test
  void aChangeOfTheSpecThatKeepsTheImageKeepsTheStatus() {
    assertEquals(FULL, CachedImage.of(resource("nginx:1", 2, FULL)).status());
  }

  @Test
  void whoMayHaveItFollowsFromItsPlace() {
    for (var place : Map
        .of("docker.io/library/nginx:1", "Public", "private/docker.io/library/nginx:1", "Private",
            "", "")
        .entrySet()) {
      Status status = new Status(true, "", 1, place.getKey(), "r", List.of(), Usage.NONE, Stay.NONE,
          Upstream.NONE, 0, Optional.empty(),
          Optional.empty(), "", "", List.of(), Optional.empty());
      JsonObject patch = CachedImage.statusPatch(status, 1);
      assertEquals(place.getValue(), Json.text(patch, "status", "access").orElse(""));
      assertEquals(place.getValue().equals("Public"), status.open());
    }
  }

  @Test
  void itsSpecMayNamePullSecrets() {
    JsonObject json = resource("nginx:1", 1, FULL);
    MergePatch.apply(json,
        Samples.json("{'spec': {'pullSecretNames': ['a', 'b'], 'pullSecretsNamespace': 'n'}}"));
    assertEquals(List.of(new ObjectName("n", "a"), new ObjectName("n", "b")),
        CachedImage.of(json).pullSecrets());
  }

  @Test
  void onlyTheSecretOfACopyIsTakenForOne() {
    JsonObject json = resource("nginx:1", 1, FULL);
    json.getAsJsonObject("status").addProperty("jobSecret", "kube-image-keeper-registry-write");
    assertEquals("", CachedImage.of(json).status().jobSecret());
    assertEquals(true, ImageNames.isJob(ImageNames.job(ImageReference.parse("host:5000/a.b/c@sha256:"
        + "a".repeat(64)))));
  }

  @Test
  void aPlatformThatIsNoneIsLeftOut() {
    JsonObject json = resource("nginx:1", 1, FULL);
    json.getAsJsonObject("status").getAsJsonArray("platforms").add("junk");
    assertEquals(FULL, CachedImage.of(json).status());
  }

  @Test
  void aConditionKeepsItsTransitionTimeWhileItsStatusStays() {
    Status later = FULL.withCondition(new Condition("True", "AlreadyCached", "again", NOW.plusSeconds(5)));
    assertEquals(Optional.of(NOW), later.condition().map(Condition::transition));
    Status turned = FULL.withCondition(new Condition("False", "Missing", "gone", NOW.plusSeconds(5)));
    assertEquals(Optional.of(NOW.plusSeconds(5)), turned.condition().map(Condition::transition));
  }

  @Test
  void theConditionIsComplete() {
    JsonObject condition = Json.objects(CachedImage.statusPatch(FULL, 4), "status", "conditions").getFirst();
    assertEquals(Map.of("type", "Cached", "status", "True", "reason", "Copied", "message", "it is there",
        "lastTransitionTime", NOW.toString(), "observedGeneration", "4"), Json.strings(condition));
  }
}
