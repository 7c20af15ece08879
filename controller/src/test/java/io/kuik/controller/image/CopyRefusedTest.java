package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.controller.pod.PodView;
import io.kuik.model.CopyOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An image whose Job, or whose Secret, the API server refuses says so, once, and is tried again. */
class CopyRefusedTest {
  private static final String APP = "docker.io/library/app:1";
  private static final String NAME = "docker.io-library-app-1";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final World world = new World(1);

  private void refuse(String words) {
    world.store.refusal = Optional.of(new IllegalStateException(words));
  }

  private String message() {
    return world.only(APP).status().condition().orElseThrow().message();
  }

  private long writes() {
    return world.store.written.stream().filter(NAME::equals).count();
  }

  @Test
  void theStatusSaysWhyAndWhoUsesTheImage() {
    refuse("HTTP 403 exceeded quota: jobs");
    world.use("a", APP);
    assertEquals("Waiting", world.reason(APP));
    assertEquals(
        "waits to be copied: its Job could not be made, and is tried again: HTTP 403 exceeded quota: jobs",
        message());
    assertEquals(new CachedImage.Usage(1, List.of("n/a")), world.only(APP).status().usage());
    assertFalse(world.failures.isEmpty());
  }

  @Test
  void aRefusalThatLastsIsTriedAgainAndWrittenOnce() {
    refuse("HTTP 500 no");
    world.use("a", APP);
    assertEquals(1, writes());
    world.passSlowly(Duration.ofMinutes(1), SECOND);
    assertTrue(world.failures.size() > 60, world.failures.toString());
    assertEquals(1, writes());
    refuse("HTTP 403 something else");
    world.passSlowly(Duration.ofMinutes(1), SECOND);
    assertEquals(2, writes());
    assertTrue(message().endsWith("something else"), message());
    world.store.refusal = Optional.empty();
    world.pass(SECOND);
    assertEquals(List.of(APP), world.copying());
    assertEquals("Copying", world.reason(APP));
  }

  @Test
  void whoseTurnIsNotNowKeepsTheWord() {
    refuse("HTTP 500 no");
    world.use("a", APP);
    world.store.refusal = Optional.empty();
    world.use("b", "app:2");
    world.passSlowly(Duration.ofMinutes(1), SECOND);
    assertEquals(List.of("docker.io/library/app:2"), world.copying());
    assertTrue(message().endsWith("HTTP 500 no"), message());
    assertEquals(1, writes());
    refuse("HTTP 500 no");
    world.end("app:2", CopyOutcome.COPIED);
    world.pass(SECOND);
    assertEquals(1, writes());
  }

  @Test
  void aSecretThatIsRefusedIsToldAsWellAndLeavesNothingBehind() {
    world.users.pullSecret("key", "docker.io");
    world.store.secretRefusal = Optional.of(new IllegalStateException("HTTP 403 no Secrets here"));
    JsonObject pod = Samples.podJson("a", true, "Running", APP);
    pod.getAsJsonObject("spec").add("imagePullSecrets",
        Samples.json("{'all': [{'name': 'key'}]}").get("all"));
    world.use(PodView.of(pod));
    assertTrue(message().endsWith("HTTP 403 no Secrets here"), message());
    long writes = writes();
    world.passSlowly(Duration.ofMinutes(1), SECOND);
    assertEquals(writes, writes());
    assertEquals(List.of(), world.store.started);
    world.store.secretRefusal = Optional.empty();
    world.pass(SECOND);
    assertEquals(List.of(APP), world.copying());
    assertEquals(1, world.store.secrets.size());
  }
}
