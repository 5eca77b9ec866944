package mock_test

import (
	"math"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"
)

func TestControlPlaneRefusesWhatItCannotRead(t *testing.T) {
	f := newFake(t)
	for _, tc := range []struct{ name, method, path, body string }{
		{"no body", "POST", "/clock", ""},
		{"no JSON", "POST", "/clock", "{"},
		{"an unknown field", "POST", "/clock", `{"speed": 2}`},
		{"nothing to do", "POST", "/clock", `{}`},
		{"a wrong time", "POST", "/clock", `{"set": "tomorrow"}`},
		{"a wrong duration", "POST", "/clock", `{"advance": "a while"}`},
		{"two values", "POST", "/clock", `{"reset": true} {}`},
		{"no records", "PUT", "/dns/a.example.com", `{"values": []}`},
		{"records that are numbers", "PUT", "/dns/a.example.com", `{"values": [1]}`},
		{"an unknown user", "POST", "/keys", `{"user": "nobody@example.com"}`},
		{"an unknown user's session", "POST", "/sessions", `{"user": "nobody@example.com"}`},
		{"an unknown organization", "POST", "/integrations", `{"organization": "nowhere"}`},
		{"a config that is a list", "POST", "/integrations", `{"organization": "hedgerow-works", "config": []}`},
		{"a level that there is not", "PATCH", "/organizations/hedgerow-works", `{"levels": {"admin@hedgerow.example": 9}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			answer := f.anonymous().do(tc.method, "/_understudy"+tc.path, "application/json", tc.body).status(http.StatusBadRequest)
			NewWithT(t).Expect(answer.get("detail").String()).NotTo(BeEmpty())
		})
	}
	f.t = t
	f.anonymous().get("/_understudy/organizations/nowhere").status(http.StatusNotFound)
	f.anonymous().get("/_understudy/dns/nowhere.example.com").status(http.StatusNotFound)
}

// What no world can say is refused where it is written, and not when the sandbox is
// exported.
func TestControlPlaneRefusesNullCharacters(t *testing.T) {
	f := newFake(t)
	for _, tc := range []struct{ name, method, path, body, at string }{
		{"a label", "POST", "/keys", `{"user": "admin@hedgerow.example", "label": "a\u0000b"}`, "label"},
		{"a scope", "POST", "/keys", `{"user": "admin@hedgerow.example", "scopes": ["*", "\u0000"]}`, "scopes[1]"},
		{"an address", "POST", "/members", `{"email": "a\u0000@example.com"}`, "email"},
		{"a password", "POST", "/members", `{"email": "a@example.com", "password": "\u0000"}`, "password"},
		{"a record", "PUT", "/dns/a.example.com", `{"values": ["a", "\u0000"]}`, "values[1]"},
		{"a feature", "PATCH", "/organizations/hedgerow-works", `{"features": ["\u0000"]}`, "features[0]"},
		{"a single feature", "PATCH", "/organizations/hedgerow-works", `{"feature": {"\u0000": true}}`, "feature"},
		{"a provider", "PATCH", "/domains/01900000-0004-7000-8000-000000000002", `{"sso_enforcement": "\u0000"}`, "sso_enforcement"},
		{"a marketplace's name", "POST", "/integrations", `{"organization": "hedgerow-works", "integration_id": "\u0000"}`, "integration_id"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer := f.anonymous().do(tc.method, "/_understudy"+tc.path, "application/json", tc.body).status(400)
			NewWithT(t).Expect(answer.get("detail").String()).To(ContainSubstring("%q contains a null character: remove it", tc.at))
		})
	}
	f.anonymous().put("/_understudy/dns/a%00.example.com", `{"values": ["a"]}`).status(400).has("understudy", `"invalid_name"`)
	f.anonymous().post("/_understudy/integrations", `{"organization": "hedgerow-works", "config": {"\u0000": "\u0000"}}`).status(201)
	text := string(f.anonymous().get("/_understudy/world").status(200).body)
	f.anonymous().do("PUT", "/_sandbox/again/_understudy/world", "application/yaml", text).status(204)

	f.PublishTXT("a.example.com", "\x00")
	f.anonymous().get("/_understudy/world").status(409).has("detail",
		`"export of sandbox default: dns[1].values[0] contains a null character, which no world can say."`)
}

// A typing error in a call of the control plane is no request to the API.
func TestControlPlaneKeepsItsMistakesToItself(t *testing.T) {
	f := newFake(t)
	f.anonymous().get("/_understudy/nowhere").status(404).has("understudy", `"no_such_page"`)
	f.anonymous().put("/_understudy/clock", `{}`).status(404).has("detail",
		`"The control plane has no PUT /_understudy/clock; GET /_understudy/control.yaml says what it has."`)
	f.anonymous().get("/_understudyy").status(404)
	f.anonymous().get("/_understudy/requests").has("requests.#.path", `["/_understudyy"]`)
	f.anonymous().get("/_understudy/violations").has("count", "1")
}

func TestControlPlaneRefusesForeignPages(t *testing.T) {
	f := newFake(t)
	f.with("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").post("/_understudy/reset", "").status(http.StatusForbidden)
	f.with("Origin", "http://fake.test", "Sec-Fetch-Site", "same-origin").post("/_understudy/reset", "").status(http.StatusNoContent)
}

func TestClock(t *testing.T) {
	f := newFake(t)
	const path = "/_understudy/clock"
	f.anonymous().get(path).status(200).has("now", `"2026-03-01T12:00:00Z"`).has("frozen", "false")
	f.anonymous().post(path, `{"advance": "36h"}`).status(200).has("now", `"2026-03-03T00:00:00Z"`)
	f.anonymous().post(path, `{"freeze": true, "advance": 60}`).status(200).has("now", `"2026-03-03T00:01:00Z"`).has("frozen", "true")
	f.anonymous().post(path, `{"set": "2030-01-01T00:00:00+02:00"}`).status(200).has("now", `"2029-12-31T22:00:00Z"`)
	f.newConfig(`{}`)
	f.anonymous().post(path, `{"reset": true}`).status(200).has("now", `"2026-03-01T12:00:00Z"`).has("frozen", "false")
}

// A clock that cannot be where it is asked to be stays where it is.
func TestClocksHaveBounds(t *testing.T) {
	f := newFake(t)
	const path = "/_understudy/clock"
	for _, tc := range []struct{ name, path, body, why string }{
		{"too far to go on from", path, `{"set": "9990-01-01T00:00:00Z"}`, "only a clock that is frozen"},
		{"too far back", path, `{"set": "1700-01-01T00:00:00Z"}`, "only a clock that is frozen"},
		{"after all years", path, `{"freeze": true, "set": "9999-12-31T23:59:59-23:59"}`, "the year 10000"},
		{"before all years", path, `{"freeze": true, "set": "0000-01-01T00:00:00Z"}`, "the year 0"},
		{"by and by", path, `{"freeze": true, "set": "9998-12-31T00:00:00Z", "advance": "24h"}`, "the year 9999"},
		{"a sum that is too much", path, `{"set": "2318-01-01T00:00:00Z", "advance": "20000h"}`, "292 years"},
		{"too many seconds", path, `{"advance": 1e300}`, "292 years"},
		{"too many seconds back", path, `{"advance": -1e300}`, "292 years"},
		{"no duration", path, `{"advance": true}`, "true is no duration"},
		{"a login in times to come", "/_understudy/sessions", `{"user": "admin@hedgerow.example", "age": -1}`, "how long ago"},
		{"a login before the ages", "/_understudy/sessions", `{"user": "admin@hedgerow.example", "age": 1e300}`, "292 years"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			NewWithT(t).Expect(f.anonymous().post(tc.path, tc.body).status(400).get("detail").String()).To(ContainSubstring(tc.why))
		})
	}
	f.anonymous().get(path).has("now", `"2026-03-01T12:00:00Z"`).has("frozen", "false").has("offset_seconds", "0")
	NewWithT(t).Expect(func() { f.Advance(math.MaxInt64); f.Advance(math.MaxInt64) }).To(PanicWith(ContainSubstring("292 years")))

	// In the last year there is everything works.
	f.anonymous().post(path, `{"freeze": true, "set": "9998-12-31T23:59:59Z"}`).status(200)
	f.invite(`{"target_email": "late@example.com"}`)
	f.anonymous().get("/_understudy/organizations/hedgerow-works/invites").status(200).has("results.0.expires_at", `"9999-01-03T23:59:59Z"`)
	f.anonymous().get("/_understudy/world").status(200)
	f.anonymous().get("/_understudy/requests").status(200).has("requests.0.time", `"9998-12-31T23:59:59Z"`)
}

func TestDNSRecords(t *testing.T) {
	f := newFake(t)
	const path = "/_understudy/dns/_posthog-challenge.a.example.com"
	f.anonymous().put(path, `{"values": ["one", "two"]}`).status(200).has("values", `["one","two"]`)
	f.anonymous().put(path, `{"values": "three"}`).status(200).has("values", `["three"]`)
	f.anonymous().get("/_understudy/dns").status(200).has(`records.#(name=="_posthog-challenge.a.example.com").values`, `["three"]`)
	f.anonymous().delete(path).status(204)
	f.anonymous().get(path).status(404)
}

func TestMintedKeys(t *testing.T) {
	f := newFake(t)
	minted := f.anonymous().post("/_understudy/keys", `{"user": "admin@hedgerow.example", "scopes": ["organization:read"]}`).status(201)
	key := f.with("Authorization", "Bearer "+minted.get("value").String())
	key.get(f.org("domains")).status(200)
	key.get(f.org("invites")).denied("API key missing required scope 'organization_member:read'")
}

func TestOrganizationSwitches(t *testing.T) {
	f := newFake(t)
	path := "/_understudy/organizations/hedgerow-works"
	f.anonymous().patch(path, `{"levels": {"admin@hedgerow.example": 1}}`).status(200).has(`levels.admin@hedgerow\.example`, "1")
	f.as("admin").post(f.org("domains"), `{}`).denied(lowLevel)
	f.anonymous().patch(path, `{"features": []}`).status(200).has("features", "[]")
	f.anonymous().patch(path, `{"feature": {"scim": true}}`).status(200).has("features", `["scim"]`)
}

func TestIndexPage(t *testing.T) {
	f := newFake(t)
	page := f.anonymous().get("/_understudy/").status(200)
	g := NewWithT(t)
	g.Expect(string(page.body)).To(And(ContainSubstring(f.known("credentials.admin.personal_api_key")), ContainSubstring("http://fake.test/_understudy")))
	g.Expect(page.header.Get("Content-Security-Policy")).To(ContainSubstring("default-src 'none'"))
}

// TestControlDocument makes sure that the document names what there is.
func TestControlDocument(t *testing.T) {
	g := NewWithT(t)
	document, err := openapi3.NewLoader().LoadFromFile("../spec/control.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(document.Validate(t.Context())).To(Succeed())
	f := newFake(t)
	f.EndStreams()
	for path, item := range document.Paths.Map() {
		for method := range item.Operations() {
			answer := f.anonymous().do(method, "/_understudy"+path, "application/json", "")
			g.Expect(answer.get("understudy").String()).NotTo(Equal("no_such_page"), "%s %s", method, path)
		}
	}
}
