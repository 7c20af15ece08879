package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.json.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of the objects of one kind while they change. */
@Timeout(20)
class WatchedTest {
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private FakeApi api;
  private Watched<String> watched;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    watched = new Watched<>(api.calls(), api.calls(), "/api/v1/things", "",
        o -> Json.text(o, "metadata", "name").orElse("") + "@"
            + Json.text(o, "metadata", "resourceVersion").orElse(""));
  }

  @AfterEach
  void stop() {
    watched.stop();
    api.close();
  }

  private void listen() {
    watched.onChange((before, after) -> told.add(before.orElse("-") + " > " + after.orElse("-")));
  }

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(15, TimeUnit.SECONDS));
  }

  private static JsonObject object(String name, int version) {
    return JsonParser.parseString(FakeApi.object(name, version)).getAsJsonObject();
  }

  @Test
  void listsAndThenWatches() throws Exception {
    listen();
    api.items.add(FakeApi.object("a", 5));
    watched.start();
    assertEquals("- > a@5", next());
    api.event("ADDED", FakeApi.object("b", 11));
    assertEquals("- > b@11", next());
    api.event("MODIFIED", FakeApi.object("a", 12));
    assertEquals("a@5 > a@12", next());
    api.event("DELETED", FakeApi.object("a", 13));
    assertEquals("a@12 > -", next());
    assertEquals(Optional.empty(), watched.find("a"));
    assertEquals(Optional.of("b@11"), watched.find("b"));
  }

  @Test
  void listsThousandsInPages() throws Exception {
    for (int i = 0; i < 1200; i++) {
      api.items.add(FakeApi.object("a" + i, i + 1));
    }
    watched.start();
    while (!watched.synced()) {
      Thread.yield();
    }
    assertEquals(1200, watched.all().size());
    assertEquals(12, api.called.stream().filter("GET things"::equals).count());
  }

  @Test
  void whatWeWroteIsNotForgottenForAnOlderEvent() throws Exception {
    watched.start();
    listen();
    watched.written(object("a", 15));
    assertEquals("- > a@15", next());
    api.event("ADDED", FakeApi.object("a", 14));
    api.event("ADDED", FakeApi.object("b", 16));
    assertEquals("- > b@16", next());
    assertEquals(Optional.of("a@15"), watched.find("a"));
  }

  @Test
  void anAnswerThatComesAfterTheDeletionBringsNothingBack() throws Exception {
    listen();
    watched.start();
    api.event("ADDED", FakeApi.object("a", 11));
    assertEquals("- > a@11", next());
    api.event("DELETED", FakeApi.object("a", 13));
    assertEquals("a@11 > -", next());
    watched.written(object("a", 12));
    assertEquals(Optional.empty(), watched.find("a"));
    watched.written(object("a", 14));
    assertEquals(Optional.of("a@14"), watched.find("a"));
  }

  @Test
  void isNotSyncedBeforeEveryListedObjectHasArrived() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    watched.onChange((before, after) -> {
      entered.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    listen();
    for (int i = 0; i < 3; i++) {
      api.items.add(FakeApi.object("o" + i, i + 1));
    }
    watched.start();
    assertTrue(entered.await(15, TimeUnit.SECONDS));
    for (int i = 0; i < 2_000; i++) {
      assertFalse(watched.synced());
      Thread.yield();
    }
    goOn.countDown();
    for (int i = 0; i < 3; i++) {
      next();
    }
    while (!watched.synced()) {
      Thread.yield();
    }
    assertEquals(3, watched.all().size());
  }
}
