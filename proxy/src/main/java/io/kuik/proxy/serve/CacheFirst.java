package io.kuik.proxy.serve;

import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.serve.Outcome.Origin;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Answer.Found;
import io.kuik.proxy.source.Answer.Health;
import io.kuik.proxy.source.Answer.Missing;
import io.kuik.proxy.source.Answer.Unavailable;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.Source;
import io.kuik.proxy.stream.Bodies;
import io.kuik.proxy.stream.Trust;

/** The decision: what the cache has is served without a word to the upstream; what it hasn't, from there. */
public final class CacheFirst {
  private static final Unavailable WRONG = new Unavailable(
      new SpecError(502, "UNKNOWN", "the cache's copy had wrong bytes some minutes ago"), Health.NOT_ASKED);

  private final Source cache;
  private final Source upstream;
  private final Source moved;
  private final Revalidation revalidation;
  private final Bodies bodies;
  private final Trust trust;

  /**
   * Asks these.
   *
   * @param moved
   *          the upstream once more, for tags that have moved: with less time, since some has passed
   * @param revalidation
   *          says when what the cache has is not enough
   */
  public CacheFirst(Source cache, Source upstream, Source moved, Revalidation revalidation, Bodies bodies,
      Trust trust) {
    this.cache = cache;
    this.upstream = upstream;
    this.moved = moved;
    this.revalidation = revalidation;
    this.bodies = bodies;
    this.trust = trust;
  }

  Outcome decide(ImageRead read, Wanted wanted) {
    Answer cached = distrusted(read) ? WRONG : cache.ask(read, wanted);
    return switch (cached) {
      case Found found -> fromCache(read, wanted, found);
      case Missing _,Unavailable _ -> fromUpstream(read, wanted, cached);
    };
  }

  private boolean distrusted(ImageRead read) {
    return read instanceof BlobRead blob && trust.prefersUpstream(read.image().registry(), blob.digest());
  }

  /**
   * A tag that moved is served from the upstream if that can be done, and else as it was: it was right once.
   */
  private Outcome fromCache(ImageRead read, Wanted wanted, Found cached) {
    if (revalidation.moved(read, cached.content()) && moved.ask(read, wanted) instanceof Found now) {
      cached.content().close();
      return new Served(Origin.UPSTREAM, now.content(), Miss.MOVED,
          "the tag has moved since the image was cached");
    }
    return new Served(Origin.CACHE, steady(read, wanted, cached.content()), "");
  }

  private Content steady(ImageRead read, Wanted wanted, Content content) {
    return read instanceof BlobRead blob && content instanceof Content.Blob raw && !wanted.head()
        ? bodies.cached(blob, raw)
        : content;
  }

  /**
   * The upstream's error is the answer, since it says what is wrong with the image; both are told. A cache
   * that was left alone is asked after all before that: it must not be our caution that fails a pull.
   */
  private Outcome fromUpstream(ImageRead read, Wanted wanted, Answer cached) {
    return switch (upstream.insist(read, wanted)) {
      case Found found -> new Served(Origin.UPSTREAM, found.content(), Miss.of(cached), said(cached));
      case Missing missing -> afterAll(read, wanted, missing.error(), cached);
      case Unavailable failed -> afterAll(read, wanted, failed.error(), cached);
    };
  }

  private Outcome afterAll(ImageRead read, Wanted wanted, SpecError upstreamSaid, Answer cached) {
    boolean leftAlone = cached instanceof Unavailable u && u.health() == Health.NOT_ASKED;
    Answer last = leftAlone ? cache.insist(read, wanted) : cached;
    return last instanceof Found found
        ? new Served(Origin.CACHE, steady(read, wanted, found.content()), "")
        : new Refused(upstreamSaid.and(said(last)), Miss.of(last));
  }

  private static String said(Answer cached) {
    return cached instanceof Unavailable failed ? failed.error().message() : "the cache has no copy of it";
  }
}
