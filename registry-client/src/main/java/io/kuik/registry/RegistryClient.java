package io.kuik.registry;

import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.PullBudget;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** Asks registries; one for the whole process, for any number of threads, all calls blocking. */
public final class RegistryClient {
  /** containerd reads at most this much of a manifest; a larger one could not be run anyway. */
  public static final int MANIFEST_LIMIT = 4 * 1048 * 1048;

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  private final RegistrySettings settings;
  private final RegistryTransport transport;

  /** Reads the trusted certificates once. */
  public RegistryClient(RegistrySettings settings) {
    this.settings = settings;
    this.transport = new RegistryTransport(settings, InstantSource.system());
  }

  /** TLS with the trusted certificates, for a library that connects by itself. */
  public SSLContext tls() {
    return transport.context();
  }

  /** The endpoint of an image's upstream registry. */
  public RegistryEndpoint upstream(String registry) {
    return RegistryEndpoint.upstream(registry, settings.insecureRegistries());
  }

  /**
   * A question about an image's manifest at its upstream; refine it and pass it to one of the methods below.
   */
  public RegistryRequest manifestRequest(ImageReference image, String method) {
    return RegistryRequest.manifest(upstream(image.registry()), method, image.repository(), image.version());
  }

  /** What this registry last said of our pulls, with an answer or an error. */
  public Optional<PullBudget> pullBudget(RegistryEndpoint endpoint) {
    return transport.budget(endpoint);
  }

  /** The answer as it is, whatever its status; the caller closes it. Throws only where there is no answer. */
  public RegistryResponse send(RegistryRequest request) {
    return transport.send(request);
  }

  /** The answer to a HEAD for a manifest; throws by status. */
  public ManifestHead head(RegistryRequest request) {
    try (RegistryResponse response = ok(request)) {
      return new ManifestHead(declared(response),
          mediaType(response),
          response.length());
    }
  }

  /**
   * The manifest, whole and hashed; throws by status, or if {@code expected} is another digest than that of
   * the bytes.
   */
  public Manifest manifest(RegistryRequest request, Optional<Digest> expected) {
    try (RegistryResponse response = ok(request)) {
      byte[] bytes = new SteadyStream(response.body()).readNBytes(MANIFEST_LIMIT + 1);
      if (bytes.length > MANIFEST_LIMIT) {
        throw new RegistryException.Unsupported(
            request.described() + ": the manifest is larger than the " + MANIFEST_LIMIT
                + " bytes that containerd reads");
      }
      if (response.length() >= 0 && response.length() != bytes.length) {
        throw new RegistryException.Unavailable(
            request.described() + ": the answer was cut after " + bytes.length
                + " of " + response.length() + " bytes");
      }
      Digest digest = expected.or(() -> declared(response)).orElseGet(() -> Digest.sha256(bytes));
      if (!digest.matches(digest.hasher().digest(bytes))) {
        throw new RegistryException.Corrupt(request.described() + ": the bytes are not those of " + digest);
      }
      return new Manifest(bytes, mediaType(response), digest);
    } catch (IOException e) {
      throw new RegistryException.Unavailable(
          request.described() + ": " + Redaction.of(String.valueOf(e.getMessage())), e);
    }
  }

  /** A successful answer whose body is still to be read; throws by status. */
  public RegistryResponse ok(RegistryRequest request) {
    RegistryResponse response = transport.send(request);
    if (response.status() < 300) {
      return response;
    }
    throw failure(request, response);
  }

  /**
   * What an answer of {@link #send} with a status of 300 or more means, in the registry's own words; ends the
   * exchange.
   */
  public RegistryException failure(RegistryRequest request, RegistryResponse response) {
    try (response) {
      return StatusErrors.of(request, response);
    }
  }

  /**
   * Deletes a tag and nothing else of its manifest; the answer is no where there is none. A registry that
   * does not delete throws {@link RegistryException.Unsupported}.
   */
  public boolean deleteTag(RegistryEndpoint endpoint, String repository, String tag, Credential credential) {
    if (!TAG.matcher(tag).matches()) {
      // By digest, every tag of the manifest would go, also those that others use.
      throw new IllegalArgumentException("only tags are deleted, and \"" + tag + "\" is none");
    }
    RegistryRequest request = RegistryRequest.manifest(endpoint, "DELETE", repository, tag).as(credential);
    try (RegistryResponse response = ok(request)) {
      return response.status() < 300;
    } catch (RegistryException.NotFound e) {
      return false;
    } catch (RegistryException.Unsupported e) {
      throw new RegistryException.Unsupported(e.getMessage()
          + ": the registry does not delete; it needs storage.delete.enabled: true, and no read-only mode");
    }
  }

  /** Some registries leave it out; that of a schema 1 manifest is not the digest of what is sent. */
  private static Optional<Digest> declared(RegistryResponse response) {
    try {
      return mediaType(response).startsWith("application/vnd.docker.distribution.manifest.v1+")
          ? Optional.empty()
          : response.header("Docker-Content-Digest").map(String::strip).map(Digest::parse);
    } catch (InvalidReferenceException nonsense) {
      return Optional.empty();
    }
  }

  private static String mediaType(RegistryResponse response) {
    String type = response.header("Content-Type").orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
  }
}
