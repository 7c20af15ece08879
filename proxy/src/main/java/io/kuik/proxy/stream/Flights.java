package io.kuik.proxy.stream;

import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Answer.Found;
import io.kuik.proxy.source.Answer.Unavailable;
import io.kuik.proxy.source.Content;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Questions about manifests that are being asked: who asks the very same one meanwhile gets its answer. An
 * answer to other media types is another answer, since a registry may choose by them.
 */
final class Flights {
  private final Map<Key, Flight> flights = new HashMap<>();
  private final Counts counts;

  Flights(Counts counts) {
    this.counts = counts;
  }

  private record Key(ManifestRead read, Wanted wanted) {
  }

  private static final class Flight {
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private int others;
  }

  /** The answer; everybody who gets it closes it. The one who asks never throws and has a deadline. */
  Answer ask(ManifestRead read, Wanted wanted, Supplier<Answer> upstream) {
    var key = new Key(read, wanted);
    var mine = new Flight();
    Flight flight;
    synchronized (flights) {
      flight = flights.getOrDefault(key, mine);
      if (flight == mine) {
        flights.put(key, mine);
      } else {
        flight.others++;
      }
    }
    if (flight == mine) {
      return lead(key, mine, upstream);
    }
    counts.addJoined();
    return flight.answer.join();
  }

  private Answer lead(Key key, Flight flight, Supplier<Answer> upstream) {
    Answer answer = new Unavailable(
        new SpecError(500, "UNKNOWN", "an error in the proxy; its log says more"));
    try {
      answer = upstream.get();
      return answer;
    } finally {
      synchronized (flights) {
        flights.remove(key);
        if (answer instanceof Found found && found.content() instanceof Content.WholeManifest whole) {
          whole.lease().share(flight.others);
        }
      }
      flight.answer.complete(answer);
    }
  }
}
