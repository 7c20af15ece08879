package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// passwords of the accounts: kuik owns the private repositories below kuik/, publisher may push everywhere.
var passwords = map[string]string{"kuik": "correct-horse", "publisher": "battery-staple"}

const (
	service       = "registry.docker.io"
	tokenLifetime = 300 * time.Second
)

// claims are what a token says: who has it, what for, until when.
type claims struct {
	Account string   `json:"sub"`
	Access  []access `json:"access"`
	Expires int64    `json:"exp,omitempty"`
	Refresh bool     `json:"refresh,omitempty"`
}

// access is what may be done with one repository.
type access struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Actions []string `json:"actions"`
}

func (c claims) allow(repository, action string) bool {
	return slices.ContainsFunc(c.Access, func(a access) bool { return a.Name == repository && slices.Contains(a.Actions, action) })
}

// tokenService is auth.docker.io: it gives tokens, as JSON Web Tokens that only this process can check.
type tokenService struct {
	secret []byte
	store  storageFolder
}

func (t tokenService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/token" {
		http.NotFound(w, r)
		return
	}
	switch r.Method {
	case http.MethodGet:
		t.get(w, r)
	case http.MethodPost:
		t.post(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		refuseToken(w, http.StatusMethodNotAllowed, "method not allowed")
	}
}

// get is the older way: Basic authentication or none, scopes in the query.
func (t tokenService) get(w http.ResponseWriter, r *http.Request) {
	account, password, named := r.BasicAuth()
	if r.Header.Get("Authorization") != "" && !named || named && !known(account, password) {
		refuseToken(w, http.StatusUnauthorized, "incorrect username or password")
		return
	}
	query := r.URL.Query()
	token := t.access(account, query["scope"])
	answer := map[string]any{"token": token, "access_token": token}
	if named && query.Get("offline_token") == "true" {
		answer["refresh_token"] = t.sign(claims{Account: account, Refresh: true})
	}
	giveToken(w, answer)
}

// post is the OAuth2 way: grants of type password and refresh_token. Its answer has no field "token".
func (t tokenService) post(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		refuseToken(w, http.StatusBadRequest, "the form can't be read")
		return
	}
	form := r.PostForm
	account, refresh := form.Get("username"), form.Get("refresh_token")
	switch form.Get("grant_type") {
	case "password":
		if !known(account, form.Get("password")) {
			refuseToken(w, http.StatusUnauthorized, "incorrect username or password")
			return
		}
	case "refresh_token":
		c, ok := t.check(refresh)
		if !ok || !c.Refresh {
			refuseToken(w, http.StatusUnauthorized, "invalid refresh token")
			return
		}
		account = c.Account
	default:
		refuseToken(w, http.StatusBadRequest, "unsupported grant type")
		return
	}
	answer := map[string]any{"access_token": t.access(account, form["scope"]), "scope": strings.Join(form["scope"], " ")}
	if refresh != "" {
		answer["refresh_token"] = refresh
	} else if form.Get("access_type") == "offline" {
		answer["refresh_token"] = t.sign(claims{Account: account, Refresh: true})
	}
	giveToken(w, answer)
}

func giveToken(w http.ResponseWriter, answer map[string]any) {
	answer["expires_in"] = int(tokenLifetime / time.Second)
	answer["issued_at"] = time.Now().UTC().Format(time.RFC3339Nano)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}

func refuseToken(w http.ResponseWriter, status int, details string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"details": details})
}

func known(account, password string) bool {
	want, ok := passwords[account]
	return ok && subtle.ConstantTimeCompare([]byte(want), []byte(password)) == 1
}

// access gives a token for what may be done of what was asked for: possibly for nothing, which is no error here.
func (t tokenService) access(account string, scopes []string) string {
	c := claims{Account: account, Access: []access{}, Expires: time.Now().Add(tokenLifetime).Unix()}
	for _, scope := range strings.Fields(strings.Join(scopes, " ")) {
		part := strings.Split(scope, ":")
		if len(part) != 3 || part[0] != "repository" {
			continue
		}
		granted := access{Type: part[0], Name: part[1]}
		for _, action := range strings.Split(part[2], ",") {
			if t.may(account, part[1], action) {
				granted.Actions = append(granted.Actions, action)
			}
		}
		if len(granted.Actions) > 0 {
			c.Access = append(c.Access, granted)
		}
	}
	return t.sign(c)
}

// may: everybody pulls what is public, which is everything but kuik/...; nobody learns what doesn't exist.
func (t tokenService) may(account, repository, action string) bool {
	private := strings.HasPrefix(repository, "kuik/")
	switch {
	case account == "publisher":
		return true
	case private:
		return account == "kuik"
	default:
		return action == "pull" && t.store.hasRepository(repository)
	}
}

var encoding = base64.RawURLEncoding

func (t tokenService) sign(c claims) string {
	body, _ := json.Marshal(c)
	text := encoding.EncodeToString([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + encoding.EncodeToString(body)
	return text + "." + encoding.EncodeToString(t.mac(text))
}

func (t tokenService) check(token string) (claims, bool) {
	var c claims
	end := strings.LastIndexByte(token, '.')
	if end < 0 {
		return c, false
	}
	mac, err := encoding.DecodeString(token[end+1:])
	if err != nil || !hmac.Equal(mac, t.mac(token[:end])) {
		return c, false
	}
	body, err := encoding.DecodeString(token[strings.IndexByte(token, '.')+1 : end])
	if err != nil || json.Unmarshal(body, &c) != nil {
		return c, false
	}
	return c, c.Refresh || time.Now().Unix() < c.Expires
}

func (t tokenService) mac(text string) []byte {
	h := hmac.New(sha256.New, t.secret)
	h.Write([]byte("token " + text))
	return h.Sum(nil)
}
