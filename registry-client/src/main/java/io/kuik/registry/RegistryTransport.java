package io.kuik.registry;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request the way registries want it: with a token when they ask for one, and along their redirects.
 *
 * <p>
 * Built on HttpURLConnection: measured, it streams blobs at twice the rate of java.net.http at half the
 * memory.
 */
final class RegistryTransport {
  private static final int REDIRECTS = 5;
  private static final int TOKEN_LIMIT = 256 << 10;

  private final RegistrySettings settings;
  private final BearerTokens tokens;
  private @Nullable Tls tls;

  RegistryTransport(RegistrySettings settings, InstantSource clock) {
    this.settings = settings;
    this.tokens = new BearerTokens(clock);
    if (settings.certificateAuthorities().isPresent()) {
      tls();
    }
  }

  private record Tls(SSLContext context, SSLSocketFactory plain, SSLSocketFactory publicOnly,
      SSLSocketFactory publicAndPrivate) {
  }

  /**
   * Made at the first need: the JDK's authorities take megabytes, and a proxy whose cache serves all needs
   * none. The user's own are read at the start, where a mistake in them is noticed.
   */
  private synchronized Tls tls() {
    if (tls == null) {
      SSLContext context = TrustedCertificates.context(settings.certificateAuthorities());
      SSLSocketFactory plain = context.getSocketFactory();
      tls = new Tls(context, plain, new GuardedSocketFactory(plain, false),
          new GuardedSocketFactory(plain, true));
    }
    return tls;
  }

  SSLContext context() {
    return tls().context();
  }

  /** The registry's answer, whatever its status; throws where there is none, or where we must not ask. */
  RegistryResponse send(RegistryRequest request) {
    Optional<String> known = tokens.find(request).map(t -> "Bearer " + t);
    RegistryResponse first = follow(request, known.or(() -> basicForCache(request)));
    if (first.status() != 401) {
      return first;
    }
    tokens.forget(request);
    Optional<Challenge> challenge = Challenge
        .choose(first.headers().getOrDefault("WWW-Authenticate", List.of()));
    Optional<String> answer = challenge.flatMap(c -> answer(request, c));
    if (answer.isEmpty()) {
      return first;
    }
    first.close();
    return follow(request, answer);
  }

  /** Our own registry always wants its password; asking first without it would double the requests. */
  private static Optional<String> basicForCache(RegistryRequest request) {
    return request.endpoint().guarded() ? Optional.empty() : basic(request);
  }

  private static Optional<String> basic(RegistryRequest request) {
    return request.credential() instanceof Credential.Password p ? Optional.of(p.basic()) : Optional.empty();
  }

  private Optional<String> answer(RegistryRequest request, Challenge challenge) {
    return challenge.bearer() ? Optional.of("Bearer " + token(request, challenge)) : basic(request);
  }

  private String token(RegistryRequest request, Challenge challenge) {
    URI realm = realm(request, challenge);
    String service = challenge.parameters().getOrDefault("service", "");
    String scope = challenge.parameters().getOrDefault("scope", "repository:" + request.scope() + ":pull");
    String query = (realm.getRawQuery() == null ? "?" : "&") + "service=" + encode(service) + "&scope="
        + encode(scope);
    boolean trusted = Realm.mayHaveCredential(request.endpoint(), realm);
    if (!trusted && !(request.credential() instanceof Credential.Anonymous)) {
      throw new RegistryException.Refused(request.described() + ": the registry wants its credential sent to "
          + realm.getHost() + ", which is not known to belong to it");
    }
    if (request.credential() instanceof Credential.IdentityToken) {
      throw new RegistryException.Unauthorized(request.described()
          + ": its credential is an identity token, which can't be exchanged for an access token yet");
    }
    Optional<String> authorization = basic(request);
    try (
        RegistryResponse answer = exchange(request, "GET", URI.create(realm + query), authorization, false)) {
      if (answer.status() != 200) {
        throw StatusErrors.of(request, answer);
      }
      return tokens.remember(request, answer.body().readNBytes(TOKEN_LIMIT));
    } catch (IOException e) {
      throw unavailable(request, e);
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

  /** Follows redirects; the credential stays with the registry, whose storage hosts sign their addresses. */
  private RegistryResponse follow(RegistryRequest request, Optional<String> authorization) {
    URI uri = request.endpoint().resolve(request.path());
    Optional<String> shown = authorization;
    for (int hop = 0; hop <= REDIRECTS; hop++) {
      RegistryResponse response = exchange(request, request.method(), uri, shown, true);
      Optional<URI> next = redirect(request, uri, response);
      if (next.isEmpty()) {
        return response;
      }
      response.close();
      uri = next.get();
      shown = Optional.empty();
    }
    throw new RegistryException.Unsupported(request.described() + ": more than " + REDIRECTS + " redirects");
  }

  private static Optional<URI> redirect(RegistryRequest request, URI from, RegistryResponse response) {
    boolean redirect = switch (response.status()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
    Optional<String> location = response.header("Location");
    if (!redirect || location.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI to = from.resolve(URI.create(location.get()));
      boolean safe = "https".equals(to.getScheme()) || from.getScheme().equals(to.getScheme());
      if (safe && to.getHost() != null) {
        return Optional.of(to);
      }
    } catch (IllegalArgumentException e) {
      // As above: an address that can't be read is refused like one that we don't like.
    }
    throw new RegistryException.Refused(
        request.described() + ": the registry redirects to something else than https");
  }

  private RegistryResponse exchange(RegistryRequest request, String method, URI uri,
      Optional<String> authorization,
      boolean withHeaders) {
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      guard(request, uri, connection);
      connection.setRequestMethod(method);
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout(Math.toIntExact(request.connect().toMillis()));
      connection.setReadTimeout(Math.toIntExact(request.read().toMillis()));
      connection.setRequestProperty("User-Agent", settings.userAgent());
      if (withHeaders) {
        request.headers()
            .forEach((name, values) -> values.forEach(v -> connection.addRequestProperty(name, v)));
      }
      authorization.ifPresent(a -> connection.setRequestProperty("Authorization", a));
      return new RegistryResponse(connection);
    } catch (AddressGuard.ForbiddenAddressException e) {
      throw new RegistryException.Refused(request.described() + ": " + uri.getHost() + ": " + e.getMessage());
    } catch (IOException | IllegalArgumentException e) {
      throw unavailable(request, e);
    }
  }

  private void guard(RegistryRequest request, URI uri, HttpURLConnection connection)
      throws IOException {
    boolean guarded = request.endpoint().guarded();
    boolean privateAllowed = !guarded || AddressGuard.livesInPrivate(request.endpoint().base());
    if (connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(
          !guarded ? tls().plain : privateAllowed ? tls().publicAndPrivate : tls().publicOnly);
    } else if (guarded) {
      for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
        AddressGuard.check(address, privateAllowed);
      }
    }
  }

  private static RegistryException unavailable(RegistryRequest request, Exception e) {
    String why = switch (e) {
      case UnknownHostException u -> "the name " + u.getMessage() + " does not resolve";
      case SSLException t when String.valueOf(t.getMessage()).contains("certification path") ->
        "its certificate comes from an authority that is not trusted: name the authority in rootCertificateAuthorities";
      case java.net.SocketTimeoutException t -> "no answer in time (" + t.getMessage() + ")";
      default -> String.valueOf(e.getMessage());
    };
    return new RegistryException.Unavailable(request.described() + ": " + why, e);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
