package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What holds for every image: its names lead back to it, and no two images share one. The generator draws
 * from few letters, so that near-collisions are common.
 */
class NamePropertiesTest {
  private static final int CASES = 20_000;
  private static final List<String> HOSTS = List.of("docker.io", "a.b", "a.b:5000", "a.b-5000", "a-b",
      "a.b.c",
      "localhost", "localhost:50", "a:1", "a:11", "a-1", "private.x", "private:1", "ns.x", "1.2.3.4:80",
      "b.example");
  private static final List<String> SEPARATORS = List.of(".", "_", "__", "-", "--", "/");

  /** An image that a pod may name, and the text that names it. */
  record Case(String text, ImageReference image) {
  }

  private static List<Case> cases() {
    var random = new Random(7439);
    return IntStream.range(0, CASES).mapToObj(i -> text(random))
        .map(t -> new Case(t, ImageReference.parse(t))).toList();
  }

  private static String text(Random random) {
    String host = pick(random, HOSTS);
    // A first segment without dot, colon or "localhost" is no host: it makes a Docker Hub name.
    String path = IntStream.range(0, 1 + random.nextInt(3)).mapToObj(i -> word(random))
        .reduce((a, b) -> a + pick(random, SEPARATORS) + b).orElseThrow();
    String name = random.nextInt(4) == 0 ? path : host + "/" + path;
    String tag = random.nextInt(3) == 0 ? "" : ":" + tag(random);
    return name + tag + (random.nextInt(4) == 0 ? "@sha256:" + hex(random) : "");
  }

  private static String word(Random random) {
    return pick(random, List.of("a", "b", "5000", "a1", "library", "private", "ns", "kuik"));
  }

  private static String tag(Random random) {
    return pick(random, List.of("a", "latest", "_", "1.0", "A", "a-b", "kuik", "kuik-sha256"));
  }

  private static String hex(Random random) {
    String digit = pick(random, List.of("0", "a", "f"));
    return IntStream.range(0, 63).mapToObj(i -> digit).collect(Collectors.joining("", "1", ""));
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  @Test
  void theCanonicalSpellingIsReadAsTheSameImage() {
    for (Case c : cases()) {
      assertEquals(c.image, ImageReference.parse(c.image.canonical()), c.text);
      assertEquals(c.image.canonical(), ImageReference.parse(c.image.canonical()).canonical(), c.text);
    }
  }

  @Test
  void theRewrittenNameLeadsBackAndIsNobodyElses() {
    var names = new RewrittenName(7439);
    var taken = new HashMap<String, ImageReference>();
    for (Case c : cases()) {
      String rewritten = names.of(c.image);
      assertEquals(Optional.of(c.image), names.original(rewritten), c.text);
      assertEquals(rewritten, names.of(ImageReference.parse(c.image.canonical())), c.text);
      ImageReference other = taken.putIfAbsent(rewritten, c.image);
      assertTrue(other == null || other.equals(c.image), () -> rewritten + " stands for " + other + " too");
    }
  }

  @Test
  void aRewrittenNameIsALegalReferenceItself() {
    var names = new RewrittenName(7439);
    for (Case c : cases()) {
      assertNotNull(ImageReference.parse(names.of(c.image)), c.text);
    }
  }

  @Test
  void theCachesRepositoryIsTheProxysAndLeadsBackToTheUpstream() {
    for (Case c : cases()) {
      assertEquals(Optional.of(c.image.name() + ":any"),
          RewrittenName.anyImage(CacheLocation.of(c.image).repository()).map(ImageReference::canonical),
          c.text);
    }
  }

  /** It put users' text behind the port, and a dash before a registry's port. */
  @Test
  void whatThePredecessorWroteIsReadAsWhatItsAuthorMeantOrNotAtAll() {
    var names = new RewrittenName(7439);
    int understood = 0;
    for (Case c : cases()) {
      String registry = c.image.registry();
      String written = c.text.startsWith(registry + "/")
          ? registry.replace(':', '-') + c.text.substring(registry.length())
          : c.text;
      // a.b-5000 may be a host's own name; nobody at Docker Hub is called a__5000.
      if (!registry.equals("a.b:5000") && !written.matches("[^/]*__[0-9]+/.*")) {
        Optional<ImageReference> read = read(names, "localhost:7439/" + written);
        assertTrue(read.isEmpty() || read.equals(Optional.of(c.image)),
            () -> written + " is read as " + read);
        understood += read.isPresent() ? 1 : 0;
      }
    }
    assertTrue(understood > CASES / 2, understood + " were understood");
  }

  private static Optional<ImageReference> read(RewrittenName names, String name) {
    try {
      return names.original(name);
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  @Test
  void noTwoImagesShareAPlaceInTheCache() {
    Map<CacheLocation, String> taken = new HashMap<>();
    for (Case c : cases()) {
      String meant = c.image.name() + " " + c.image.version();
      for (CacheLocation place : List.of(CacheLocation.of(c.image), CacheLocation.ofPrivate(c.image))) {
        String owner = meant + (place.equals(CacheLocation.of(c.image)) ? "" : " private");
        String other = taken.putIfAbsent(place, owner);
        assertTrue(other == null || other.equals(owner), () -> place + " holds " + other + " and " + owner);
      }
    }
  }
}
