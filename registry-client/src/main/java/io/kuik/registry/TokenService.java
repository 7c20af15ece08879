package io.kuik.registry;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gets the access tokens that registries ask for, from the services that they name. */
final class TokenService {
  private static final int TOKEN_LIMIT = 256 << 10;
  private static final String CLIENT = "kube-image-keeper";

  private final Connections connections;
  private final BearerTokens tokens;

  TokenService(Connections connections, InstantSource clock) {
    this.connections = connections;
    this.tokens = new BearerTokens(clock);
  }

  /** A token that we have and that should still be good. */
  Optional<String> known(RegistryRequest request) {
    return tokens.find(request);
  }

  /** A token that the registry no longer takes. */
  void refused(RegistryRequest request, String token) {
    tokens.forget(request, token);
  }

  /** A new token, as the registry's challenge asks for it. */
  String fetch(RegistryRequest request, Challenge challenge) {
    URI realm = realm(request, challenge);
    boolean trusted = Realm.mayHaveCredential(request.endpoint(), realm);
    if (!trusted && !(request.credential() instanceof Credential.Anonymous)) {
      throw new RegistryException.Refused(request.described() + ": the registry wants its credential sent to "
          + realm.getHost() + ", which is not known to belong to it");
    }
    String service = challenge.parameters().getOrDefault("service", "");
    String scope = challenge.parameters().getOrDefault("scope", "repository:" + request.scope() + ":pull");
    String question = "service=" + encode(service) + "&scope=" + encode(scope);
    Connections.Call call = request.credential() instanceof Credential.IdentityToken identity
        ? exchanged(realm, question, identity)
        : asked(realm, question, request.credential());
    return token(request, realm, call);
  }

  /** The distribution token specification's way. */
  private static Connections.Call asked(URI realm, String question, Credential credential) {
    Optional<String> authorization = credential instanceof Credential.Password p
        ? Optional.of(p.basic())
        : Optional.empty();
    URI uri = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + question);
    return new Connections.Call("GET", uri, Map.of(), authorization, Optional.empty());
  }

  /** OAuth2's way: the refresh token travels in the body, which nobody logs. */
  private static Connections.Call exchanged(URI realm, String question, Credential.IdentityToken identity) {
    String form = "grant_type=refresh_token&" + question + "&client_id=" + CLIENT + "&refresh_token="
        + encode(identity.token());
    return new Connections.Call("POST", realm, Map.of("Accept", List.of("application/json")),
        Optional.empty(), Optional.of(form));
  }

  private String token(RegistryRequest request, URI realm, Connections.Call call) {
    try (RegistryResponse answer = connections.exchange(request, call)) {
      if (answer.status() != 200) {
        throw StatusErrors.ofTokenService(request, realm.getHost(), answer);
      }
      return tokens.remember(request, answer.body().readNBytes(TOKEN_LIMIT));
    } catch (IOException e) {
      throw new RegistryException.Unavailable(request.described() + ": its token service " + realm.getHost()
          + " broke off: " + Redaction.of(String.valueOf(e.getMessage())), e);
    }
  }

  private static URI realm(RegistryRequest request, Challenge challenge) {
    String text = challenge.parameters().getOrDefault("realm", "");
    try {
      URI realm = URI.create(text);
      if (realm.getHost() != null && Realm.schemeIsSafe(request.endpoint(), realm)) {
        return realm;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the refusal: the text is the registry's, and as unusable as any other wrong one.
    }
    throw new RegistryException.Refused(
        request.described() + ": the registry names a token service that is no https address");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
