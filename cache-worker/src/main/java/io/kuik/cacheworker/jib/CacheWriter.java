package io.kuik.cacheworker.jib;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.event.EventHandlers;
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

/**
 * Writes one repository of the cache registry through jib-core.
 *
 * <p>
 * Every write has its own HTTP client: jib keeps a connection and a file open per call until the client is
 * shut
 * down.
 */
public final class CacheWriter {
  /** A registry over object storage copies a large blob once more when its upload ends. */
  private static final int TIMEOUT_MILLIS = 120_000;
  private static final Duration RETRIES = Duration.ofSeconds(5);

  private final URI cache;
  private final String repository;
  private final Optional<io.kuik.registry.Credential.Password> login;
  private final String userAgent;

  /** The cache's address is scheme, host and port. */
  public CacheWriter(URI cache, String repository, Optional<io.kuik.registry.Credential.Password> login,
      String userAgent) {
    this.cache = cache;
    this.repository = repository;
    this.login = login;
    this.userAgent = userAgent;
  }

  /** Sets what jib reads from system properties; to be called once, before the first write. */
  public static void configure() {
    System.setProperty("jib.httpTimeout", String.valueOf(TIMEOUT_MILLIS));
    // Jib reads a token's payload with the wrong base64 alphabet to find out what it may mount.
    System.setProperty("jib.blobMounts", "false");
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

  /** Uploads a blob; a failure of its source comes through as it is. */
  public void pushBlob(Digest digest, long size, BlobContent content) {
    DescriptorDigest descriptor = descriptor(digest);
    String tried = "Uploading blob " + digest + " to " + cache + "/" + repository;
    StreamedBlob blob = new StreamedBlob(descriptor, size, content);
    try (CacheHttpClient http = http(() -> blob.failure().isPresent())) {
      registry(http).pushBlob(descriptor, blob, null, bytes -> {
      });
    } catch (IOException | RegistryException | RetryLimit.GaveUpException e) {
      throw blob.failure().orElseGet(() -> CacheErrors.of(tried, e));
    }
    blob.failure().ifPresent(f -> {
      throw f;
    });
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

  private RegistryClient registry(CacheHttpClient http) {
    RegistryClient.Factory factory = RegistryClient
        .factory(EventHandlers.NONE, cache.getAuthority(), repository, http).setUserAgent(userAgent);
    login.ifPresent(l -> factory.setCredential(Credential.from(l.username(), l.password())));
    RegistryClient client = factory.newRegistryClient();
    if (login.isPresent()) {
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
