package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.NodeWord.Failed;
import io.kuik.controller.arming.NodeWord.Proven;
import io.kuik.controller.arming.Obstacle.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of nodes, and for which nodes it counts. */
class ProofsTest {
  private static final Instant AT = Instant.parse("2026-11-25T12:00:00Z");
  private static final Node NODE = new Node("n1", "uid-n1", true, true);
  private static final Proven PROVEN = new Proven("uid-n1", 7439, "r1", AT);
  private static final Failed FAILED = new Failed("uid-n1", 7439, Reason.FAILED, "connection \"refused\"", 3,
      AT.plusSeconds(9), AT);

  private static Proofs read(Map<String, String> data) {
    var texts = new JsonObject();
    data.forEach(texts::addProperty);
    var map = new JsonObject();
    map.add("data", texts);
    return Proofs.of(map);
  }

  @Test
  void whatIsWrittenDownIsReadBack() {
    assertEquals(Map.of("n1", PROVEN, "n2", FAILED),
        read(Map.of("n1", PROVEN.json(), "n2", FAILED.json())).words());
  }

  @Test
  void aFailureOfAnOlderVersionHasLastedSinceItsLastCanary() {
    String older = FAILED.json().replaceFirst(",\"since\":\"[^\"]*\"", "");
    assertEquals(
        Map.of("n1",
            new Failed("uid-n1", 7439, Reason.FAILED, FAILED.message(), 3, FAILED.at(), FAILED.at())),
        read(Map.of("n1", older)).words());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "[]", "{}", "{\"proven\": \"yesterday\"}", "{\"proven\": 1}",
      "{\"failed\": \"2026-11-25T12:00:00Z\", \"reason\": \"Other\"}"})
  void whatNobodyOfUsWroteProvesNothing(String text) {
    assertEquals(Map.of(), read(Map.of("n1", text)).words());
  }

  @Test
  void aProofIsForThisVeryNodeAndPort() {
    var proofs = new Proofs(Map.of("n1", PROVEN));
    assertEquals(Optional.empty(), proofs.obstacle(NODE, 7439));
    var pending = Optional.of(Reason.PENDING);
    assertEquals(pending, proofs.obstacle(NODE, 7449).map(Obstacle::reason));
    assertEquals(pending,
        proofs.obstacle(new Node("n1", "made-anew", true, true), 7439).map(Obstacle::reason));
    assertEquals(pending, proofs.obstacle(new Node("n2", "uid-n2", true, true), 7439).map(Obstacle::reason));
  }

  @Test
  void anotherRevisionOfTheProxyLeavesTheProofAsItIs() {
    assertEquals(Optional.empty(),
        new Proofs(Map.of("n1", new Proven("uid-n1", 7439, "r0", AT))).obstacle(NODE, 7439));
  }

  @Test
  void saysWhichNodeCanNotAndWhy() {
    assertEquals(
        Optional.of(new Obstacle(Reason.FAILED, "the container runtime of node n1 can't pull from its proxy"
            + " at localhost:7439: connection \"refused\" (since 2026-11-25T12:00:00Z)")),
        new Proofs(Map.of("n1", FAILED)).obstacle(NODE, 7439));
    assertEquals(
        Optional.of(new Obstacle(Reason.REFUSED, "the canary that was to prove node n1 was refused: quota"
            + " (since 2026-11-25T12:00:00Z)")),
        new Proofs(Map.of("n1", new Failed("uid-n1", 7439, Reason.REFUSED, "quota", 1, AT, AT)))
            .obstacle(NODE, 7439));
  }
}
