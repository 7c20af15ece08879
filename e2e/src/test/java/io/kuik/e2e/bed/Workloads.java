package io.kuik.e2e.bed;

/** Manifests of users' workloads. */
public final class Workloads {
  private Workloads() {
  }

  /** A Deployment with one container; busybox-like images sleep, others run what they run. */
  public static String deployment(String namespace, String name, String image, int replicas, boolean sleeps) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s, namespace: %2$s}
        spec:
          replicas: %4$d
          selector: {matchLabels: {app: %1$s}}
          strategy: {type: Recreate}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              terminationGracePeriodSeconds: 0
              topologySpreadConstraints:
              - maxSkew: 1
                topologyKey: kubernetes.io/hostname
                whenUnsatisfiable: ScheduleAnyway
                labelSelector: {matchLabels: {app: %1$s}}
              containers:
              - name: main
                image: %3$s
                imagePullPolicy: IfNotPresent
                %5$s
        """.formatted(name, namespace, image, replicas,
        sleeps ? "command: [/bin/sh, -c, 'sleep 100000']" : "");
  }

  /** A pod with one container called main; the extra lines go into its metadata and its spec. */
  public static String pod(String namespace, String name, String image, String metadata, String spec) {
    return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          namespace: %s
          %s
        spec:
          terminationGracePeriodSeconds: 0
          automountServiceAccountToken: false
          %s
          containers:
          - name: main
            image: %s
            imagePullPolicy: IfNotPresent
        """.formatted(name, namespace, metadata, spec, image);
  }
}
