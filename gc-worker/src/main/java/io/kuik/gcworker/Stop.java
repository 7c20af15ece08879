package io.kuik.gcworker;

import io.kuik.gcworker.cluster.RegistrySet;
import io.kuik.gcworker.volume.CacheVolume;
import io.kuik.gcworker.volume.Contents;
import io.kuik.model.CollectionReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first step: counts what is there, and stops the registry. */
record Stop(RegistrySet registry, CacheVolume volume, Duration counting, Path work, InstantSource clock)
    implements
      Step {
  private static final Logger LOG = LoggerFactory.getLogger(Stop.class);

  @Override
  public CollectionReport run(Patience patience) throws IOException, StepFailure, InterruptedException {
    volume.makeFolders();
    // Figures are for the report; the collection does without.
    Optional<Contents> counted = volume.count(clock.instant(), counting);
    Contents before = counted.orElseGet(() -> Contents.uncounted(clock.instant()));
    LOG.info("counted={} blobs={} bytes={} tags={} broken_tags={}", before.counted(), before.blobs(),
        before.bytes(), before.tags(), before.brokenTags());
    // The moment that counts for how long the registry was away.
    new Contents(before.blobs(), before.bytes(), before.tags(), before.brokenTags(),
        clock.instant().toEpochMilli()).leaveIn(work);
    patience.await("scaling the registry to nothing", () -> {
      registry.scale(0);
      return true;
    });
    LOG.info("registry scaled to nothing, waiting for its pod to end");
    patience.await("waiting for the registry's pod to end", () -> {
      // Somebody may have scaled it meanwhile.
      registry.scale(0);
      return registry.gone();
    });
    LOG.info("registry stopped");
    return counted.isEmpty()
        ? CollectionReport.of("stop",
            "the registry is stopped; its volume was not counted, which takes more than "
                + counting.toMillis() + " ms")
        : new CollectionReport("stop", before.blobs(), before.bytes(), 0, 0, 0, 0, "the registry is stopped");
  }
}
