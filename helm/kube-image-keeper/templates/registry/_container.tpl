{{/* One of the two registry containers. Arguments: root, name, port name, port, config file, htpasswd key. */}}
{{- define "kuik.registry.container" -}}
{{- $root := index . 0 -}}
{{- $values := $root.Values.registry -}}
- name: {{ index . 1 }}
  image: {{ include "kuik.image" (list $root $values.image) | quote }}
  imagePullPolicy: {{ $values.image.pullPolicy }}
  args:
    - serve
    - /etc/kuik/{{ index . 4 }}
  env:
    # The same for both, and across restarts: it signs uploads that are under way.
    - name: REGISTRY_HTTP_SECRET
      valueFrom:
        secretKeyRef:
          name: {{ include "kuik.fullname" $root }}-registry-server
          key: http-secret
    # Without it the registry logs an error for every span that nobody collects.
    - name: OTEL_TRACES_EXPORTER
      value: none
    {{- with $values.env }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  ports:
    - name: {{ index . 2 }}
      containerPort: {{ index . 3 }}
  # The root path answers without a password.
  readinessProbe:
    {{- include "kuik.probe" (list $values.readinessProbe "/" (index . 2)) | nindent 4 }}
  livenessProbe:
    {{- include "kuik.probe" (list $values.livenessProbe "/" (index . 2)) | nindent 4 }}
  resources:
    {{- toYaml $values.resources | nindent 4 }}
  securityContext:
    {{- include "kuik.securityContext" $values | nindent 4 }}
  volumeMounts:
    - name: data
      mountPath: /var/lib/registry
      {{- if eq (index . 2) "read-only" }}
      readOnly: true
      {{- end }}
    - name: config
      mountPath: /etc/kuik
      readOnly: true
    - name: {{ index . 5 }}
      mountPath: /etc/kuik-auth
      readOnly: true
{{- end -}}

{{/* Volume with one htpasswd file, so that no container sees the other's. Arguments: root, key. */}}
{{- define "kuik.registry.htpasswd" -}}
- name: {{ index . 1 }}
  secret:
    secretName: {{ include "kuik.fullname" (index . 0) }}-registry-server
    defaultMode: 0440
    items:
      - key: {{ index . 1 }}
        path: {{ index . 1 }}
{{- end -}}
