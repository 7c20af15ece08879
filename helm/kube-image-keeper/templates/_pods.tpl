{{/* A value as text. Numbers of a values file are floats here, and a large whole one would be written as 1e+06. */}}
{{- define "kuik.text" -}}
{{- if kindIs "invalid" . -}}
{{- else if and (kindIs "float64" .) (eq (float64 (int64 .)) .) -}}
{{- int64 . -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/* Reference of an image. Arguments: root, image values. */}}
{{- define "kuik.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- printf "%s:%s" $image.repository (default $root.Chart.AppVersion (include "kuik.text" $image.tag)) -}}
{{- with $image.digest -}}@{{ . }}{{- end -}}
{{- end -}}

{{/* Security context of a pod: Pod Security level "restricted", with the user's fields over it. Argument: values of the component. */}}
{{- define "kuik.podSecurityContext" -}}
{{- $restricted := dict "runAsNonRoot" true "runAsUser" 65532 "runAsGroup" 65532 "fsGroup" 65532 "fsGroupChangePolicy" "OnRootMismatch" "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- toYaml (mustMergeOverwrite $restricted (deepCopy (default dict .podSecurityContext))) -}}
{{- end -}}

{{/* Security context of a container: Pod Security level "restricted", with the user's fields over it. Argument: values of the component. */}}
{{- define "kuik.securityContext" -}}
{{- $restricted := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- toYaml (mustMergeOverwrite $restricted (deepCopy (default dict .securityContext))) -}}
{{- end -}}

{{/*
A probe: timing from the values, the request from the chart. Version 1 had requests in its values, on ports where
nothing answers them any more; a user who kept them must not get pods that are never ready.
Arguments: values of the probe, path, port.
*/}}
{{- define "kuik.probe" -}}
{{- $request := dict "httpGet" (dict "path" (index . 1) "port" (index . 2)) -}}
{{- toYaml (merge $request (omit (default dict (index . 0)) "httpGet" "tcpSocket" "exec" "grpc")) -}}
{{- end -}}

{{/*
Log level, by a system property that the java launcher reads from its own variable. INFO is built in: nothing to
set then. Version 1's proxy had numbers. Argument: values of the component.
*/}}
{{- define "kuik.logLevel" -}}
{{- $level := toString .verbosity | upper -}}
{{- if regexMatch "^[0-9]+$" $level -}}
{{- $level = ternary "DEBUG" "INFO" (gt (int $level) 1) -}}
{{- end -}}
{{- if ne $level "INFO" -}}
- name: JDK_JAVA_OPTIONS
  value: -Dorg.slf4j.simpleLogger.defaultLogLevel={{ lower $level }}
{{- end -}}
{{- end -}}

{{/*
The proxies on the way to registries, in the variables that Go programs read too; the components themselves know
that the cache is asked directly. Argument: root.
*/}}
{{- define "kuik.httpProxies" -}}
{{- with .Values.httpsProxy }}
- name: HTTPS_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with .Values.httpProxy }}
- name: HTTP_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with .Values.noProxy }}
- name: NO_PROXY
  value: {{ (kindIs "string" . | ternary . (join "," .)) | quote }}
{{- end }}
{{- end -}}

{{/*
Labels of the nodes that pods may run on. The images are made for linux/amd64; who has other images says so by the same
labels, with an empty one for any node. Argument: values of the component.
*/}}
{{- define "kuik.nodeSelector" -}}
{{- $selector := deepCopy (default dict .nodeSelector) -}}
{{- range $label, $value := dict "kubernetes.io/os" "linux" "kubernetes.io/arch" "amd64" -}}
{{- if not (hasKey $selector $label) -}}
{{- $_ := set $selector $label $value -}}
{{- else if not (get $selector $label) -}}
{{- $_ := unset $selector $label -}}
{{- end -}}
{{- end -}}
{{- if $selector -}}{{- toYaml $selector -}}{{- end -}}
{{- end -}}

{{/* Where pods run and what pulls their image. Argument: values of the component. */}}
{{- define "kuik.placement" -}}
{{- with .imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with include "kuik.nodeSelector" . }}
nodeSelector:
  {{- . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Volume of additional certificate authorities, when there are any. Argument: root. */}}
{{- define "kuik.authorities.volume" -}}
{{- with .Values.rootCertificateAuthorities }}
{{- if .secretName }}
- name: certificate-authorities
  secret:
    secretName: {{ .secretName }}
    {{- with .keys }}
    items:
      {{- range . }}
      - key: {{ . | quote }}
        path: {{ . | quote }}
      {{- end }}
    {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "kuik.authorities.mount" -}}
{{- if .Values.rootCertificateAuthorities.secretName }}
- name: certificate-authorities
  mountPath: /etc/kuik/ca
  readOnly: true
{{- end }}
{{- end -}}

{{/* Volume with user and password for the cache registry. The controllers' leader makes the Secret; pods wait for it. Arguments: root, read or write. */}}
{{- define "kuik.registry.credentials" -}}
- name: registry-credentials
  secret:
    secretName: {{ include "kuik.fullname" (index . 0) }}-registry-{{ index . 1 }}
    defaultMode: 0440
{{- end -}}
