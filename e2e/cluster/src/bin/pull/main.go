// Command pull asks a registry for an image as containerd does, keeps nothing of it, and says what came of it: HEAD, manifests by
// their digests, layers; every byte hashed. It runs in a node's network namespace, so that localhost is the node's.
//
//	pull [-all] [-tries 3] [-parallel 1] NAME:TAG|NAME@DIGEST      -all: every layer, not just the last; NAME as in localhost:7439/NAME
//
// One line of JSON for each of the parallel clients. What broke off or came with wrong bytes is tried again, as containerd and
// the kubelet do; an answer with an error isn't.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

// end is how one try, or all of them, ended.
type end struct {
	End        string `json:"end"`              // ok, status, cut, wrong, silent, refused
	Step       string `json:"step"`             // head, manifest, layer
	Status     int    `json:"status,omitempty"` // of the last answer
	RetryAfter string `json:"retryAfter,omitempty"`
	Message    string `json:"message,omitempty"`
	BeginsMs   int64  `json:"beginsMs"` // the longest time that an answer took to begin
	TookMs     int64  `json:"tookMs"`
	Bytes      int64  `json:"bytes"`
	Tries      []end  `json:"tries,omitempty"` // those before
}

var name = regexp.MustCompile(`^([a-z0-9./_-]+)(?::([A-Za-z0-9._-]+)|@(sha256:[0-9a-f]{64}))$`)

func main() {
	at := flag.String("at", "http://localhost:7439", "where to ask")
	all := flag.Bool("all", false, "every layer")
	tries := flag.Int("tries", 3, "how often to try what breaks off")
	parallel := flag.Int("parallel", 1, "how many clients at once")
	flag.Parse()
	part := name.FindStringSubmatch(flag.Arg(0))
	if part == nil {
		log.Fatalf("pull: %q is neither NAME:TAG nor NAME@sha256:...", flag.Arg(0))
	}
	output := json.NewEncoder(os.Stdout)
	var mutex sync.Mutex
	var running sync.WaitGroup
	for range *parallel {
		running.Go(func() {
			p := newPull(*at+"/v2/"+part[1], part[2]+part[3], *all)
			result := p.run(*tries)
			mutex.Lock()
			defer mutex.Unlock()
			output.Encode(result)
		})
	}
	running.Wait()
}

// pull is one client; it has connections of its own.
type pull struct {
	client     http.Client
	repository string
	reference  string
	all        bool
}

func newPull(repository, reference string, all bool) pull {
	transport := &http.Transport{ResponseHeaderTimeout: 30 * time.Second, MaxIdleConnsPerHost: 4} // containerd's patience
	return pull{client: http.Client{Transport: transport}, repository: repository, reference: reference, all: all}
}

func (p pull) run(tries int) end {
	start, longest := time.Now(), int64(0)
	var before []end
	for {
		one := p.try()
		longest = max(longest, one.BeginsMs)
		again := one.End == "cut" || one.End == "wrong" || one.End == "refused"
		if !again || len(before)+1 >= tries {
			one.Tries, one.BeginsMs, one.TookMs = before, longest, time.Since(start).Milliseconds()
			return one
		}
		before = append(before, one)
		if one.End == "refused" {
			time.Sleep(time.Second)
		}
	}
}

// try goes through the image once.
func (p pull) try() end {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	seen := &end{}
	started := time.Now()
	p.walk(ctx, seen)
	seen.TookMs = time.Since(started).Milliseconds()
	return *seen
}

// descriptor is what manifests say of their parts.
type descriptor struct {
	Digest   string
	Platform struct{ Architecture, OS string }
}

func (p pull) walk(ctx context.Context, seen *end) {
	digest := p.head(ctx, seen)
	for digest != "" {
		bytes := p.get(ctx, seen, "manifest", "manifests", digest)
		if bytes == nil {
			return
		}
		var manifest struct{ Manifests, Layers []descriptor }
		if err := json.Unmarshal(bytes, &manifest); err != nil {
			seen.End, seen.Message = "wrong", err.Error()
			return
		}
		if digest = child(manifest.Manifests); digest == "" {
			p.layers(ctx, seen, manifest.Layers)
		}
	}
}

func child(manifests []descriptor) string {
	for _, m := range manifests {
		if m.Platform.OS == "linux" && m.Platform.Architecture == "amd64" {
			return m.Digest
		}
	}
	return ""
}

func (p pull) layers(ctx context.Context, seen *end, layers []descriptor) {
	if len(layers) == 0 {
		seen.End, seen.Message = "wrong", "an image without layers"
		return
	}
	if !p.all {
		layers = layers[len(layers)-1:]
	}
	for _, l := range layers {
		if p.get(ctx, seen, "layer", "blobs", l.Digest) == nil {
			return
		}
	}
	seen.End = "ok"
}

// head gives the digest that the reference means; an error is asked for its words by a GET.
func (p pull) head(ctx context.Context, seen *end) string {
	seen.Step = "head"
	response := p.ask(ctx, seen, http.MethodHead, "manifests/"+p.reference)
	if response == nil {
		return ""
	}
	response.Body.Close()
	if response.StatusCode == http.StatusOK {
		digest := response.Header.Get("Docker-Content-Digest")
		if digest == "" {
			seen.End, seen.Message = "wrong", "200 without a digest"
		}
		return digest
	}
	seen.RetryAfter = response.Header.Get("Retry-After")
	if words := p.ask(ctx, seen, http.MethodGet, "manifests/"+p.reference); words != nil {
		p.refused(words, seen)
	}
	return ""
}

func (p pull) refused(response *http.Response, seen *end) {
	seen.End, seen.Status, seen.Message = "status", response.StatusCode, firstBytes(response)
	if after := response.Header.Get("Retry-After"); after != "" {
		seen.RetryAfter = after
	}
}

// ask counts how long the answer takes to begin; nil if there is none.
func (p pull) ask(ctx context.Context, seen *end, method, what string) *http.Response {
	request, err := http.NewRequestWithContext(ctx, method, p.repository+"/"+what, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range []string{"vnd.docker.distribution.manifest.v2+json", "vnd.docker.distribution.manifest.list.v2+json",
		"vnd.oci.image.manifest.v1+json", "vnd.oci.image.index.v1+json"} {
		request.Header.Add("Accept", "application/"+t)
	}
	start := time.Now()
	response, err := p.client.Do(request)
	seen.BeginsMs = max(seen.BeginsMs, time.Since(start).Milliseconds())
	if err == nil {
		seen.Status = response.StatusCode
		return response
	}
	seen.Status, seen.Message = 0, err.Error()
	switch {
	case strings.Contains(err.Error(), "connection refused"):
		seen.End = "refused"
	case strings.Contains(err.Error(), "timeout"):
		seen.End = "silent"
	default:
		seen.End = "cut"
	}
	return nil
}

// get reads a manifest or a layer to its end; nil if that, or what came, is not right.
func (p pull) get(ctx context.Context, seen *end, step, kind, digest string) []byte {
	seen.Step = step
	response := p.ask(ctx, seen, http.MethodGet, kind+"/"+digest)
	if response == nil {
		return nil
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		p.refused(response, seen)
		return nil
	}
	sink := newSink(step == "manifest")
	n, err := sink.readFrom(response.Body)
	seen.Bytes += n
	switch {
	case err != nil:
		seen.End, seen.Message = "cut", fmt.Sprintf("after %d of %d bytes: %v", n, response.ContentLength, err)
	case sink.digest() != digest:
		seen.End, seen.Message = "wrong", fmt.Sprintf("%d bytes of %s, not of %s", n, sink.digest(), digest)
	default:
		return sink.kept
	}
	return nil
}
