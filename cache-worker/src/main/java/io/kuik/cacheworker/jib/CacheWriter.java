package io.kuik.cacheworker.jib;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.Authorization;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.registry.RegistryClient;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.Manifest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one repository of the cache registry through jib-core.
 *
 * <p>
 * Every write has its own HTTP client: jib keeps a connection and a file open per call until the client is
 * shut down.
 */
public final class CacheWriter {
  /** A registry over object storage copies a large blob once more when its upload ends. */
  private static final int TIMEOUT_MILLIS = 120_000;
  private static final Duration RETRIES = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(CacheWriter.class);

  private final URI cache;
  private final String repository;
  private final Optional<io.kuik.registry.Credential.Password> login;
  private final String userAgent;
  private final boolean tokens;

  /** The cache's address is scheme, host and port. */
  public CacheWriter(URI cache, String repository, Optional<io.kuik.registry.Credential.Password> login,
      String userAgent) {
    this(cache, repository, login, userAgent, false);
  }

  private CacheWriter(URI cache, String repository, Optional<io.kuik.registry.Credential.Password> login,
      String userAgent, boolean tokens) {
    this.tokens = tokens;
    this.cache = cache;
    this.repository = repository;
    this.login = login;
    this.userAgent = userAgent;
  }

  /** The same for a registry that may have a token service; each write asks it anew. */
  public CacheWriter withTokens() {
    return new CacheWriter(cache, repository, login, userAgent, true);
  }

  /** Sets what jib reads from system properties; to be called once, before the first write. */
  public static void configure() {
    System.setProperty("jib.httpTimeout", String.valueOf(TIMEOUT_MILLIS));
  }

  /**
   * Has jib trust a cache registry of the user's own certificate authority: it knows only the JVM's default.
   */
  public static void trust(SSLContext tls) {
    SSLContext.setDefault(tls);
  }

  /**
   * Has jib trust nobody, where the cache speaks plain http: it would read all authorities of the JVM for
   * nothing, which is a fifth of the work of a short Job.
   */
  public static void trustNobody() {
    try {
      SSLContext none = SSLContext.getInstance("TLS");
      none.init(null, new TrustManager[0], null);
      SSLContext.setDefault(none);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /**
   * Whether the registry hashes what it is given: a few bytes under a digest that is not theirs must be
   * refused as just that. A registry that takes them loses them again.
   */
  public boolean refusesWrongDigests() {
    Digest wrong = Digest
        .sha256(("not the bytes below " + System.nanoTime()).getBytes(StandardCharsets.UTF_8));
    byte[] bytes = wrong.toString().getBytes(StandardCharsets.UTF_8);
    try {
      upload(wrong, bytes.length, out -> out.write(bytes), Optional.empty());
    } catch (CopyFailure refused) {
      return refused.outcome() == CopyOutcome.CORRUPT;
    }
    delete(wrong);
    return false;
  }

  /**
   * Uploads a blob, unless the registry has it in the other repository and mounts it from there: whether it
   * did is returned. A failure of the source comes through as it is.
   */
  public boolean pushBlob(Digest digest, long size, BlobContent content, Optional<String> mountFrom) {
    Upload upload = upload(digest, size, content, mountFrom);
    String stored = upload.stored.orElse(digest.toString());
    if (!stored.equals(digest.toString())) {
      throw new CopyFailure(CopyOutcome.CORRUPT,
          "The cache registry stored blob " + digest + " as " + stored);
    }
    return upload.mounted;
  }

  private record Upload(boolean mounted, Optional<String> stored) {
  }

  private Upload upload(Digest digest, long size, BlobContent content, Optional<String> mountFrom) {
    DescriptorDigest descriptor = descriptor(digest);
    String tried = "Uploading blob " + digest + " to " + cache + "/" + repository;
    StreamedBlob blob = new StreamedBlob(descriptor, size, content);
    try (CacheHttpClient http = http(() -> blob.failure().isPresent())) {
      // Jib reads a token's payload with the wrong base64 alphabet to find out what it may mount.
      boolean mounted = registry(http).pushBlob(descriptor, blob, tokens ? null : mountFrom.orElse(null),
          bytes -> {
          });
      blob.failure().ifPresent(f -> {
        throw f;
      });
      return new Upload(mounted, http.stored());
    } catch (IOException | RegistryException | RetryLimit.GaveUpException e) {
      throw blob.failure().orElseGet(() -> CacheErrors.of(tried, e));
    }
  }

  private void delete(Digest blob) {
    Request.Builder request = Request.builder().setUserAgent(userAgent);
    login.ifPresent(
        l -> request.setAuthorization(Authorization.fromBasicCredentials(l.username(), l.password())));
    try (CacheHttpClient http = http(() -> false);
        Response answer = http.call("DELETE",
            URI.create(cache + "/v2/" + repository + "/blobs/" + blob).toURL(), request.build())) {
      LOG.debug("unhashed blob deleted digest={} status={}", blob, answer.getStatusCode());
    } catch (IOException | RetryLimit.GaveUpException e) {
      LOG.debug("unhashed blob not deleted digest={} reason={}", blob, e.toString());
    }
  }

  /** Stores a manifest's bytes under a tag or its digest. */
  public void pushManifest(Manifest manifest, String reference) {
    String tried = "Storing manifest " + manifest.digest() + " as " + cache + "/" + repository + ":"
        + reference;
    String json = new String(manifest.bytes(), StandardCharsets.UTF_8);
    if (!Arrays.equals(json.getBytes(StandardCharsets.UTF_8), manifest.bytes())) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The manifest " + manifest.digest() + " is not valid UTF-8");
    }
    try (CacheHttpClient http = http(() -> false)) {
      var sent = registry(http).pushManifest(new RawManifest(json, manifest.mediaType()), reference);
      if (!manifest.digest().toString().equals(sent.toString())) {
        throw new CopyFailure(CopyOutcome.CORRUPT, tried + " failed: what was sent has the digest " + sent);
      }
    } catch (IOException | RegistryException | RetryLimit.GaveUpException e) {
      throw CacheErrors.of(tried, e);
    }
  }

  private CacheHttpClient http(BooleanSupplier sourceFailed) {
    return new CacheHttpClient(cache, new RetryLimit(RETRIES), sourceFailed);
  }

  private RegistryClient registry(CacheHttpClient http) throws IOException, RegistryException {
    RegistryClient.Factory factory = RegistryClient
        .factory(EventHandlers.NONE, cache.getAuthority(), repository, http).setUserAgent(userAgent);
    login.ifPresent(l -> factory.setCredential(Credential.from(l.username(), l.password())));
    RegistryClient client = factory.newRegistryClient();
    boolean answered = tokens && client.doPushBearerAuth();
    if (!answered && login.isPresent()) {
      client.configureBasicAuth();
    }
    return client;
  }

  private static DescriptorDigest descriptor(Digest digest) {
    try {
      return DescriptorDigest.fromDigest(digest.toString());
    } catch (DigestException e) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The blob " + digest + " is named by another digest than sha256, which the cache can't store", e);
    }
  }
}
