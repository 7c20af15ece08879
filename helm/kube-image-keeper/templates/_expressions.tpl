{{/*
What is wrong with a regular expression; nothing if it is right. The one who judges here is Go, and Java reads it later:
a pod that can't read it never starts. So only what both know, and mean the same by, is let through. The first check
is whether Go compiles it: behind a bar, because an empty alternative matches whatever else it says.
Argument: expression.
*/}}
{{- define "kuik.expression.wrong" -}}
{{- $class := `\[\^?(?:[^\\\[\]\s]|\\[dDsSwW]|\\[^0-9A-Za-z\s])+\]` -}}
{{- $atom := printf `(?:[^\\\[\]{}()*+?\s]|\)|\\[AbBdDsSwWz]|\\[^0-9A-Za-z\s]|%s)` $class -}}
{{- $times := `(?:(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??)?` -}}
{{- $common := printf `^(?:\(\?[ims]+\))?(?:\((?:\?[ims]*:)?|%s%s)*$` $atom $times -}}
{{- if not (regexMatch (printf "|%s" .) "") -}}
it can't be read. Look at its brackets and stars, write a backslash before characters that mean themselves (docker\.io/app), and do without look-arounds, such as (?!...), and back references
{{- else if or (contains "&&" .) (not (regexMatch $common .)) -}}
not every program would read it alike. Write a backslash before characters that mean themselves (\{ \} \[ \]), groups as (...) or (?:...), sets of characters as [a-z0-9_] or \d or \w, (?i) at the beginning only, and no spaces
{{- end -}}
{{- end -}}
