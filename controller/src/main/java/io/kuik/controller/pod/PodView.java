package io.kuik.controller.pod;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.json.JsonPatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What we know of a pod.
 *
 * @param annotated
 *          whether it has annotations, be they known here or not
 * @param pullSecrets
 *          names of the Secrets that the kubelet pulls its images with
 * @param waiting
 *          the containers that wait for an image
 * @param windows
 *          whether only Windows nodes take it
 */
public record PodView(String namespace, String name, String uid, Map<String, String> labels,
    Map<String, String> annotations, boolean annotated, List<PodContainer> containers, List<Owner> owners,
    List<String> pullSecrets, String serviceAccount, String priorityClass,
    String node, String phase, boolean ready, boolean terminating, List<WaitingContainer> waiting,
    boolean windows) {
  /** The label of the pods whose images we look after. */
  public static final String MANAGED = "kuik.enix.io/managed";
  /** The annotation that remembers whether a pod was rewritten when it was created. */
  public static final String REWRITTEN = "kuik.enix.io/rewrite-images";

  /** What the names of our own labels and annotations begin with. */
  private static final String OURS = "kuik.enix.io/";

  /** An owner, by kind and API group. */
  public record Owner(String kind, String group) {
  }

  /** Reads a pod from the API's JSON. */
  public static PodView of(JsonObject pod) {
    JsonObject metadata = Json.object(pod, "metadata");
    JsonObject spec = Json.object(pod, "spec");
    JsonObject status = Json.object(pod, "status");
    var containers = new ArrayList<PodContainer>();
    Json.objects(spec, "initContainers").forEach(c -> containers.add(container(c, true)));
    Json.objects(spec, "containers").forEach(c -> containers.add(container(c, false)));
    return new PodView(text(metadata, "namespace"),
        Json.text(metadata, "name").orElseGet(() -> text(metadata, "generateName")),
        text(metadata, "uid"), Json.strings(metadata, "labels"), Json.strings(metadata, "annotations"),
        Json.at(metadata, "annotations").isPresent(), containers,
        Json.objects(metadata, "ownerReferences").stream().map(PodView::owner).toList(),
        Json.objects(spec, "imagePullSecrets").stream().map(s -> text(s, "name")).filter(n -> !n.isEmpty())
            .toList(),
        text(spec, "serviceAccountName"), text(spec, "priorityClassName"),
        text(spec, "nodeName"), text(status, "phase"), isReady(status), metadata.has("deletionTimestamp"),
        WaitingContainer.of(status), WindowsPod.is(spec));
  }

  private static PodContainer container(JsonObject container, boolean init) {
    return new PodContainer(text(container, "name"), init, text(container, "image"),
        Json.text(container, "imagePullPolicy").filter(p -> !p.isEmpty()));
  }

  private static Owner owner(JsonObject reference) {
    String version = text(reference, "apiVersion");
    int slash = version.indexOf('/');
    return new Owner(text(reference, "kind"), slash < 0 ? "" : version.substring(0, slash));
  }

  private static boolean isReady(JsonObject status) {
    return Json.objects(status, "conditions").stream()
        .anyMatch(c -> text(c, "type").equals("Ready") && text(c, "status").equals("True"));
  }

  private static String text(JsonObject from, String name) {
    return Json.text(from, name).orElse("");
  }

  /**
   * The same without labels and annotations of others, which may be long (kubectl keeps whole manifests
   * there), and with one copy of what thousands of pods have in common. For pods that are kept in memory; the
   * filters of the webhook need the others' labels.
   */
  public PodView trimmed() {
    return new PodView(namespace.intern(), name, uid, ours(labels), ours(annotations), annotated,
        containers.stream().map(PodContainer::trimmed).toList(), List.of(),
        pullSecrets.stream().map(String::intern).toList(), serviceAccount.intern(), priorityClass.intern(),
        node.intern(), phase.intern(), ready, terminating, waiting, windows);
  }

  private static Map<String, String> ours(Map<String, String> all) {
    var ours = new HashMap<String, String>();
    all.forEach((name, value) -> {
      if (name.startsWith(OURS)) {
        ours.put(name.intern(), value.intern());
      }
    });
    // The smallest of all maps, for there is one of each kind for every pod.
    return Map.copyOf(ours);
  }

  /** Whether its containers may still run: a finished pod needs no image any more. */
  public boolean live() {
    return !phase.equals("Succeeded") && !phase.equals("Failed");
  }

  /** Whether it has our label. */
  public boolean managed() {
    return "true".equals(labels.get(MANAGED));
  }

  /** Whether we rewrote it when it was created. */
  public boolean rewritten() {
    return "true".equals(annotations.get(REWRITTEN));
  }

  /** Namespace and name. */
  public String key() {
    return namespace + "/" + name;
  }

  /** The container that had this name and kind before an update. */
  public Optional<PodContainer> container(String containerName, boolean init) {
    return containers.stream().filter(c -> c.init() == init && c.name().equals(containerName)).findFirst();
  }

  /** JSON Pointer to one of its containers. */
  public String pointer(PodContainer container) {
    List<PodContainer> siblings = containers.stream().filter(c -> c.init() == container.init()).toList();
    return JsonPatch.pointer("spec", container.init() ? "initContainers" : "containers",
        String.valueOf(siblings.indexOf(container)));
  }
}
