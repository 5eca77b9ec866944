package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/browsertest"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// emptyPage is a page that tests run scripts in. It takes web sockets as well.
var emptyPage = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "" {
		if conn, _, _, err := ws.UpgradeHTTP(r, w); err == nil {
			_ = conn.Close()
		}
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>empty</title></html>`)
})

// pageServer serves empty pages on a port of its own, under a name.
func pageServer(t *testing.T, name string) string {
	t.Helper()
	server := httptest.NewServer(emptyPage)
	t.Cleanup(server.Close)
	return named(server.URL, name)
}

// named is an address of this machine under another name.
func named(address, name string) string { return strings.Replace(address, "127.0.0.1", name, 1) }

// startForBrowsers starts a fake as serve does, before an empty frontend.
func startForBrowsers(t *testing.T, options ...mock.Option) (*mock.Running, gjson.Result) {
	t.Helper()
	clock := mock.ClockFunc(func() time.Time { return mocktest.Epoch })
	fake := mock.Start(t, append([]mock.Option{mock.WithClock(clock), mock.WithHosts(mock.LoopbackHosts...), mock.WithUI(emptyPage)}, options...)...)
	profile, err := fake.Profile(fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	return fake, gjson.ParseBytes(profile)
}

// attack is what a page may try.
type attack struct {
	name   string
	script string
	reads  string // what it is after; "" when it is to change something
	// own and frontend tell whether it works on a page of the fake's own origin, and on
	// that of a frontend on another port. It works nowhere else.
	own, frontend bool
}

// attacks come with site, the fake's address, key, a personal API key that everybody
// knows, invites, a path, and the functions below.
var attacks = []attack{
	{"read the control plane", `return (await fetch(site + "/_understudy/clock")).text()`, `"now"`, true, false},
	{"read it with cookies", `return (await fetch(site + "/_understudy/clock", {credentials: "include"})).text()`, `"now"`, true, false},
	{"read it unseen", `return (await fetch(site + "/_understudy/clock", {mode: "no-cors"})).text()`, `"now"`, true, false},
	{"read it in a frame", `return framed(site + "/_understudy/clock")`, `"now"`, true, false},
	{"read a sandbox's", `return (await fetch(site + "/_sandbox/evil/_understudy/clock")).text()`, `"now"`, true, false},
	{"listen to it", `return new Promise(done => { const s = new EventSource(site + "/_understudy/requests/stream"); s.onopen = () => { s.close(); done("open") }; s.onerror = () => { s.close(); done("") } })`, "open", true, false},
	{"write as JSON", `await post("/_understudy/clock", {body: '{"advance": "2h"}', headers: {"Content-Type": "application/json"}})`, "", true, false},
	{"write as a program", `await post("/_understudy/reset", {headers: {"Understudy-Control": "1"}})`, "", true, false},
	{"write nothing", `await post("/_understudy/reset", {})`, "", true, false},
	{"write nothing unseen", `await post("/_understudy/reset", {mode: "no-cors"})`, "", true, false},
	{"put", `await fetch(site + "/_understudy/dns/evil.example", {method: "PUT", body: '{"values": ["x"]}'})`, "", true, false},
	{"patch", `await fetch(site + "/_understudy/organizations/hedgerow-works", {method: "PATCH", body: '{"features": []}'})`, "", true, false},
	{"delete", `await fetch(site + "/_understudy/members/admin@hedgerow.example", {method: "DELETE"})`, "", true, false},
	{"make a sandbox by an image", `await image(site + "/_sandbox/evil/_understudy/health")`, "", true, false},
	{"write a text unseen", `await post("/_understudy/clock", {mode: "no-cors", body: '{"advance": "2h"}'})`, "", false, false},
	{"a form", `await submitted("/_understudy/reset", "application/x-www-form-urlencoded", {a: "b"})`, "", false, false},
	{"a form that sends a text", `await submitted("/_understudy/reset", "text/plain", {a: "b"})`, "", false, false},
	{"a form that sends a file", `await submitted("/_understudy/reset", "multipart/form-data", {a: "b"})`, "", false, false},
	{"a frame without an origin", `await outcast("/_understudy/reset")`, "", false, false},
	{"read the API with a key", `return (await fetch(site + "/api/users/@me/", {headers: {Authorization: "Bearer " + key}})).text()`, `"email"`, true, true},
	{"read it with a key in the address", `return (await fetch(site + "/api/users/@me/?personal_api_key=" + key)).text()`, `"email"`, true, true},
	{"read it in a sandbox", `return (await fetch(site + "/_sandbox/evil/api/users/@me/?personal_api_key=" + key)).text()`, `"email"`, true, true},
	{"invite by a form", `await submitted(invites, "application/x-www-form-urlencoded", {target_email: "x@example.com", personal_api_key: key})`, "", true, true},
	{"invite unseen", `await post(invites, {mode: "no-cors", body: new URLSearchParams({target_email: "x@example.com", personal_api_key: key})})`, "", true, true},
	{"invite as JSON", `await post(invites, {body: JSON.stringify({target_email: "x@example.com"}), headers: {Authorization: "Bearer " + key, "Content-Type": "application/json"}})`, "", true, true},
	{"talk to the frontend", `return new Promise(done => { const s = new WebSocket(site.replace("http", "ws") + "/hmr"); s.onopen = () => done("open"); s.onerror = () => done("") })`, "open", true, true},
}

const attackFunctions = `
const post = (path, options) => fetch(site + path, {method: "POST", ...options});
const element = (name, properties) => Object.assign(document.createElement(name), properties);
const image = src => new Promise(done => element("img", {onload: done, onerror: done, src}));
const framed = src => new Promise((done, failed) => {
	const frame = element("iframe", {src, onload: () => { try { done(frame.contentDocument.body.innerText) } catch (e) { failed(e) } }});
	document.body.append(frame);
});
const submitted = (path, enctype, fields) => new Promise(done => {
	const frame = element("iframe", {name: "answer"});
	const form = element("form", {method: "post", action: site + path, enctype, target: "answer"});
	for (const name in fields) form.append(element("input", {name, value: fields[name]}));
	document.body.append(frame, form);
	frame.onload = () => { frame.remove(); form.remove(); done() };
	form.submit();
});
const outcast = path => new Promise(done => {
	addEventListener("message", done, {once: true});
	const script = "fetch(" + JSON.stringify(site + path) + ", {method: 'POST', mode: 'no-cors'}).finally(() => parent.postMessage('', '*'))";
	document.body.append(element("iframe", {sandbox: "allow-scripts", srcdoc: "<script>" + script + "</" + "script>"}));
});
`

// TestPagesInABrowser has a real browser try everything from pages of four origins.
func TestPagesInABrowser(t *testing.T) {
	fake, profile := startForBrowsers(t)
	browser := browsertest.Start(t, "evil.example", "rebound.example")
	for _, place := range []struct {
		name, page, site string // site is the fake as that page calls it
		works            func(attack) bool
	}{
		{"the fake's own origin", fake.URL, fake.URL, func(a attack) bool { return a.own }},
		{"a frontend on another port", pageServer(t, "localhost"), named(fake.URL, "localhost"), func(a attack) bool { return a.frontend }},
		{"another site", pageServer(t, "evil.example"), fake.URL, func(attack) bool { return false }},
		{"a name that was pointed at this machine", named(fake.URL, "rebound.example"), named(fake.URL, "rebound.example"), func(attack) bool { return false }},
	} {
		t.Run(place.name, func(t *testing.T) {
			page := browser.Open(place.page)
			given, err := json.Marshal([]string{place.site, profile.Get("credentials.admin.personal_api_key").String(),
				"/api/organizations/" + profile.Get("organization.id").String() + "/invites/"})
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
			for _, a := range attacks {
				t.Run(a.name, func(t *testing.T) {
					g := NewWithT(t)
					before := freshState(g, fake, profile)
					said := page.Script("const [site, key, invites] = " + string(given) + ";" + attackFunctions + "try { return await (async () => { " + a.script + " })() } catch (e) { return '' }")
					worked := state(g, fake, profile) != before
					if a.reads != "" {
						worked = strings.Contains(said, a.reads)
					}
					g.Expect(worked).To(Equal(place.works(a)), said)
				})
			}
		})
	}
}

// freshState brings the fake to where every attack begins, and tells its state.
func freshState(g *WithT, fake *mock.Running, profile gjson.Result) string {
	g.Expect(called(g, fake, http.MethodDelete, "/_understudy/sandboxes/evil", "").StatusCode).To(BeElementOf(http.StatusNoContent, http.StatusNotFound))
	fake.Reset()
	fake.Advance(time.Hour) // a reset changes it
	return state(g, fake, profile)
}

// state is what a page could have changed.
func state(g *WithT, fake *mock.Running, profile gjson.Result) string {
	var all strings.Builder
	for _, path := range []string{
		"/_understudy/clock", "/_understudy/dns", "/_understudy/keys", "/_understudy/outbox", "/_understudy/organizations/hedgerow-works",
		"/api/organizations/" + profile.Get("organization.id").String() + "/invites/",
	} {
		all.WriteString(body(g, called(g, fake, http.MethodGet, path, profile.Get("credentials.owner.personal_api_key").String())))
	}
	sandboxes := body(g, called(g, fake, http.MethodGet, "/_understudy/sandboxes", ""))
	return all.String() + gjson.Get(sandboxes, "sandboxes.#.name").Raw
}

// called makes a request as a program does.
func called(g *WithT, fake *mock.Running, method, path, key string) *http.Response {
	request, err := http.NewRequest(method, fake.URL+path, nil)
	g.Expect(err).NotTo(HaveOccurred())
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := fake.Client.Do(request)
	g.Expect(err).NotTo(HaveOccurred())
	return response
}

func body(g *WithT, response *http.Response) string {
	text, err := io.ReadAll(response.Body)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(response.Body.Close()).To(Succeed())
	return string(text)
}
