{{/* Annotations of a pre-delete hook. Argument: weight. */}}
{{- define "kuik.uninstall.hook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{/* ServiceAccount of the hook. Without one of its own it is the controllers', who hold its rights while it runs. */}}
{{- define "kuik.uninstall.serviceAccount" -}}
{{- if and .Values.rbac.create .Values.serviceAccount.create -}}
{{- printf "%s-uninstall" (include "kuik.fullname" .) -}}
{{- else -}}
{{- include "kuik.controllers.serviceAccount" . -}}
{{- end -}}
{{- end -}}
