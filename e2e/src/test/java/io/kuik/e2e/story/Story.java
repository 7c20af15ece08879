package io.kuik.e2e.story;

import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Workloads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the story's chapters share: the users' namespace, the values, and the figures that they write down.
 */
final class Story {
  /** Where the users' workloads live. */
  static final String USERS = "users";
  /** A Deployment of nginx that lives through all chapters. */
  static final String WEB = "web";
  /** A namespace that the values exclude. */
  static final String IGNORED = "left-alone";
  /** Patience with things that take the cluster a moment. */
  static final Duration SOON = Duration.ofSeconds(60);
  /** Patience with copies and pulls of large images. */
  static final Duration LATER = Duration.ofMinutes(3);

  /** Both filters of the README, and the test bed's certificate authority. */
  static final String VALUES = """
      rootCertificateAuthorities:
        secretName: test-ca
        keys: [ca.crt]
      controllers:
        webhook:
          ignoredNamespaces: [left-alone]
          objectSelector:
            matchExpressions:
            - {key: e2e, operator: NotIn, values: [excluded]}
      """;

  /**
   * Whether this is the soak run ({@code make soak}): the machine does nothing else then, and the promises
   * hold to the letter.
   */
  static final boolean SOAK = Boolean.getBoolean("kuik.soak");

  private static final Path FIGURES = Bed.root().resolve("e2e/target/measurements.txt");

  private Story() {
  }

  /** Writes a measured figure to the log, and into the file that docs/measurements.md is made from. */
  static void measured(String what, String value) {
    String line = "MEASURED " + what + ": " + value;
    System.out.println(line);
    try {
      Files.createDirectories(FIGURES.getParent());
      Files.writeString(FIGURES, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Seconds with one decimal. */
  static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1e3);
  }

  /** CachedImages made by hand, whose names begin with the prefix. */
  static void want(String prefix, List<String> images) {
    Kube.apply(images.stream().map(image -> """
        apiVersion: kuik.enix.io/v1alpha1
        kind: CachedImage
        metadata: {name: %s-%s}
        spec: {sourceImage: "%s"}
        ---
        """.formatted(prefix, resource(image), image)).collect(Collectors.joining()));
  }

  private static String resource(String image) {
    String plain = image.replaceAll("[^a-z0-9]+", "-");
    return plain.substring(0, Math.min(80, plain.length()));
  }

  /** A Deployment that sleeps, in the users' namespace. */
  static void deploy(String name, String image, int replicas) {
    Kube.apply(Workloads.deployment(USERS, name, image, replicas, true));
  }

  /** Scales a Deployment of the users and waits for its pods; to nothing, until they are gone. */
  static Duration scale(String name, int replicas) {
    long start = System.nanoTime();
    Kube.kubectl("-n", USERS, "scale", "deployment/" + name, "--replicas=" + replicas);
    if (replicas == 0) {
      Kube.kubectl("-n", USERS, "wait", "--for=delete", "pod", "-l", "app=" + name, "--timeout=60s");
    } else {
      Kube.rollout(USERS, name, LATER);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
