package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line that breaks, bytes that are wrong, and answers that lack what others have. */
class UpstreamFaultsIT extends FaultBed {
  private long layerReads() {
    return front.asked().stream().filter(a -> a.path().endsWith("/blobs/" + sample.blobs.getFirst())).count();
  }

  @Test
  void movesOnlyTheRestWhereTheLineBreaks() throws IOException {
    var ranges = new CopyOnWriteArrayList<String>();
    front.script(a -> {
      if (!a.path().endsWith("/blobs/" + sample.blobs.getFirst())) {
        return Fault.NONE;
      }
      ranges.add(a.header("Range"));
      return Fault.response(Spoilt.cut(400_000));
    });
    assertCopied();
    assertEquals("", ranges.getFirst());
    assertEquals("bytes=400000-", ranges.get(1));
    assertEquals(8, ranges.size());
  }

  @Test
  void goesOnAfterAStall() throws IOException {
    first(1, a -> a.path().endsWith("/blobs/" + sample.blobs.getFirst()),
        Fault.response(Spoilt.hang(1_000_000)));
    assertCopied();
    assertEquals(2, layerReads());
  }

  @Test
  void doesNotWaitForEverForAnAnswer() throws IOException {
    front.script(a -> Fault.HANG);
    String message = assertFails(CopyOutcome.UPSTREAM_UNAVAILABLE).report().message();
    assertTrue(message.contains("no answer in time"), message);
    assertEquals(1, front.asked().size(), "who took all the time is not asked again");
  }

  @Test
  void aManifestThatIsCutIsReadAgain() throws IOException {
    first(1, a -> a.method().equals("GET") && a.path().contains("/manifests/"),
        Fault.response(Spoilt.cut(100)));
    assertCopied();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_500_000, SIZE - 1})
  void findsAWrongByte(int at) throws IOException {
    front.script(a -> a.path().endsWith("/blobs/" + sample.blobs.getFirst())
        ? Fault.response(Spoilt.flip(at))
        : Fault.NONE);
    String message = assertFails(CopyOutcome.CORRUPT).report().message();
    assertTrue(message.contains(sample.blobs.getFirst().toString()), message);
  }

  @Test
  void findsAWrongByteOfAManifest() throws IOException {
    front.script(a -> a.method().equals("GET") && a.path().contains("/manifests/")
        ? Fault.response(Spoilt.flip(30))
        : Fault.NONE);
    assertFails(CopyOutcome.CORRUPT);
  }

  @Test
  void refusesMoreBytesThanThereAre() throws IOException {
    front.script(a -> a.path().endsWith("/blobs/" + sample.blobs.getFirst())
        ? Fault.response(Spoilt.longer()).and(h -> h.replace("Content-Length: " + SIZE, "Content-Length: "
            + (SIZE + 1)))
        : Fault.NONE);
    assertFails(CopyOutcome.CORRUPT);
  }

  @Test
  void asksForTheRestOfABodyThatClaimsToBeWhole() throws IOException {
    first(1, a -> a.path().endsWith("/blobs/" + sample.blobs.getFirst()),
        Fault.response(Spoilt.cut(1000))
            .and(h -> h.replace("Content-Length: " + SIZE, "Content-Length: 1000")));
    assertCopied();
    assertEquals(2, layerReads());
  }

  @Test
  void getsAlongWithoutHead() throws IOException {
    front.script(a -> a.method().equals("HEAD") ? Fault.answer(405) : Fault.NONE);
    assertCopied();
  }

  @Test
  void getsAlongWithoutDigestsAndLengths() throws IOException {
    front.script(a -> Fault.without(Set.of("docker-content-digest", "content-length", "etag")));
    assertCopied();
  }

  @Test
  void getsAlongWithoutRanges() throws IOException {
    var left = new AtomicInteger(1);
    front.script(a -> {
      if (!a.header("Range").isEmpty()) {
        return Fault.answer(416);
      }
      return a.blob() && left.getAndDecrement() > 0
          ? Fault.response(Spoilt.cut(1_000_000))
          : Fault.NONE;
    });
    assertCopied();
  }
}
