package io.kuik.registry;

import io.kuik.model.PullBudget;
import io.kuik.model.ShortMemory;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Sends a request the way registries want it: with a token when they ask for one, and along their redirects.
 * It never tries again what has failed: how often is for its callers, who know their deadlines.
 */
final class RegistryTransport {
  private static final int REDIRECTS = 5;
  private static final int REMEMBERED = 1000;
  /** A registry counts pulls over hours; what it said long ago says nothing. */
  private static final Duration BUDGET = Duration.ofHours(1);
  private static final String BEARER = "Bearer ";

  private final Connections connections;
  private final TokenService tokens;
  private final InsecureRegistries insecure;
  private final ShortMemory<String, PullBudget> budgets;

  RegistryTransport(RegistrySettings settings, InstantSource clock) {
    this.connections = new Connections(settings);
    this.tokens = new TokenService(connections, clock);
    this.insecure = new InsecureRegistries(connections::unverifiedSockets, clock);
    this.budgets = new ShortMemory<>(REMEMBERED, clock);
  }

  SSLContext context() {
    return connections.context();
  }

  /** What the registry last said of our pulls. */
  Optional<PullBudget> budget(RegistryEndpoint endpoint) {
    return budgets.find(endpoint.name());
  }

  /** The registry's answer, whatever its status; throws where there is none, or where we must not ask. */
  RegistryResponse send(RegistryRequest request) {
    RegistryResponse response = connections.atHome(request, () -> authenticated(request));
    response.budget().ifPresent(b -> budgets.keep(request.endpoint().name(), b, BUDGET));
    return response;
  }

  private RegistryResponse authenticated(RegistryRequest request) {
    Optional<String> known = tokens.known(request);
    RegistryResponse first = follow(request, known.map(BEARER::concat).or(() -> basicForCache(request)));
    if (!challenges(first)) {
      return first;
    }
    known.ifPresent(t -> tokens.refused(request, t));
    // Many layers are read at once; one of their threads asks for the new token, and the others may use it.
    Optional<String> newer = tokens.known(request);
    if (newer.isPresent()) {
      first.close();
      RegistryResponse second = follow(request, newer.map(BEARER::concat));
      if (!challenges(second)) {
        return second;
      }
      tokens.refused(request, newer.get());
      return answered(request, second);
    }
    return answered(request, first);
  }

  /** A storage host that refuses has no challenge that a registry's credential could meet. */
  private static boolean challenges(RegistryResponse response) {
    return response.status() == 401 && response.redirectedTo().isEmpty();
  }

  private RegistryResponse answered(RegistryRequest request, RegistryResponse refusal) {
    Optional<Challenge> challenge = Challenge
        .choose(refusal.headers().getOrDefault("WWW-Authenticate", List.of()));
    Optional<String> answer = challenge.flatMap(c -> answer(request, c));
    if (answer.isEmpty()) {
      return refusal;
    }
    refusal.close();
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
    return challenge.bearer() ? Optional.of(BEARER + tokens.fetch(request, challenge)) : basic(request);
  }

  /** Follows redirects; the credential stays with the registry, whose storage hosts sign their addresses. */
  private RegistryResponse follow(RegistryRequest request, Optional<String> authorization) {
    URI start = URI.create(base(request) + request.path());
    URI uri = start;
    Optional<String> shown = authorization;
    for (int hop = 0; hop <= REDIRECTS; hop++) {
      RegistryResponse response = connections.exchange(request,
          new Connections.Call(request.method(), uri, request.headers(), shown, Optional.empty()));
      Optional<URI> next = redirect(request, uri, response);
      if (next.isEmpty()) {
        return uri.getRawAuthority().equals(start.getRawAuthority())
            ? response
            : response.redirectedTo(uri.getHost());
      }
      response.close();
      boolean home = next.get().getRawAuthority().equals(start.getRawAuthority())
          && String.valueOf(next.get().getScheme()).equals(start.getScheme());
      shown = home ? shown : Optional.empty();
      uri = next.get();
    }
    throw new RegistryException.Unsupported(request.described() + ": more than " + REDIRECTS + " redirects");
  }

  private URI base(RegistryRequest request) {
    RegistryEndpoint endpoint = request.endpoint();
    boolean unknown = endpoint.insecure() && !connections.proxied(request, endpoint.base());
    return unknown ? insecure.base(request) : endpoint.base();
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
      boolean safe = "https".equals(to.getScheme())
          || request.endpoint().base().getScheme().equals(to.getScheme());
      if (safe && to.getHost() != null && to.getRawUserInfo() == null) {
        return Optional.of(to);
      }
    } catch (IllegalArgumentException e) {
      // As above: an address that can't be read is refused like one that we don't like.
    }
    throw new RegistryException.Refused(
        request.described() + ": the registry redirects to something else than https");
  }
}
