package io.kuik.cacheworker.jib;

import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Jib's HTTP towards the one cache registry: plain http at once where that is meant (jib would try https
 * first), and retries with an end.
 */
final class CacheHttpClient extends FailoverHttpClient implements AutoCloseable {
  private static final String UPLOADS = "/blobs/uploads/";
  private static final int BAD_REQUEST = 400;

  private final URI cache;
  private final RetryLimit retries;
  private final BooleanSupplier sourceFailed;
  private Optional<String> stored = Optional.empty();

  CacheHttpClient(URI cache, RetryLimit retries, BooleanSupplier sourceFailed) {
    // Jib's failover lets plain http pass at all; to an https registry it must not fall back to it.
    super(plain(cache), plain(cache), retries);
    this.cache = cache;
    this.retries = retries;
    this.sourceFailed = sourceFailed;
  }

  private static boolean plain(URI cache) {
    return "http".equals(cache.getScheme());
  }

  /**
   * Where jib would complete an upload whose source has failed, the upload is deleted. It ended in an orderly
   * way before: distribution lets nobody delete one that broke off, and keeps its bytes for a week.
   */
  @Override
  public Response call(String method, URL url, Request request) throws IOException {
    retries.start();
    if (!method.equals("PUT") || !url.getPath().contains(UPLOADS)) {
      return super.call(method, own(url), request);
    }
    if (sourceFailed.getAsBoolean()) {
      return super.call("DELETE", own(url), request);
    }
    try {
      Response response = super.call(method, own(url), request);
      stored = response.getHeader("Docker-Content-Digest").stream().findFirst();
      return response;
    } catch (ResponseException refused) {
      forget(url, request, refused);
      throw refused;
    }
  }

  /** Distribution keeps the bytes of an upload that it refused, too. */
  private void forget(URL url, Request request, ResponseException refused) throws IOException {
    if (refused.getStatusCode() == BAD_REQUEST) {
      try {
        super.call("DELETE", own(url), request);
      } catch (ResponseException gone) {
        refused.addSuppressed(gone);
      }
    }
  }

  /** What the registry calls the blob that was uploaded last, if it says that. */
  Optional<String> stored() {
    return stored;
  }

  private URL own(URL url) throws IOException {
    boolean rewrite = plain(cache) && "https".equals(url.getProtocol())
        && url.getAuthority().equals(cache.getAuthority());
    return rewrite ? URI.create("http" + url.toString().substring("https".length())).toURL() : url;
  }

  @Override
  public void close() throws IOException {
    shutDown();
  }
}
