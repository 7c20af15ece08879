package io.kuik.controller.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The passwords between our components, as the registry will check them. */
class RegistryPasswordsTest {
  private final RegistryPasswords passwords = new RegistryPasswords(new SecureRandom());

  private static boolean verifies(String line, String user, String password) {
    String[] parts = line.split(":", 2);
    return parts[0].equals(user)
        && BCrypt.verifyer().verify(password.toCharArray(), parts[1].toCharArray()).verified;
  }

  private Map<String, String> server(String write, String read) {
    return new HashMap<>(passwords.server(write, read));
  }

  @Test
  void aPasswordHasTwoHundredAndFiftySixRandomBits() {
    assertEquals(32, Base64.getUrlDecoder().decode(passwords.password()).length);
    assertNotEquals(passwords.password(), passwords.password());
  }

  @Test
  void theWriterIsTheOnlyOneWhoMayWrite() {
    String lines = server("w", "r").getOrDefault("htpasswd-write", "");
    assertEquals(1, lines.lines().count());
    assertTrue(verifies(lines.strip(), RegistryPasswords.WRITER, "w"), lines);
  }

  @Test
  void bothMayRead() {
    List<String> lines = server("w", "r").getOrDefault("htpasswd-read", "").lines().toList();
    assertTrue(verifies(lines.get(0), RegistryPasswords.WRITER, "w"));
    assertTrue(verifies(lines.get(1), RegistryPasswords.READER, "r"));
    assertFalse(verifies(lines.get(1), RegistryPasswords.READER, "w"));
  }

  @Test
  void hashesAtTheLowestCost() {
    assertTrue(server("w", "r").getOrDefault("htpasswd-write", "").startsWith("kuik-write:$2a$04$"));
  }

  @Test
  void recognisesWhatBelongsTogether() {
    assertTrue(RegistryPasswords.matches(server("w", "r"), "w", "r"));
    assertFalse(RegistryPasswords.matches(server("w", "r"), "other", "r"));
    assertFalse(RegistryPasswords.matches(server("w", "r"), "w", "other"));
    assertFalse(RegistryPasswords.matches(Map.of(), "w", "r"));
  }

  @Test
  void recognisesWhatIsIncomplete() {
    for (String key : List.of("htpasswd-write", "htpasswd-read", "http-secret")) {
      Map<String, String> server = server("w", "r");
      server.remove(key);
      assertFalse(RegistryPasswords.matches(server, "w", "r"), key);
    }
    Map<String, String> noReader = server("w", "r");
    noReader.put("htpasswd-read", noReader.getOrDefault("htpasswd-write", ""));
    assertFalse(RegistryPasswords.matches(noReader, "w", "r"));
    Map<String, String> oldWriter = server("w", "r");
    oldWriter.put("htpasswd-write", server("old", "r").getOrDefault("htpasswd-write", ""));
    assertFalse(RegistryPasswords.matches(oldWriter, "w", "r"));
    Map<String, String> junk = server("w", "r");
    junk.put("htpasswd-read", "junk\nkuik-read:junk\n");
    assertFalse(RegistryPasswords.matches(junk, "w", "r"));
  }

  @Test
  void aSecretCarriesItsOwnerItsLabelsAndItsContent() {
    var owner = new JsonObject();
    owner.addProperty("uid", "u");
    JsonObject secret = RegistryPasswords.manifest("s", RegistryPasswords.login("kuik-read", "r"), owner,
        Map.of("a", "b"));
    assertEquals(Optional.of("s"), Json.text(secret, "metadata", "name"));
    assertEquals(List.of(owner), Json.objects(secret, "metadata", "ownerReferences"));
    assertEquals(Map.of("a", "b"), Json.strings(secret, "metadata", "labels"));
    assertEquals(Map.of("username", "kuik-read", "password", "r"), decoded(secret));
  }

  private static Map<String, String> decoded(JsonObject secret) {
    Map<String, String> data = Json.strings(secret, "data");
    data.replaceAll((k, v) -> new String(Base64.getDecoder().decode(v), StandardCharsets.UTF_8));
    return data;
  }
}
