package io.kuik.controller.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may be under review beside whom. */
class ReviewRoomTest {
  private static final int LARGE = 1 << 20;

  private final ReviewRoom room = new ReviewRoom(Duration.ofMillis(1));

  private static void nothing() {
  }

  @Test
  void ofLargeBodiesOneIsReadAtATimeAndSmallOnesBesideIt() throws IOException {
    assertTrue(room.body(LARGE, System.nanoTime(), () -> {
      assertFalse(room.body(LARGE, System.nanoTime(), ReviewRoomTest::nothing));
      assertFalse(room.body(-1, System.nanoTime(), ReviewRoomTest::nothing), "nobody knows how large it is");
      assertTrue(room.body(1000, System.nanoTime(), ReviewRoomTest::nothing));
    }));
    assertTrue(room.body(LARGE, System.nanoTime(), ReviewRoomTest::nothing));
  }

  @Test
  void thereIsRoomForSoManyValuesAndNoMore() throws IOException {
    assertTrue(room.text(ReviewRoom.VALUES - 10, System.nanoTime(), () -> {
      assertFalse(room.text(11, System.nanoTime(), ReviewRoomTest::nothing));
      assertTrue(room.text(10, System.nanoTime(), ReviewRoomTest::nothing));
    }));
    assertTrue(room.text(ReviewRoom.VALUES, System.nanoTime(), ReviewRoomTest::nothing));
  }

  @Test
  void whatFailsGivesItsRoomBack() throws IOException {
    assertThrows(IOException.class, () -> room.text(ReviewRoom.VALUES, System.nanoTime(), () -> {
      throw new IOException("gone");
    }));
    assertTrue(room.text(ReviewRoom.VALUES, System.nanoTime(), ReviewRoomTest::nothing));
  }

  @Test
  void whatHasWaitedForOneRoomDoesNotWaitAsLongAgainForTheOther() throws IOException {
    var patient = new ReviewRoom(Duration.ofSeconds(3));
    long began = System.nanoTime() - Duration.ofSeconds(3).toNanos();
    assertTrue(patient.body(LARGE, began, () -> assertTrue(patient.text(ReviewRoom.VALUES, began, () -> {
      long start = System.nanoTime();
      assertFalse(patient.body(LARGE, began, ReviewRoomTest::nothing));
      assertFalse(patient.text(1, began, ReviewRoomTest::nothing));
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(2).toNanos());
    }))), "there is room, so nobody has to wait");
  }

  private static int values(String json) {
    return JsonSize.values(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void countsValuesAndNothingOfTexts() {
    assertEquals(1, values("1"));
    assertEquals(4, values("[0,0,0]"));
    assertEquals(5, values("{'a': [1], 'b': {}}".replace('\'', '"')));
    assertEquals(1, values("'[,{[,{'".replace('\'', '"')));
    assertEquals(3, values("['a\\'[,,', 1]".replace('\'', '"')));
    assertEquals(3, values("['\\\\', 1]".replace('\'', '"')));
    assertEquals(2, values("['\u4e2c\u5b2c']".replace('\'', '"')));
  }
}
