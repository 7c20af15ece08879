package main

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"strings"
)

const manifestLimit = 4 << 20

// sink hashes what it is given, and keeps it if it is a manifest.
type sink struct {
	hash    hash.Hash
	keeping bool
	kept    []byte
}

func newSink(keeping bool) *sink { return &sink{hash: sha256.New(), keeping: keeping, kept: []byte{}} }

func (s *sink) readFrom(body io.Reader) (int64, error) { return io.Copy(s, body) }

func (s *sink) Write(p []byte) (int, error) {
	s.hash.Write(p)
	if s.keeping && len(s.kept)+len(p) <= manifestLimit {
		s.kept = append(s.kept, p...)
	}
	return len(p), nil
}

func (s *sink) digest() string { return "sha256:" + hex.EncodeToString(s.hash.Sum(nil)) }

// firstBytes are the words of an error.
func firstBytes(response *http.Response) string {
	defer response.Body.Close()
	bytes, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
	return strings.TrimSpace(string(bytes))
}
