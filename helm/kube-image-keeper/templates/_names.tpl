{{/* Prefix of every name. 42 characters leave room for the longest suffix and for the hashes that Kubernetes appends. */}}
{{- define "kuik.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 42 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 42 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 42 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Labels that never change during the life of a release: selectors and pod templates. The controllers look for them, so
nameOverride doesn't touch them. Arguments: root, component.
*/}}
{{- define "kuik.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: kube-image-keeper
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/*
Labels of pod templates. No version and no chart in them: a new chart would restart pods that don't change
otherwise, and a registry without persistence would lose its cache. Arguments: root, component.
*/}}
{{- define "kuik.podLabels" -}}
{{ include "kuik.selectorLabels" . }}
app.kubernetes.io/part-of: kube-image-keeper
{{- end -}}

{{/* Labels of objects. Arguments: root, component. */}}
{{- define "kuik.labels" -}}
{{- $root := index . 0 -}}
{{ include "kuik.podLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* ServiceAccount of the controllers: the only identity with rights. */}}
{{- define "kuik.controllers.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (printf "%s-controllers" (include "kuik.fullname" .)) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* ServiceAccount of a part without rights. Arguments: root, component. */}}
{{- define "kuik.powerlessServiceAccount" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.serviceAccount.create -}}
{{- printf "%s-%s" (include "kuik.fullname" $root) (index . 1) -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{- define "kuik.registry.serviceAccount" -}}
{{- if .Values.registry.serviceAccount.create -}}
{{- default (printf "%s-registry" (include "kuik.fullname" .)) .Values.registry.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.registry.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Address of the cache registry. Arguments: root, port. The full name lets one NO_PROXY entry (.svc) cover it. */}}
{{- define "kuik.registry.url" -}}
{{- $root := index . 0 -}}
{{- printf "http://%s-registry.%s.svc:%d" (include "kuik.fullname" $root) $root.Release.Namespace (int (index . 1)) -}}
{{- end -}}

{{- define "kuik.issuer" -}}
{{- printf "%s-selfsigned-issuer" (include "kuik.fullname" .) -}}
{{- end -}}
