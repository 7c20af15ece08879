// Command hub stands before a plain registry and breaks what passes, on demand: refusals, and bodies of blobs that are slow, cut
// or wrong. With -downloads it also makes the registry behave as Docker Hub does: tokens of auth.docker.io, 401 for repositories
// that don't exist, blobs from another host by signed links, headers about pull limits.
//
// It listens at -registry: with -downloads, as registry-1.docker.io, its aliases and auth.docker.io; -downloads is
// production.cloudflare.docker.com. What it may let through goes to the registry at -upstream, whose storage folder is
// -storage. The test bed steers it by HTTP on the socket -control: GET / says the state in words, POST /ratelimit, /refuse,
// /slow, /break, /damage and /heal change it.
package main

import (
	"crypto/rand"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	registry := flag.String("registry", "", "address of the registry and of the token service")
	downloads := flag.String("downloads", "", "address of the host that blobs are downloaded from")
	upstream := flag.String("upstream", "", "URL of the registry behind")
	storage := flag.String("storage", "", "storage folder of the registry behind")
	certificate := flag.String("cert", "", "certificate file")
	key := flag.String("key", "", "key file")
	control := flag.String("control", "", "socket for the test bed")
	flag.Parse()
	target, err := url.Parse(*upstream)
	if err != nil || target.Host == "" {
		log.Fatalf("hub: -upstream is %q, and must be a URL like http://127.0.0.1:5000", *upstream)
	}
	ended := make(chan error, 3)
	faults, mux := newFaults(), http.NewServeMux()
	faults.control(mux)
	if *downloads == "" {
		steered(mux, faults.words, faults.heal)
		go func() {
			ended <- serve(*registry, plainFront{faults: faults, upstream: proxy(target)}, *certificate, *key)
		}()
	} else {
		secret := make([]byte, 32)
		rand.Read(secret)
		store, limits := storageFolder(*storage), newLimits()
		limits.control(mux)
		steered(mux, func() string { return joined(limits.words(), faults.words()) }, func() { limits.heal(); faults.heal() })
		tokens := tokenService{secret: secret, store: store}
		links := downloadLinks{secret: secret, store: store, faults: faults, lifetime: 30 * time.Second}
		front := &registryFront{tokens: tokens, limits: limits, faults: faults, links: links, store: store, upstream: proxy(target)}
		names := http.NewServeMux()
		names.Handle("auth.docker.io/", tokens)
		names.Handle("/", front)
		go func() { ended <- serve(*registry, names, *certificate, *key) }()
		go func() { ended <- serve(*downloads, links, *certificate, *key) }()
	}
	os.Remove(*control)
	socket, err := net.Listen("unix", *control)
	if err != nil {
		log.Fatalf("hub: cannot listen on the socket of -control: %v", err)
	}
	go func() { ended <- http.Serve(socket, mux) }()
	log.Fatalf("hub: %v", <-ended)
}

// steered adds what every front is asked and told by the socket.
func steered(mux *http.ServeMux, words func() string, heal func()) {
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, words()) })
	mux.HandleFunc("POST /heal", func(w http.ResponseWriter, r *http.Request) { heal() })
}

func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), "; ")
}

func serve(address string, handler http.Handler, certificate, key string) error {
	s := &http.Server{Addr: address, Handler: logged(handler), ReadHeaderTimeout: 10 * time.Second}
	return s.ListenAndServeTLS(certificate, key)
}

// proxy keeps the name that the client used, so that the registry behind gives locations that the client can follow.
func proxy(target *url.URL) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.SetXForwarded()
		r.Out.Host = r.In.Host
		r.Out.Header.Del("Authorization")
	}, ModifyResponse: func(r *http.Response) error {
		r.Header.Del(apiVersion) // the front has set it already
		return nil
	}}
}

// logged writes one line per request; never its query or its headers, which have passwords, tokens and signatures.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, seen := time.Now(), &answer{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			log.Printf("%s %s%s %d from=%s after=%s ua=%q", r.Method, r.Host, r.URL.Path, seen.status, r.RemoteAddr,
				time.Since(start).Round(time.Millisecond), r.UserAgent())
		}()
		next.ServeHTTP(seen, r)
	})
}

// answer remembers the status of a response.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap gives flushing and deadlines back to who needs them.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
