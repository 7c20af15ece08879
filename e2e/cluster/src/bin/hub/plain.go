package main

import (
	"net/http"
	"net/http/httputil"
)

// plainFront is a registry as it is, but for the faults.
type plainFront struct {
	faults   *faults
	upstream *httputil.ReverseProxy
}

func (f plainFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(apiVersion, "registry/2.0")
	part := parts.FindStringSubmatch(r.URL.Path)
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	if part == nil || !reading || part[2] != "manifests" && part[2] != "blobs" {
		f.upstream.ServeHTTP(w, r)
		return
	}
	if f.faults.refuse(w, part[1], wantPassword) {
		return
	}
	if part[2] == "blobs" {
		w = f.faults.body(w, r)
	}
	f.upstream.ServeHTTP(w, r)
}

// wantPassword is 401 as of a registry whose images became private.
func wantPassword(w http.ResponseWriter, _ string) {
	w.Header().Set("Www-Authenticate", `Basic realm="registry"`)
	registryError(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication required", nil)
}
