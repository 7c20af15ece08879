package main

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
)

const (
	window       = 21600 // seconds
	defaultLimit = 100
	manyRequests = "You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: " +
		"https://www.docker.com/increase-rate-limit"
)

// limits are how many pulls are left: what the test bed can change while this runs.
type limits struct {
	mutex            sync.Mutex
	limit, remaining int
	counting         bool
}

func newLimits() *limits { return &limits{limit: defaultLimit, remaining: defaultLimit} }

// grant sets the headers of a manifest's answer, and answers itself if no pull is left. As on Docker Hub, only a GET is one.
func (l *limits) grant(w http.ResponseWriter, r *http.Request, account string) bool {
	get := r.Method == http.MethodGet
	l.mutex.Lock()
	granted := !get || l.remaining > 0
	if granted && get && l.counting {
		l.remaining--
	}
	limit, remaining := l.limit, l.remaining
	l.mutex.Unlock()
	source := account
	if source == "" {
		source, _, _ = net.SplitHostPort(r.RemoteAddr)
	}
	w.Header().Set("Docker-Ratelimit-Source", source)
	w.Header().Set("Ratelimit-Limit", fmt.Sprintf("%d;w=%d", limit, window))
	w.Header().Set("Ratelimit-Remaining", fmt.Sprintf("%d;w=%d", remaining, window))
	if !granted {
		registryError(w, http.StatusTooManyRequests, "TOOMANYREQUESTS", manyRequests, nil)
	}
	return granted
}

// control adds what the test bed tells by the socket.
func (l *limits) control(mux *http.ServeMux) {
	mux.HandleFunc("POST /ratelimit", func(w http.ResponseWriter, r *http.Request) {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		l.limit, l.remaining, l.counting = number(r, "limit"), number(r, "remaining"), r.FormValue("count") != ""
	})
}

func (l *limits) heal() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.limit, l.remaining, l.counting = defaultLimit, defaultLimit, false
}

// number of a form field; the test bed's command has checked that it is one.
func number(r *http.Request, field string) int {
	n, _ := strconv.Atoi(r.FormValue(field))
	return n
}

func (l *limits) words() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	text := fmt.Sprintf("%d of %d pulls left", l.remaining, l.limit)
	if l.counting {
		text += ", counting"
	}
	return text
}
