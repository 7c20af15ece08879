package io.kuik.gcworker;

import io.kuik.gcworker.cluster.RegistrySet;
import io.kuik.gcworker.volume.CacheVolume;
import io.kuik.gcworker.volume.Contents;
import io.kuik.model.CollectionReport;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last step: starts the registry again, and looks whether all is well.
 *
 * @param port
 *          where the registry answers its root path without a password
 */
record Restore(RegistrySet registry, int replicas, int port, CacheVolume volume, Duration counting,
    Path work, InstantSource clock)
    implements
      Step {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  @Override
  public CollectionReport run(Patience patience) throws IOException, StepFailure, InterruptedException {
    patience.await("scaling the registry back to " + replicas, () -> {
      registry.scale(replicas);
      return true;
    });
    LOG.info("registry scaled back replicas={}", replicas);
    // While its pod starts; nobody writes, copies begin when this Job has ended.
    Contents after = volume.count(clock.instant(), counting)
        .orElseGet(() -> Contents.uncounted(clock.instant()));
    patience.await("waiting for the registry to be Ready", this::ready);
    LOG.info("registry is Ready");
    return checked(after);
  }

  private boolean ready() throws IOException {
    // Somebody may have scaled it meanwhile.
    registry.scale(replicas);
    Optional<RegistrySet.Pod> pod = registry.pod();
    return pod.isPresent() && pod.get().ready() && answers(pod.get().address());
  }

  private boolean answers(String address) throws IOException {
    String host = address.contains(":") ? "[" + address + "]" : address;
    var connection = (HttpURLConnection) URI.create("http://" + host + ":" + port + "/").toURL()
        .openConnection();
    connection.setConnectTimeout(Math.toIntExact(ANSWER.toMillis()));
    connection.setReadTimeout(Math.toIntExact(ANSWER.toMillis()));
    try {
      return connection.getResponseCode() == 200;
    } finally {
      connection.disconnect();
    }
  }

  private CollectionReport checked(Contents after) throws StepFailure {
    Contents before = Contents.leftIn(work).orElse(after);
    long seconds = Duration.between(before.time(), clock.instant()).toSeconds();
    if (!before.counted() || !after.counted()) {
      return new CollectionReport("restore", 0, 0, 0, 0, 0, seconds,
          "what was removed was not counted; the registry was away for " + seconds + " s");
    }
    long broken = Math.max(0, after.brokenTags() - before.brokenTags());
    if (broken > 0) {
      throw new StepFailure(
          broken + " tags have lost their manifest; the images are copied again once the cache"
              + " has been checked");
    }
    long blobs = Math.max(0, before.blobs() - after.blobs());
    long bytes = Math.max(0, before.bytes() - after.bytes());
    String message = "%d blobs with %.1f MB removed, %d with %.1f MB left; the registry was away for %d s"
        .formatted(blobs, bytes / 1e6, after.blobs(), after.bytes() / 1e6, seconds);
    return new CollectionReport("restore", before.blobs(), before.bytes(), after.blobs(), after.bytes(), 0,
        seconds, message);
  }
}
