package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pullsecret.LookedAt;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import io.kuik.registry.Credential;
import io.kuik.registry.DockerConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The credential of a copy: from the users' Secrets to the Job's, and away. */
class ImageCredentialsTest {
  private static final ImageReference IMAGE = ImageReference.parse("q.io/team/app:1");
  private static final String APP = IMAGE.canonical();
  private static final String JOB = ImageNames.job(IMAGE);
  private static final CacheLocation APART = CacheLocation.ofPrivate(IMAGE);

  private final World world = new World(3);

  private void use(String pod, String... secrets) {
    world.use(pod(pod, secrets));
  }

  private static PodView pod(String name, String... secrets) {
    JsonObject json = Samples.podJson(name, true, "Running", APP);
    var list = new JsonArray();
    for (String secret : secrets) {
      list.add(Samples.json("{'name': '" + secret + "'}"));
    }
    json.getAsJsonObject("spec").add("imagePullSecrets", list);
    return PodView.of(json);
  }

  private CachedImage.Status status() {
    return world.only(APP).status();
  }

  private boolean jobHasCredentials() {
    return world.store.job(JOB).orElseThrow().credentials();
  }

  @Test
  void aJobGetsWhatMatchesAndNothingElse() {
    world.users.pullSecret("pull", "q.io", "docker.io", "q.io/other");
    use("a", "pull");
    JsonObject secret = world.store.secrets.get(JOB);
    assertEquals(Set.of(".dockerconfigjson"), Json.object(secret, "data").keySet());
    String content = new String(Base64.getDecoder().decode(
        Json.text(secret, "data", ".dockerconfigjson").orElseThrow()), StandardCharsets.UTF_8);
    assertEquals(List.of(new DockerConfig.Entry("q.io", new Credential.Password("pull", "correct-horse"))),
        DockerConfig.parse(content).forImage(IMAGE));
    assertFalse(content.contains("docker.io") || content.contains("other"), content);
    assertEquals(Optional.of("kubernetes.io/dockerconfigjson"), Json.text(secret, "type"));
    assertTrue(jobHasCredentials());
  }

  @Test
  void theSecretBelongsToTheCachedImageAndIsMountedByTheJob() {
    world.users.pullSecret("pull", "q.io");
    use("a", "pull");
    JsonObject secret = world.store.secrets.get(JOB);
    JsonObject job = world.store.jobs.get(JOB);
    assertEquals(Json.objects(job, "metadata", "ownerReferences"),
        Json.objects(secret, "metadata", "ownerReferences"));
    assertEquals(Json.object(job, "metadata", "labels"), Json.object(secret, "metadata", "labels"));
    assertEquals(List.of(Samples.json(
        "{'name': 'source-credentials', 'secret': {'secretName': '" + JOB + "', 'defaultMode': 288}}")),
        Json.objects(job, "spec", "template", "spec", "volumes"));
    JsonObject worker = Json.objects(job, "spec", "template", "spec", "containers").get(1);
    assertEquals(List.of(Samples.json(
        "{'name': 'source-credentials', 'mountPath': '/etc/kuik/source', 'readOnly': true}")),
        Json.objects(worker, "volumeMounts"));
    assertEquals("--source-credentials=/etc/kuik/source", Json.texts(worker, "args").getLast());
  }

  @Test
  void twoCredentialsOfOneServerGetAFileEach() {
    world.users.pullSecret("first", "q.io");
    world.users.pullSecret("second", "q.io");
    use("a", "first", "second");
    assertEquals(List.of(".dockerconfigjson", ".dockerconfigjson.1"),
        List.copyOf(Json.object(world.store.secrets.get(JOB), "data").keySet()));
  }

  @Test
  void withoutACredentialThereIsNoSecretAndTheStatusSaysWhereItWasLookedFor() {
    world.users.pullSecret("pull", "docker.io");
    use("a", "pull", "missing");
    assertEquals(Set.of(), world.store.secrets.keySet());
    assertFalse(jobHasCredentials());
    assertEquals(List.of(new LookedAt("n/pull", LookedAt.State.NOT_MATCHING, ""),
        new LookedAt("n/missing", LookedAt.State.NOT_FOUND, "")), status().pullSecrets());
  }

  @Test
  void theSecretGoesWhenTheCopyEndsHoweverItEnds() {
    world.users.pullSecret("pull", "q.io");
    for (CopyOutcome outcome : List.of(CopyOutcome.UPSTREAM_UNAVAILABLE, CopyOutcome.UNAUTHORIZED,
        CopyOutcome.COPIED)) {
      use("a", "pull");
      assertEquals(Set.of(JOB), world.store.secrets.keySet());
      assertEquals(JOB, status().jobSecret());
      world.end(APP, outcome, APART);
      assertEquals(Set.of(), world.store.secrets.keySet(), outcome.reason());
      assertEquals("", status().jobSecret());
      world.pass(Duration.ofHours(6));
    }
  }

  @Test
  void theSecretOfAJobThatVanishedWhileNobodyLedGoesToo() {
    world.users.pullSecret("pull", "q.io");
    use("a", "pull");
    world.store.jobs.clear();
    world.incarnation = Optional.empty();
    world.lookAtAll();
    assertEquals(Set.of(), world.store.secrets.keySet());
    world.incarnation = Optional.of("registry-1");
    world.lookAtAll();
    assertEquals(Set.of(JOB), world.store.secrets.keySet(), "the next try gets its own");
  }

  @Test
  void theSecretIsKnownBeforeItIsMade() {
    world.users.pullSecret("pull", "q.io");
    world.store.refusal = Optional.of(new IllegalStateException("refused"));
    use("a", "pull");
    assertEquals(JOB, status().jobSecret());
    world.store.refusal = Optional.empty();
    world.unuse("a");
    world.pass(Duration.ofSeconds(1));
    world.end(APP, CopyOutcome.COPIED, APART);
    assertEquals(Set.of(), world.store.secrets.keySet());
  }

  @Test
  void aCopyThatIsKeptApartIsPrivateAndNotForEverybody() {
    world.users.pullSecret("pull", "q.io");
    use("a", "pull");
    world.end(APP, CopyOutcome.COPIED, APART);
    assertTrue(status().cached());
    assertFalse(status().open());
    assertEquals(Optional.of("Private"),
        Json.text(world.store.images.get(world.only(APP).name()), "status", "access"));
  }

  @Test
  void aPrivateCopyIsLookedForWhereItIs() {
    world.users.pullSecret("pull", "q.io");
    use("a", "pull");
    world.end(APP, CopyOutcome.COPIED, APART);
    world.incarnation = Optional.of("registry-2");
    world.lookAtAll();
    assertEquals("registry-2", status().incarnation());
    assertEquals(1, world.store.started.size());
  }

  @Test
  void anOpenImageStaysOpenWhateverItsPodsHave() {
    world.users.pullSecret("pull", "q.io");
    use("a", "pull");
    world.end(APP, CopyOutcome.COPIED, CacheLocation.of(IMAGE));
    assertTrue(status().open());
  }

  @Test
  void aCopyWithACredentialWhoseWordIsLostIsMadeAgain() {
    world.users.pullSecret("pull", "q.io");
    use("a", "pull");
    world.store.jobs.get(JOB).add("status",
        Samples.json("{'conditions': [{'type': 'Complete', 'status': 'True'}]}"));
    world.lookAtAll();
    assertFalse(status().cached());
    assertEquals("Interrupted", world.reason(APP));
    world.pass(Duration.ofSeconds(30));
    world.end(APP, CopyOutcome.ALREADY_CACHED, APART);
    assertTrue(status().cached());
  }

  @Test
  void aRefusedImageIsTriedAgainAtOnceWhenSomebodyHasAnotherPullSecret() {
    use("a");
    world.end(APP, CopyOutcome.UNAUTHORIZED);
    assertEquals(List.of(APP), world.store.started);
    world.users.pullSecret("pull", "q.io");
    use("b", "pull");
    assertEquals(List.of(APP, APP), world.store.started);
    world.end(APP, CopyOutcome.UNAUTHORIZED);
    use("c", "pull");
    assertEquals(2, world.store.started.size(), "that one was of no use");
  }

  @Test
  void aRefusalIsAskedAboutSoonAgainIfAPullSecretIsMissing() {
    use("a", "late");
    world.end(APP, CopyOutcome.UNAUTHORIZED);
    String message = status().condition().orElseThrow().message();
    assertTrue(message.endsWith("Pull secrets that were of no use: n/late (NotFound)"), message);
    assertEquals(message, world.store.events.getFirst().message());
    world.users.pullSecret("late", "q.io");
    world.pass(Duration.ofSeconds(30));
    assertTrue(jobHasCredentials());
  }

  @Test
  void aCachedImageMadeByHandBringsItsOwnPullSecrets() {
    world.users.pullSecret("mine", "q.io");
    world.store.create(Samples.json("{'metadata': {'name': 'ci'}, 'spec': {'sourceImage': '" + APP
        + "', 'pullSecretNames': ['mine'], 'pullSecretsNamespace': 'n'}}"));
    world.settle();
    assertTrue(jobHasCredentials());
  }

  @Test
  void secretsAreReadOnlyWhenAJobIsToBeMade() {
    World narrow = new World(1);
    narrow.use("a", "nginx:1");
    narrow.users.pullSecret("pull", "q.io");
    narrow.use(pod("b", "pull"));
    narrow.lookAtAll();
    assertEquals(List.of(), narrow.users.asked);
    narrow.end("nginx:1", CopyOutcome.COPIED);
    assertEquals(List.of("secret n/pull"), narrow.users.asked);
  }
}
