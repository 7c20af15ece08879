package io.kuik.proxy.debug;

import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.RewrittenName;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.serve.Outcome;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.Source;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What becomes of one image's name, asked of both registries by HEAD, which costs no pull. */
public final class Diagnosis {
  static final String USAGE = "What would become of an image: curl 'localhost:PORT/debug?image=nginx:1.27'\n";
  private static final Wanted HEAD = new Wanted(true, List.of(), Optional.empty());

  private final RewrittenName names;
  private final Source cache;
  private final Source upstream;
  private final Function<ImageRead, Outcome> pull;

  /** {@code pull} says what a pull would be answered. */
  public Diagnosis(int port, Source cache, Source upstream, Function<ImageRead, Outcome> pull) {
    this.names = new RewrittenName(port);
    this.cache = cache;
    this.upstream = upstream;
    this.pull = pull;
  }

  String of(String name) {
    try {
      ImageReference image = names.original(name).orElseGet(() -> ImageReference.parse(name));
      var read = new ManifestRead(image);
      return line("image", image.canonical()) + line("rewritten", names.of(image))
          + line("cache", asked(cache, read)) + line("upstream", asked(upstream, read))
          + line("pull", pulled(pull.apply(read)));
    } catch (InvalidReferenceException e) {
      return line("image", "no name of an image: " + e.getMessage());
    }
  }

  private static String line(String key, String value) {
    return String.format("%-10s %s%n", key, value);
  }

  private static String asked(Source source, ManifestRead read) {
    long start = System.nanoTime();
    Answer answer = source.ask(read, HEAD);
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    return switch (answer) {
      case Answer.Found found -> {
        try (Content content = found.content()) {
          yield "has it: " + facts(content);
        }
      }
      case Answer.Missing missing -> "has it not: " + missing.error().message();
      case Answer.Unavailable away -> "HTTP " + away.error().status() + ": " + away.error().message();
    } + " (" + millis + " ms)";
  }

  private static String facts(Content content) {
    return switch (content) {
      case Content.ManifestFacts m -> m.digest() + ", " + m.mediaType() + ", " + m.size() + " bytes";
      case Content.WholeManifest m ->
        m.manifest().digest() + ", " + m.manifest().mediaType() + ", " + m.manifest().bytes().length
            + " bytes";
      case Content.Blob _,Content.Listing _,Content.NoSuchRange _ -> "something else than a manifest";
    };
  }

  private static String pulled(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Served served -> "served from the " + served.origin().word()
          + (served.cacheSaid().isEmpty() ? "" : ", because " + served.cacheSaid());
      case Outcome.Refused refused -> "HTTP " + refused.error().status() + ": " + refused.error().message();
      case Outcome.NotModified _,Outcome.Pong _ -> "nothing";
    };
  }
}
