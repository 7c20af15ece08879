package io.kuik.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a client shows to a registry; its text form never shows the secret. */
public sealed interface Credential {
  /** No credential at all. */
  Credential ANONYMOUS = new Anonymous();

  /** Asks as everybody may. */
  record Anonymous() implements Credential {
  }

  /** A user's name and password or access token. */
  record Password(String username, String password) implements Credential {
    /** The value of an Authorization header. */
    String basic() {
      return "Basic "
          + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return "Password[username=" + username + ", password=***]";
    }
  }

  /**
   * A refresh token, which the registry's token service gives access tokens for; what {@code docker login}
   * keeps of a registry that has one.
   */
  record IdentityToken(String username, String token) implements Credential {
    @Override
    public String toString() {
      return "IdentityToken[username=" + username + ", token=***]";
    }
  }
}
