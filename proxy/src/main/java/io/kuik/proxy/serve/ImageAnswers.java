package io.kuik.proxy.serve;

import io.kuik.model.Digest;
import io.kuik.proxy.request.Conditions;
import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.serve.Outcome.NotModified;
import io.kuik.proxy.serve.Outcome.Origin;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.Source;
import java.util.Optional;

/**
 * What HTTP has about content beside its place: what the client has already, and which media types it takes.
 */
public final class ImageAnswers {
  private final CacheFirst decision;
  private final Source cache;

  /** The cache is asked once more where the decision found nothing of the client's media types. */
  public ImageAnswers(CacheFirst decision, Source cache) {
    this.decision = decision;
    this.cache = cache;
  }

  Outcome answer(ImageRead read, Wanted wanted, Conditions conditions) {
    Wanted typed = exact(read) ? wanted.ofAnyType() : wanted;
    Wanted parted = digest(read).filter(d -> !conditions.partOf(d)).isPresent() ? typed.whole() : typed;
    return conditions.any() ? unlessKnown(read, parted, conditions) : negotiated(read, parted);
  }

  /** Headers alone cost no pull of a rate limit, and no byte of a layer. */
  private Outcome unlessKnown(ImageRead read, Wanted wanted, Conditions conditions) {
    Outcome headers = negotiated(read, wanted.headersOnly());
    if (headers instanceof Served served) {
      Optional<Digest> digest = digest(read).or(() -> found(served.content()));
      if (digest.filter(conditions::has).isPresent()) {
        served.content().close();
        return new NotModified(served.origin(), digest.get());
      }
      if (!wanted.head()) {
        served.content().close();
        return negotiated(read, wanted);
      }
    }
    return headers;
  }

  /**
   * Tags are asked for as the client asks: a registry may choose by its types, and answer that it has none of
   * them. If that is also all that the upstream can say, what the cache has is better than an error.
   */
  private Outcome negotiated(ImageRead read, Wanted wanted) {
    Outcome outcome = decision.decide(read, wanted);
    boolean choosy = read instanceof ManifestRead && !wanted.accept().isEmpty();
    return outcome instanceof Refused refused && choosy
        && cache.ask(read, wanted.ofAnyType()) instanceof Answer.Found found
            ? new Served(Origin.CACHE, found.content(), refused.error().message())
            : outcome;
  }

  /** A digest names bytes, and no list of types makes other ones of them. */
  private static boolean exact(ImageRead read) {
    return read instanceof ManifestRead && read.image().digest().isPresent();
  }

  private static Optional<Digest> digest(ImageRead read) {
    return switch (read) {
      case BlobRead blob -> Optional.of(blob.digest());
      case ManifestRead manifest -> manifest.image().digest();
    };
  }

  private static Optional<Digest> found(Content content) {
    return switch (content) {
      case Content.WholeManifest whole -> Optional.of(whole.manifest().digest());
      case Content.ManifestFacts facts -> Optional.of(facts.digest());
      case Content.Blob _,Content.NoSuchRange _,Content.Listing _ -> Optional.empty();
    };
  }
}
