package io.kuik.e2e.outage;

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
import java.util.Locale;
import java.util.Random;

/**
 * The images of one row, made for it alone: nothing that a proxy remembers of one row reaches another.
 *
 * @param cached
 *          repository of the tag {@code 1}, which is in the cache
 * @param latest
 *          repository of the tag {@code latest}, which is in the cache
 * @param uncached
 *          repository of the tag {@code 1}, which is not
 */
public record RowImages(String cached, String latest, String uncached) {
  /** So large that a body can break off, drip and have a wrong byte in its middle. */
  private static final int LAYER = 600_000;
  private static final int AT_ONCE = 10;
  private static final String BASE = "docker.io/library/busybox:1.36";

  /** Names for a row; the uncached image is of another registry if the row says so. */
  public static RowImages of(int row, String uncachedHost) {
    return new RowImages("docker.io/outage/kept-" + row, "docker.io/outage/moving-" + row,
        uncachedHost + "/outage/new-" + row);
  }

  /** All that a CachedImage is wanted for. */
  public List<String> toCache() {
    return List.of(cached + ":1", latest + ":latest");
  }

  /** What to ask for; the upstream is asked for the digest. */
  public String reference(Column column) {
    return switch (column) {
      case CACHED_TAG -> cached + ":1";
      case CACHED_DIGEST -> cached + "@" + Bed.run("crane", "digest", cached + ":1").strip();
      case UNCACHED -> uncached + ":1";
      case LATEST -> latest + ":latest";
    };
  }

  /** The layer that only this image has. */
  static String layer(String image) {
    JsonObject manifest = JsonParser.parseString(Bed.run("crane", "manifest", image))
        .getAsJsonObject();
    return Kube.text(Kube.objects(manifest, "layers").getLast(), "digest");
  }

  /** Puts an image with a layer of its own upstream: busybox, and bytes that no compression makes smaller. */
  public static void push(String image) {
    try {
      Path folder = Files.createTempDirectory("outage");
      Path data = folder.resolve("data");
      Path layer = folder.resolve("layer.tar");
      try {
        byte[] noise = new byte[LAYER];
        new Random(image.hashCode()).nextBytes(noise);
        Files.write(data, noise);
        Bed.Result tar = Bed.execute(folder, "", List.of("tar", "-cf", layer.toString(), "data"));
        if (tar.exit() != 0) {
          throw new AssertionError(tar.error());
        }
        Bed.run("crane", "append", "--platform", "linux/amd64", "-b", BASE, "-f", layer.toString(), "-t",
            image);
      } finally {
        Files.deleteIfExists(data);
        Files.deleteIfExists(layer);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name of an image's CachedImage here. */
  public static String objectName(String image) {
    return image.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** Has images copied into the cache; they are asked for by CachedImages made by hand. */
  public static void cache(List<String> images) {
    var yaml = new StringBuilder();
    for (String image : images) {
      yaml.append("""
          apiVersion: kuik.enix.io/v1alpha1
          kind: CachedImage
          metadata: {name: %s}
          spec: {sourceImage: "%s"}
          ---
          """.formatted(objectName(image), image));
    }
    Kube.apply(yaml.toString());
    // Not all in one call: together they may take longer than any one command is given.
    for (int i = 0; i < images.size(); i += AT_ONCE) {
      var wait = new ArrayList<>(List.of("wait", "--for=condition=Cached", "--timeout=170s"));
      images.subList(i, Math.min(images.size(), i + AT_ONCE))
          .forEach(n -> wait.add("cachedimage/" + objectName(n)));
      Kube.kubectl(wait.toArray(String[]::new));
    }
  }
}
