package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A worker that is killed, at any place, leaves no half of an image under a tag and nothing in the way of the
 * next one, which moves only what is missing.
 */
class KilledWorkerIT {
  private static final int SECONDS = 60;
  private static final int SIZE = 1_500_000;
  private static final String REPOSITORY = "/" + SampleImage.REPOSITORY;

  @TempDir
  private static Path folder;
  private static RealRegistry upstream;
  private static RealRegistry cache;
  private static FaultFront source;
  private static FaultFront target;
  private static SampleImage sample;
  private static Digest old;
  private static Digest image;

  /** A place: which request of which side, or how many bytes of layers were read. */
  record Place(String name, boolean atTarget, int request, long bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Place> places() {
    Stream<Place> reads = Stream.of(1, 2, 3, 4, 5)
        .map(n -> new Place("at the source's request " + n, false, n, 0));
    Stream<Place> bytes = Stream.of(1L, 500_000L, 1_400_000L, 2_500_000L, 3_500_000L)
        .map(n -> new Place("after " + n + " bytes", false, 0, n));
    Stream<Place> writes = Stream.of(1, 3, 6, 9, 12, 15, 18, 21, 24, 27)
        .map(n -> new Place("at the target's request " + n, true, n, 0));
    return Stream.of(reads, bytes, writes).flatMap(s -> s);
  }

  @BeforeAll
  static void start() throws IOException {
    upstream = new RealRegistry(RegistrySetup.in(Files.createDirectory(folder.resolve("upstream"))));
    cache = new RealRegistry(RegistrySetup.in(Files.createDirectory(folder.resolve("cache"))));
    source = new FaultFront(upstream.uri());
    target = new FaultFront(cache.uri());
    sample = new SampleImage(upstream);
    old = sample.oci("v1", 1, 1000);
  }

  @AfterAll
  static void stop() throws IOException {
    source.close();
    target.close();
    upstream.close();
    cache.close();
  }

  @ParameterizedTest
  @MethodSource("places")
  void leavesNothingHalfAndIsTakenUp(Place place) throws IOException, InterruptedException {
    // Each place has a registry name, so a repository in the cache, of its own; the old image is there
    // before.
    String host = "k" + Math.floorMod(place.name().hashCode(), 1_000_000) + ".example";
    String path = host + REPOSITORY;
    old = sample.oci("v1", 1, 1000);
    assertEquals(CopyOutcome.COPIED,
        WorkerRun.copyImage(folder, upstream.uri(), cache.uri(), path + ":v1").outcome());
    sample.blobs.clear();
    image = sample.oci("v1", 2, SIZE, SIZE, 20_000);

    killAt(place, path);
    long missing = missing(path);
    String tagged = cache.manifest(path, "v1");
    boolean whole = tagged.equals("200 " + sample.manifests.get(image));
    assertTrue(whole || tagged.equals("200 " + sample.manifests.get(old)), tagged);
    assertTrue(!whole || missing == 0, "the tag was set before all layers were there");

    WorkerRun next = WorkerRun.copyImage(folder, upstream.uri(), cache.uri(), path + ":v1");
    assertTrue(next.outcome().cached(), next.report().message());
    assertEquals(missing, next.report().movedBytes());
    assertEquals("200 " + sample.manifests.get(image), cache.manifest(path, "v1"));
    assertEquals(0, missing(path));
  }

  private static void killAt(Place place, String path) throws IOException, InterruptedException {
    var child = new AtomicReference<ChildWorker>();
    var started = new CountDownLatch(1);
    var reached = new CountDownLatch(1);
    Runnable kill = () -> {
      reached.countDown();
      await(started);
      child.get().kill();
    };
    script(place.atTarget() ? target : source, place, kill);
    child.set(ChildWorker.start(folder, source.uri(), target.uri(), path + ":v1", List.of()));
    started.countDown();
    int code = child.get().end();
    source.script(a -> Fault.NONE);
    target.script(a -> Fault.NONE);
    assertTrue(code != 0 || reached.getCount() == 1, "killed, and yet ended well");
    assertTrue(code == 0 || reached.getCount() == 0, Files.readString(child.get().log()));
  }

  private static void script(FaultFront front, Place place, Runnable kill) {
    int before = front.asked().size();
    var read = new AtomicLong();
    front.script(a -> {
      if (place.request() > 0 && a.number() - before == place.request()) {
        kill.run();
        return Fault.HANG;
      }
      if (place.bytes() > 0 && a.blob()) {
        // Layers are read side by side; each stands for its whole size once it has begun.
        long left = place.bytes() - read.getAndAdd(SIZE);
        return left > 0 && left <= SIZE ? Fault.response(Spoilt.hang(left, kill)) : Fault.NONE;
      }
      return Fault.NONE;
    });
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the worker never started");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bytes of the image's blobs that the cache does not have. */
  private static long missing(String path) {
    return sample.blobs.stream().filter(b -> cache.get("/v2/" + path + "/blobs/" + b).status() != 200)
        .mapToLong(b -> upstream.get("/v2/" + SampleImage.REPOSITORY + "/blobs/" + b).body().length).sum();
  }
}
