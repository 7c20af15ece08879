package io.kuik.controller.pod;

import java.util.Set;

/**
 * Which pods we look after: the same rules as in the MutatingWebhookConfiguration, where the API server
 * applies them; here they are needed for pods that were admitted without the webhook.
 */
public record PodFilter(Set<String> ignoredNamespaces, LabelSelector objectSelector,
    Set<String> ignoredOwners) {
  private static final String POLICY = "kube-image-keeper.enix.io/image-caching-policy";
  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final Set<String> CRITICAL = Set.of("system-node-critical", "system-cluster-critical");

  /** Whether the pod is one of ours to look after. */
  public boolean admits(PodView pod) {
    return admits(pod.namespace(), pod);
  }

  /** The same for a pod that does not say its namespace yet. */
  public boolean admits(String namespace, PodView pod) {
    return !ignoredNamespaces.contains(namespace) && !"ignore".equals(pod.labels().get(POLICY))
        && objectSelector.matches(pod.labels()) && !pod.annotations().containsKey(MIRROR)
        && !CRITICAL.contains(pod.priorityClass()) && !pod.windows()
        && pod.owners().stream().noneMatch(o -> ignoredOwners.contains(o.kind() + "." + o.group()));
  }
}
