package io.kuik.controller.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.schedule.Schedule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a collection is begun, and when its Job is started. */
class PlanBeginTest extends PlanBed {
  @Test
  void nothingIsDoneWithoutScheduleAndRequest() {
    assertInstanceOf(Action.Rest.class, decide());
  }

  @Test
  void aRequestBeginsACollection() {
    annotations.put(Registry.REQUEST, "now");
    Run run = assertInstanceOf(Action.Begin.class, decide()).run();
    assertEquals("kuik-gc-20261125100000", run.job());
    assertEquals(Run.State.WAITING, run.state());
    assertEquals("by hand", run.trigger());
  }

  @Test
  void aRequestThatNobodyUnderstandsIsRefused() {
    annotations.put(Registry.REQUEST, "tomorrow");
    assertTrue(assertInstanceOf(Action.Refuse.class, decide()).why().contains("\"tomorrow\""));
  }

  @Test
  void aRequestIsRefusedWhereACollectionWouldEmptyTheCache() {
    annotations.put(Registry.REQUEST, "now");
    obstacle = Optional.of("there is no persistence");
    assertEquals(new Action.Refuse("there is no persistence"), decide());
  }

  @ParameterizedTest
  @CsvSource({"0", "2"})
  void aRegistryThatSomebodyScaledIsLeftAlone(int pods) {
    annotations.put(Registry.REQUEST, "now");
    replicas = pods;
    assertTrue(assertInstanceOf(Action.Refuse.class, decide()).why().contains("has " + pods + " pods"));
  }

  @Test
  void aNewScheduleMakesNothingUpOfTheTimeBeforeIt() {
    schedule = Optional.of(WEEKLY);
    assertEquals(new Action.Remember(Optional.of(new Registry.Seen(NOW, "@weekly"))), decide());
    annotations.put(Registry.SCHEDULE, SUNDAY.minusSeconds(1) + " 0 0 * * *");
    assertEquals(new Action.Remember(Optional.of(new Registry.Seen(NOW, "@weekly"))), decide());
  }

  @Test
  void aScheduleThatIsGoneIsForgotten() {
    annotations.put(Registry.SCHEDULE, SUNDAY + " @weekly");
    assertEquals(new Action.Remember(Optional.empty()), decide());
  }

  @Test
  void whatWasMissedIsMadeUpOnceHoweverOftenItWas() {
    weekly(SUNDAY.minus(Duration.ofDays(100)));
    Run run = assertInstanceOf(Action.Begin.class, decide()).run();
    assertEquals("schedule, due 2026-08-16T00:00:00Z", run.trigger());
    weekly(NOW);
    assertInstanceOf(Action.Rest.class, decide());
  }

  @Test
  void theMomentOfTheScheduleItselfCounts() {
    weekly(SUNDAY);
    assertInstanceOf(Action.Rest.class, decide());
    schedule = Optional.of(Schedule.parse("0 10 * * *"));
    annotations.put(Registry.SCHEDULE,
        SUNDAY.plus(Duration.ofDays(2)).plus(Duration.ofHours(11)) + " 0 10 * * *");
    assertInstanceOf(Action.Begin.class, decide());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"nonsense", "{\"state\":\"Flying\"}", "[]",
      "{\"state\":\"Running\",\"begun\":\"x\"}"})
  void anAnnotationOfSomebodyElseIsNoCollection(String text) {
    annotations.put(Registry.RUN, text);
    assertInstanceOf(Action.Rest.class, decide());
  }

  @Test
  void neverTwoAtATime() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    work(true, false, running(Work.COLLECT, 10));
    annotations.put(Registry.REQUEST, "now");
    weekly(SUNDAY.minus(Duration.ofDays(8)));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void aJobThatSomebodyElseMadeIsWaitedFor() {
    run(Run.State.WAITING, Duration.ofMinutes(1));
    works.add(new Work("other", NOW, false, Optional.empty(), Duration.ofSeconds(9),
        List.of(new WorkPod("other-x", true, false, List.of()))));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void copiesThatRunMayEnd() {
    Run run = run(Run.State.WAITING, Plan.COPIES.minusSeconds(1));
    copies = 2;
    assertEquals(new Action.Wait("2 copies run"), decide());
    copies = 0;
    assertEquals(new Action.Start(run), decide());
  }

  @Test
  void copiesThatDoNotEndAreStopped() {
    run(Run.State.WAITING, Plan.COPIES);
    copies = 1;
    assertInstanceOf(Action.StopCopies.class, decide());
  }

  @Test
  void nothingStartsWhileTheRegistryIsNotReady() {
    run(Run.State.WAITING, Plan.READY.minusSeconds(1));
    ready = false;
    assertEquals(new Action.Wait("the registry is not Ready"), decide());
    run(Run.State.WAITING, Plan.READY);
    assertEquals("not begun: the registry was not Ready for 30 minutes", finished().message());
  }

  @Test
  void aRegistryScaledByHandBeforeItsCollectionIsScaledBack() {
    run(Run.State.WAITING, Duration.ZERO);
    replicas = 0;
    assertEquals(new Action.Restore(1), decide());
  }

  @Test
  void aJobThatIsThereIsTakenNoteOf() {
    Run run = run(Run.State.WAITING, Duration.ofSeconds(5));
    work(false, false);
    assertEquals(new Action.Started(run.running()), decide());
  }

  @Test
  void aCollectionThatCannotBeginDoesNotPauseCopiesForEver() {
    run(Run.State.WAITING, Plan.BEGIN.minusSeconds(1));
    assertInstanceOf(Action.Start.class, decide());
    copies = 1;
    assertInstanceOf(Action.StopCopies.class, decide());
    run(Run.State.WAITING, Plan.BEGIN);
    String why = "not begun within 45 minutes: copies could not be ended, or its Job not be made;"
        + " the log of the leading controller says why";
    assertEquals(why, finished().message());
    copies = 0;
    assertEquals(why, finished().message());
  }
}
