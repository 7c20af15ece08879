package io.kuik.registry;

import io.kuik.model.ManifestType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One question to a registry, before authentication and redirects.
 *
 * @param path
 *          from {@code /v2/} on
 * @param scope
 *          the token scope's repository, such as {@code library/nginx}
 * @param connect
 *          limit for each connection attempt
 * @param read
 *          limit for each wait for bytes
 */
public record RegistryRequest(RegistryEndpoint endpoint, String method, String path, String scope,
    Map<String, List<String>> headers, Credential credential, Duration connect, Duration read) {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration READ = Duration.ofSeconds(30);

  /** Copies the headers. */
  public RegistryRequest {
    headers = Map.copyOf(headers);
  }

  /** Asks for a manifest, by tag or digest; {@code method} is GET or HEAD. */
  public static RegistryRequest manifest(RegistryEndpoint endpoint, String method, String repository,
      String version) {
    return of(endpoint, method, repository, "manifests/" + version).with("Accept", ManifestType.ACCEPT);
  }

  /** Asks for a blob. */
  public static RegistryRequest blob(RegistryEndpoint endpoint, String method, String repository,
      String digest) {
    return of(endpoint, method, repository, "blobs/" + digest);
  }

  /** Asks for anything else below a repository, such as {@code tags/list}. */
  public static RegistryRequest of(RegistryEndpoint endpoint, String method, String repository, String rest) {
    return new RegistryRequest(endpoint, method, "/v2/" + repository + "/" + rest, repository, Map.of(),
        Credential.ANONYMOUS, CONNECT, READ);
  }

  /** Asks for a page of the list of all repositories. */
  public static RegistryRequest catalog(RegistryEndpoint endpoint, int page) {
    return new RegistryRequest(endpoint, "GET", "/v2/_catalog?n=" + page, "", Map.of(), Credential.ANONYMOUS,
        CONNECT, READ);
  }

  /** Asks for a page of the list of a repository's tags. */
  public static RegistryRequest tags(RegistryEndpoint endpoint, String repository, int page) {
    return of(endpoint, "GET", repository, "tags/list?n=" + page);
  }

  /** The same at another path of the same registry. */
  RegistryRequest at(String otherPath) {
    return new RegistryRequest(endpoint, method, otherPath, scope, headers, credential, connect, read);
  }

  /** The same with one header set. */
  public RegistryRequest with(String header, List<String> values) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, List.copyOf(values));
    return new RegistryRequest(endpoint, method, path, scope, more, credential, connect, read);
  }

  /** The same, asked with this credential. */
  public RegistryRequest as(Credential other) {
    return new RegistryRequest(endpoint, method, path, scope, headers, other, connect, read);
  }

  /** The same with other time limits. */
  public RegistryRequest within(Duration connectLimit, Duration readLimit) {
    return new RegistryRequest(endpoint, method, path, scope, headers, credential, connectLimit, readLimit);
  }

  /** For messages, without a query: {@code GET docker.io/v2/library/nginx/manifests/latest}. */
  String described() {
    int query = path.indexOf('?');
    return method + " " + endpoint.name() + (query < 0 ? path : path.substring(0, query));
  }
}
