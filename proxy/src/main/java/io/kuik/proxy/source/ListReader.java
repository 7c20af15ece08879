package io.kuik.proxy.source;

import io.kuik.model.CacheLocation;
import io.kuik.proxy.breaker.Breaker;
import io.kuik.proxy.breaker.Breaker.Pass;
import io.kuik.proxy.breaker.BreakerState;
import io.kuik.proxy.breaker.Breakers;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.request.Wanted;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import io.kuik.registry.RegistryResponse;
import io.kuik.registry.SteadyStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks registries for lists, which are as large as manifests at most. */
public final class ListReader {
  /** A list is read, and its tags are kept once more, so it takes more room than a manifest. */
  private static final int COPIES = 2;
  /** Where a list has no length, this much room is taken for it. */
  private static final int USUAL = 256 << 10;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration CACHE_CONNECT = Duration.ofMillis(250);
  private static final Wanted ANY = new Wanted(false, List.of(), Optional.empty());
  private static final Logger LOG = LoggerFactory.getLogger(ListReader.class);

  private final RegistryClient client;
  private final ManifestMemory memory;

  /** {@code memory} is the room for lists and manifests together. */
  public ListReader(RegistryClient client, ManifestMemory memory) {
    this.client = client;
    this.memory = memory;
  }

  /** Lists of the image's own registry, which is asked as everybody may ask it. */
  public ListSource upstream(Function<String, RegistryEndpoint> endpoints, Duration within,
      Breakers breakers) {
    return (repository, rest, accept) -> guarded(breakers.of(repository.registry()), () -> ask(
        new Question(new ManifestRead(repository), ANY, repository.registry(), within),
        RegistryRequest.of(endpoints.apply(repository.registry()), "GET", repository.repository(), rest)
            .with("Accept", List.of(accept)).within(CONNECT, within)));
  }

  /**
   * A registry that is left alone is not asked for lists either, and lists find out that it is well again.
   */
  private static ListAnswer guarded(Breaker breaker, Supplier<ListAnswer> registry) {
    Pass pass = breaker.pass();
    if (pass == Pass.LEAVE) {
      BreakerState state = breaker.state();
      return new ListAnswer.Unavailable(new SpecError(503, "UNAVAILABLE",
          state.endpoint() + " is left alone for some seconds, because it failed: " + state.lastError()),
          Answer.Health.NOT_ASKED);
    }
    long start = System.nanoTime();
    ListAnswer answer = registry.get();
    if (answer instanceof ListAnswer.Unavailable u && u.health() == Answer.Health.ILL) {
      breaker.failed(pass, Duration.ofNanos(System.nanoTime() - start), u.error().message());
    } else {
      breaker.answered();
    }
    return answer;
  }

  /** Lists of the cache registry, under its own names of repositories. */
  public ListSource cache(RegistryEndpoint endpoint, CacheCredential credential, Duration within) {
    return (repository, rest, accept) -> {
      ListAnswer answer = ask(
          new Question(new ManifestRead(repository), ANY, "the cache registry", within),
          RegistryRequest.of(endpoint, "GET", CacheLocation.of(repository).repository(), rest)
              .with("Accept", List.of(accept)).as(credential.current()).within(CACHE_CONNECT, within));
      if (answer instanceof ListAnswer.Unavailable u && u.error().status() == 401) {
        credential.forget();
      }
      return answer;
    };
  }

  private ListAnswer ask(Question question, RegistryRequest request) {
    try {
      return Deadline.within(question.within(), () -> answer(question, request), ListReader::discard);
    } catch (TimeoutException e) {
      return told(Failures.tooSlow(question));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return told(Failures.tooSlow(question));
    } catch (IllegalStateException e) {
      LOG.error("asking a registry for a list failed asked={} repository={}", question.asked(),
          question.read().image().name(), e);
      return told(Failures.unexpected(question));
    }
  }

  private static void discard(ListAnswer late) {
    if (late instanceof ListAnswer.Got got) {
      got.lease().close();
    }
  }

  private ListAnswer answer(Question question, RegistryRequest request) throws InterruptedException {
    try {
      RegistryResponse response = client.send(request);
      if (response.status() != 200) {
        return told(Failures.of(question, response, client.failure(request, response)));
      }
      try (response) {
        return read(question, response);
      }
    } catch (RegistryException e) {
      return told(Failures.of(question, e));
    } catch (IOException e) {
      return told(Failures.broken(question, e));
    }
  }

  private ListAnswer read(Question question, RegistryResponse response)
      throws IOException, InterruptedException {
    long length = response.length();
    Optional<ManifestMemory.Lease> room = memory.lease((length < 0 ? USUAL : length) * COPIES);
    if (room.isEmpty()) {
      return told(Failures.noRoom(question));
    }
    ManifestMemory.Lease lease = room.get();
    boolean kept = false;
    try {
      byte[] body = new SteadyStream(response.body()).readNBytes(RegistryClient.MANIFEST_LIMIT + 1);
      if (body.length > RegistryClient.MANIFEST_LIMIT) {
        return new ListAnswer.Unavailable(new SpecError(502, "UNSUPPORTED",
            question.asked() + " sent a list of more than " + RegistryClient.MANIFEST_LIMIT
                + " bytes; ask for fewer at a time, by n="),
            Answer.Health.WELL);
      }
      if (length >= 0 && length != body.length) {
        throw new IOException("the list was cut after " + body.length + " of " + length + " bytes");
      }
      kept = true;
      return new ListAnswer.Got(new String(body, StandardCharsets.UTF_8),
          response.header("Content-Type").orElse(""),
          response.headers().getOrDefault("Link", List.of()),
          response.headers().getOrDefault("OCI-Filters-Applied", List.of()), lease);
    } finally {
      if (!kept) {
        lease.close();
      }
    }
  }

  private static ListAnswer told(Answer failure) {
    return switch (failure) {
      case Answer.Missing missing -> new ListAnswer.Missing(named(missing.error()));
      case Answer.Unavailable unavailable ->
        new ListAnswer.Unavailable(unavailable.error(), unavailable.health());
      case Answer.Found _ -> throw new IllegalStateException("a failure is no content");
    };
  }

  /** A repository is missing, and not a manifest of it. */
  private static SpecError named(SpecError error) {
    return new SpecError(error.status(), "NAME_UNKNOWN", error.message(), error.retryAfter());
  }
}
