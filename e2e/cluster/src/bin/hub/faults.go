package main

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// faults are what is wrong with a registry on demand: it refuses, or the bodies of its blobs come slowly, broken off or with a
// wrong byte. The test bed changes them while this runs.
type faults struct {
	mutex      sync.Mutex
	status     int // every pull gets it; 0: none
	retryAfter int // seconds; 0: not said
	times      int // how often still; -1: until healed
	rate       int // bytes per second of a blob's body; 0: as fast as can be
	cut        int // a blob's body ends before this byte; -1: where it should
	cuts       int // how often still; -1: until healed
	damaged    bool
}

func newFaults() *faults { return &faults{cut: -1} }

// refuse answers, if everything is refused at the moment.
func (f *faults) refuse(w http.ResponseWriter, repository string, unauthorized func(http.ResponseWriter, string)) bool {
	f.mutex.Lock()
	status, retryAfter := f.status, f.retryAfter
	if f.times > 0 {
		if f.times--; f.times == 0 {
			f.status = 0
		}
	}
	f.mutex.Unlock()
	if status == 0 {
		return false
	}
	if retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	switch status {
	case http.StatusUnauthorized:
		unauthorized(w, repository)
	case http.StatusNotFound:
		registryError(w, status, "NAME_UNKNOWN", "repository name not known to registry", map[string]string{"name": repository})
	case http.StatusTooManyRequests:
		registryError(w, status, "TOOMANYREQUESTS", manyRequests, nil)
	case http.StatusServiceUnavailable:
		registryError(w, status, "UNAVAILABLE", "service unavailable", nil)
	default:
		registryError(w, status, "UNKNOWN", "unknown error", nil)
	}
	return true
}

// body is where a blob is written to: w itself, or with what is wrong at the moment.
func (f *faults) body(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if r.Method != http.MethodGet || f.rate == 0 && f.cut < 0 && !f.damaged {
		return w
	}
	return &faultyBody{ResponseWriter: w, request: r, rate: f.rate, cut: int64(f.cut), damaged: f.damaged, faults: f}
}

// cutOnce counts a body that is cut.
func (f *faults) cutOnce() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.cuts > 0 {
		if f.cuts--; f.cuts == 0 {
			f.cut = -1
		}
	}
}

func (f *faults) heal() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.status, f.rate, f.cut, f.damaged = 0, 0, -1, false
}

// control adds what the test bed tells by the socket.
func (f *faults) control(mux *http.ServeMux) {
	mux.HandleFunc("POST /refuse", func(w http.ResponseWriter, r *http.Request) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		f.status, f.retryAfter, f.times = number(r, "status"), number(r, "retry-after"), timesOf(r)
		if f.times == 0 {
			f.status = 0
		}
	})
	mux.HandleFunc("POST /slow", func(w http.ResponseWriter, r *http.Request) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		f.rate = number(r, "rate")
	})
	mux.HandleFunc("POST /break", func(w http.ResponseWriter, r *http.Request) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		f.cut, f.cuts = number(r, "at"), timesOf(r)
		if f.cuts == 0 {
			f.cut = -1
		}
	})
	mux.HandleFunc("POST /damage", func(w http.ResponseWriter, r *http.Request) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		f.damaged = true
	})
}

// timesOf a form: -1 if it does not say.
func timesOf(r *http.Request) int {
	if r.FormValue("times") == "" {
		return -1
	}
	return number(r, "times")
}

func (f *faults) words() string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var words []string
	if f.status != 0 {
		text := fmt.Sprintf("refuses with %d", f.status)
		if f.retryAfter > 0 {
			text += fmt.Sprintf(", retry after %d s", f.retryAfter)
		}
		words = append(words, text+more(f.times))
	}
	if f.rate > 0 {
		words = append(words, fmt.Sprintf("blobs at %d bytes/s", f.rate))
	}
	if f.cut >= 0 {
		words = append(words, fmt.Sprintf("blobs break off at byte %d", f.cut)+more(f.cuts))
	}
	if f.damaged {
		words = append(words, "blobs have a wrong byte")
	}
	return strings.Join(words, "; ")
}

func more(times int) string {
	if times < 0 {
		return ""
	}
	return fmt.Sprintf(", %d times more", times)
}

// faultyBody is a response whose body is not as it should be. Places are counted from the beginning of the blob, also in the
// answer to a Range.
type faultyBody struct {
	http.ResponseWriter
	request *http.Request
	faults  *faults
	rate    int
	cut     int64
	damaged bool
	at, end int64 // of the next byte, of the last one; once the header is known
	started bool
}

func (b *faultyBody) WriteHeader(status int) {
	if !b.started {
		b.start(status)
	}
	b.ResponseWriter.WriteHeader(status)
}

func (b *faultyBody) start(status int) {
	b.started = true
	length, _ := strconv.ParseInt(b.Header().Get("Content-Length"), 10, 64)
	b.end = length
	if status == http.StatusPartialContent {
		var last int64
		fmt.Sscanf(b.Header().Get("Content-Range"), "bytes %d-%d/%d", &b.at, &last, &b.end)
	} else if status != http.StatusOK {
		b.cut, b.damaged, b.rate = -1, false, 0
	}
	if b.cut >= b.end {
		b.cut = -1
	}
}

func (b *faultyBody) Write(p []byte) (int, error) {
	if !b.started {
		b.WriteHeader(http.StatusOK)
	}
	if b.cut >= 0 && b.at+int64(len(p)) > b.cut {
		b.faults.cutOnce()
		b.ResponseWriter.Write(p[:max(0, b.cut-b.at)])
		http.NewResponseController(b.ResponseWriter).Flush()
		panic(http.ErrAbortHandler) // the connection is reset
	}
	if middle := b.end/2 - b.at; b.damaged && middle >= 0 && middle < int64(len(p)) {
		p = append([]byte(nil), p...)
		p[middle] ^= 1
	}
	n, err := b.drip(p)
	b.at += int64(n)
	return n, err
}

// drip writes a tenth of a second's share after the other.
func (b *faultyBody) drip(p []byte) (int, error) {
	if b.rate == 0 {
		return b.ResponseWriter.Write(p)
	}
	written, share := 0, max(1, b.rate/10)
	for written < len(p) {
		n, err := b.ResponseWriter.Write(p[written:min(len(p), written+share)])
		written += n
		if err == nil {
			err = http.NewResponseController(b.ResponseWriter).Flush()
		}
		if err != nil {
			return written, err
		}
		select {
		case <-b.request.Context().Done():
			return written, errors.New("the client is gone")
		case <-time.After(100 * time.Millisecond):
		}
	}
	return written, nil
}
