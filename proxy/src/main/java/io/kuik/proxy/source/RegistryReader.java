package io.kuik.proxy.source;

import io.kuik.model.Digest;
import io.kuik.model.InvalidReferenceException;
import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.source.Answer.Found;
import io.kuik.registry.Manifest;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import io.kuik.registry.RegistryResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a registry for what a client wants of it, and checks whatever can be checked before sending. */
public final class RegistryReader {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryReader.class);

  private final RegistryClient client;
  private final ManifestMemory memory;

  /** One for both sources. */
  public RegistryReader(RegistryClient client, ManifestMemory memory) {
    this.client = client;
    this.memory = memory;
  }

  /** Asks the question by requests of one method or the other. */
  Answer ask(Question question, Function<String, RegistryRequest> requests) {
    try {
      return Deadline.within(question.within(), () -> answer(question, requests), RegistryReader::discard);
    } catch (TimeoutException e) {
      return Failures.tooSlow(question);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Failures.tooSlow(question);
    } catch (IllegalStateException e) {
      LOG.error("asking a registry failed asked={} image={}", question.asked(), question.read().image(), e);
      return Failures.unexpected(question);
    }
  }

  private Answer answer(Question question, Function<String, RegistryRequest> requests)
      throws InterruptedException {
    try {
      return switch (question.read()) {
        case BlobRead blob -> blob(question, blob.digest(), requests);
        case ManifestRead _ -> question.wanted().head()
            ? manifestFacts(question, requests)
            : manifest(question, requests.apply("GET"));
      };
    } catch (RegistryException e) {
      return Failures.of(question, e);
    } catch (IOException e) {
      return Failures.broken(question, e);
    }
  }

  private static void discard(Answer late) {
    if (late instanceof Found found) {
      found.content().close();
    }
  }

  private Answer blob(Question question, Digest digest, Function<String, RegistryRequest> requests) {
    boolean head = question.wanted().head();
    RegistryRequest request = requests.apply(head ? "HEAD" : "GET");
    Optional<String> range = question.wanted().range();
    RegistryRequest ranged = range.map(r -> request.with("Range", List.of(r))).orElse(request);
    RegistryResponse response = client.send(ranged);
    int status = response.status();
    if (status == 200) {
      return whole(question, found(digest, response));
    }
    if (status == 206 && range.isPresent()) {
      return new Found(found(digest, response));
    }
    return status == 416 && range.isPresent()
        ? noSuchRange(response)
        : failure(question, ranged, response);
  }

  private static Content.Blob found(Digest digest, RegistryResponse response) {
    return new Content.Blob(digest, BlobHeader.of(response), new WireBody(response));
  }

  private static Answer noSuchRange(RegistryResponse response) {
    response.close();
    return new Found(new Content.NoSuchRange(response.header("Content-Range")));
  }

  /** A registry whose disk lost the bytes may still announce them, as none (distribution#2367). */
  private static Answer whole(Question question, Content.Blob blob) {
    boolean empty = blob.digest().matches(blob.digest().hasher().digest());
    if (blob.length() == 0 && !empty) {
      blob.close();
      return Failures.corrupt(question, "it has no bytes for " + blob.digest());
    }
    return new Found(blob);
  }

  /** A HEAD costs no pull of a rate limit; one that tells too little is made up for by a GET. */
  private Answer manifestFacts(Question question, Function<String, RegistryRequest> requests)
      throws IOException, InterruptedException {
    RegistryRequest request = accepting(question, requests.apply("HEAD"));
    RegistryResponse response = client.send(request);
    int status = response.status();
    if (status != 200 && status != 405 && status != 501) {
      return failure(question, request, response);
    }
    response.close();
    Optional<Digest> asked = question.read().image().digest();
    Optional<Digest> said = digest(response);
    if (asked.isPresent() && said.isPresent() && !asked.equals(said)) {
      return Failures.corrupt(question, "it has " + said.get() + " for " + asked.get());
    }
    Optional<Digest> digest = said.or(() -> asked);
    if (status != 200 || digest.isEmpty() || response.length() < 0) {
      return manifest(question, requests.apply("GET"));
    }
    return new Found(new Content.ManifestFacts(digest.get(), type(response), response.length()));
  }

  private Answer manifest(Question question, RegistryRequest plain) throws IOException, InterruptedException {
    RegistryRequest request = accepting(question, plain);
    RegistryResponse response = client.send(request);
    if (response.status() != 200) {
      return failure(question, request, response);
    }
    try (response) {
      if (response.length() > RegistryClient.MANIFEST_LIMIT) {
        return Failures.tooLarge(question);
      }
      return read(question, response);
    }
  }

  private Answer read(Question question, RegistryResponse response) throws IOException, InterruptedException {
    long size = response.length() < 0 ? RegistryClient.MANIFEST_LIMIT : response.length();
    Optional<ManifestMemory.Lease> room = memory.lease(size);
    if (room.isEmpty()) {
      return Failures.noRoom(question);
    }
    ManifestMemory.Lease lease = room.get();
    boolean kept = false;
    try {
      byte[] bytes = response.body().readNBytes(RegistryClient.MANIFEST_LIMIT + 1);
      Answer answer = checked(question, response, bytes, lease);
      kept = answer instanceof Found;
      return answer;
    } finally {
      if (!kept) {
        lease.close();
      }
    }
  }

  private static Answer checked(Question question, RegistryResponse response, byte[] bytes,
      ManifestMemory.Lease lease) throws IOException {
    if (bytes.length > RegistryClient.MANIFEST_LIMIT) {
      return Failures.tooLarge(question);
    }
    if (response.length() >= 0 && response.length() != bytes.length) {
      throw new IOException(
          "the manifest was cut after " + bytes.length + " of " + response.length() + " bytes");
    }
    Digest digest = question.read().image().digest().or(() -> digest(response))
        .orElseGet(() -> Digest.sha256(bytes));
    if (!digest.matches(digest.hasher().digest(bytes))) {
      return Failures.corrupt(question, "the bytes are not those of " + digest);
    }
    return new Found(new Content.WholeManifest(new Manifest(bytes, type(response), digest), lease));
  }

  private Answer failure(Question question, RegistryRequest request, RegistryResponse response) {
    return Failures.of(question, response, client.failure(request, response));
  }

  private static RegistryRequest accepting(Question question, RegistryRequest request) {
    List<String> accept = question.wanted().accept();
    return accept.isEmpty() ? request : request.with("Accept", accept);
  }

  private static Optional<Digest> digest(RegistryResponse response) {
    try {
      return response.header("Docker-Content-Digest").map(String::strip).map(Digest::parse);
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  private static String type(RegistryResponse response) {
    return response.header("Content-Type").orElse("application/octet-stream");
  }
}
