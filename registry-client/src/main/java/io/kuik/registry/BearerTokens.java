package io.kuik.registry;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kuik.model.ShortMemory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Access tokens that registries' token services gave us, remembered until shortly before they expire. */
final class BearerTokens {
  /** The distribution token spec's default when a service does not say {@code expires_in}. */
  private static final long DEFAULT_SECONDS = 60;
  private static final Duration MARGIN = Duration.ofSeconds(10);
  private static final int REMEMBERED = 1000;

  private final ShortMemory<Key, String> tokens;

  BearerTokens(InstantSource clock) {
    this.tokens = new ShortMemory<>(REMEMBERED, clock);
  }

  private record Key(String registry, String scope, Credential credential) {
  }

  Optional<String> find(RegistryRequest request) {
    return tokens.find(key(request));
  }

  void forget(RegistryRequest request) {
    tokens.forget(key(request));
  }

  /** Reads a token service's answer and remembers the token. */
  String remember(RegistryRequest request, byte[] answer) {
    try {
      JsonObject json = JsonParser.parseString(new String(answer, StandardCharsets.UTF_8)).getAsJsonObject();
      String name = json.has("token") && !json.get("token").getAsString().isEmpty()
          ? "token"
          : "access_token";
      String value = json.get(name).getAsString();
      long seconds = json.has("expires_in") ? json.get("expires_in").getAsLong() : DEFAULT_SECONDS;
      tokens.keep(key(request), value, Duration.ofSeconds(Math.max(seconds, DEFAULT_SECONDS)).minus(MARGIN));
      return value;
    } catch (JsonParseException | IllegalStateException | NullPointerException
        | UnsupportedOperationException e) {
      // The answer itself stays out of the message: it may hold a token.
      throw new RegistryException.Unsupported(
          request.described() + ": the token service's answer holds no token");
    }
  }

  private static Key key(RegistryRequest request) {
    return new Key(request.endpoint().name(), request.scope(), request.credential());
  }
}
