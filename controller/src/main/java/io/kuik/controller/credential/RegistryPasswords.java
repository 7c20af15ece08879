package io.kuik.controller.credential;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The passwords of the cache registry: one that may write (workers, controller), one that only reads
 * (proxies), so that what a node knows can't change what other nodes run.
 */
public final class RegistryPasswords {
  /** Name of the user that may write. */
  public static final String WRITER = "kuik-write";
  /** Name of the user that may only read. */
  public static final String READER = "kuik-read";

  /**
   * The lowest that bcrypt has: the registry hashes at every request, and 256 random bits need no slow hash.
   */
  private static final int COST = 4;
  private static final int BYTES = 32;

  private final SecureRandom random;

  /** Draws from this source. */
  public RegistryPasswords(SecureRandom random) {
    this.random = random;
  }

  /** A new password. */
  public String password() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The content of a user's Secret. */
  public static Map<String, String> login(String user, String password) {
    return Map.of("username", user, "password", password);
  }

  /** The content of the registry's own Secret. */
  public Map<String, String> server(String writePassword, String readPassword) {
    String writer = line(WRITER, writePassword);
    var content = new LinkedHashMap<String, String>();
    content.put("htpasswd-write", writer);
    content.put("htpasswd-read", writer + line(READER, readPassword));
    content.put("http-secret", password());
    return content;
  }

  /** The registry's bcrypt takes hashes of version 2a and 2y; at most 72 bytes of a password count. */
  private static String line(String user, String password) {
    byte[] hash = BCrypt.with(BCrypt.Version.VERSION_2A).hash(COST,
        password.getBytes(StandardCharsets.US_ASCII));
    return user + ":" + new String(hash, StandardCharsets.US_ASCII) + "\n";
  }

  /** Whether the registry's Secret belongs to these passwords. */
  public static boolean matches(Map<String, String> server, String writePassword, String readPassword) {
    return holds(server.getOrDefault("htpasswd-write", ""), Map.of(WRITER, writePassword))
        && holds(server.getOrDefault("htpasswd-read", ""),
            Map.of(WRITER, writePassword, READER, readPassword))
        && server.containsKey("http-secret");
  }

  /** Whether a file has exactly these users, each with a hash of this password. */
  private static boolean holds(String file, Map<String, String> users) {
    var hashes = new HashMap<String, String>();
    file.lines().forEach(l -> hashes.put(l.substring(0, Math.max(0, l.indexOf(':'))),
        l.substring(l.indexOf(':') + 1)));
    return hashes.keySet().equals(users.keySet())
        && users.entrySet().stream()
            .allMatch(u -> verified(hashes.getOrDefault(u.getKey(), ""), u.getValue()));
  }

  private static boolean verified(String hash, String password) {
    return BCrypt.verifyer().verify(password.getBytes(StandardCharsets.US_ASCII),
        hash.getBytes(StandardCharsets.US_ASCII)).verified;
  }

  /** A Secret's manifest. */
  public static JsonObject manifest(String name, Map<String, String> content, JsonObject owner,
      Map<String, String> labels) {
    var secret = new JsonObject();
    secret.addProperty("apiVersion", "v1");
    secret.addProperty("kind", "Secret");
    secret.addProperty("type", "Opaque");
    var metadata = new JsonObject();
    metadata.addProperty("name", name);
    var marks = new JsonObject();
    labels.forEach(marks::addProperty);
    metadata.add("labels", marks);
    var owners = new JsonArray();
    owners.add(owner);
    metadata.add("ownerReferences", owners);
    secret.add("metadata", metadata);
    var data = new JsonObject();
    content.forEach((k, v) -> data.addProperty(k,
        Base64.getEncoder().encodeToString(v.getBytes(StandardCharsets.UTF_8))));
    secret.add("data", data);
    return secret;
  }
}
