package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.CacheRegistry;
import io.kuik.e2e.bed.Containers;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Garbage collections of the release, as a person asks for them and looks at them. */
final class Garbage {
  static final String STATEFUL_SET = Release.NAME + "-registry";
  static final String RUN = "kuik.enix.io/garbage-collection";
  /** An image that a pod uses, all through the chapters. */
  static final String USED = "registry.example.test/small/s1:v1";
  /** Another one, while collections are disturbed. */
  static final String ALSO_USED = "registry.example.test/small/s2:v1";
  /** The registry's program. */
  static final List<String> SERVE = List.of("serve", "/etc/kuik/config.yml");
  /** Patience with a whole collection: pods start and end in it. */
  static final Duration COLLECTION = Duration.ofSeconds(90);

  /** Where the volume is on its node. */
  static final String FOLDER = "/var/data/cache";

  private static final String VOLUME = "cache";

  private Garbage() {
  }

  /** Values with a volume; no schedule: these collections are asked for. */
  static String values(String more) {
    return Story.VALUES + """
        registry:
          persistence: {enabled: true, size: 1Gi, storageClass: local}
          garbageCollection: {activeDeadlineSeconds: 660}
        """ + more;
  }

  /** The way that docs/operations.md describes to get a volume later. */
  static void switchPersistenceOn() {
    switchPersistenceOn(List.of());
  }

  /** The same; before the registry starts, a command is run on the node of the volume. */
  static void switchPersistenceOn(List<String> prepare) {
    removeRegistry();
    Bed.run("local-pv", VOLUME, "n1", "1Gi");
    if (!prepare.isEmpty()) {
      var command = new ArrayList<>(List.of("n1"));
      command.addAll(prepare);
      Bed.run("nodex", command.toArray(String[]::new));
    }
    Release.upgrade(values(""));
    Release.awaitReady(Story.LATER);
  }

  /** With its volume; what a StatefulSet says of volumes can't be changed. */
  static void removeRegistry() {
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "statefulset", STATEFUL_SET, "--ignore-not-found",
        "--cascade=foreground");
    // A claim stays as long as a pod names it, though the pod has ended.
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "jobs", "-l",
        "app.kubernetes.io/component=garbage-collection", "--cascade=foreground");
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "pvc", "data-" + STATEFUL_SET + "-0",
        "--ignore-not-found");
    Kube.kubectl("delete", "pv", VOLUME, "--ignore-not-found");
    Bed.attempt("", "nodex", "n1", "umount", FOLDER);
    Bed.run("nodex", "n1", "rm", "-rf", FOLDER);
  }

  /** Bytes of blobs on the volume. */
  static long bytes() {
    return Long.parseLong(Bed.run("nodex", "n1", "sh", "-c",
        "find " + FOLDER + "/docker/registry/v2/blobs -type f -printf '%s\\n'"
            + " | awk '{n += $1} END {printf \"%d\", n}'")
        .strip());
  }

  /** All blobs of the cache: hash and file, as sha256sum says them. */
  static List<String> hashedBlobs() {
    return Bed.run("nodex", "n1", "sh", "-c",
        "cd " + FOLDER + "/docker/registry/v2/blobs/sha256 && sha256sum ??/*/data").lines().toList();
  }

  /** Asks for a collection, by the command of docs/operations.md. */
  static void ask() {
    Kube.kubectl("-n", Release.NAMESPACE, "annotate", "--overwrite", "statefulset/" + STATEFUL_SET,
        "kuik.enix.io/collect-garbage=now");
  }

  /** The arguments of a step's process. */
  static List<String> step(String name) {
    return name.equals("garbage-collect")
        ? List.of("garbage-collect", "--delete-untagged", "/etc/kuik/config.yml")
        : List.of("--stateful-set=" + STATEFUL_SET, name);
  }

  /** Waits until a step runs; without a pause, for the collector of a small cache lives for some 50 ms. */
  static ProcessHandle await(String step) {
    return await(step, step(step));
  }

  /** The same for any program, by its arguments. */
  static ProcessHandle await(String what, List<String> arguments) {
    long end = System.nanoTime() + Story.SOON.toNanos();
    Optional<ProcessHandle> found = Containers.process(arguments);
    while (found.isEmpty() && System.nanoTime() < end) {
      found = Containers.process(arguments);
    }
    return found.orElseThrow(() -> new AssertionError(what + " never ran\n" + describe()));
  }

  /** A collection that stands still, with its registry stopped, while something is tried. */
  static JsonObject heldWhile(Runnable trial) {
    String last = last();
    ask();
    ProcessHandle restore = await("restore");
    signal(restore, "STOP");
    try {
      trial.run();
    } finally {
      signal(restore, "CONT");
    }
    return awaitEnd(last);
  }

  static void signal(ProcessHandle process, String signal) {
    Bed.execute(Bed.root(), "", List.of("kill", "-" + signal, String.valueOf(process.pid())));
  }

  /** The collection that runs, or the last one. */
  static Optional<JsonObject> run() {
    return Kube.find("-n", Release.NAMESPACE, "statefulset", STATEFUL_SET)
        .map(s -> Kube.text(s, "metadata", "annotations", RUN)).filter(t -> !t.isEmpty())
        .map(t -> JsonParser.parseString(t).getAsJsonObject());
  }

  /** Whether a collection after this one is over. */
  static boolean over(String before) {
    return run().filter(r -> !Kube.text(r, "job").equals(before))
        .filter(r -> List.of("Succeeded", "Failed").contains(Kube.text(r, "state"))).isPresent();
  }

  /** The name of the last collection's Job. */
  static String last() {
    return run().map(r -> Kube.text(r, "job")).orElse("");
  }

  /** Waits until a collection after this one is over. */
  static JsonObject awaitEnd(String before) {
    Eventually.holds("the collection is over", COLLECTION, () -> over(before), Garbage::describe);
    return run().orElseThrow();
  }

  static String describe() {
    return Bed.attempt("", "kubectl", "-n", Release.NAMESPACE, "describe", "statefulset", STATEFUL_SET)
        .output()
        + Release.describe();
  }

  /** The registry runs, nothing is left of a collection, and the used image is served byte for byte. */
  static void assertWell(String when) {
    Eventually.holds(when + ": the registry runs with its replicas", Story.SOON, Garbage::registryRuns,
        Garbage::describe);
    Eventually.holds(when + ": the used image is served", Story.SOON, () -> serves(USED), Garbage::describe);
    assertRight(USED);
  }

  /** Whether the cache has the image. */
  static boolean serves(String image) {
    return new CacheRegistry().manifest(repository(image), tag(image)).statusCode() == 200;
  }

  private static String repository(String image) {
    return image.substring(0, image.lastIndexOf(':'));
  }

  private static String tag(String image) {
    return image.substring(image.lastIndexOf(':') + 1);
  }

  static boolean registryRuns() {
    JsonObject set = Kube.get("-n", Release.NAMESPACE, "statefulset", STATEFUL_SET);
    return Kube.text(set, "spec", "replicas").equals("1")
        && Kube.text(set, "status", "readyReplicas").equals("1")
        && Kube.text(set, "metadata", "annotations", "kuik.enix.io/registry-replicas").isEmpty();
  }

  /** The cache serves the image that upstream has, byte for byte. */
  static void assertRight(String image) {
    var cache = new CacheRegistry();
    var wrong = new ArrayList<String>();
    String repository = repository(image);
    HttpResponse<byte[]> manifest = cache.manifest(repository, tag(image));
    assertEquals(Bed.run("crane", "digest", image).strip(), digest(manifest.body()), image);
    JsonObject json = JsonParser.parseString(new String(manifest.body(), StandardCharsets.UTF_8))
        .getAsJsonObject();
    var digests = new ArrayList<String>();
    digests.add(Kube.text(json, "config", "digest"));
    Kube.objects(json, "layers").forEach(l -> digests.add(Kube.text(l, "digest")));
    for (String digest : digests) {
      HttpResponse<byte[]> blob = cache.blob(repository, digest);
      if (blob.statusCode() != 200 || !digest(blob.body()).equals(digest)) {
        wrong.add(digest + " " + blob.statusCode());
      }
    }
    assertEquals(List.of(), wrong, image);
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
