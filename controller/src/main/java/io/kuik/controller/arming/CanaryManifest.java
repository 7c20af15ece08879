package io.kuik.controller.arming;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.model.Digest;
import io.kuik.model.RewrittenName;
import java.nio.charset.StandardCharsets;

/**
 * The pod that proves that a node's runtime reaches its proxy: it pulls an image that the proxy makes itself,
 * and ends at once. It asks for nothing that a quota could run out of, or that an admission policy could
 * mind.
 */
final class CanaryManifest {
  private static final int HASH = 8;

  private final String namespace;
  private final String instance;
  private final String fullname;
  private final int port;

  CanaryManifest(String namespace, String instance, String fullname, int port) {
    this.namespace = namespace;
    this.instance = instance;
    this.fullname = fullname;
    this.port = port;
  }

  /**
   * The pod for a node; its name follows from the node's, so that there are never two.
   *
   * @param owner
   *          what it goes with: a pod that nothing owns keeps `kubectl drain` from its work
   */
  JsonObject of(Node node, String proxyRevision, JsonObject owner) {
    JsonObject pod = parse("{'apiVersion': 'v1', 'kind': 'Pod'}");
    var metadata = new JsonObject();
    metadata.addProperty("name", name(node));
    metadata.addProperty("namespace", namespace);
    metadata.add("labels", labels());
    metadata.add("annotations", annotations(node, proxyRevision));
    JsonObject controller = owner.deepCopy();
    controller.addProperty("controller", true);
    var owners = new JsonArray();
    owners.add(controller);
    metadata.add("ownerReferences", owners);
    pod.add("metadata", metadata);
    pod.add("spec", spec(node));
    return pod;
  }

  String name(Node node) {
    byte[] name = node.name().getBytes(StandardCharsets.UTF_8);
    return fullname + "-canary-" + Digest.sha256(name).hex().substring(0, HASH);
  }

  private JsonObject labels() {
    var labels = new JsonObject();
    labels.addProperty("app.kubernetes.io/name", "kube-image-keeper");
    labels.addProperty("app.kubernetes.io/instance", instance);
    labels.addProperty("app.kubernetes.io/component", CanaryPod.COMPONENT);
    labels.addProperty("app.kubernetes.io/part-of", "kube-image-keeper");
    labels.addProperty("kube-image-keeper.enix.io/image-caching-policy", "ignore");
    labels.addProperty("sidecar.istio.io/inject", "false");
    return labels;
  }

  private JsonObject annotations(Node node, String proxyRevision) {
    var annotations = new JsonObject();
    annotations.addProperty(CanaryPod.NODE_ANNOTATION, node.uid());
    annotations.addProperty(CanaryPod.PORT_ANNOTATION, String.valueOf(port));
    annotations.addProperty(CanaryPod.PROXY_ANNOTATION, proxyRevision);
    annotations.addProperty("cluster-autoscaler.kubernetes.io/safe-to-evict", "true");
    annotations.addProperty("linkerd.io/inject", "disabled");
    return annotations;
  }

  private JsonObject spec(Node node) {
    JsonObject spec = parse("""
        {'restartPolicy': 'Never', 'activeDeadlineSeconds': 300, 'terminationGracePeriodSeconds': 0,
         'automountServiceAccountToken': false, 'enableServiceLinks': false, 'dnsPolicy': 'Default',
         'securityContext': {'runAsNonRoot': true, 'runAsUser': 65532, 'runAsGroup': 65532,
           'seccompProfile': {'type': 'RuntimeDefault'}},
         'tolerations': [{'operator': 'Exists'}]}""");
    // As a DaemonSet's pod it is for one node; unlike it, no scheduler is asked: its queue may be long.
    spec.addProperty("nodeName", node.name());
    JsonObject container = parse("""
        {'name': 'canary', 'imagePullPolicy': 'Always',
         'resources': {'requests': {'cpu': '0', 'memory': '0'}, 'limits': {'memory': '32Mi'}},
         'securityContext': {'allowPrivilegeEscalation': false, 'readOnlyRootFilesystem': true,
           'capabilities': {'drop': ['ALL']}}}""");
    container.addProperty("image", new RewrittenName(port).canary());
    var containers = new JsonArray();
    containers.add(container);
    spec.add("containers", containers);
    return spec;
  }

  private static JsonObject parse(String json) {
    return JsonParser.parseString(json.replace('\'', '"')).getAsJsonObject();
  }
}
