package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.NodeImages;
import io.kuik.e2e.bed.Release;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Pods that were rewritten while all was well, and that a scheduling gate keeps from their node until
 * something is broken there.
 */
final class HeldPods {
  /** Kinds of workloads. */
  static final String POD = "v1 Pod";
  static final String WITH_INIT = "v1 Pod with init container";
  static final String DEPLOYMENT = "apps/v1 Deployment";
  static final String STATEFUL_SET = "apps/v1 StatefulSet";
  static final String DAEMON_SET = "apps/v1 DaemonSet";
  static final String JOB = "batch/v1 Job";

  private static final String LABEL = "e2e-healing";
  private static final Set<String> WAITING = Set.of("ErrImagePull", "ImagePullBackOff");

  private final String node;

  HeldPods(String node) {
    this.node = node;
  }

  /** Creates a workload of one pod, and waits for the pod; its image is on no node afterwards. */
  void hold(String name, String kind, String image) {
    Kube.apply(manifest(name, kind, image));
    JsonObject pod = Eventually.present("a pod of " + kind + " " + name, Story.SOON, () -> find(name),
        Release::describe);
    assertTrue(Kube.image(pod).startsWith("localhost:7439/"), () -> pod.toString());
    NodeImages.remove(node, image, Kube.image(pod));
  }

  private String manifest(String name, String kind, String image) {
    String init = kind.equals(WITH_INIT)
        ? "\"initContainers\": [{\"name\": \"first\", \"image\": \"" + image
            + "\", \"command\": [\"/bin/sh\", \"-c\", \"true\"]}], "
        : "";
    String spec = """
        {"schedulingGates": [{"name": "e2e.test/held"}], "nodeSelector": {"kubernetes.io/hostname": "%s"},
         "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false, %s%s
         "containers": [{"name": "main", "image": "%s"%s}]}"""
        .formatted(node, kind.equals(JOB) ? "\"restartPolicy\": \"Never\", " : "", init, image,
            image.contains("busybox") ? ", \"command\": [\"/bin/sh\", \"-c\", \"sleep 100000\"]" : "");
    String[] words = kind.split(" ", -1);
    String labels = "{\"" + LABEL + "\": \"" + name + "\"}";
    String owner = """
        {"selector": {"matchLabels": %s}, "serviceName": "", "template":""".formatted(labels);
    String template = " {\"metadata\": {\"labels\": " + labels + "}, \"spec\": " + spec + "}}";
    String body = switch (kind) {
      case POD, WITH_INIT -> spec;
      case JOB -> "{\"template\":" + template;
      case STATEFUL_SET -> owner + template;
      default -> owner.replace("\"serviceName\": \"\", ", "") + template;
    };
    return """
        {"apiVersion": "%s", "kind": "%s", "metadata": {"name": "%s", "namespace": "%s", "labels": %s}, "spec": %s}"""
        .formatted(words[0], words[1], name, Story.USERS, labels, body);
  }

  private static Optional<JsonObject> find(String name) {
    return Kube.list("-n", Story.USERS, "pods", "-l", LABEL + "=" + name).stream().findFirst();
  }

  /** The pod of a workload. */
  JsonObject pod(String name) {
    return find(name).orElseThrow(() -> new AssertionError(name + " has no pod"));
  }

  /** Lets a pod go to its node. */
  void start(String name) {
    Kube.kubectl("-n", Story.USERS, "patch", "pod", Kube.text(pod(name), "metadata", "name"), "--type=json",
        "-p", "[{\"op\": \"remove\", \"path\": \"/spec/schedulingGates\"}]");
  }

  /** Lets pods go, and waits until all are Ready; returns how long each took from its own start on. */
  Map<String, Duration> letGo(String... names) {
    var started = new TreeMap<String, Long>();
    for (String name : names) {
      start(name);
      started.put(name, System.nanoTime());
    }
    return ready(started);
  }

  /** The same for pods that were let go before, from now on. */
  Map<String, Duration> awaitReady(String... names) {
    var started = new TreeMap<String, Long>();
    Arrays.stream(names).forEach(n -> started.put(n, System.nanoTime()));
    return ready(started);
  }

  private static Map<String, Duration> ready(Map<String, Long> started) {
    var ready = new TreeMap<String, Duration>();
    Eventually.holds(started.keySet() + " are Ready", Story.SOON, () -> {
      for (JsonObject pod : Kube.list("-n", Story.USERS, "pods", "-l", LABEL)) {
        String name = Kube.mark(pod, "labels", LABEL);
        if (started.containsKey(name) && isReady(pod)) {
          ready.putIfAbsent(name, Duration.ofNanos(System.nanoTime() - started.get(name)));
        }
      }
      return ready.size() == started.size();
    }, () -> Kube.kubectl("-n", Story.USERS, "describe", "pods", "-l", LABEL) + Release.describe());
    return ready;
  }

  private static boolean isReady(JsonObject pod) {
    return Kube.objects(pod, "status", "conditions").stream()
        .anyMatch(c -> Kube.text(c, "type").equals("Ready") && Kube.text(c, "status").equals("True"));
  }

  /** Waits until a pod waits for its image under our name, and makes sure that it is left so. */
  void awaitWaiting(String name) {
    Eventually.holds(name + " waits", Story.SOON, () -> waits(name), Release::describe);
    // The kubelet's own second try comes 10 s after the first; ours would have come at once.
    Eventually.holds(name + " waits for its second try", Story.SOON,
        () -> reasons(name).contains("ImagePullBackOff"), Release::describe);
    assertTrue(waits(name) && Kube.image(pod(name)).startsWith("localhost:7439/"));
  }

  private boolean waits(String name) {
    return reasons(name).stream().anyMatch(WAITING::contains);
  }

  private List<String> reasons(String name) {
    return Kube.objects(pod(name), "status", "containerStatuses").stream()
        .map(c -> Kube.text(c, "state", "waiting", "reason")).toList();
  }

  /** Removes all of them. */
  void delete() {
    Kube.kubectl("-n", Story.USERS, "delete", "deployment,statefulset,daemonset,job,pod", "-l", LABEL,
        "--wait=false");
  }
}
