package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.model.CopyOutcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a Job and its pods say about a copy. */
class CopyProgressTest {
  private static final String IMAGE = "docker.io/library/nginx:1";

  private static JobView job(String condition) {
    return JobView.of(Samples.json("{'metadata': {'name': 'j', 'uid': 'u', 'annotations':"
        + " {'kuik.enix.io/source-image': '" + IMAGE + "'}}, 'status': {'conditions': ["
        + (condition.isEmpty()
            ? ""
            : "{'type': '" + condition
                + "', 'status': 'True', 'reason': 'BackoffLimitExceeded', 'message': 'too often'}")
        + "]}}"));
  }

  private static CopyProgress progress(String condition, JsonObject... pods) {
    return CopyProgress.of(Optional.of(job(condition)), Stream.of(pods).map(WorkerPod::of).toList());
  }

  private static CopyProgress.Ended ended(String condition, JsonObject... pods) {
    return assertInstanceOf(CopyProgress.Ended.class, progress(condition, pods));
  }

  private static CopyProgress.Running running(String condition, JsonObject... pods) {
    return assertInstanceOf(CopyProgress.Running.class, progress(condition, pods));
  }

  private static JsonObject pod(CopyOutcome outcome) {
    return Samples.ended("p", "j", "u", outcome.exitCode(), outcome.cached() ? "Completed" : "Error",
        Samples.report(outcome, IMAGE));
  }

  @Test
  void withoutAJobNothingIsUnderWay() {
    assertEquals(new CopyProgress.NoJob(), CopyProgress.of(Optional.empty(), List.of()));
  }

  @Test
  void aJobWithoutPodsOrWithARunningPodIsAtWork() {
    assertEquals("", running("").detail());
    assertEquals("", running("", Samples.running("p", "j", "u")).detail());
  }

  @Test
  void saysWhyThePodWaits() {
    JsonObject pod = Samples.json("{'metadata': {'name': 'p', 'labels': {'batch.kubernetes.io/job-name': 'j',"
        + " 'batch.kubernetes.io/controller-uid': 'u'}}, 'status': {'containerStatuses': [{'name':"
        + " 'cache-worker', 'state': {'waiting': {'reason': 'ErrImagePull', 'message': 'no such image'}}}]}}");
    assertEquals("ErrImagePull: no such image", running("", pod).detail());
  }

  @Test
  void thePodTellsSuccessBeforeTheJobDoes() {
    CopyProgress.Ended ended = ended("", pod(CopyOutcome.COPIED));
    assertEquals(CopyOutcome.COPIED, ended.outcome());
    assertEquals(IMAGE, ended.report().location());
    assertEquals(7, ended.report().size());
  }

  @Test
  void aFinalAnswerEndsTheCopyBeforeTheJobHasFailed() {
    assertEquals(CopyOutcome.NOT_FOUND, ended("", pod(CopyOutcome.NOT_FOUND)).outcome());
  }

  @Test
  void aFailureThatMayPassIsTriedAgainByTheJob() {
    assertEquals("trying again after: it ended UpstreamUnavailable",
        running("", pod(CopyOutcome.UPSTREAM_UNAVAILABLE)).detail());
    assertEquals(CopyOutcome.UPSTREAM_UNAVAILABLE,
        ended("Failed", pod(CopyOutcome.UPSTREAM_UNAVAILABLE)).outcome());
  }

  @Test
  void aRegistryThatWantsToBeLeftAloneIsNotAskedAgainByTheJob() {
    assertEquals(CopyOutcome.RATE_LIMITED, ended("", pod(CopyOutcome.RATE_LIMITED)).outcome());
  }

  @Test
  void theLatestPodCounts() {
    JsonObject first = pod(CopyOutcome.UPSTREAM_UNAVAILABLE);
    JsonObject second = Samples.ended("a", "j", "u", 0, "Completed",
        Samples.report(CopyOutcome.ALREADY_CACHED, IMAGE));
    second.getAsJsonObject("metadata").addProperty("creationTimestamp", "2026-01-01T00:00:10Z");
    assertEquals(CopyOutcome.ALREADY_CACHED, ended("", second, first).outcome());
  }

  @Test
  void withoutAReportTheExitCodeSpeaks() {
    CopyProgress.Ended ended = ended("Failed", Samples.ended("p", "j", "u", 10, "Error", ""));
    assertEquals(CopyOutcome.NOT_FOUND, ended.outcome());
    assertTrue(ended.report().message().contains("exit code 10"), ended.report().message());
    assertTrue(ended.report().message().contains("kubectl logs job/j"));
  }

  @Test
  void aWorkerThatWasKilledForItsMemoryFailedInItself() {
    CopyProgress.Ended ended = ended("Failed", Samples.ended("p", "j", "u", 137, "OOMKilled", ""));
    assertEquals(CopyOutcome.INTERNAL, ended.outcome());
    assertTrue(ended.report().message().contains("OOMKilled"), ended.report().message());
  }

  @Test
  void aReportOfSuccessNeedsACleanExit() {
    assertEquals(CopyOutcome.INTERNAL, ended("Failed",
        Samples.ended("p", "j", "u", 137, "OOMKilled", Samples.report(CopyOutcome.COPIED, IMAGE))).outcome());
  }

  @Test
  void aReportThatCanNotBeReadIsNone() {
    for (String message : List.of("[]", "{", "some log line", "null", "{}", "{\"outcome\": \"Copied\"}",
        "{\"outcome\": \"RateLimited\", \"size\": \"x\"}")) {
      assertEquals(CopyOutcome.RATE_LIMITED,
          ended("Failed", Samples.ended("p", "j", "u", 21, "Error", message)).outcome(), message);
    }
  }

  @Test
  void aJobThatFailedWithoutPodsWasInterrupted() {
    CopyProgress.Ended ended = ended("Failed");
    assertEquals(CopyOutcome.INTERRUPTED, ended.outcome());
    assertTrue(ended.report().message().contains("BackoffLimitExceeded: too often"));
  }

  @Test
  void aJobThatIsCompleteWithoutPodsHasCopied() {
    assertEquals(CopyOutcome.COPIED, ended("Complete").outcome());
  }

  @Test
  void thePodOfAnEarlierJobOfThatNameSaysNothing() {
    JsonObject old = Samples.ended("p", "j", "earlier", 0, "Completed",
        Samples.report(CopyOutcome.COPIED, IMAGE));
    assertEquals("", running("", old).detail());
  }
}
