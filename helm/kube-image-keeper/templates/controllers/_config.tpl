{{/* Namespaces that are left alone: kube-system, our own, and the user's. */}}
{{- define "kuik.ignoredNamespaces" -}}
{{- concat (list "kube-system" .Release.Namespace) (default list .Values.controllers.webhook.ignoredNamespaces) | uniq | toJson -}}
{{- end -}}

{{/* Version 1's architectures as platforms: amd64 is linux/amd64, arm/v7 is linux/arm/v7. The word all is itself. */}}
{{- define "kuik.platforms" -}}
{{- $platforms := list -}}
{{- range .Values.architectures -}}
{{- $platforms = append $platforms (ternary . (printf "linux/%s" .) (regexMatch "^(all$|linux/|windows[(/])" .)) -}}
{{- end -}}
{{- $platforms | uniq | toJson -}}
{{- end -}}

{{/* cachedImagesExpiryDelay as text: YAML's numbers are floats here, and a large one would be written as 1e+06. */}}
{{- define "kuik.expiryDelay" -}}
{{- $delay := .Values.cachedImagesExpiryDelay -}}
{{- if kindIs "invalid" $delay -}}
{{- else if and (kindIs "float64" $delay) (eq (float64 (int64 $delay)) $delay) -}}
{{- int64 $delay -}}
{{- else -}}
{{- $delay -}}
{{- end -}}
{{- end -}}

{{/* Tags that are refreshed: those that the proxy asks for, unless the user says otherwise. */}}
{{- define "kuik.refreshTags" -}}
{{- ternary .Values.proxy.revalidateTags .Values.refresh.tags (kindIs "invalid" .Values.refresh.tags) -}}
{{- end -}}

{{/* Content of controller.json. */}}
{{- define "kuik.controllers.config" -}}
{{- $webhook := .Values.controllers.webhook -}}
{{- $authorities := ternary "/etc/kuik/ca" "" (not (empty .Values.rootCertificateAuthorities.secretName)) -}}
{{- dict
  "namespace" .Release.Namespace
  "instance" .Release.Name
  "fullname" (include "kuik.fullname" .)
  "registry" (include "kuik.registry.url" (list . 5000))
  "proxyPort" (int .Values.proxy.hostPort)
  "rewrite" $webhook.rewrite
  "maxConcurrentCopies" (int .Values.controllers.maxConcurrentCachedImageReconciles)
  "pullReservePercent" (int .Values.controllers.upstreamPullReserve)
  "healingsPerMinute" (ternary (int .Values.controllers.healing.maxPerMinute) 0 .Values.controllers.healing.enabled)
  "expiryDelay" (include "kuik.expiryDelay" .)
  "refreshTags" (include "kuik.refreshTags" .)
  "refreshInterval" .Values.refresh.interval
  "availabilityInterval" (toString .Values.refresh.availabilityInterval)
  "cacheCheckInterval" .Values.cacheCheckInterval
  "orphanGrace" .Values.orphanGrace
  "platforms" (include "kuik.platforms" . | fromJsonArray)
  "ignoredNamespaces" (include "kuik.ignoredNamespaces" . | fromJsonArray)
  "ignoredImages" (default list $webhook.ignoredImages)
  "acceptedImages" (default list $webhook.acceptedImages)
  "ignorePullPolicyAlways" $webhook.ignorePullPolicyAlways
  "objectSelector" (dict "matchExpressions" (default list $webhook.objectSelector.matchExpressions))
  "ignoredOwners" (default list $webhook.ignoredOwners)
  "insecureRegistries" (default list .Values.insecureRegistries)
  "certificateAuthorities" $authorities
  "canaries" (and .Values.controllers.arming.canary (ne $webhook.rewrite "Always"))
  "garbageCollectionSchedule" (include "kuik.garbageCollection.schedule" .)
  "garbageCollectionObstacle" (include "kuik.garbageCollection.obstacle" .)
  | toPrettyJson -}}
{{- end -}}
