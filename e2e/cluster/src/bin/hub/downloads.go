package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"time"
)

const downloadHost = "production.cloudflare.docker.com"

// downloadLinks makes the links that blobs are redirected to, and serves them.
type downloadLinks struct {
	secret   []byte
	store    storageFolder
	faults   *faults
	lifetime time.Duration
}

func (l downloadLinks) to(digest string) string {
	expires := strconv.FormatInt(time.Now().Add(l.lifetime).Unix(), 10)
	algorithm, hex := digest[:6], digest[7:]
	path := fmt.Sprintf("/registry-v2/docker/registry/v2/blobs/%s/%s/%s/data", algorithm, hex[:2], hex)
	return "https://" + downloadHost + path + "?expires=" + expires + "&signature=" + l.signature(path, expires)
}

func (l downloadLinks) signature(path, expires string) string {
	h := hmac.New(sha256.New, l.secret)
	h.Write([]byte("link " + path + " " + expires))
	return hex.EncodeToString(h.Sum(nil))
}

var downloadPath = regexp.MustCompile(`^/registry-v2/docker/registry/v2/blobs/(sha256|sha512)/[0-9a-f]{2}/([0-9a-f]+)/data$`)

// ServeHTTP answers as S3 does: a request that is signed and carries a credential has two ways of authentication, which is
// one too many. Ranges work.
func (l downloadLinks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		storageError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.")
		return
	}
	if r.Header.Get("Authorization") != "" {
		storageError(w, http.StatusBadRequest, "InvalidArgument", "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "+
			"Signature query string parameter or the Authorization header should be specified")
		return
	}
	query, part := r.URL.Query(), downloadPath.FindStringSubmatch(r.URL.Path)
	expires := query.Get("expires")
	until, err := strconv.ParseInt(expires, 10, 64)
	if part == nil || err != nil || !hmac.Equal([]byte(query.Get("signature")), []byte(l.signature(r.URL.Path, expires))) {
		storageError(w, http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")
		return
	}
	if time.Now().Unix() >= until {
		storageError(w, http.StatusForbidden, "AccessDenied", "Request has expired")
		return
	}
	digest := part[1] + ":" + part[2]
	file, err := os.Open(l.store.blob(digest))
	if err != nil {
		storageError(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("ETag", `"`+digest+`"`)
	http.ServeContent(l.faults.body(w, r), r, "", time.Time{}, file)
}

func storageError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>\n", code, message)
}
