{{/*
Configuration of a registry container. No blobdescriptor cache: two processes work on one directory, and what one
remembers the other may have removed. Arguments: port, whether it only reads, htpasswd file, age of uploads that nobody
finishes any more.
*/}}
{{- define "kuik.registry.config" -}}
version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: /var/lib/registry
  delete:
    enabled: {{ not (index . 1) }}
  maintenance:
    readonly:
      enabled: {{ index . 1 }}
    # What unfinished uploads left behind is the writer's to remove.
    uploadpurging:
      enabled: {{ not (index . 1) }}
      # No copy Job takes longer; what is older was left by one that was killed.
      age: {{ index . 3 }}
      interval: 30m
      dryrun: false
http:
  addr: 0.0.0.0:{{ index . 0 }}
auth:
  htpasswd:
    realm: kube-image-keeper
    path: /etc/kuik-auth/{{ index . 2 }}
# An index is kept byte for byte, though only the wanted platforms of it are stored.
validation:
  manifests:
    indexes:
      platforms: none
{{- end -}}

{{- define "kuik.registry.configs" -}}
{{- $age := printf "%ds" (max 7200 (mul 2 (int64 .Values.cacheWorker.activeDeadlineSeconds))) -}}
config.yml: |
  {{- include "kuik.registry.config" (list 5000 false "htpasswd-write" $age) | nindent 2 }}
config-read-only.yml: |
  {{- include "kuik.registry.config" (list 5001 true "htpasswd-read" $age) | nindent 2 }}
{{- end -}}

{{/*
Where images are kept, as JSON. The key was once documented as "persistance": what is set there counts, unless
"persistence" says something else.
*/}}
{{- define "kuik.registry.persistence" -}}
{{- $defaults := dict "enabled" false "size" "20Gi" "storageClass" nil "accessModes" "ReadWriteOnce" -}}
{{- $persistence := deepCopy .Values.registry.persistence -}}
{{- range $key, $value := default dict .Values.registry.persistance -}}
{{- $other := get $persistence $key -}}
{{- if and (hasKey $persistence $key) (ne (toJson $other) (toJson (get $defaults $key))) (ne (toJson $other) (toJson $value)) -}}
{{- fail (printf "registry.persistance.%s is %s but registry.persistence.%s is %s: set one of them, best registry.persistence." $key (toJson $value) $key (toJson $other)) -}}
{{- end -}}
{{- $_ := set $persistence $key $value -}}
{{- end -}}
{{- toJson $persistence -}}
{{- end -}}
