package io.kuik.proxy.serve;

import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.serve.Outcome.Origin;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Answer.Found;
import io.kuik.proxy.source.Answer.Missing;
import io.kuik.proxy.source.Answer.Unavailable;
import io.kuik.proxy.source.Source;

/** The decision: what the cache has is served without a word to the upstream; what it hasn't, from there. */
public final class CacheFirst {
  private final Source cache;
  private final Source upstream;
  private final Revalidation revalidation;

  /** Asks these two; the third says when what the cache has is not enough. */
  public CacheFirst(Source cache, Source upstream, Revalidation revalidation) {
    this.cache = cache;
    this.upstream = upstream;
    this.revalidation = revalidation;
  }

  Outcome decide(ImageRead read, Wanted wanted) {
    Answer cached = cache.ask(read, wanted);
    return switch (cached) {
      case Found found -> fromCache(read, wanted, found);
      case Missing _ -> fromUpstream(read, wanted, "the cache has no copy of it");
      case Unavailable failed -> fromUpstream(read, wanted, failed.error().message());
    };
  }

  /**
   * A tag that moved is served from the upstream if that can be done, and else as it was: it was right once.
   */
  private Outcome fromCache(ImageRead read, Wanted wanted, Found cached) {
    if (revalidation.moved(read, cached.content()) && upstream.ask(read, wanted) instanceof Found moved) {
      cached.content().close();
      return new Served(Origin.UPSTREAM, moved.content(), "the tag has moved since the image was cached");
    }
    return new Served(Origin.CACHE, cached.content(), "");
  }

  /** The upstream's error is the answer, since it says what is wrong with the image; both are told. */
  private Outcome fromUpstream(ImageRead read, Wanted wanted, String cacheSaid) {
    return switch (upstream.ask(read, wanted)) {
      case Found found -> new Served(Origin.UPSTREAM, found.content(), cacheSaid);
      case Missing missing -> refused(missing.error(), cacheSaid);
      case Unavailable failed -> refused(failed.error(), cacheSaid);
    };
  }

  private static Outcome refused(SpecError error, String cacheSaid) {
    return new Refused(error.and(cacheSaid));
  }
}
