package io.kuik.e2e.bed;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Our release in the cluster. */
public final class Release {
  /** The namespace of the install command. */
  public static final String NAMESPACE = "kuik-system";
  /** The release's name, and the prefix of everything in it. */
  public static final String NAME = "kube-image-keeper";

  private Release() {
  }

  /**
   * Installs by the very command that the README gives, from a folder that looks like the one it is given
   * for.
   */
  public static void install(String values) {
    try {
      Path folder = Files.createTempDirectory("kuik-install");
      Path chart = folder.resolve("helm");
      Path file = folder.resolve("values.yaml");
      try {
        Files.createSymbolicLink(chart, Bed.root().resolve("helm"));
        Files.writeString(file, values);
        String command = "helm install --create-namespace --namespace kuik-system kube-image-keeper"
            + " --values=./values.yaml ./helm/kube-image-keeper/";
        Bed.Result result = Bed.execute(folder, "", List.of("bash", "-c",
            "PATH=" + Bed.root().resolve("e2e/cluster") + ":$PATH " + command));
        if (result.exit() != 0) {
          throw new AssertionError(command + "\n" + result.error() + result.output());
        }
      } finally {
        Files.deleteIfExists(chart);
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Upgrades by the README's command, with other values. */
  public static void upgrade(String values) {
    Bed.Result result = Bed.attempt(values, "helm", "upgrade", "--namespace", NAMESPACE, NAME,
        Bed.root().resolve("helm/kube-image-keeper").toString(), "--values=-");
    if (result.exit() != 0) {
      throw new AssertionError(result.error() + result.output());
    }
  }

  /** Removes what an earlier run left, so that the story can begin again on a cluster where it broke off. */
  public static void clearAway(List<String> namespaces) {
    if (Bed.attempt("", "helm", "uninstall", NAME, "--namespace", NAMESPACE, "--no-hooks").exit() == 0) {
      Bed.attempt("", "kubectl", "delete", "mutatingwebhookconfiguration", "zz-" + NAME,
          "--ignore-not-found");
    }
    Bed.attempt("", "kubectl", "delete", "crd", "cachedimages.kuik.enix.io", "--ignore-not-found");
    for (String namespace : namespaces) {
      Kube.kubectl("delete", "namespace", namespace, "--ignore-not-found");
    }
    Kube.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found");
    Kube.kubectl("delete", "events", "--all", "-n", "default");
  }

  /** Waits until every workload of the release has all its pods Ready. */
  public static void awaitReady(Duration patience) {
    String limit = "--timeout=" + patience.toSeconds() + "s";
    Stream
        .of("deployment/" + NAME + "-controllers", "daemonset/" + NAME + "-proxy",
            "statefulset/" + NAME + "-registry")
        .forEach(w -> Kube.kubectl("-n", NAMESPACE, "rollout", "status", w, limit));
    // A webhook is only called once its certificate authority is injected and the Service's rules are on
    // every node.
    Eventually.holds("a new pod is rewritten", patience, Release::rewrites, Release::describe);
  }

  private static boolean rewrites() {
    String pod = Workloads.pod("default", "probe", "nginx:1.27", "", "");
    return Kube.image(Kube.create(pod, "--dry-run=server")).startsWith("localhost:7439/");
  }

  /** The pods of a component. */
  public static List<JsonObject> pods(String component) {
    return Kube.list("-n", NAMESPACE, "pods", "-l", "app.kubernetes.io/component=" + component);
  }

  /** The metrics of a pod. */
  public static String metrics(JsonObject pod, int port) {
    String url = "http://" + Kube.text(pod, "status", "podIP") + ":" + port + "/metrics";
    return Bed.execute(Bed.root(), "", List.of("curl", "-sf", "--noproxy", "*", url)).output();
  }

  /** A metric of the controllers without labels, added up over the replicas. */
  public static double metric(String name) {
    return pods("controllers").stream().flatMap(p -> metrics(p, 8081).lines())
        .filter(l -> l.startsWith(name + " "))
        .mapToDouble(l -> Double.parseDouble(l.substring(name.length() + 1))).sum();
  }

  /** What a person would look at. */
  public static String describe() {
    return Kube.kubectl("-n", NAMESPACE, "get", "pods,jobs", "-o", "wide")
        + Bed.attempt("", "kubectl", "get", "cachedimages", "-o", "wide").output()
        + Bed.attempt("", "kubectl", "-n", NAMESPACE, "logs", "--tail=40", "--prefix", "-l",
            "app.kubernetes.io/component=controllers").output();
  }
}
