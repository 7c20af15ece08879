package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cache registry that fails while it is written to. */
class CacheFaultsIT extends CopyBed {
  private static final int SIZE = 3_000_000;

  private FaultFront front;
  private Digest digest;

  @BeforeEach
  void before() throws IOException {
    front = new FaultFront(cache.uri());
    digest = sample.oci("v1", 1, SIZE);
  }

  @AfterEach
  void after() throws IOException {
    front.close();
  }

  private WorkerRun copy() throws IOException {
    return WorkerRun.copy(folder, upstream.endpoint().base(), front.uri(), ":v1");
  }

  private void first(int times, Predicate<FaultFront.Asked> chosen, Fault fault) {
    var left = new AtomicInteger(times);
    front.script(a -> chosen.test(a) && left.getAndDecrement() > 0 ? fault : Fault.NONE);
  }

  private void assertCopied() throws IOException {
    WorkerRun run = copy();
    assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
    assertEquals("200 " + sample.manifests.get(digest), cache.manifest(WorkerRun.CACHE_PATH, "v1"));
  }

  @ParameterizedTest
  @CsvSource({"POST,500", "POST,503", "PATCH,500", "PATCH,502", "PUT,500"})
  void oneBadAnswerToAnUploadIsPassedOver(String method, int status) throws IOException {
    first(1, a -> a.method().equals(method) && a.path().contains("/uploads/"), Fault.answer(status));
    assertCopied();
  }

  @ParameterizedTest
  @CsvSource({"POST,500", "PATCH,503", "PUT,500", "HEAD,500"})
  void badAnswersWithoutEndEndTheCopyAndTagNothing(String method, int status) throws IOException {
    front.script(a -> a.method().equals(method) ? Fault.answer(status) : Fault.NONE);
    WorkerRun run = copy();
    assertEquals(CopyOutcome.CACHE_UNAVAILABLE, run.outcome(), run.report().message());
    assertTrue(cache.manifest(WorkerRun.CACHE_PATH, "v1").startsWith("404 "));
    front.script(a -> Fault.NONE);
    assertCopied();
  }

  @Test
  void anUploadThatBreaksIsStartedAgain() throws IOException {
    first(1, a -> a.method().equals("PATCH"), Fault.request(Spoilt.cut(1_000_000)));
    assertCopied();
  }

  @Test
  void anUploadThatAlwaysBreaksEndsTheCopy() throws IOException {
    front.script(a -> a.method().equals("PATCH") ? Fault.request(Spoilt.cut(1_000_000)) : Fault.NONE);
    WorkerRun run = copy();
    assertEquals(CopyOutcome.CACHE_UNAVAILABLE, run.outcome(), run.report().message());
    assertTrue(cache.manifest(WorkerRun.CACHE_PATH, "v1").startsWith("404 "));
  }

  @Test
  void aManifestThatIsNotTakenAtOnceIsStoredStill() throws IOException {
    first(1, a -> a.method().equals("PUT") && a.path().contains("/manifests/"), Fault.answer(503));
    WorkerRun run = copy();
    boolean retried = run.outcome() == CopyOutcome.COPIED;
    assertTrue(retried || run.outcome() == CopyOutcome.CACHE_UNAVAILABLE, run.report().message());
    WorkerRun next = copy();
    assertTrue(next.outcome().cached(), next.report().message());
    assertEquals("200 " + sample.manifests.get(digest), cache.manifest(WorkerRun.CACHE_PATH, "v1"));
  }
}
