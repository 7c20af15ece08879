{{/* The schedule, from either of its two keys. */}}
{{- define "kuik.garbageCollection.schedule" -}}
{{- $values := .Values.registry -}}
{{- $short := default "" $values.garbageCollectionSchedule | trim -}}
{{- $long := default "" $values.garbageCollection.schedule | trim -}}
{{- if and $short $long (ne $short $long) -}}
{{- fail (printf "registry.garbageCollectionSchedule is %q but registry.garbageCollection.schedule is %q: set one of them." $short $long) -}}
{{- end -}}
{{- default $long $short -}}
{{- end -}}

{{/* Why no garbage may be collected in this release; empty if nothing speaks against it. */}}
{{- define "kuik.garbageCollection.obstacle" -}}
{{- $persistence := include "kuik.registry.persistence" . | fromJson -}}
{{- $modes := ternary (list $persistence.accessModes) $persistence.accessModes (kindIs "string" $persistence.accessModes) -}}
{{- if and (not $persistence.enabled) (not .Values.registry.garbageCollection.withoutPersistence) -}}
there is no persistence (registry.persistence.enabled is false), and stopping the registry empties such a cache: all images would be copied again. Enable persistence, or say that this is what you want with registry.garbageCollection.withoutPersistence
{{- else if and $persistence.enabled (has "ReadWriteOncePod" $modes) -}}
registry.persistence.accessModes is ReadWriteOncePod, but the garbage collection's pod needs the volume while the registry's pod still has it: use ReadWriteOnce
{{- end -}}
{{- end -}}

{{/*
Value of one word of a schedule as a number, or -1. Arguments: word, lowest, highest, names in their order.
*/}}
{{- define "kuik.schedule.value" -}}
{{- $word := index . 0 | lower -}}
{{- $value := -1 -}}
{{- if regexMatch "^[0-9]{1,2}$" $word -}}
{{- $value = atoi $word -}}
{{- if or (lt $value (index . 1)) (gt $value (index . 2)) -}}{{- $value = -1 -}}{{- end -}}
{{- else -}}
{{- $lowest := index . 1 -}}
{{- range $i, $name := index . 3 -}}{{- if eq $name $word -}}{{- $value = add $i $lowest -}}{{- end -}}{{- end -}}
{{- end -}}
{{- $value -}}
{{- end -}}

{{/* What is wrong with one field of a schedule; nothing if it is right. Arguments: name of the field, text, lowest, highest, names. */}}
{{- define "kuik.schedule.field" -}}
{{- $field := index . 0 -}}
{{- $text := index . 1 -}}
{{- $bounds := list (index . 2) (index . 3) (index . 4) -}}
{{- $wrong := "" -}}
{{- range splitList "," $text -}}
{{- if not (regexMatch "^([*?](/[0-9]{1,3})?|[0-9A-Za-z]{1,3}(-[0-9A-Za-z]{1,3})?(/[0-9]{1,3})?)$" .) -}}
{{- $wrong = printf "its %s %q can't be read" $field $text -}}
{{- else if regexMatch "/0+$" . -}}
{{- $wrong = printf "its %s %q has a step of 0" $field $text -}}
{{- else if and (eq $field "day of the week") (regexMatch "^0*7/" .) -}}
{{- $wrong = printf "its %s %q begins to count at the end of the week: write 0 for Sunday" $field $text -}}
{{- else if not (regexMatch "^[*?]" .) -}}
{{- $ends := splitList "-" (index (splitList "/" .) 0) -}}
{{- $from := include "kuik.schedule.value" (prepend $bounds (first $ends)) | atoi -}}
{{- $to := include "kuik.schedule.value" (prepend $bounds (last $ends)) | atoi -}}
{{- if or (lt $from 0) (lt $to 0) -}}
{{- $wrong = printf "its %s %q must hold values from %d to %d" $field $text (index $bounds 0) (index $bounds 1) -}}
{{- else if gt $from $to -}}
{{- $wrong = printf "its %s %q holds a range that ends before it begins" $field $text -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $wrong -}}
{{- end -}}

{{/* The values of a field that nothing is wrong with, with commas between. Arguments: text, lowest, highest, names. */}}
{{- define "kuik.schedule.values" -}}
{{- $bounds := list (index . 1) (index . 2) (index . 3) -}}
{{- $values := list -}}
{{- range splitList "," (index . 0) -}}
{{- $parts := splitList "/" . -}}
{{- $ends := splitList "-" (first $parts) -}}
{{- $from := index $bounds 0 -}}
{{- $to := index $bounds 1 -}}
{{- if not (regexMatch "^[*?]" .) -}}
{{- $from = include "kuik.schedule.value" (prepend $bounds (first $ends)) | atoi -}}
{{- if or (gt (len $ends) 1) (eq (len $parts) 1) -}}
{{- $to = include "kuik.schedule.value" (prepend $bounds (last $ends)) | atoi -}}
{{- end -}}
{{- end -}}
{{- $step := 1 -}}{{- if gt (len $parts) 1 -}}{{- $step = last $parts | atoi -}}{{- end -}}
{{- range untilStep $from (int (add $to 1)) $step -}}{{- $values = append $values . -}}{{- end -}}
{{- end -}}
{{- join "," $values -}}
{{- end -}}

{{/*
Why a schedule never comes; nothing if it does. A day of the week comes in every month; a day of the month does not.
Arguments: texts of day of the month, month, day of the week; names of the months.
*/}}
{{- define "kuik.schedule.never" -}}
{{- if has (index . 2) (list "*" "?" "*/1" "?/1") -}}
{{- $day := 31 -}}
{{- range splitList "," (include "kuik.schedule.values" (list (index . 0) 1 31 (list))) -}}{{- $day = min $day (atoi .) -}}{{- end -}}
{{- $longest := 29 -}}
{{- range splitList "," (include "kuik.schedule.values" (list (index . 1) 1 12 (index . 3))) -}}
{{- if ne . "2" -}}{{- $longest = max $longest (ternary 30 31 (has . (list "4" "6" "9" "11"))) -}}{{- end -}}
{{- end -}}
{{- if gt (int $day) (int $longest) -}}
such a day never comes: none of its months has a day {{ $day }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What is wrong with a schedule; nothing if it is right. The controllers must be able to read what passes. Argument: schedule. */}}
{{- define "kuik.schedule.wrong" -}}
{{- $text := trim . -}}
{{- if not (has $text (list "@hourly" "@daily" "@midnight" "@weekly" "@monthly" "@yearly" "@annually")) -}}
{{- $fields := regexSplit "\\s+" $text -1 -}}
{{- if hasPrefix "@" $text -}}
known words are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually
{{- else if ne (len $fields) 5 -}}
it has {{ len $fields }} fields and must have five: minute, hour, day of the month, month, day of the week
{{- else -}}
{{- $months := list "jan" "feb" "mar" "apr" "may" "jun" "jul" "aug" "sep" "oct" "nov" "dec" -}}
{{- $days := list "sun" "mon" "tue" "wed" "thu" "fri" "sat" -}}
{{- $wrong := list
  (include "kuik.schedule.field" (list "minute" (index $fields 0) 0 59 (list)))
  (include "kuik.schedule.field" (list "hour" (index $fields 1) 0 23 (list)))
  (include "kuik.schedule.field" (list "day of the month" (index $fields 2) 1 31 (list)))
  (include "kuik.schedule.field" (list "month" (index $fields 3) 1 12 $months))
  (include "kuik.schedule.field" (list "day of the week" (index $fields 4) 0 7 $days)) -}}
{{- if compact $wrong -}}
{{- compact $wrong | join "; " -}}
{{- else -}}
{{- include "kuik.schedule.never" (list (index $fields 2) (index $fields 3) (index $fields 4) $months) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
