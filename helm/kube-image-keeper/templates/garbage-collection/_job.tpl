{{/* One of the two steps of ours. Arguments: root, step, its own arguments. */}}
{{- define "kuik.garbageCollection.step" -}}
{{- $root := index . 0 -}}
{{- $values := $root.Values.registry.garbageCollection -}}
- name: {{ index . 1 }}
  image: {{ include "kuik.image" (list $root $values.worker.image) | quote }}
  imagePullPolicy: {{ $values.worker.image.pullPolicy }}
  args:
    - --namespace={{ $root.Release.Namespace }}
    - --stateful-set={{ include "kuik.fullname" $root }}-registry
    - --limit-seconds=300
    - {{ index . 1 }}
  {{- with include "kuik.logLevel" $values.worker | trim }}
  env:
    {{- . | nindent 4 }}
  {{- end }}
  resources:
    {{- toYaml $values.worker.resources | nindent 4 }}
  securityContext:
    {{- include "kuik.securityContext" $root.Values.registry | nindent 4 }}
  volumeMounts:
    - name: data
      mountPath: /var/lib/registry
    - name: work
      mountPath: /work
    - name: token
      mountPath: /var/run/secrets/kubernetes.io/serviceaccount
      readOnly: true
    - name: tmp
      mountPath: /tmp
{{- end -}}

{{/*
The Job that collects garbage, without its name: the controllers add it. It runs as the registry does, on the node
where the registry's volume is, and never twice: whatever ends it in the middle, the controllers start the registry
again.
*/}}
{{- define "kuik.garbageCollection.job" -}}
{{- $fullname := include "kuik.fullname" . -}}
{{- $registry := .Values.registry -}}
{{- $values := $registry.garbageCollection -}}
{{- /* Version 1's limit was 600 s for all of it, and stands in old values. */ -}}
{{- $deadline := max 660 (int $values.activeDeadlineSeconds) -}}
{{- $persistence := include "kuik.registry.persistence" . | fromJson -}}
apiVersion: batch/v1
kind: Job
metadata:
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "kuik.podLabels" (list . "garbage-collection") | nindent 4 }}
  annotations:
    # The two other steps have 300 s each. Kubernetes has no limit for one container: the controllers see to this one.
    kuik.enix.io/collector-seconds: {{ sub $deadline 600 | quote }}
spec:
  backoffLimit: 0
  activeDeadlineSeconds: {{ $deadline }}
  ttlSecondsAfterFinished: {{ include "kuik.text" $values.ttlSecondsAfterFinished }}
  template:
    metadata:
      labels:
        {{- include "kuik.podLabels" (list . "garbage-collection") | nindent 8 }}
      annotations:
        kubectl.kubernetes.io/default-container: restore
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      restartPolicy: Never
      serviceAccountName: {{ include "kuik.garbageCollection.serviceAccount" . }}
      # The token is mounted into the two steps that need it, and not into the registry's own program.
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 5
      securityContext:
        {{- include "kuik.podSecurityContext" $registry | nindent 8 }}
      {{- $secrets := concat (default list $registry.imagePullSecrets) (default list $values.worker.imagePullSecrets) | uniq }}
      {{- $placement := dict "imagePullSecrets" $secrets "priorityClassName" $registry.priorityClassName "nodeSelector" $registry.nodeSelector "tolerations" $registry.tolerations }}
      {{- with include "kuik.placement" $placement | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      affinity:
        podAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  {{- include "kuik.selectorLabels" (list . "registry") | nindent 18 }}
      initContainers:
        {{- include "kuik.garbageCollection.step" (list . "stop") | nindent 8 }}
        - name: garbage-collect
          image: {{ include "kuik.image" (list . $registry.image) | quote }}
          imagePullPolicy: {{ $registry.image.pullPolicy }}
          args:
            - garbage-collect
            - --delete-untagged
            - /etc/kuik/config.yml
          env:
            - name: OTEL_TRACES_EXPORTER
              value: none
            {{- with $registry.env }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          # Its last lines say why it failed.
          terminationMessagePolicy: FallbackToLogsOnError
          resources:
            {{- toYaml $registry.resources | nindent 12 }}
          securityContext:
            {{- include "kuik.securityContext" $registry | nindent 12 }}
          volumeMounts:
            - name: data
              mountPath: /var/lib/registry
            - name: config
              mountPath: /etc/kuik
              readOnly: true
      containers:
        {{- include "kuik.garbageCollection.step" (list . "restore") | nindent 8 }}
      volumes:
        - name: data
          {{- if $persistence.enabled }}
          persistentVolumeClaim:
            claimName: data-{{ $fullname }}-registry-0
          {{- else }}
          # The registry's own went with its pod.
          emptyDir: {}
          {{- end }}
        - name: config
          configMap:
            name: {{ $fullname }}-registry
        - name: token
          projected:
            defaultMode: 0440
            sources:
              - serviceAccountToken:
                  path: token
                  expirationSeconds: 3607
              - configMap:
                  name: kube-root-ca.crt
                  items:
                    - key: ca.crt
                      path: ca.crt
        - name: work
          emptyDir:
            sizeLimit: 1Mi
        - name: tmp
          emptyDir:
            sizeLimit: 64Mi
{{- end -}}

{{- define "kuik.garbageCollection.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- printf "%s-garbage-collection" (include "kuik.fullname" .) -}}
{{- else -}}
{{- include "kuik.controllers.serviceAccount" . -}}
{{- end -}}
{{- end -}}
