package io.kuik.controller.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which tags nobody needs, and that no others go. */
class OrphanSweepTest implements CacheTags, OrphanSweep.OrphanMemory {
  private static final String REPOSITORY = "docker.io/library/nginx";
  private static final String INDEX = "sha256:" + "1".repeat(64);
  private static final String CHILD = "sha256:" + "2".repeat(64);
  private static final String SBOM = "sha256:" + "3".repeat(64);
  private static final String OTHER = "sha256:" + "4".repeat(64);
  private static final Duration GRACE = Duration.ofHours(24);

  private final TreeMap<String, TreeSet<String>> registry = new TreeMap<>();
  private final Map<String, Content> contents = new HashMap<>();
  private final List<String> read = new ArrayList<>();
  private Map<String, Instant> memory = Map.of();
  private Optional<Set<CacheLocation>> wanted = Optional.empty();
  private boolean answers = true;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private int deleted;
  private OrphanSweep sweep = sweeper();

  private OrphanSweep sweeper() {
    return new OrphanSweep(this, () -> wanted, this, GRACE, n -> deleted += n, () -> now);
  }

  @BeforeEach
  void aUsedImageAndAnOrphan() {
    tag("1", INDEX, CHILD);
    tag("0", OTHER);
    wants("nginx:1");
  }

  private void tag(String tag, String digest, String... children) {
    registry.computeIfAbsent(REPOSITORY, r -> new TreeSet<>()).add(tag);
    contents.put(tag, new Content(digest, List.of(children)));
  }

  private void wants(String... images) {
    var all = new HashSet<CacheLocation>();
    for (String image : images) {
      all.add(CacheLocation.of(ImageReference.parse(image)));
    }
    wanted = Optional.of(all);
  }

  private void after(Duration time) {
    now = now.plus(time);
    sweep.sweep();
  }

  private Set<String> tags() {
    return registry.getOrDefault(REPOSITORY, new TreeSet<>());
  }

  @Override
  public Presence presence(CacheLocation location) {
    return Presence.UNKNOWN;
  }

  @Override
  public boolean delete(CacheLocation location) {
    return registry.getOrDefault(location.repository(), new TreeSet<>()).remove(location.tag());
  }

  @Override
  public List<String> repositories() {
    if (!answers) {
      throw new IllegalStateException("no answer");
    }
    return List.copyOf(registry.keySet());
  }

  @Override
  public List<String> tags(String repository) {
    return List.copyOf(registry.getOrDefault(repository, new TreeSet<>()));
  }

  @Override
  public Optional<Content> content(CacheLocation location) {
    read.add(location.tag());
    return Optional.ofNullable(contents.get(location.tag()));
  }

  @Override
  public Map<String, Instant> read() {
    return memory;
  }

  @Override
  public void write(Map<String, Instant> orphans) {
    memory = OrphanRecord.read(OrphanRecord.write(orphans));
  }

  @Test
  void aTagThatNoCachedImageNamesGoesAfterItsGrace() {
    sweep.sweep();
    after(GRACE.minusSeconds(1));
    assertEquals(Set.of("0", "1"), tags());
    after(Duration.ofSeconds(1));
    assertEquals(Set.of("1"), tags());
    assertEquals(1, deleted);
    assertEquals(Map.of(), memory);
  }

  @Test
  void theGraceSurvivesARestart() {
    sweep.sweep();
    sweep = sweeper();
    after(GRACE);
    assertEquals(Set.of("1"), tags());
  }

  @Test
  void aTagThatWasWantedInBetweenBeginsAnew() {
    sweep.sweep();
    wants("nginx:0", "nginx:1");
    after(GRACE);
    wants("nginx:1");
    after(Duration.ofHours(1));
    assertEquals(Set.of("0", "1"), tags());
    after(GRACE);
    assertEquals(Set.of("1"), tags());
  }

  @Test
  void nothingGoesWhileTheCachedImagesAreNotKnown() {
    sweep.sweep();
    wanted = Optional.empty();
    after(GRACE.multipliedBy(10));
    assertEquals(Set.of("0", "1"), tags());
  }

  @Test
  void aListThatBecomesUnknownWhileItDeletesStopsIt() {
    tag("00", OTHER);
    sweep.sweep();
    Optional<Set<CacheLocation>> known = wanted;
    var looks = new int[1];
    var late = new OrphanSweep(this, () -> looks[0]++ < 2 ? known : Optional.empty(), this, GRACE,
        n -> deleted += n,
        () -> now.plus(GRACE));
    late.sweep();
    assertEquals(1, deleted);
  }

  @Test
  void whoComesWhileItLooksKeepsHisTag() {
    sweep.sweep();
    Optional<Set<CacheLocation>> before = wanted;
    wants("nginx:0", "nginx:1");
    Optional<Set<CacheLocation>> then = wanted;
    var looks = new int[1];
    new OrphanSweep(this, () -> looks[0]++ == 0 ? before : then, this, GRACE, n -> deleted += n,
        () -> now.plus(GRACE)).sweep();
    assertEquals(Set.of("0", "1"), tags());
  }

  @Test
  void aRegistryThatDoesNotAnswerChangesNothing() {
    sweep.sweep();
    Map<String, Instant> before = memory;
    answers = false;
    assertThrows(IllegalStateException.class, () -> after(GRACE));
    assertEquals(before, memory);
    answers = true;
    after(Duration.ZERO);
    assertEquals(Set.of("1"), tags());
  }

  @Test
  void signaturesAndReferrersOfWhatIsWantedStay() {
    tag(INDEX.replace(':', '-'), "sha256:" + "5".repeat(64), SBOM);
    tag(INDEX.replace(':', '-') + ".sig", "sha256:" + "6".repeat(64));
    tag(CHILD.replace(':', '-') + ".att", "sha256:" + "7".repeat(64));
    // A signature of the SBOM that the list of referrers names.
    tag(SBOM.replace(':', '-') + ".sig", "sha256:" + "8".repeat(64));
    tag(OTHER.replace(':', '-') + ".sig", "sha256:" + "9".repeat(64));
    sweep.sweep();
    after(GRACE);
    assertEquals(Set.of("1", INDEX.replace(':', '-'), INDEX.replace(':', '-') + ".sig",
        CHILD.replace(':', '-') + ".att", SBOM.replace(':', '-') + ".sig"), tags());
  }

  @Test
  void signaturesGoWithTheLastImageOfTheirDigest() {
    tag(INDEX.replace(':', '-') + ".sig", "sha256:" + "6".repeat(64));
    wants("redis:1");
    sweep.sweep();
    after(GRACE);
    assertEquals(Set.of(), tags());
  }

  @Test
  void repositoriesWithoutSignaturesCostNoFurtherQuestion() {
    sweep.sweep();
    assertEquals(List.of(), read);
  }

  @Test
  void reservedTagsOfDigestsInUseStay() {
    String reserved = "kuik." + CHILD.replace(':', '-');
    tag(reserved, CHILD);
    tag("kuik." + OTHER.replace(':', '-'), OTHER);
    wants("nginx:1", "nginx@" + CHILD);
    sweep.sweep();
    after(GRACE);
    assertEquals(Set.of("1", reserved), tags());
  }

  @Test
  void aNoteThatSomebodySpoiltMeansThatTagsWaitOnceMore() {
    for (String spoilt : List.of("", "[]", "{\"a\": 1}", "{\"a\": \"yesterday\"}", "{")) {
      assertEquals(Map.of(), OrphanRecord.read(spoilt));
    }
  }

  @Test
  void aNoteHoldsTheOldestOfTooMany() {
    var many = new TreeMap<String, Instant>();
    for (int i = 0; i < 3000; i++) {
      many.put("r/i:" + i, now.plusSeconds(i));
    }
    Map<String, Instant> kept = OrphanRecord.read(OrphanRecord.write(many));
    assertEquals(2000, kept.size());
    assertEquals(now, kept.get("r/i:0"));
  }
}
