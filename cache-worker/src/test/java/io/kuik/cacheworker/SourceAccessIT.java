package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With which credential an image is read, and whether its copy is kept apart. */
class SourceAccessIT extends CopyBed {
  private static final String PRIVATE_PATH = "private/" + WorkerRun.CACHE_PATH;
  private static final String NOBODY = "";

  private final Set<String> readers = new ConcurrentSkipListSet<>();
  private Digest digest = Digest.sha256(new byte[0]);

  @BeforeEach
  void image() {
    digest = sample.oci("v1", 1, 3000);
  }

  private static String user(HttpExchange x) {
    return Optional.ofNullable(x.getRequestHeaders().getFirst("Authorization"))
        .map(a -> new String(Base64.getDecoder().decode(a.substring("Basic ".length())),
            StandardCharsets.UTF_8))
        .map(login -> login.substring(0, login.indexOf(':'))).orElse(NOBODY);
  }

  /** Only these may read; the others get this status. */
  private void give(int status, String... users) {
    Set<String> known = Set.of(users);
    upstream.fault(x -> {
      String user = user(x);
      if (known.contains(user)) {
        readers.add(user);
        return false;
      }
      FakeRegistry.error(x, status, "DENIED", "not you");
      return true;
    });
  }

  /** Copies with a pull secret for each of these users, in this order. */
  private WorkerRun copy(String... users) throws IOException {
    Path secrets = Files.createDirectories(folder.resolve("secrets"));
    Files.createDirectories(secrets.resolve("..data"));
    for (int i = 0; i < users.length; i++) {
      Files.writeString(secrets.resolve(".dockerconfigjson" + (i == 0 ? "" : "." + i)), "{\"auths\":{\""
          + WorkerRun.HOST + "\":{\"username\":\"" + users[i] + "\",\"password\":\"correct-horse\"}}}");
    }
    return WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":v1",
        "--source-credentials=" + secrets);
  }

  private void assertStoredOnlyAt(String path) {
    for (String place : List.of(WorkerRun.CACHE_PATH, PRIVATE_PATH)) {
      String expected = place.equals(path) ? "200 " + sample.manifests.get(digest) : "404 ";
      assertTrue(cache.manifest(place, "v1").startsWith(expected), place);
    }
  }

  @Test
  void aPullSecretDoesNotMakeAnOpenImagePrivate() throws IOException {
    give(401, NOBODY, "payer");
    WorkerRun run = copy("payer");
    assertEquals(CopyOutcome.COPIED, run.outcome());
    assertEquals(WorkerRun.CACHE_PATH + ":v1", run.report().location());
    assertStoredOnlyAt(WorkerRun.CACHE_PATH);
    assertEquals(Set.of(NOBODY, "payer"), readers, "the copy counts for the payer");
  }

  @Test
  void anOpenImageIsCopiedWhateverItsPullSecretIsWorth() throws IOException {
    give(401, NOBODY);
    assertEquals(CopyOutcome.COPIED, copy("stale").outcome());
    assertStoredOnlyAt(WorkerRun.CACHE_PATH);
  }

  @Test
  void anotherImageForAUserIsNotTakenForTheOneOfEverybody() throws IOException {
    var other = new SampleImage(new FakeStore(upstream));
    Digest theirs = other.oci("of-the-user", 2, 4000);
    upstream.fault(x -> {
      boolean replaced = user(x).equals("user") && x.getRequestURI().getPath().endsWith("/v1");
      if (replaced) {
        x.getResponseHeaders().set("Docker-Content-Digest", theirs.toString());
        FakeRegistry.answer(x, 200, "application/vnd.oci.image.manifest.v1+json",
            other.manifests.get(theirs).getBytes(StandardCharsets.UTF_8));
      }
      return replaced;
    });
    assertEquals(digest.toString(), copy("user").report().digest());
    assertStoredOnlyAt(WorkerRun.CACHE_PATH);
  }

  @Test
  void theFirstCredentialThatIsLetInIsUsed() throws IOException {
    for (int refusal : List.of(401, 403, 404)) {
      give(refusal, "right", "later");
      readers.clear();
      WorkerRun run = copy("stale", "right", "later");
      assertTrue(run.outcome().cached(), run.report().message());
      assertEquals(PRIVATE_PATH + ":v1", run.report().location());
      assertEquals(Set.of("right"), readers);
      assertStoredOnlyAt(PRIVATE_PATH);
    }
  }

  @Test
  void anImageThatNobodyIsGivenIsSaidToWantAPullSecret() throws IOException {
    give(401);
    WorkerRun run = copy("stale", "wrong");
    assertEquals(CopyOutcome.UNAUTHORIZED, run.outcome());
    String message = run.report().message();
    assertTrue(message.contains("with each of the 2") && message.contains("imagePullSecret"), message);
    assertFalse(message.contains("correct-horse") || message.contains("stale"), message);
  }

  @Test
  void aKnownUserWhoIsToldThatThereIsNoSuchImageIsBelieved() throws IOException {
    upstream.fault(x -> {
      FakeRegistry.error(x, user(x).equals("known") ? 404 : 401, "NO", "no");
      return true;
    });
    assertEquals(CopyOutcome.NOT_FOUND, copy("stale", "known", "wrong").outcome());
  }

  @Test
  void aRegistryThatDoesNotSayWhetherAnImageIsOpenIsAskedLater() throws IOException {
    give(429, "right");
    assertEquals(CopyOutcome.RATE_LIMITED, copy("right").outcome());
    assertEquals("404", cache.manifest(WorkerRun.CACHE_PATH, "v1").substring(0, 3));
    assertEquals("404", cache.manifest(PRIVATE_PATH, "v1").substring(0, 3));
  }

  @Test
  void aRegistryWithoutHeadIsAskedByGet() throws IOException {
    upstream.fault(x -> {
      boolean no = x.getRequestMethod().equals("HEAD") || !user(x).equals("right");
      if (no) {
        FakeRegistry.error(x, x.getRequestMethod().equals("HEAD") ? 405 : 401, "NO", "no");
      }
      return no;
    });
    WorkerRun run = copy("stale", "right");
    assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
    assertStoredOnlyAt(PRIVATE_PATH);
  }

  @Test
  void aPullSecretForAnotherRegistryChangesNothing() throws IOException {
    Path other = Files.writeString(folder.resolve("config.json"),
        "{\"auths\":{\"other.example\":{\"username\":\"u\",\"password\":\"p\"}}}");
    int before = upstream.requests().size();
    WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":v1",
        "--source-credentials=" + other);
    assertEquals(CopyOutcome.COPIED, run.outcome());
    assertStoredOnlyAt(WorkerRun.CACHE_PATH);
    assertEquals(1, upstream.requests().subList(before, upstream.requests().size()).stream()
        .filter(r -> r.startsWith("HEAD") && r.contains("/manifests/v1")).count());
  }

  @Test
  void aRealRegistrysPasswordsAreTriedInTurn() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path source = Files.writeString(folder.resolve("config.json"),
        "{\"auths\":{\"" + WorkerRun.HOST + "/library\":{\"username\":\"" + RealRegistry.USER
            + "\",\"password\":\"old\"},\"" + WorkerRun.HOST + "\":{\"username\":\"" + RealRegistry.USER
            + "\",\"password\":\"" + RealRegistry.PASSWORD + "\"}}}");
    try (RealRegistry closed = new RealRegistry(RegistrySetup.in(other).password())) {
      digest = new SampleImage(closed).oci("v1", 1, 3000);
      WorkerRun run = WorkerRun.copy(folder, closed.uri(), cache.uri(), ":v1",
          "--source-credentials=" + source);
      assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
      assertStoredOnlyAt(PRIVATE_PATH);
    }
  }
}
