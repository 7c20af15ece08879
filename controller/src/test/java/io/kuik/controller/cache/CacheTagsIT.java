package io.kuik.controller.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CacheLocation;
import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tags of a real registry: what a deletion takes, and what it leaves. */
class CacheTagsIT {
  private static final String NGINX = "docker.io/library/nginx";

  @TempDir
  Path folder;
  private CacheBed registry;
  private CacheRegistry tags;

  @BeforeEach
  void start() throws IOException {
    registry = new CacheBed(RegistrySetup.in(folder));
    tags = registry.tags();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static CacheLocation place(String image) {
    return CacheLocation.of(ImageReference.parse(image));
  }

  @Test
  void aDeletedTagLeavesTheOthersOfItsDigest() {
    Digest digest = registry.push(NGINX, "1", "same");
    assertEquals(digest, registry.push(NGINX, "1.27", "same"));
    registry.push(NGINX, place("nginx@" + digest).tag(), "same");
    assertTrue(tags.delete(place("nginx:1")));
    assertEquals(Presence.ABSENT, tags.presence(place("nginx:1")));
    assertEquals(Presence.PRESENT, tags.presence(place("nginx:1.27")));
    assertTrue(tags.delete(place("nginx:1.27")));
    // What pods name by digest is held by its reserved tag alone.
    assertEquals(Presence.PRESENT, tags.presence(place("nginx@" + digest)));
    assertEquals(200, registry.status(NGINX, digest));
  }

  @Test
  void whatIsNotThereCanNotBeDeletedAndIsNoError() {
    assertFalse(tags.delete(place("nginx:1")));
    registry.push(NGINX, "2", "other");
    assertFalse(tags.delete(place("nginx:1")));
    assertEquals(200, registry.status(NGINX, "2"));
  }

  @Test
  void aRegistryThatDoesNotDeleteSaysWhatItNeeds() throws IOException {
    try (var other = new CacheBed(
        RegistrySetup.in(Files.createDirectory(folder.resolve("other"))).readingOnly())) {
      var refusal = assertThrows(RegistryException.Unsupported.class,
          () -> other.tags().delete(place("nginx:1")));
      assertTrue(String.valueOf(refusal.getMessage()).contains("storage.delete.enabled"),
          refusal::toString);
    }
  }

  @Test
  void aRegistryThatIsAwayProvesNothing() {
    registry.push(NGINX, "1", "same");
    registry.close();
    assertEquals(Presence.UNKNOWN, tags.presence(place("nginx:1")));
    assertThrows(RegistryException.class, () -> tags.delete(place("nginx:1")));
    assertThrows(RegistryException.class, tags::repositories);
  }

  @Test
  void listsAreReadToTheirEnd() {
    for (int i = 0; i < 5; i++) {
      registry.push(NGINX, "t" + i, "same");
      registry.push("docker.io/r" + i + "/image", "1", "same");
    }
    assertEquals(5, Set.copyOf(tags.tags(NGINX)).size());
    assertEquals(6, Set.copyOf(tags.repositories()).size());
    assertEquals(List.of(), tags.tags("docker.io/nobody/knows"));
  }

  @Test
  void aSweepTakesOrphansAndLeavesWhatIsWantedWithItsSignatures() {
    Digest child = registry.push(NGINX, "child", "child");
    Digest wanted = registry.push(NGINX, "1", "wanted", child);
    Digest orphan = registry.push(NGINX, "0", "orphan");
    String referrers = wanted.toString().replace(':', '-');
    registry.push(NGINX, referrers, "referrers");
    registry.push(NGINX, child.toString().replace(':', '-') + ".sig", "signature");
    registry.push(NGINX, orphan.toString().replace(':', '-') + ".sig", "signature of the orphan");
    registry.push("docker.io/gone/image", "1", "wanted");
    Map<String, Instant> memory = new HashMap<>();
    var kept = new OrphanSweep.OrphanMemory() {
      @Override
      public Map<String, Instant> read() {
        return Map.copyOf(memory);
      }

      @Override
      public void write(Map<String, Instant> orphans) {
        memory.clear();
        memory.putAll(orphans);
      }
    };
    var deleted = new int[1];
    new OrphanSweep(tags, () -> Optional.of(Set.of(place("nginx:1"))), kept, Duration.ZERO,
        n -> deleted[0] += n, Instant::now).sweep();
    assertEquals(4, deleted[0]);
    assertEquals(Set.of("1", referrers, child.toString().replace(':', '-') + ".sig"),
        Set.copyOf(tags.tags(NGINX)));
    assertEquals(200, registry.status(NGINX, child));
    assertEquals(List.of(), tags.tags("docker.io/gone/image"));
  }
}
