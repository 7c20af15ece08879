package io.kuik.e2e.story;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;

/** The proxy of one node, and the ways in which it goes away. */
final class ProxyOfNode {
  private static final String DAEMON_SET = "daemonset/" + Release.NAME + "-proxy";
  private static final String RULE = " OUTPUT -o lo -p tcp --dport 7439 -j REJECT --reject-with tcp-reset";

  private ProxyOfNode() {
  }

  private static JsonObject pod(String node) {
    return Release.pods("proxy").stream().filter(p -> Kube.text(p, "spec", "nodeName").equals(node))
        .findFirst().orElseThrow(() -> new AssertionError("node " + node + " has no proxy"));
  }

  /** Its pod stays Ready, and nobody reaches it. */
  static void refuse(String node) {
    Bed.run("nodex", node, "sh", "-c", "iptables -I" + RULE);
  }

  /** Undoes {@link #refuse}. */
  static void answer(String node) {
    Bed.attempt("", "nodex", node, "sh", "-c", "while iptables -D" + RULE + "; do :; done");
  }

  /** Its pod ends, and another one comes by itself. */
  static void delete(String node) {
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "pod", name(node), "--wait=false");
  }

  private static String name(String node) {
    return Kube.text(pod(node), "metadata", "name");
  }

  /** Its pod ends, and no other comes; those of other nodes stay. */
  static void remove(String node) {
    String name = name(node);
    Kube.kubectl("-n", Release.NAMESPACE, "patch", DAEMON_SET, "--type=merge", "-p", """
        {"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": null},
         "template": {"spec": {"affinity": {"nodeAffinity": {
          "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions":
           [{"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["%s"]}]}]}}}}}}}"""
        .formatted(node));
    Kube.kubectl("-n", Release.NAMESPACE, "wait", "--for=delete", "pod/" + name, "--timeout=60s");
  }

  /** Undoes {@link #remove}, and waits for the proxy. */
  static void bringBack() {
    Kube.kubectl("-n", Release.NAMESPACE, "patch", DAEMON_SET, "--type=merge", "-p", """
        {"spec": {"updateStrategy": {"type": "RollingUpdate"}, "template": {"spec": {"affinity": null}}}}""");
    Kube.kubectl("-n", Release.NAMESPACE, "rollout", "status", DAEMON_SET, "--timeout=60s");
  }
}
