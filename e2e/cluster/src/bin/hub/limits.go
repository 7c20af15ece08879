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

// limits are how many pulls are left, and whether everything is refused: what the test bed can change while this runs.
type limits struct {
	mutex            sync.Mutex
	limit, remaining int
	counting         bool
	status           int // every pull gets it; 0: none
	retryAfter       int // seconds; 0: not said
	times            int // how often still; -1: until healed
}

func newLimits() *limits { return &limits{limit: defaultLimit, remaining: defaultLimit} }

// refuse answers, if everything is refused at the moment.
func (l *limits) refuse(w http.ResponseWriter) bool {
	l.mutex.Lock()
	status, retryAfter := l.status, l.retryAfter
	if l.times > 0 {
		if l.times--; l.times == 0 {
			l.status = 0
		}
	}
	l.mutex.Unlock()
	if status == 0 {
		return false
	}
	if retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	switch status {
	case http.StatusTooManyRequests:
		registryError(w, status, "TOOMANYREQUESTS", manyRequests, nil)
	case http.StatusServiceUnavailable:
		registryError(w, status, "UNAVAILABLE", "service unavailable", nil)
	default:
		registryError(w, status, "UNKNOWN", "unknown error", nil)
	}
	return true
}

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

// control is what the test bed asks and tells by the socket: GET / says the state in words.
func (l *limits) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, l.words()) })
	mux.HandleFunc("POST /ratelimit", func(w http.ResponseWriter, r *http.Request) {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		l.limit, l.remaining, l.counting = number(r, "limit"), number(r, "remaining"), r.FormValue("count") != ""
	})
	mux.HandleFunc("POST /refuse", func(w http.ResponseWriter, r *http.Request) {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		l.status, l.retryAfter, l.times = number(r, "status"), number(r, "retry-after"), -1
		if r.FormValue("times") != "" {
			l.times = number(r, "times")
		}
		if l.times == 0 {
			l.status = 0
		}
	})
	mux.HandleFunc("POST /heal", func(w http.ResponseWriter, r *http.Request) {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		l.limit, l.remaining, l.counting, l.status = defaultLimit, defaultLimit, false, 0
	})
	return mux
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
	if l.status != 0 {
		text += fmt.Sprintf("; refuses with %d", l.status)
		if l.retryAfter > 0 {
			text += fmt.Sprintf(", retry after %d s", l.retryAfter)
		}
		if l.times > 0 {
			text += fmt.Sprintf(", %d times more", l.times)
		}
	}
	return text
}
