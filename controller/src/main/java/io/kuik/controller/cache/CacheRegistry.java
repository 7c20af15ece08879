package io.kuik.controller.cache;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kuik.controller.json.Json;
import io.kuik.model.CacheLocation;
import io.kuik.registry.Credential;
import io.kuik.registry.Manifest;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryList;
import io.kuik.registry.RegistryRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cache registry, as the controller sees it. */
public final class CacheRegistry implements CacheTags {
  private static final Logger LOG = LoggerFactory.getLogger(CacheRegistry.class);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration READ = Duration.ofSeconds(5);
  /** The registry walks through its folders for a list: that takes time where there are thousands. */
  private static final Duration LIST = Duration.ofSeconds(60);
  private static final int PAGE = 500;
  private static final int LONGEST_LIST = 100_000;

  private final RegistryClient client;
  private final RegistryEndpoint endpoint;
  private final Supplier<Credential> credential;
  private final int page;

  /** The credential is asked for at each call, because the leader may make it after we start. */
  public CacheRegistry(RegistryClient client, URI base, Supplier<Credential> credential) {
    this(client, base, credential, PAGE);
  }

  CacheRegistry(RegistryClient client, URI base, Supplier<Credential> credential, int page) {
    this.client = client;
    this.page = page;
    this.endpoint = RegistryEndpoint.cache(base);
    this.credential = credential;
  }

  @Override
  public Presence presence(CacheLocation location) {
    try {
      client.head(RegistryRequest.manifest(endpoint, "HEAD", location.repository(), location.tag())
          .as(credential.get())
          .within(CONNECT, READ));
      return Presence.PRESENT;
    } catch (RegistryException.NotFound e) {
      return Presence.ABSENT;
    } catch (RegistryException e) {
      LOG.warn("cache registry could not be asked: error={}", e.getMessage());
      return Presence.UNKNOWN;
    }
  }

  @Override
  public boolean delete(CacheLocation location) {
    return client.deleteTag(endpoint, location.repository(), location.tag(), credential.get());
  }

  @Override
  public List<String> repositories() {
    return RegistryList.read(client,
        RegistryRequest.catalog(endpoint, page).as(credential.get()).within(CONNECT, LIST), "repositories",
        LONGEST_LIST);
  }

  @Override
  public List<String> tags(String repository) {
    return RegistryList.read(client,
        RegistryRequest.tags(endpoint, repository, page).as(credential.get()).within(CONNECT, LIST), "tags",
        LONGEST_LIST);
  }

  @Override
  public Optional<Content> content(CacheLocation location) {
    try {
      Manifest manifest = client.manifest(RegistryRequest
          .manifest(endpoint, "GET", location.repository(), location.tag()).as(credential.get())
          .within(CONNECT, READ), Optional.empty());
      var json = JsonParser.parseString(new String(manifest.bytes(), StandardCharsets.UTF_8));
      return Optional.of(new Content(manifest.digest().toString(), Json.objects(json, "manifests").stream()
          .flatMap(m -> Json.text(m, "digest").stream()).toList()));
    } catch (RegistryException.NotFound e) {
      return Optional.empty();
    } catch (JsonParseException e) {
      throw new IllegalStateException("the manifest of " + location + " in the cache is no JSON", e);
    }
  }
}
