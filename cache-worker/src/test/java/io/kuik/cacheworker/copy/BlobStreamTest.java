package io.kuik.cacheworker.copy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.cacheworker.report.Progress;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.registry.Credential;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistrySettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a blob gets through in spite of its registry. */
class BlobStreamTest {
  private final byte[] bytes = "a layer".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  private final Progress progress = new Progress();
  private final List<Duration> pauses = new ArrayList<>();
  private FakeRegistry registry;
  private Digest digest;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    digest = registry.putBlob("a/b", bytes);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private BlobStream stream(Digest of, boolean stopped) {
    return stream(of, stopped, true);
  }

  private BlobStream stream(Digest of, boolean stopped, boolean hashed) {
    var client = new RegistryClient(new RegistrySettings(Set.of(), Optional.empty(), "test"));
    var upstream = new UpstreamImage(client, registry.endpoint(), ImageReference.parse("x.y/a/b:c"),
        Credential.ANONYMOUS, new Patience(pauses::add, () -> 0.5, Duration.ofSeconds(5)));
    var blob = new Descriptor("", of, bytes.length, Optional.empty(), Optional.empty(), false, false);
    return new BlobStream(upstream, blob, progress, () -> stopped, hashed);
  }

  private CopyFailure failure(BlobStream stream) {
    return assertThrows(CopyFailure.class, () -> stream.writeTo(new ByteArrayOutputStream()));
  }

  @Test
  void passesTheBytesAndCountsThem() throws IOException {
    var out = new ByteArrayOutputStream();
    stream(digest, false).writeTo(out);
    assertArrayEquals(bytes, out.toByteArray());
    assertEquals(bytes.length, progress.movedBytes());
  }

  @Test
  void waitsLongerEachTimeAndThenGivesUp() {
    registry.fault(x -> {
      FakeRegistry.error(x, 503, "UNAVAILABLE", "later");
      return true;
    });
    assertEquals(CopyOutcome.UPSTREAM_UNAVAILABLE, failure(stream(digest, false)).outcome());
    assertEquals(Duration.ofSeconds(1 + 2 + 4 + 8), pauses.stream().reduce(Duration.ZERO, Duration::plus));
    assertEquals(5, registry.requests().size());
  }

  @Test
  void asksNoMoreWhenTheAnswerIsFinal() {
    assertEquals(CopyOutcome.NOT_FOUND, failure(stream(Digest.sha256(new byte[0]), false)).outcome());
    assertEquals(List.of(), pauses);
  }

  @Test
  void refusesOtherBytesAndMoreBytes() {
    registry.fault(x -> {
      FakeRegistry.answer(x, 200, "text/plain", new byte[bytes.length]);
      return true;
    });
    assertEquals(CopyOutcome.CORRUPT, failure(stream(digest, false)).outcome());
    registry.fault(x -> {
      FakeRegistry.answer(x, 200, "text/plain", new byte[bytes.length + 1]);
      return true;
    });
    assertEquals(CopyOutcome.CORRUPT, failure(stream(digest, false)).outcome());
  }

  @Test
  void leavesTheHashToTheCacheWhereThatIsProven() throws IOException {
    byte[] other = new byte[bytes.length];
    registry.fault(x -> {
      FakeRegistry.answer(x, 200, "text/plain", other);
      return true;
    });
    var out = new ByteArrayOutputStream();
    stream(digest, false, false).writeTo(out);
    assertArrayEquals(other, out.toByteArray());
  }

  @Test
  void stopsWhenAnotherBlobHasFailed() {
    assertEquals(CopyOutcome.INTERRUPTED, failure(stream(digest, true)).outcome());
  }
}
