package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.CacheRegistry;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 9: images that want a password are copied with the pull secrets of those who use them. */
@Order(9)
class PrivateImagesE2E {
  private static final String REGISTRY = "private.example.test";
  private static final String PASSWORD = "correct-horse";
  private static final String SECRET = REGISTRY + "/team/secret";
  private static final String TAGGED = SECRET + ":v1";
  /** The same image by another name, so that it is copied anew. */
  private static final String PINNED = SECRET + "@" + digest(TAGGED);

  private static String digest(String image) {
    return Bed.run("crane", "digest", image).strip();
  }

  @AfterAll
  static void clear() {
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "--all", "--wait=false");
  }

  private static void pullSecret(String name, String server) {
    Kube.kubectl("-n", Story.USERS, "create", "secret", "docker-registry", name, "--docker-server=" + server,
        "--docker-username=kuik", "--docker-password=" + PASSWORD);
  }

  private static void pod(String name, String image, String spec) {
    Kube.apply(Workloads.pod(Story.USERS, name, image, "", spec));
  }

  private static JsonObject outcome(String image, String reason) {
    return Eventually.present(image + " is " + reason, Story.SOON,
        () -> Kube.cachedImage(image).filter(i -> Kube.reason(i).equals(reason)), Release::describe);
  }

  private static Map<String, String> pullSecrets(JsonObject image) {
    return Kube.objects(image, "status", "pullSecrets").stream()
        .collect(Collectors.toMap(s -> Kube.text(s, "name"), s -> Kube.text(s, "state")));
  }

  private static List<String> jobSecrets() {
    return Kube.list("-n", Release.NAMESPACE, "secrets", "-l", "app.kubernetes.io/component=cache-worker")
        .stream().map(s -> Kube.text(s, "metadata", "name")).toList();
  }

  @Test
  @Order(1)
  void aPodWithAPullSecretStartsUnderItsOwnNameAndItsImageIsCopiedApart() {
    pullSecret("pull", REGISTRY);
    pod("private", TAGGED, "imagePullSecrets: [{name: pull}]");
    assertEquals(TAGGED, Kube.image(Kube.get("-n", Story.USERS, "pod", "private")));
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/private", "--timeout=60s");
    JsonObject image = outcome(TAGGED, "Copied");
    assertEquals("Private", Kube.text(image, "status", "access"));
    assertEquals("private/" + TAGGED, Kube.text(image, "status", "location"));
    assertEquals(Map.of(Story.USERS + "/pull", "Matching"), pullSecrets(image));
    var cache = new CacheRegistry();
    assertEquals(200, cache.manifest("private/" + SECRET, "v1").statusCode());
    assertEquals(404, cache.manifest(SECRET, "v1").statusCode());
  }

  @Test
  @Order(2)
  void theCredentialIsGoneWithTheCopy() {
    Eventually.holds("the Job's Secret is deleted", Story.SOON, () -> jobSecrets().isEmpty(),
        () -> jobSecrets().toString());
    JsonObject job = CopyE2E.jobs(TAGGED).getFirst();
    JsonObject pod = job.getAsJsonObject("spec").getAsJsonObject("template").getAsJsonObject("spec");
    assertTrue(Kube.objects(pod, "volumes").stream().anyMatch(v -> Kube.text(v, "secret", "secretName")
        .equals(Kube.text(job, "metadata", "name"))), "it was a Secret of the Job's name");
  }

  @Test
  @Order(3)
  void nobodyIsHandedAPrivateCopyYet() {
    JsonObject pod = Kube.create(Workloads.pod(Story.USERS, "other", TAGGED, "", ""), "--dry-run=server");
    assertEquals(TAGGED, Kube.image(pod));
    assertTrue(Kube.mark(pod, "annotations", "kuik.enix.io/untouched").contains("UpstreamUnauthorized"));
    String proxied = "http://localhost:7439/v2/private/" + SECRET + "/manifests/v1";
    assertEquals("404",
        Bed.run("nodex", "n1", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", proxied));
  }

  @Test
  @Order(4)
  void pullSecretsThatAreOfNoUseAreNamed() {
    Kube.kubectl("-n", Story.USERS, "create", "secret", "generic", "malformed",
        "--type=kubernetes.io/dockerconfigjson", "--from-literal=.dockerconfigjson={\"oops\": {}}");
    pod("useless", PINNED, "imagePullSecrets: [{name: missing}, {name: malformed}]");
    JsonObject image = outcome(PINNED, "Unauthorized");
    assertEquals(Map.of(Story.USERS + "/missing", "NotFound", Story.USERS + "/malformed", "Malformed"),
        pullSecrets(image));
    String message = Kube.text(Kube.objects(image, "status", "conditions").getFirst(), "message");
    System.out.println(message);
    assertTrue(message.contains("imagePullSecret") && message.contains(Story.USERS + "/missing (NotFound)")
        && message.contains(Story.USERS + "/malformed (Malformed)"), message);
  }

  @Test
  @Order(5)
  void theSecretOfAServiceAccountOpensItAtOnce() {
    Kube.kubectl("-n", Story.USERS, "create", "serviceaccount", "puller");
    Kube.kubectl("-n", Story.USERS, "patch", "serviceaccount", "puller", "-p",
        "{\"imagePullSecrets\": [{\"name\": \"pull\"}]}");
    pod("account", PINNED, "serviceAccountName: puller");
    JsonObject image = outcome(PINNED, "Copied");
    assertEquals("Private", Kube.text(image, "status", "access"));
    assertEquals("Matching", pullSecrets(image).get(Story.USERS + "/pull"));
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/account", "--timeout=60s");
  }

  @Test
  @Order(6)
  void aPullSecretDoesNotMakeAPublicImagePrivate() {
    pullSecret("public", "registry.example.test");
    String image = "registry.example.test/small/s8@" + digest("registry.example.test/small/s8:v1");
    pod("public", image, "imagePullSecrets: [{name: public}, {name: pull}]");
    assertEquals("localhost:7439/" + image, Kube.image(Kube.get("-n", Story.USERS, "pod", "public")));
    JsonObject cached = Eventually.present("it is cached", Story.SOON,
        () -> Kube.cachedImage(image).filter(i -> Kube.text(i, "status", "isCached").equals("true")),
        Release::describe);
    assertEquals("Public", Kube.text(cached, "status", "access"));
    assertEquals(Map.of(Story.USERS + "/public", "Matching", Story.USERS + "/pull", "NotMatching"),
        pullSecrets(cached));
  }

  @Test
  @Order(7)
  void thePasswordIsNowhere() {
    Eventually.holds("the Jobs' Secrets are deleted", Story.SOON, () -> jobSecrets().isEmpty(),
        () -> jobSecrets().toString());
    String text = Kube.kubectl("get", "cachedimages", "-o", "yaml")
        + Kube.kubectl("get", "events", "--all-namespaces", "-o", "yaml")
        + Kube.kubectl("-n", Release.NAMESPACE, "get", "jobs,pods", "-o", "yaml")
        + Kube.kubectl("-n", Release.NAMESPACE, "logs", "--prefix", "--tail=-1", "--max-log-requests=100",
            "-l",
            "app.kubernetes.io/name=kube-image-keeper", "--all-containers");
    assertTrue(text.contains(TAGGED) && text.contains("copy started image=" + PINNED), "it is all of it");
    // As it is, and in a docker configuration, in which it stands once more as base64.
    for (String form : List.of(PASSWORD, "a3Vpazpjb3JyZWN0LWhvcnNl", "Y29ycmVjdC1ob3JzZ")) {
      assertFalse(text.contains(form), "the password is somewhere");
    }
  }
}
