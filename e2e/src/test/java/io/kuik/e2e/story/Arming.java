package io.kuik.e2e.story;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether pods are rewritten at this moment, and what is known of the nodes. */
final class Arming {
  /** The image of the pods that try it. */
  static final String IMAGE = "busybox:1.36";
  /** The ConfigMap of what canaries have proven. */
  static final String PROOFS = Release.NAME + "-arming";

  private Arming() {
  }

  /** A pod that sleeps on a node, and may wait for it. */
  static JsonObject pod(String node, String name, String... arguments) {
    return Kube.create(Workloads.pod(Story.USERS, name, IMAGE, "labels: {chapter: arming}",
        "nodeSelector: {kubernetes.io/hostname: " + node + "}")
        + "    command: [/bin/sh, -c, 'sleep 100000']\n", arguments);
  }

  private static JsonObject probe() {
    return pod("n1", "probe", "--dry-run=server");
  }

  static boolean rewritten() {
    return Kube.image(probe()).startsWith("localhost:7439/");
  }

  /** What a pod says of why its images were left alone. */
  static String untouched(JsonObject pod) {
    return Kube.mark(pod, "annotations", "kuik.enix.io/untouched");
  }

  /** The same of any pod that is made now. */
  static String whyNot() {
    return untouched(probe());
  }

  /** What is known of each node. */
  static Map<String, String> proofs() {
    var proofs = new TreeMap<String, String>();
    Kube.find("-n", Release.NAMESPACE, "configmap", PROOFS).map(m -> m.getAsJsonObject("data"))
        .ifPresent(d -> d.entrySet().forEach(e -> proofs.put(e.getKey(), e.getValue().getAsString())));
    return proofs;
  }

  /** What arming rests on, and what the controllers said, without their words on each pod. */
  static String describe() {
    return "proofs: " + proofs() + "\n" + Kube.kubectl("get", "nodes") + Kube.kubectl("-n", Release.NAMESPACE,
        "logs", "--tail=2000", "--prefix", "-l", "app.kubernetes.io/component=controllers").lines()
        .filter(l -> !l.contains("image rewritten")).collect(Collectors.joining("\n")) + "\n"
        + Release.describe();
  }

  static Duration awaitArmed() {
    long start = System.nanoTime();
    Eventually.holds("rewriting is armed", Story.SOON, Arming::rewritten, Arming::describe);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  static void awaitUnarmed(String word) {
    Eventually.holds("nothing is rewritten: " + word, Story.SOON, () -> whyNot().contains(word),
        Arming::describe);
  }
}
