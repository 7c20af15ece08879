package io.kuik.cacheworker.jib;

import com.google.cloud.tools.jib.http.Authorization;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.Optional;

/**
 * Jib's HTTP towards the one cache registry: plain http at once where that is meant (jib would try https
 * first),
 * retries with an end, and the address of the upload that is open.
 */
final class CacheHttpClient extends FailoverHttpClient implements AutoCloseable {
  private static final String UPLOADS = "/blobs/uploads/";

  private final URI cache;
  private final RetryLimit retries;
  private Optional<URL> upload = Optional.empty();

  CacheHttpClient(URI cache, RetryLimit retries) {
    // Jib's failover lets plain http pass at all; to an https registry it must not fall back to it.
    super(plain(cache), plain(cache), retries);
    this.cache = cache;
    this.retries = retries;
  }

  private static boolean plain(URI cache) {
    return "http".equals(cache.getScheme());
  }

  @Override
  public Response call(String method, URL url, Request request) throws IOException {
    retries.start();
    URL asked = own(url);
    Response response = super.call(method, asked, request);
    if (asked.getPath().contains(UPLOADS)) {
      upload = location(asked, response);
    }
    return response;
  }

  private URL own(URL url) throws IOException {
    boolean rewrite = plain(cache) && "https".equals(url.getProtocol())
        && url.getAuthority().equals(cache.getAuthority());
    return rewrite ? URI.create("http" + url.toString().substring("https".length())).toURL() : url;
  }

  private static Optional<URL> location(URL asked, Response response) throws IOException {
    if (response.getStatusCode() != 202 || response.getHeader("Location").isEmpty()) {
      return Optional.empty();
    }
    return Optional
        .of(URI.create(asked.toString()).resolve(response.getHeader("Location").getFirst()).toURL());
  }

  /**
   * Tells the registry that the open upload will not go on; it would keep the bytes for days otherwise.
   * Nothing
   * depends on it.
   */
  void abandonUpload(Optional<Authorization> authorization, String userAgent, int timeoutMillis) {
    if (upload.isEmpty()) {
      return;
    }
    Request.Builder request = Request.builder().setUserAgent(userAgent).setHttpTimeout(timeoutMillis);
    authorization.ifPresent(request::setAuthorization);
    try {
      super.call("DELETE", own(upload.get()), request.build()).close();
    } catch (ResponseException | RetryLimit.GaveUpException refused) {
      // The registry removes abandoned uploads itself in time.
      upload = Optional.empty();
    } catch (IOException unreachable) {
      upload = Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    shutDown();
  }
}
