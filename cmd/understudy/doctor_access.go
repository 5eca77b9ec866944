package main

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// Who may use the API: a key, and pages of an origin.

const (
	ownKeyPath = "/api/personal_api_keys/@current/"
	pagePath   = "/api/organizations/@current/"
)

// key tries a key, on the endpoint that answers every key.
func (d *diagnosis) key(ctx context.Context, r *remote, site, key string) {
	const check = "key"
	if key == "" {
		d.warn(check, "name one with --key or UNDERSTUDY_KEY", "there is no key to try")
		return
	}
	answer, err := r.send(ctx, http.MethodGet, site+ownKeyPath, "Authorization", "Bearer "+key)
	if err != nil {
		d.fail(check, "try again", "the API does not answer: %v", cause(err))
		return
	}
	body := gjson.ParseBytes(answer.body)
	detail := body.Get("detail").String()
	switch answer.status {
	case http.StatusOK:
		var scopes []string
		for _, scope := range body.Get("scopes").Array() {
			scopes = append(scopes, scope.String())
		}
		d.ok(check, "the key %s is accepted; its scopes: %s", masked(key), strings.Join(scopes, " "))
	case http.StatusUnauthorized:
		d.fail(check, `eval "$(understudy env --url `+r.site()+`)" sets one that is`, "the key %s is not accepted: %s", masked(key), detail)
	case http.StatusTooManyRequests:
		d.warn(check, "wait, or start the fake with --rate-limits off", "the key %s was used too often: %s", masked(key), detail)
	default:
		d.fail(check, "see the answer", "the key %s is answered with %d: %s", masked(key), answer.status, detail)
	}
}

// masked shows the end of a key.
func masked(key string) string {
	if len(key) < 12 {
		return "…"
	}
	return "…" + key[len(key)-4:]
}

// asked are the headers that a page sends and must ask for first.
var asked = []string{"authorization", "content-type"}

// origin does what a browser does for a page of an origin: it asks what may be sent,
// then sends something.
func (d *diagnosis) origin(ctx context.Context, r *remote, site, origin, key string) {
	const check = "origin"
	allow := "understudy serve --cors-origin " + origin
	page := []string{"Origin", origin, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}
	preflight, err := r.send(ctx, http.MethodOptions, site+pagePath, append(slices.Clone(page),
		"Access-Control-Request-Method", http.MethodPatch, "Access-Control-Request-Headers", strings.Join(asked, ","))...)
	if err != nil {
		d.fail(check, "try again", "the preflight is not answered: %v", cause(err))
		return
	}
	if preflight.status > 299 || !allows(preflight, origin) {
		d.fail(check, allow, "pages of %s may not use the API: the answer to the preflight (%d) does not allow them", origin, preflight.status)
		return
	}
	if missing := lacks(preflight); missing != "" {
		d.fail(check, between, "pages of %s cannot use the API: the answer to the preflight does not allow the %s", origin, missing)
		return
	}
	answer, err := r.send(ctx, http.MethodGet, site+pagePath, append(page, "Authorization", "Bearer "+key)...)
	switch {
	case err != nil:
		d.fail(check, "try again", "the API does not answer: %v", cause(err))
	case !allows(answer, origin):
		d.fail(check, between, "pages of %s may ask, but not read: the answer (%d) does not allow them", origin, answer.status)
	default:
		d.ok(check, "pages of %s may use the API", origin)
	}
}

// between is what to do when an answer is not as the fake makes it.
const between = "name the fake itself, as something on the way to it changes its answers"

// lacks is what the answer to a preflight does not allow, "" is nothing.
func lacks(preflight *reply) string {
	if !lists(preflight, "Access-Control-Allow-Methods", http.MethodPatch) {
		return "method PATCH"
	}
	for _, name := range asked {
		if !lists(preflight, "Access-Control-Allow-Headers", name) {
			return "header " + name
		}
	}
	return ""
}

// allows tells whether pages of an origin may read an answer.
func allows(answer *reply, origin string) bool {
	allowed := answer.header.Get("Access-Control-Allow-Origin")
	return allowed == origin || allowed == "*"
}

// lists tells whether a header names a value. A wildcard does not stand for
// Authorization: Fetch, section 4.9.
func lists(answer *reply, header, value string) bool {
	for name := range strings.SplitSeq(strings.Join(answer.header.Values(header), ","), ",") {
		name = strings.TrimSpace(name)
		if strings.EqualFold(name, value) || name == "*" && !strings.EqualFold(value, "authorization") {
			return true
		}
	}
	return false
}
