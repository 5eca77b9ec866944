package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// checkHealth returns the response of a fake to a health check, nil if none answers.
func (d *diagnosis) checkHealth(ctx context.Context, r *remote) *reply {
	const check = "fake"
	answer, err := r.send(ctx, http.MethodGet, r.root+controlPath+"/health")
	if err != nil {
		d.unreachable(check, r, err)
		return nil
	}
	if code, detail := answer.refusal(); code == "refused_host" {
		d.fail("host", "understudy serve --allow-host "+hostOf(r.root), "%s", detail)
		return nil
	}
	if answer.status != http.StatusOK || gjson.GetBytes(answer.body, "status").String() != "ok" {
		who := answer.header.Get("Server")
		if who == "" {
			who = "something else"
		}
		d.fail(check, adviceOtherPort, "%s answers at %s, with status %d: it is no fake", who, r.root, answer.status)
		return nil
	}
	d.ok(check, "a fake answers at %s", r.root)
	return answer
}

// adviceOtherPort is the advice when another program has the port.
const adviceOtherPort = "end that program, or start the fake on another port and name it: understudy serve --addr 127.0.0.1:0"

// unreachable adds why there is no response.
func (d *diagnosis) unreachable(check string, r *remote, err error) {
	host, start := hostOf(r.root), "start the fake there, or say where it is with --url"
	if u, parseErr := url.Parse(r.root); parseErr == nil && isLoopback(host) && u.Port() != "" {
		start = "understudy serve --addr " + u.Host
	}
	var noName *net.DNSError
	var noTLS tls.RecordHeaderError
	var slow net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		d.fail(check, start, "nothing listens at %s", r.root)
	case errors.As(err, &noName):
		d.fail(check, "correct the name, or say where the fake is with --url", "there is no host %s", host)
	case errors.As(err, &noTLS), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		d.fail(check, "--url http://"+strings.TrimPrefix(r.root, "https://"), "what listens at %s does not speak TLS", r.root)
	case errors.As(err, &slow) && slow.Timeout():
		d.fail(check, adviceOtherPort, "something listens at %s, and does not answer within %v", r.root, remoteTimeout)
	case speaksNoHTTP(err):
		d.fail(check, adviceOtherPort, "what listens at %s does not speak HTTP", r.root)
	default:
		d.fail(check, start, "%s cannot be reached: %v", r.root, rootCause(err))
	}
}

// speaksNoHTTP reports whether the response was not HTTP. A server that sends first may be
// read before the request is sent, for which net/http has no error of its own.
func speaksNoHTTP(err error) bool {
	return strings.Contains(err.Error(), "malformed HTTP") || strings.Contains(err.Error(), "readLoopPeekFailLocked: %!w(<nil>)")
}

// checkVersion compares the fake with this program.
func (d *diagnosis) checkVersion(health *reply) {
	const check = "version"
	its, ours := health.header.Get("Understudy-Version"), mock.Version()
	switch its {
	case ours:
		d.ok(check, "the fake and this program are %s", ours)
	case "":
		d.warn(check, "start the fake with this program", "the fake does not say its version; this program is %s", ours)
	default:
		d.warn(check, "start the fake with this program, or use the program that it was started with", "the fake is %s, this program %s", its, ours)
	}
}

// checkHosts tries the host names by which clients call the fake.
func (d *diagnosis) checkHosts(ctx context.Context, r *remote, names []string) {
	const check = "host"
	d.ok(check, "it answers for %s", hostOf(r.root))
	for _, name := range names {
		answer, err := r.send(ctx, http.MethodGet, r.root+controlPath+"/health", "Host", name)
		switch {
		case err != nil:
			d.fail(check, "look at the name", "asking for the host %s fails: %v", name, rootCause(err))
		case answer.status == http.StatusOK:
			d.ok(check, "it answers for %s", name)
		default:
			_, detail := answer.refusal()
			d.fail(check, "understudy serve --allow-host "+name, "it does not answer for %s (%d). %s", name, answer.status, detail)
		}
	}
}

// checkControl examines the control plane. It returns the URL for further requests, and
// the target profile of the fake, if it has one.
func (d *diagnosis) checkControl(ctx context.Context, r *remote) (site string, profile *target.Profile) {
	const check = "control"
	answer, present, err := r.profile(ctx)
	if err != nil {
		d.fail(check, "try again", "the control plane does not answer: %v", rootCause(err))
		return r.root, nil
	}
	code, detail := answer.refusal()
	switch {
	case code == "token_needed":
		d.fail(check, "export UNDERSTUDY_CONTROL_TOKEN=…, as the fake was given it or printed it", "%s", detail)
		return r.site(), nil
	case code == "no_target":
		d.warn(check, "add a section 'target' to the world, so that 'understudy env' and 'verify' know what to use", "%s", detail)
	case answer.status != http.StatusOK:
		d.fail(check, "start the fake with this program", "GET %s%s/target is answered with %d. %s", r.root, controlPath, answer.status, detail)
	default:
		profile = &target.Profile{}
		if err := json.Unmarshal(answer.body, profile); err != nil {
			d.fail(check, "start the fake with this program", "what the fake says of itself cannot be read: %v", err)
			return r.root, nil
		}
		d.ok(check, "the control plane answers; %s has the organization %s", profile.Name, profile.Organization.Slug)
	}
	if !present {
		d.warn("sandbox", "the first request to it makes it", "there is no sandbox %s yet", r.sandbox)
		return r.root, profile
	}
	return r.site(), profile
}

// maxSkew is the difference between two clocks that does not matter.
const maxSkew = 5 * time.Second

// checkClock compares the fake's time with this machine's.
func (d *diagnosis) checkClock(ctx context.Context, r *remote, site string) {
	const check = "clock"
	before := time.Now()
	answer, err := r.control(ctx, site, "/clock")
	after := time.Now()
	if err != nil || answer.status != http.StatusOK {
		return // the control plane has been spoken of
	}
	state := gjson.ParseBytes(answer.body)
	moved := time.Duration(state.Get("offset_seconds").Float() * float64(time.Second))
	change := "curl -X POST -H 'Content-Type: application/json' -d '%s' " + site + controlPath + "/clock"
	skew := state.Get("now").Time().Sub(before.Add(after.Sub(before) / 2))
	switch {
	case state.Get("frozen").Bool():
		d.warn(check, strings.Replace(change, "%s", `{"freeze": false}`, 1), "the clock stands still at %s", state.Get("now").String())
	case moved.Abs() > time.Second:
		d.warn(check, strings.Replace(change, "%s", `{"reset": true}`, 1), "the clock was moved by %v", moved.Round(time.Second))
	case skew.Abs() > maxSkew+after.Sub(before):
		d.warn(check, "set both clocks: what expires does so by the fake's", "the clock differs from this machine's by %v", skew.Round(time.Second))
	default:
		d.ok(check, "the clock is right")
	}
}

// Access to the API: by a key, and for pages of an origin.

const (
	ownKeyPath = "/api/personal_api_keys/@current/"
	pagePath   = "/api/organizations/@current/"
)

// checkKey tries a key, on the endpoint that answers every key.
func (d *diagnosis) checkKey(ctx context.Context, r *remote, site, key string) {
	const check = "key"
	if key == "" {
		d.warn(check, "name one with --key or UNDERSTUDY_KEY", "there is no key to try")
		return
	}
	answer, err := r.send(ctx, http.MethodGet, site+ownKeyPath, "Authorization", "Bearer "+key)
	if err != nil {
		d.fail(check, "try again", "the API does not answer: %v", rootCause(err))
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

// masked returns the end of a key.
func masked(key string) string {
	if len(key) < 12 {
		return "…"
	}
	return "…" + key[len(key)-4:]
}

// corsHeaders are the headers of a page that need a preflight.
var corsHeaders = []string{"authorization", "content-type"}

// checkCORS does what a browser does for a page of an origin: it sends a preflight, then a
// request.
func (d *diagnosis) checkCORS(ctx context.Context, r *remote, site, origin, key string) {
	const check = "origin"
	allow := "understudy serve --cors-origin " + origin
	page := []string{"Origin", origin, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}
	preflight, err := r.send(ctx, http.MethodOptions, site+pagePath, append(slices.Clone(page),
		"Access-Control-Request-Method", http.MethodPatch, "Access-Control-Request-Headers", strings.Join(corsHeaders, ","))...)
	if err != nil {
		d.fail(check, "try again", "the preflight is not answered: %v", rootCause(err))
		return
	}
	if preflight.status > 299 || !allowsOrigin(preflight, origin) {
		d.fail(check, allow, "pages of %s may not use the API: the answer to the preflight (%d) does not allow them", origin, preflight.status)
		return
	}
	if missing := missingFromPreflight(preflight); missing != "" {
		d.fail(check, adviceNameTheFake, "pages of %s cannot use the API: the answer to the preflight does not allow the %s", origin, missing)
		return
	}
	answer, err := r.send(ctx, http.MethodGet, site+pagePath, append(page, "Authorization", "Bearer "+key)...)
	switch {
	case err != nil:
		d.fail(check, "try again", "the API does not answer: %v", rootCause(err))
	case !allowsOrigin(answer, origin):
		d.fail(check, adviceNameTheFake, "pages of %s may ask, but not read: the answer (%d) does not allow them", origin, answer.status)
	default:
		d.ok(check, "pages of %s may use the API", origin)
	}
}

// adviceNameTheFake is the advice when a response is not as the fake sends it.
const adviceNameTheFake = "name the fake itself, as something on the way to it changes its answers"

// missingFromPreflight returns what the response to a preflight does not allow, "" for nothing.
func missingFromPreflight(preflight *reply) string {
	if !headerLists(preflight, "Access-Control-Allow-Methods", http.MethodPatch) {
		return "method PATCH"
	}
	for _, name := range corsHeaders {
		if !headerLists(preflight, "Access-Control-Allow-Headers", name) {
			return "header " + name
		}
	}
	return ""
}

// allowsOrigin reports whether pages of an origin may read a response.
func allowsOrigin(answer *reply, origin string) bool {
	allowed := answer.header.Get("Access-Control-Allow-Origin")
	return allowed == origin || allowed == "*"
}

// headerLists reports whether a header names a value. A wildcard does not stand for
// Authorization: Fetch, section 4.9.
func headerLists(answer *reply, header, value string) bool {
	for name := range strings.SplitSeq(strings.Join(answer.header.Values(header), ","), ",") {
		name = strings.TrimSpace(name)
		if strings.EqualFold(name, value) || name == "*" && !strings.EqualFold(value, "authorization") {
			return true
		}
	}
	return false
}
