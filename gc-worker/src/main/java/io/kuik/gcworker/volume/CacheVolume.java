package io.kuik.gcworker.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The folder in which a CNCF registry (filesystem driver) keeps images: counted, and made whole when it is
 * new.
 */
public final class CacheVolume {
  private static final Path TAGGED = Path.of("current", "link");
  /** A link is a digest: sha512 has the longest. */
  private static final int LINK_LIMIT = 200;

  private final Path blobs;
  private final Path repositories;

  /** The registry's {@code storage.filesystem.rootdirectory}. */
  public CacheVolume(Path root) {
    Path version = root.resolve("docker/registry/v2");
    this.blobs = version.resolve("blobs");
    this.repositories = version.resolve("repositories");
  }

  /** The registry makes its folders with the first image, and its collector fails where they are missing. */
  public void makeFolders() throws IOException {
    Files.createDirectories(blobs);
    Files.createDirectories(repositories);
  }

  /** Counts everything; what vanishes meanwhile doesn't count. */
  public Contents count(Instant now) throws IOException {
    var data = new Count();
    walk(blobs, data);
    var tags = new Tags();
    walk(repositories, tags);
    return new Contents(data.files, data.bytes, tags.all, tags.broken, now.toEpochMilli());
  }

  /** Counts everything; empty if that takes longer than this, be it that a file system hangs. */
  public Optional<Contents> count(Instant now, Duration limit) throws IOException, InterruptedException {
    var counting = new FutureTask<>(() -> count(now));
    // Nothing ends a thread that waits for a network's file system; as a daemon it keeps no process.
    Thread.ofPlatform().daemon().name("count").start(counting);
    try {
      return Optional.of(counting.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException("counting failed", e);
    } finally {
      counting.cancel(true);
    }
  }

  private static void walk(Path folder, SimpleFileVisitor<Path> visitor) throws IOException {
    if (Files.isDirectory(folder)) {
      Files.walkFileTree(folder, visitor);
    }
  }

  private Path data(String digest) {
    int colon = digest.indexOf(':');
    String hex = digest.substring(colon + 1);
    boolean sane = colon > 0 && hex.matches("[0-9a-f]{32,128}")
        && digest.substring(0, colon).matches("[a-z0-9]+");
    return sane
        ? blobs.resolve(digest.substring(0, colon)).resolve(hex.substring(0, 2)).resolve(hex).resolve("data")
        : blobs.resolve("no-digest");
  }

  /**
   * Files may go while we walk: the registry removes what unfinished uploads left. Ends when nobody waits any
   * more.
   */
  private static class Patient extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return Thread.currentThread().isInterrupted() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, java.io.IOException e) throws IOException {
      return e instanceof NoSuchFileException
          ? FileVisitResult.CONTINUE
          : super.postVisitDirectory(folder, e);
    }
  }

  /** Files and bytes. */
  private static final class Count extends Patient {
    private long files;
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      files++;
      bytes += attributes.size();
      return FileVisitResult.CONTINUE;
    }
  }

  /** Tags, and those that lead nowhere. */
  private final class Tags extends Patient {
    private long all;
    private long broken;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (file.endsWith(TAGGED) && attributes.size() <= LINK_LIMIT) {
        all++;
        String digest = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        broken += Files.isRegularFile(data(digest)) ? 0 : 1;
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
