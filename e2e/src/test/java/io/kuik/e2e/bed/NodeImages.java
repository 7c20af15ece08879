package io.kuik.e2e.bed;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Images on the nodes' disks. */
public final class NodeImages {
  /** Where the cluster itself, and the product, run: their containers stay. */
  private static final Set<String> SYSTEM = Set.of("kube-system", "cert-manager", Release.NAMESPACE);

  private NodeImages() {
  }

  /** Takes every image of the users' pods off every node, so that the next pull is a real one. */
  public static void removeUserImages() {
    for (String node : Bed.NODES) {
      List<String> names = list(node, "images", "images").stream()
          .flatMap(i -> i.getAsJsonArray("repoTags").asList().stream()).map(JsonElement::getAsString)
          .filter(NodeImages::ofUsers).toList();
      remove(node, names.toArray(String[]::new));
    }
  }

  /** Takes images off a node; one that isn't there is gone already. */
  public static void remove(String node, String... images) {
    removeEndedPods(node);
    call(node, "rmi", List.of(images));
  }

  /**
   * The containers of a deleted pod stay until the kubelet's next round, a minute later at most, and hold the
   * snapshots that they were made from; a layer whose snapshot is there is not fetched again.
   */
  private static void removeEndedPods(String node) {
    call(node, "rmp",
        list(node, "pods", "items").stream().filter(p -> Kube.text(p, "state").equals("SANDBOX_NOTREADY"))
            .filter(p -> !SYSTEM.contains(Kube.text(p, "metadata", "namespace"))).map(p -> Kube.text(p, "id"))
            .toList());
  }

  /** A pod that was healed has its image under the original name. */
  private static boolean ofUsers(String name) {
    return name.startsWith("localhost:7439/") || name.contains(".example.test/");
  }

  private static List<JsonObject> list(String node, String what, String key) {
    String answer = Bed.run("crictl", node, what, "-o", "json");
    return Kube.objects(JsonParser.parseString(answer).getAsJsonObject(), key);
  }

  private static void call(String node, String verb, List<String> names) {
    if (!names.isEmpty()) {
      var arguments = new ArrayList<>(List.of(node, verb));
      arguments.addAll(names);
      Bed.attempt("", "crictl", arguments.toArray(String[]::new));
    }
  }
}
