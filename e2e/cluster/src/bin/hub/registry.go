package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// storageFolder is where the registry behind keeps its images; the test bed may replace it at any time.
type storageFolder string

var (
	repositoryName = regexp.MustCompile(`^[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)
	digestName     = regexp.MustCompile(`^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$`)
)

func (s storageFolder) path(parts ...string) string {
	return filepath.Join(append([]string{string(s), "docker/registry/v2"}, parts...)...)
}

func (s storageFolder) hasRepository(name string) bool {
	return repositoryName.MatchString(name) && exists(s.path("repositories", name, "_manifests"))
}

func (s storageFolder) hasBlob(repository, digest string) bool {
	algorithm, hex, _ := strings.Cut(digest, ":")
	return digestName.MatchString(digest) && exists(s.path("repositories", repository, "_layers", algorithm, hex, "link")) &&
		exists(s.blob(digest))
}

func (s storageFolder) blob(digest string) string {
	algorithm, hex, _ := strings.Cut(digest, ":")
	return s.path("blobs", algorithm, hex[:2], hex, "data")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// registryFront is registry-1.docker.io: it asks for a token, applies the limits, sends blobs elsewhere.
type registryFront struct {
	tokens   tokenService
	limits   *limits
	faults   *faults
	links    downloadLinks
	store    storageFolder
	upstream http.Handler
}

const apiVersion = "Docker-Distribution-Api-Version"

// parts of a path below /v2/: repository, what of it, and which one.
var parts = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs|tags|referrers)/(.+)$`)

func (f *registryFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(apiVersion, "registry/2.0")
	token, ok := f.tokens.check(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	ok = ok && !token.Refresh
	if r.URL.Path == "/v2/" && ok {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "{}")
		return
	}
	part := parts.FindStringSubmatch(r.URL.Path)
	if part == nil || !repositoryName.MatchString(part[1]) {
		challenge(w, "", "", "")
		return
	}
	repository, kind, reference := part[1], part[2], part[3]
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	action, scope := "pull", "pull"
	if !reading || strings.HasPrefix(reference, "uploads/") {
		action, scope = "push", "pull,push"
	}
	switch {
	case !ok:
		challenge(w, repository, scope, "")
	case !token.allow(repository, action):
		challenge(w, repository, scope, "insufficient_scope")
	case action == "push":
		f.upstream.ServeHTTP(w, r)
	default:
		f.pull(w, r, token.Account, repository, kind, reference)
	}
}

func (f *registryFront) pull(w http.ResponseWriter, r *http.Request, account, repository, kind, reference string) {
	if (kind == "manifests" || kind == "blobs") && f.faults.refuse(w, repository, deny) {
		return
	}
	if kind == "manifests" && !f.limits.grant(w, r, account) {
		return
	}
	if kind == "blobs" && f.store.hasBlob(repository, reference) {
		http.Redirect(w, r, f.links.to(reference), http.StatusTemporaryRedirect)
		return
	}
	f.upstream.ServeHTTP(w, r)
}

func deny(w http.ResponseWriter, repository string) {
	challenge(w, repository, "pull", "insufficient_scope")
}

// challenge is 401, for repositories that don't exist as well: Docker Hub doesn't tell which ones do.
func challenge(w http.ResponseWriter, repository, actions, reason string) {
	header := fmt.Sprintf(`Bearer realm="https://auth.docker.io/token",service="%s"`, service)
	message, detail := "authentication required", any(nil)
	if repository != "" {
		header += fmt.Sprintf(`,scope="repository:%s:%s"`, repository, actions)
		detail = []map[string]string{{"Type": "repository", "Class": "", "Name": repository, "Action": actions}}
	}
	if reason != "" {
		header += fmt.Sprintf(`,error="%s"`, reason)
		message = "requested access to the resource is denied"
	}
	w.Header().Set("Www-Authenticate", header)
	registryError(w, http.StatusUnauthorized, "UNAUTHORIZED", message, detail)
}

func registryError(w http.ResponseWriter, status int, code, message string, detail any) {
	one := map[string]any{"code": code, "message": message}
	if detail != nil {
		one["detail"] = detail
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"errors": []any{one}})
}
