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
  /** For the request that is made with it; a service that gives less than a minute is believed. */
  private static final Duration MARGIN = Duration.ofSeconds(10);
  private static final long LONGEST_SECONDS = 86_400;
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

  /** Unless another one was remembered meanwhile. */
  void forget(RegistryRequest request, String refused) {
    Key key = key(request);
    if (tokens.find(key).filter(refused::equals).isPresent()) {
      tokens.forget(key);
    }
  }

  /** Reads a token service's answer and remembers the token. */
  String remember(RegistryRequest request, byte[] answer) {
    try {
      JsonObject json = JsonParser.parseString(new String(answer, StandardCharsets.UTF_8)).getAsJsonObject();
      String name = json.has("token") && !json.get("token").getAsString().isEmpty()
          ? "token"
          : "access_token";
      String value = json.get(name).getAsString();
      tokens.keep(key(request), value, kept(json));
      return value;
    } catch (JsonParseException | IllegalStateException | NullPointerException | NumberFormatException
        | UnsupportedOperationException e) {
      // The answer itself stays out of the message: it may hold a token.
      throw new RegistryException.Unsupported(
          request.described() + ": the token service's answer holds no token");
    }
  }

  private static Duration kept(JsonObject json) {
    long said = json.has("expires_in") ? json.get("expires_in").getAsLong() : 0;
    Duration life = Duration.ofSeconds(said <= 0 ? DEFAULT_SECONDS : Math.min(said, LONGEST_SECONDS));
    Duration quarter = life.dividedBy(4);
    return life.minus(quarter.compareTo(MARGIN) < 0 ? quarter : MARGIN);
  }

  private static Key key(RegistryRequest request) {
    return new Key(request.endpoint().name(), request.scope(), request.credential());
  }
}
