package io.kuik.proxy.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.Digest;
import io.kuik.proxy.request.Conditions;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.serve.Outcome.NotModified;
import io.kuik.proxy.serve.Outcome.Pong;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.serve.Transfer.End;
import io.kuik.proxy.source.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes an outcome as an HTTP response; a HEAD gets the very headers of its GET. */
final class ResponseWriter {
  private static final String DIGEST = "Docker-Content-Digest";

  private final HttpExchange exchange;
  private final boolean head;
  private final int piece;

  /** {@code piece} bytes of a blob are moved at once. */
  ResponseWriter(HttpExchange exchange, boolean head, int piece) {
    this.piece = piece;
    this.exchange = exchange;
    this.head = head;
  }

  /** Sends it, and ends the exchange if it was sent whole; otherwise the caller cuts the connection. */
  Transfer send(Outcome outcome) {
    exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
    return switch (outcome) {
      case Pong _ -> bytes(200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
      case NotModified same -> {
        validators(same.digest());
        yield headers(304, -1);
      }
      case Refused refused -> error(refused.error());
      case Served served -> {
        try (Content content = served.content()) {
          yield content(content);
        }
      }
    };
  }

  private Transfer error(SpecError error) {
    Headers headers = exchange.getResponseHeaders();
    error.retryAfter().ifPresent(r -> headers.set("Retry-After", String.valueOf(Math.max(1, r.toSeconds()))));
    if (error.status() == 405) {
      headers.set("Allow", "GET, HEAD");
    }
    if (head) {
      // The upstream told us no words to a HEAD, so the length of what a GET would be told is not known.
      headers.set("Content-Type", "application/json");
      return headers(error.status(), -1);
    }
    return bytes(error.status(), "application/json", error.json().getBytes(StandardCharsets.UTF_8));
  }

  private Transfer content(Content content) {
    Headers headers = exchange.getResponseHeaders();
    return switch (content) {
      case Content.WholeManifest whole -> {
        validators(whole.manifest().digest());
        yield bytes(200, whole.manifest().mediaType(), whole.manifest().bytes());
      }
      case Content.ManifestFacts facts -> {
        validators(facts.digest());
        headers.set("Content-Type", facts.mediaType());
        yield headers(200, facts.size());
      }
      case Content.NoSuchRange none -> {
        none.contentRange().ifPresent(r -> headers.set("Content-Range", r));
        yield error(new SpecError(416, "RANGE_INVALID", "the blob has no such bytes"));
      }
      case Content.Listing list -> {
        list.headers().forEach(headers::set);
        yield bytes(200, list.mediaType(), list.body().getBytes(StandardCharsets.UTF_8));
      }
      case Content.Blob blob -> blob(blob);
    };
  }

  private void validators(Digest digest) {
    exchange.getResponseHeaders().set(DIGEST, digest.toString());
    exchange.getResponseHeaders().set("ETag", Conditions.validator(digest));
  }

  private Transfer blob(Content.Blob blob) {
    Headers headers = exchange.getResponseHeaders();
    validators(blob.digest());
    headers.set("Content-Type", blob.header().contentType());
    blob.header().acceptRanges().ifPresent(r -> headers.set("Accept-Ranges", r));
    int status = blob.header().status();
    if (status == 206) {
      blob.header().contentRange().ifPresent(r -> headers.set("Content-Range", r));
    }
    return head ? headers(status, blob.length()) : stream(status, blob);
  }

  private Transfer stream(int status, Content.Blob blob) {
    // The server's own convention: 0 is "unknown, chunked", -1 is "none".
    long announced = blob.length() < 0 ? 0 : blob.length() == 0 ? -1 : blob.length();
    try {
      exchange.sendResponseHeaders(status, announced);
      // Not closed here: closing ends a response of unknown length as if it were whole.
      OutputStream out = exchange.getResponseBody();
      BlobCopy copy = new BlobCopy(blob.body(), out, blob.length(), piece);
      End end = announced < 0 ? End.WHOLE : copy.run();
      if (end == End.WHOLE) {
        out.close();
      }
      return new Transfer(status, copy.done(), end);
    } catch (IOException e) {
      return new Transfer(status, 0, End.CLIENT_GONE);
    }
  }

  private Transfer bytes(int status, String type, byte[] body) {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (head || body.length == 0) {
      return headers(status, body.length);
    }
    try {
      exchange.sendResponseHeaders(status, body.length);
      OutputStream out = exchange.getResponseBody();
      out.write(body);
      out.close();
      return new Transfer(status, body.length, End.WHOLE);
    } catch (IOException e) {
      return new Transfer(status, 0, End.CLIENT_GONE);
    }
  }

  private Transfer headers(int status, long length) {
    if (length >= 0) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(length));
    }
    try {
      exchange.sendResponseHeaders(status, -1);
      return new Transfer(status, 0, End.WHOLE);
    } catch (IOException e) {
      return new Transfer(status, 0, End.CLIENT_GONE);
    }
  }
}
