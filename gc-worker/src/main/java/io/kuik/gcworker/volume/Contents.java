package io.kuik.gcworker.volume;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What the cache's volume holds.
 *
 * @param blobs
 *          files of layers, configurations and manifests; negative if nothing was counted
 * @param brokenTags
 *          tags whose manifest isn't there
 * @param seen
 *          when it was counted, in milliseconds
 */
public record Contents(long blobs, long bytes, long tags, long brokenTags, long seen) {
  private static final String FILE = "before.json";

  /** That nobody knows what it holds. */
  public static Contents uncounted(Instant now) {
    return new Contents(-1, 0, 0, 0, now.toEpochMilli());
  }

  /** Whether the figures are any. */
  public boolean counted() {
    return blobs >= 0;
  }

  /** Leaves it for the step that comes after. */
  public void leaveIn(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), new Gson().toJson(this));
  }

  /** What an earlier step left; nothing if it never came so far. */
  public static Optional<Contents> leftIn(Path folder) {
    try {
      return Optional.ofNullable(
          new Gson().fromJson(Files.readString(folder.resolve(FILE)), Contents.class));
    } catch (IOException | JsonParseException e) {
      return Optional.empty();
    }
  }

  /** When it was counted. */
  public Instant time() {
    return Instant.ofEpochMilli(seen);
  }
}
