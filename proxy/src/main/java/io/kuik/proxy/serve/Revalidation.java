package io.kuik.proxy.serve;

import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.model.ShortMemory;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Answer.Health;
import io.kuik.proxy.source.Answer.Unavailable;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a tag that moves, such as latest, still means at its upstream what the cache holds. Other tags are
 * never asked about, and an upstream that does not answer changes nothing.
 */
public final class Revalidation {
  private static final int REMEMBERED = 1000;
  private static final Wanted HEAD = new Wanted(true, List.of(), Optional.empty());

  private final Pattern tags;
  private final Duration memory;
  private final Source upstream;
  private final ShortMemory<ImageReference, Optional<Digest>> seen;

  /**
   * Asks this upstream.
   *
   * @param tags
   *          a regular expression that is found in the tags to ask about; an empty one asks about none
   * @param memory
   *          how long an answer, or its absence, is believed
   */
  public Revalidation(String tags, Duration memory, Source upstream, InstantSource clock) {
    this.tags = Pattern.compile(tags.isEmpty() ? "(?!)" : tags);
    this.memory = memory;
    this.upstream = upstream;
    this.seen = new ShortMemory<>(REMEMBERED, clock);
  }

  /** Whether the upstream has something else under this tag than what the cache found. */
  boolean moved(ImageRead read, Content cached) {
    boolean asked = read instanceof ManifestRead && read.image().digest().isEmpty()
        && read.image().tag().filter(t -> tags.matcher(t).find()).isPresent();
    return asked && digest(cached)
        .flatMap(have -> current(read).map(now -> !now.equals(have))).orElse(false);
  }

  private static Optional<Digest> digest(Content content) {
    return switch (content) {
      case Content.WholeManifest whole -> Optional.of(whole.manifest().digest());
      case Content.ManifestFacts facts -> Optional.of(facts.digest());
      case Content.Blob _,Content.NoSuchRange _,Content.Listing _ -> Optional.empty();
    };
  }

  private Optional<Digest> current(ImageRead read) {
    Optional<Optional<Digest>> known = seen.find(read.image());
    if (known.isPresent()) {
      return known.get();
    }
    Answer answer = upstream.ask(read, HEAD);
    Optional<Digest> digest = digest(answer);
    if (!(answer instanceof Unavailable u && u.health() == Health.NOT_ASKED)) {
      seen.keep(read.image(), digest, memory);
    }
    return digest;
  }

  private static Optional<Digest> digest(Answer answer) {
    if (!(answer instanceof Answer.Found found)) {
      return Optional.empty();
    }
    try (Content content = found.content()) {
      return digest(content);
    }
  }
}
