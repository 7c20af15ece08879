{{/*
The Job that copies one image, without what only the controller knows: it adds name, owner, labels of the image, the
arguments --image and --platforms in front, and the exit codes that end a Job at once.
*/}}
{{- define "kuik.cacheWorker.job" -}}
{{- $values := .Values.cacheWorker -}}
apiVersion: batch/v1
kind: Job
metadata:
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "kuik.podLabels" (list . "cache-worker") | nindent 4 }}
spec:
  backoffLimit: {{ $values.backoffLimit }}
  activeDeadlineSeconds: {{ include "kuik.text" $values.activeDeadlineSeconds }}
  ttlSecondsAfterFinished: {{ include "kuik.text" $values.ttlSecondsAfterFinished }}
  podFailurePolicy:
    rules:
      # A drained node says nothing about the image.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
  template:
    metadata:
      labels:
        {{- include "kuik.podLabels" (list . "cache-worker") | nindent 8 }}
      {{- with $values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      restartPolicy: Never
      serviceAccountName: {{ include "kuik.powerlessServiceAccount" (list . "cache-worker") }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        {{- include "kuik.podSecurityContext" $values | nindent 8 }}
      {{- with include "kuik.placement" $values | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      containers:
        - name: cache-worker
          image: {{ include "kuik.image" (list . $values.image) | quote }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          args:
            - --cache={{ include "kuik.registry.url" (list . 5000) }}
            - --cache-credentials=/etc/kuik/registry
            {{- if .Values.rootCertificateAuthorities.secretName }}
            - --certificate-authorities=/etc/kuik/ca
            {{- end }}
            {{- with .Values.insecureRegistries }}
            - --insecure-registries={{ join "," . }}
            {{- end }}
            {{- if ne $values.logFormat "text" }}
            - --log-format={{ $values.logFormat }}
            {{- end }}
            {{- if $values.referrers }}
            - --referrers
            {{- end }}
          {{- $env := concat (include "kuik.logLevel" $values | fromYamlArray) (include "kuik.httpProxies" . | fromYamlArray) (default list $values.env) }}
          {{- with $env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            {{- include "kuik.securityContext" $values | nindent 12 }}
          volumeMounts:
            - name: registry-credentials
              mountPath: /etc/kuik/registry
              readOnly: true
            - name: tmp
              mountPath: /tmp
            {{- with include "kuik.authorities.mount" . | trim }}
            {{- . | nindent 12 }}
            {{- end }}
      volumes:
        {{- include "kuik.registry.credentials" (list . "write") | nindent 8 }}
        - name: tmp
          emptyDir: {}
        {{- with include "kuik.authorities.volume" . | trim }}
        {{- . | nindent 8 }}
        {{- end }}
{{- end -}}
