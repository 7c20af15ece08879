package io.kuik.e2e.soak;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** The images of the pods that come and go: some stay as they are, some move upstream, some are new. */
public final class SoakImages {
  private static final String BASE = "docker.io/library/busybox:1.36";
  private static final int LAYER = 600_000;
  private static final int FIXED = 10;
  /** So many of the new ones are used; the older ones stay in the cache. */
  private static final int RECENT = 4;

  private final List<String> fixed = IntStream.range(0, FIXED)
      .mapToObj(i -> (i % 2 == 0 ? "registry.example.test" : "docker.io") + "/soak/fixed-" + i + ":1")
      .toList();
  private final List<String> moving = List.of("registry.example.test/soak/moving:latest",
      "docker.io/soak/moving:latest");
  private final List<String> fresh = new CopyOnWriteArrayList<>();
  private final Map<String, Set<String>> digests = new ConcurrentHashMap<>();
  private final Random bytes;

  /** The seed decides what is in their layers. */
  public SoakImages(long seed) {
    this.bytes = new Random(seed);
  }

  /** Puts them upstream. */
  public void make() {
    fixed.forEach(i -> push(i, LAYER));
    moving.forEach(i -> push(i, LAYER));
  }

  /** All that pods may run now. */
  public List<String> used() {
    var all = new ArrayList<>(fixed);
    all.addAll(moving);
    all.addAll(fresh.subList(Math.max(0, fresh.size() - RECENT), fresh.size()));
    return all;
  }

  /** All that pods have ever run. */
  public List<String> all() {
    var all = new ArrayList<>(fixed);
    all.addAll(moving);
    all.addAll(fresh);
    return all;
  }

  /** Whether it is one whose tag moves. */
  public static boolean moves(String image) {
    return image.endsWith(":latest");
  }

  /** A new one, with a layer of so many bytes. */
  public String another(int layer) {
    String image = "registry.example.test/soak/new-" + fresh.size() + ":1";
    push(image, layer);
    fresh.add(image);
    return image;
  }

  /** One of the tags means something new from now on. */
  public String move(Random chance) {
    String image = moving.get(chance.nextInt(moving.size()));
    push(image, LAYER);
    return image;
  }

  /** How many contents a tag has had. */
  public int contents(String image) {
    // Of each, the digests of manifest and configuration.
    return Math.max(1, digests.getOrDefault(image, Set.of()).size() / 2);
  }

  /** Whether this is, or was, the image upstream: digest of its manifest or of its configuration. */
  public synchronized boolean is(String image, String digest) {
    return digests.getOrDefault(image, Set.of()).contains(digest);
  }

  /** Until it is remembered, nobody may ask what a pod runs that has just found it upstream. */
  private synchronized void push(String image, int layer) {
    try {
      Path folder = Files.createTempDirectory("soak");
      Path data = folder.resolve("data");
      Path tar = folder.resolve("layer.tar");
      try {
        byte[] noise = new byte[layer];
        bytes.nextBytes(noise);
        Files.write(data, noise);
        Bed.execute(folder, "", List.of("tar", "-cf", tar.toString(), "data"));
        Bed.run("crane", "append", "--platform", "linux/amd64", "-b", BASE, "-f", tar.toString(), "-t",
            image);
        remember(image, Bed.run("crane", "manifest", image));
      } finally {
        Files.deleteIfExists(data);
        Files.deleteIfExists(tar);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remember(String image, String manifest) {
    JsonObject json = JsonParser.parseString(manifest).getAsJsonObject();
    Set<String> known = digests.computeIfAbsent(image, i -> ConcurrentHashMap.newKeySet());
    known.add(Kube.text(json, "config", "digest"));
    known.add(Bed.run("crane", "digest", image).strip());
  }
}
