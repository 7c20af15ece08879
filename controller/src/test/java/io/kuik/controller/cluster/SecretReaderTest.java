package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kuik.controller.json.Json;
import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.controller.pullsecret.SecretStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API server's answers about a user's Secret mean. */
class SecretReaderTest {
  private static final String SECRETS = "/api/v1/namespaces/n/secrets/";
  private static final Map<String, Integer> STATUS = Map.of(SECRETS + "there", 200,
      "/api/v1/namespaces/n/serviceaccounts/default", 200, SECRETS + "forbidden", 403, SECRETS + "broken",
      500, SECRETS + "early", 403);

  private static final Map<String, String> MESSAGES = Map.of(SECRETS + "early",
      "secrets \\\"early\\\" is forbidden: RBAC: clusterrole.rbac.authorization.k8s.io \\\"kuik\\\" not found");

  private ApiServer server;
  private SecretReader reader;

  @BeforeEach
  void start() throws IOException {
    server = new ApiServer(exchange -> {
      String path = exchange.getRequestURI().getPath();
      ApiServer.answer(exchange, STATUS.getOrDefault(path, 404), "{\"path\": \"" + exchange.getRequestURI()
          + "\", \"message\": \"" + MESSAGES.getOrDefault(path, "no") + "\"}");
    });
    reader = new SecretReader(server.calls());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Optional<String> path(SecretStore.Answer answer) {
    return Json.text(assertInstanceOf(SecretStore.Found.class, answer).object(), "path");
  }

  @Test
  void eachIsAskedForByItsName() {
    assertEquals(Optional.of(SECRETS + "there"), path(reader.secret(new ObjectName("n", "there"))));
    assertEquals(Optional.of("/api/v1/namespaces/n/serviceaccounts/default"),
        path(reader.serviceAccount(new ObjectName("n", "default"))));
  }

  @Test
  void whatIsMissingOrForbiddenIsAnAnswer() {
    assertEquals(new SecretStore.Missing(), reader.secret(new ObjectName("n", "missing")));
    assertEquals(new SecretStore.Forbidden(), reader.secret(new ObjectName("n", "forbidden")));
  }

  @Test
  void anApiServerThatFailsIsNoAnswer() {
    assertThrows(ClusterException.class, () -> reader.secret(new ObjectName("n", "broken")));
  }

  @Test
  void anApiServerThatHasJustStartedAndKnowsNoRolesIsNoAnswer() {
    assertThrows(ClusterException.class, () -> reader.secret(new ObjectName("n", "early")));
  }
}
