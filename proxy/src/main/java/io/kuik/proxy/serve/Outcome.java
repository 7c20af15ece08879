package io.kuik.proxy.serve;

import io.kuik.model.Digest;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.source.Content;
import java.util.Locale;

/** What a client gets, and why. */
public sealed interface Outcome {
  /** Where content came from. */
  enum Origin {
    /** The cluster's cache registry. */
    CACHE,
    /** The image's own registry. */
    UPSTREAM,
    /** The proxy itself. */
    PROXY;

    /** The word for logs and metrics. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Content; {@code cacheSaid} is why the cache did not serve it, or empty, and {@code miss} the same in a
   * word.
   */
  record Served(Origin origin, Content content, Miss miss, String cacheSaid) implements Outcome {
    /** Of something that the cache is not asked for first. */
    public Served(Origin origin, Content content, String note) {
      this(origin, content, Miss.NONE, note);
    }
  }

  /** The client has it already. */
  record NotModified(Origin origin, Digest digest) implements Outcome {
  }

  /** An error; {@code miss} is why the cache had nothing to serve. */
  record Refused(SpecError error, Miss miss) implements Outcome {
    /** Of something that the cache is not asked for first. */
    public Refused(SpecError error) {
      this(error, Miss.NONE);
    }
  }

  /** The answer to the question whether this is a registry. */
  record Pong() implements Outcome {
  }
}
