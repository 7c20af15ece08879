package io.kuik.controller.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done about a collection at work, and what is said of it at its end. */
class PlanAtWorkTest extends PlanBed {
  private static WorkPod.Step waits(String name, String why) {
    return new WorkPod.Step(name, Optional.empty(), Optional.empty(), why);
  }

  @ParameterizedTest
  @CsvSource({"stop", "garbage-collect", "restore"})
  void aStoppedRegistryIsLeftStoppedWhileAStepIsAtWork(String step) {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    work(true, false, running(step, 10));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void aPodWithANodeCountsAsAtWorkBeforeItsStatusSaysSo() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    work(true, false);
    assertInstanceOf(Action.Wait.class, decide());
  }

  @ParameterizedTest
  @CsvSource({"stop", "garbage-collect", "restore"})
  void aStepThatWasKilledGivesTheRegistryBackFirst(String step) {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    work(true, true, ended(step, 137, "Error"));
    replicas = 0;
    assertEquals(new Action.Restore(1), decide());
    replicas = 1;
    assertEquals("its step " + step + " ended with exit code 137: Error", finished().message());
  }

  @Test
  void aJobThatIsGoneGivesTheRegistryBack() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    assertEquals(new Action.Restore(1), decide());
    replicas = 1;
    assertEquals("its Job was deleted before it was done", finished().message());
  }

  @Test
  void aPodThatOutlivesItsJobIsWaitedFor() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    works.add(Work.orphaned("kuik-gc-1",
        List.of(new WorkPod("x", true, false, List.of(running(Work.COLLECT, 9))))));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void aRegistryStoppedByHandWhileThePodWaitsForANodeIsGivenBack() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    work(false, false);
    works.set(0,
        new Work("kuik-gc-1", NOW, false, Optional.of("DeadlineExceeded: too long"), Duration.ofSeconds(1),
            works.getFirst().pods()));
    assertEquals(new Action.Restore(1), decide());
  }

  @Test
  void aNoteThatSomebodyTookAwayDoesNotLeaveTheRegistryStopped() {
    annotations.put(Registry.REPLICAS, "1");
    replicas = 0;
    assertEquals(new Action.Restore(1), decide());
    work(true, false, running(Work.COLLECT, 1));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void aCollectorThatHangsIsEnded() {
    run(Run.State.RUNNING, Duration.ofMinutes(5));
    work(true, false, running(Work.COLLECT, 101));
    assertEquals("its step garbage-collect was given up after 100 s",
        assertInstanceOf(Action.EndWork.class, decide()).run().message());
  }

  @ParameterizedTest
  @CsvSource({"stop", "restore"})
  void stepsOfOursThatHangAreEndedAsWell(String step) {
    run(Run.State.RUNNING, Duration.ofMinutes(9));
    work(true, false, running(step, Plan.STEP.toSeconds() + 1));
    assertInstanceOf(Action.EndWork.class, decide());
  }

  @Test
  void aPodThatNeverStartsIsEndedAndSaysWhy() {
    run(Run.State.RUNNING, Duration.ofMinutes(6));
    works.add(new Work("kuik-gc-1", NOW.minus(Plan.START).minusSeconds(1), false, Optional.empty(),
        Duration.ofSeconds(100),
        List.of(new WorkPod("x", true, false, List.of(waits(Work.STOP, "ImagePullBackOff"))))));
    assertEquals("its pod did not start within 5 minutes: ImagePullBackOff",
        assertInstanceOf(Action.EndWork.class, decide()).run().message());
  }

  @Test
  void whyItWasEndedIsWhatIsSaidOfItAtTheEnd() {
    Run run = run(Run.State.RUNNING, Duration.ofMinutes(5)).because("its step stop was given up after 360 s");
    annotations.put(Registry.RUN, run.json());
    assertEquals("its step stop was given up after 360 s", finished().message());
  }

  @Test
  void theReportOfTheLastStepIsWhatIsSaid() {
    run(Run.State.RUNNING, Duration.ofMinutes(5));
    work(true, true, ended(Work.STOP, 0, "{}"), ended(Work.COLLECT, 0, ""), ended(Work.RESTORE, 0,
        "{\"step\":\"restore\",\"bytesBefore\":900,\"bytesAfter\":100,\"message\":\"800 bytes went\"}"));
    Action.Finish finish = assertInstanceOf(Action.Finish.class, decide());
    assertEquals(Run.State.SUCCEEDED, finish.run().state());
    assertEquals("800 bytes went", finish.run().message());
    assertEquals(800, finish.report().orElseThrow().reclaimed());
  }

  @Test
  void aStepOfOursSaysItselfWhyItFailed() {
    run(Run.State.RUNNING, Duration.ofMinutes(5));
    work(true, true, ended(Work.STOP, 1, "{\"message\":\"stop failed: HTTP 403\"}"));
    assertEquals(Run.State.FAILED, finished().state());
    assertEquals("stop failed: HTTP 403", finished().message());
  }

  @Test
  void theLastLineOfTheCollectorSaysWhyItFailed() {
    run(Run.State.RUNNING, Duration.ofMinutes(5));
    work(true, true, ended(Work.STOP, 0, "{}"), ended(Work.COLLECT, 1, "blob a\nfailed to mark: no space\n"));
    assertEquals("its step garbage-collect ended with exit code 1: failed to mark: no space",
        finished().message());
  }
}
