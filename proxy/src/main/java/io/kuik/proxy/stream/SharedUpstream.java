package io.kuik.proxy.stream;

import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Answer.Found;
import io.kuik.proxy.source.Content.Blob;
import io.kuik.proxy.source.Source;
import java.util.function.Supplier;

/** The upstream, asked once by all who want the same of it at the same time. */
public final class SharedUpstream implements Source {
  private final Source upstream;
  private final Bodies bodies;
  private final Flights flights;
  private final Downloads downloads;

  /** Asks this one. */
  public SharedUpstream(Source upstream, Bodies bodies, Counts counts) {
    this.upstream = upstream;
    this.bodies = bodies;
    this.flights = new Flights(counts);
    this.downloads = new Downloads(bodies, counts);
  }

  @Override
  public Answer ask(ImageRead read, Wanted wanted) {
    return ask(read, wanted, () -> upstream.ask(read, wanted));
  }

  @Override
  public Answer insist(ImageRead read, Wanted wanted) {
    return ask(read, wanted, () -> upstream.insist(read, wanted));
  }

  private Answer ask(ImageRead read, Wanted wanted, Supplier<Answer> registry) {
    return switch (read) {
      case ManifestRead manifest -> flights.ask(manifest, wanted, registry);
      case BlobRead _ when wanted.head() -> registry.get();
      case BlobRead blob when wanted.range().isPresent() -> part(blob, registry.get());
      case BlobRead blob -> downloads.ask(blob, registry);
    };
  }

  private Answer part(BlobRead read, Answer answer) {
    return answer instanceof Found found && found.content() instanceof Blob raw
        ? new Found(bodies.part(read, raw))
        : answer;
  }

  /** Bytes in the windows of shared downloads. */
  public long held() {
    return downloads.held();
  }
}
