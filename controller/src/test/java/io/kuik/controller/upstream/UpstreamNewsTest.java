package io.kuik.controller.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.kuik.controller.servable.Failures;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** In which order, and how fast, registries are asked for news. */
class UpstreamNewsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final ArrayDeque<Runnable> lanes = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> answered = new ArrayList<>();
  private boolean silent;
  private final List<Duration> pauses = new ArrayList<>();
  private final UpstreamNews news = new UpstreamNews(lanes::add, pauses::add, answered::add, () -> NOW);

  private void ask(String image, String request) {
    news.ask(new UpstreamNews.Question(image, ImageReference.parse(image), i -> {
      asked.add(image);
      return Optional.of("sha256:" + image);
    }, false, request));
  }

  private Duration glance(String image) {
    return news.ask(new UpstreamNews.Question(image, ImageReference.parse(image), i -> {
      asked.add(image);
      if (silent) {
        throw Failures.ofStatus(503);
      }
      return Optional.empty();
    }, true, ""));
  }

  @Test
  void whatCanWaitComesAfterAllOthersAndIsToldWithoutADigest() {
    glance("a:1");
    ask("a:2", "");
    glance("a:3");
    ask("a:4", "now");
    lanes.remove().run();
    assertEquals(List.of("a:4", "a:2", "a:1", "a:3"), asked);
    assertEquals(Optional.of(new UpstreamNews.Present(NOW)), news.take("a:3"));
  }

  @Test
  void whatCanWaitMakesRoomForARequestForTheSameImage() {
    glance("a:1");
    glance("a:2");
    glance("a:3");
    ask("a:2", "now");
    glance("a:2");
    lanes.remove().run();
    assertEquals(List.of("a:2", "a:1", "a:3"), asked);
    assertEquals(Optional.of(new UpstreamNews.Digest("sha256:a:2", NOW, "now")), news.take("a:2"));
  }

  @Test
  void aSilentRegistryIsAskedOnceForAllThatCanWait() {
    silent = true;
    for (int i = 0; i < 5000; i++) {
      assertEquals(UpstreamNews.SILENCE, glance("a:" + i));
    }
    glance("b.example.com/b");
    ask("a:latest", "");
    lanes.remove().run();
    assertEquals(List.of("a:latest", "a:0"), asked);
    assertEquals(UpstreamNews.SILENCE, glance("a:1"));
    assertEquals(List.of("a:latest", "a:0"), answered);
    lanes.remove().run();
    assertEquals("b.example.com/b", asked.getLast());
    ask("a:1", "");
    lanes.remove().run();
    assertEquals("a:1", asked.getLast());
    // It answers again.
    glance("a:2");
    assertEquals(1, lanes.size());
  }

  @Test
  void asksOneAfterTheOtherWithAPauseBetween() {
    ask("a:1", "");
    ask("a:2", "");
    assertEquals(1, lanes.size());
    lanes.remove().run();
    assertEquals(List.of("a:1", "a:2"), asked);
    assertEquals(asked, answered);
    assertEquals(List.of(UpstreamNews.PAUSE, UpstreamNews.PAUSE), pauses);
    ask("a:3", "");
    assertEquals(1, lanes.size());
  }

  @Test
  void eachRegistryHasALaneOfItsOwn() {
    ask("one.example.com/a", "");
    ask("two.example.com/a", "");
    assertEquals(2, lanes.size());
    // The first one hangs.
    lanes.removeLast().run();
    assertEquals(List.of("two.example.com/a"), answered);
  }

  @Test
  void whatIsBeingAskedIsNotAskedTwiceAndItsAnswerIsGivenOnce() {
    ask("a:1", "");
    ask("a:1", "");
    lanes.remove().run();
    assertEquals(List.of("a:1"), asked);
    assertEquals(Optional.of(new UpstreamNews.Digest("sha256:a:1", NOW, "")), news.take("a:1"));
    assertEquals(Optional.empty(), news.take("a:1"));
  }

  @Test
  void aUsersRequestComesFirst() {
    ask("a:1", "");
    ask("a:2", "");
    ask("a:3", "now");
    lanes.remove().run();
    assertEquals(List.of("a:3", "a:1", "a:2"), asked);
    assertEquals("now", news.take("a:3").orElseThrow().request());
  }

  @Test
  void aQuestionThatFailsInAnyWayIsAnAnswer() {
    news.ask(new UpstreamNews.Question("a", ImageReference.parse("a"), i -> {
      throw new IllegalStateException("no Secrets");
    }, false, ""));
    ask("b", "");
    lanes.remove().run();
    var failure = assertInstanceOf(UpstreamNews.Failure.class, news.take("a").orElseThrow());
    assertEquals(CopyOutcome.INTERNAL, failure.outcome());
    assertEquals(List.of("a", "b"), answered);
  }
}
