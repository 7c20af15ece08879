{{/* CEL: the owner reference o is one of these, each written as Kind.group (or Kind, for the core group). Argument: list. */}}
{{- define "kuik.ownerConditions" -}}
{{- $conditions := list -}}
{{- range . -}}
{{- $parts := splitn "." 2 . -}}
{{- if $parts._1 -}}
{{- $conditions = append $conditions (printf "(o.kind == '%s' && o.apiVersion.startsWith('%s/'))" $parts._0 $parts._1) -}}
{{- else -}}
{{- $conditions = append $conditions (printf "(o.kind == '%s' && !o.apiVersion.contains('/'))" $parts._0) -}}
{{- end -}}
{{- end -}}
{{- join " || " $conditions -}}
{{- end -}}
