package control_test

import (
	"math"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
	"github.com/understudy-dev/understudy/spec"
)

func TestControlPlaneRefusesWhatItCannotRead(t *testing.T) {
	f := mocktest.New(t)
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
			f.T = t
			answer := f.Anonymous().Do(tc.method, "/_understudy"+tc.path, "application/json", tc.body).Status(http.StatusBadRequest)
			NewWithT(t).Expect(answer.Get("detail").String()).NotTo(BeEmpty())
		})
	}
	f.T = t
	f.Anonymous().Get("/_understudy/organizations/nowhere").Status(http.StatusNotFound)
	f.Anonymous().Get("/_understudy/dns/nowhere.example.com").Status(http.StatusNotFound)
}

// What no world can say is refused where it is written, and not when the sandbox is
// exported.
func TestControlPlaneRefusesNullCharacters(t *testing.T) {
	f := mocktest.New(t)
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
			answer := f.Anonymous().Do(tc.method, "/_understudy"+tc.path, "application/json", tc.body).Status(400)
			NewWithT(t).Expect(answer.Get("detail").String()).To(ContainSubstring("%q contains a null character: remove it", tc.at))
		})
	}
	f.Anonymous().Put("/_understudy/dns/a%00.example.com", `{"values": ["a"]}`).Status(400).Has("understudy", `"invalid_name"`)
	f.Anonymous().Post("/_understudy/integrations", `{"organization": "hedgerow-works", "config": {"\u0000": "\u0000"}}`).Status(201)
	text := string(f.Anonymous().Get("/_understudy/world").Status(200).Body)
	f.Anonymous().Do("PUT", "/_sandbox/again/_understudy/world", "application/yaml", text).Status(204)

	f.PublishTXT("a.example.com", "\x00")
	f.Anonymous().Get("/_understudy/world").Status(409).Has("detail",
		`"export of sandbox default: dns[1].values[0] contains a null character, which no world can say."`)
}

// A typing error in a call of the control plane is no request to the API.
func TestControlPlaneKeepsItsMistakesToItself(t *testing.T) {
	f := mocktest.New(t)
	f.Anonymous().Get("/_understudy/nowhere").Status(404).Has("understudy", `"no_such_page"`)
	f.Anonymous().Put("/_understudy/clock", `{}`).Status(404).Has("detail",
		`"The control plane has no PUT /_understudy/clock; GET /_understudy/control.yaml says what it has."`)
	f.Anonymous().Get("/_understudyy").Status(404)
	f.Anonymous().Get("/_understudy/requests").Has("requests.#.path", `["/_understudyy"]`)
	f.Anonymous().Get("/_understudy/violations").Has("count", "1")
}

func TestControlPlaneRefusesForeignPages(t *testing.T) {
	f := mocktest.New(t)
	f.With("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").Post("/_understudy/reset", "").Status(http.StatusForbidden)
	f.With("Origin", "http://fake.test", "Sec-Fetch-Site", "same-origin").Post("/_understudy/reset", "").Status(http.StatusNoContent)
}

func TestClock(t *testing.T) {
	f := mocktest.New(t)
	const path = "/_understudy/clock"
	f.Anonymous().Get(path).Status(200).Has("now", `"2026-03-01T12:00:00Z"`).Has("frozen", "false")
	f.Anonymous().Post(path, `{"advance": "36h"}`).Status(200).Has("now", `"2026-03-03T00:00:00Z"`)
	f.Anonymous().Post(path, `{"freeze": true, "advance": 60}`).Status(200).Has("now", `"2026-03-03T00:01:00Z"`).Has("frozen", "true")
	f.Anonymous().Post(path, `{"set": "2030-01-01T00:00:00+02:00"}`).Status(200).Has("now", `"2029-12-31T22:00:00Z"`)
	f.NewConfig(`{}`)
	f.Anonymous().Post(path, `{"reset": true}`).Status(200).Has("now", `"2026-03-01T12:00:00Z"`).Has("frozen", "false")
}

// A clock that cannot be where it is asked to be stays where it is.
func TestClocksHaveBounds(t *testing.T) {
	f := mocktest.New(t)
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
			NewWithT(t).Expect(f.Anonymous().Post(tc.path, tc.body).Status(400).Get("detail").String()).To(ContainSubstring(tc.why))
		})
	}
	f.Anonymous().Get(path).Has("now", `"2026-03-01T12:00:00Z"`).Has("frozen", "false").Has("offset_seconds", "0")
	NewWithT(t).Expect(func() { f.Advance(math.MaxInt64); f.Advance(math.MaxInt64) }).To(PanicWith(ContainSubstring("292 years")))

	// In the last year there is everything works.
	f.Anonymous().Post(path, `{"freeze": true, "set": "9998-12-31T23:59:59Z"}`).Status(200)
	f.Invite(`{"target_email": "late@example.com"}`)
	f.Anonymous().Get("/_understudy/organizations/hedgerow-works/invites").Status(200).Has("results.0.expires_at", `"9999-01-03T23:59:59Z"`)
	f.Anonymous().Get("/_understudy/world").Status(200)
	f.Anonymous().Get("/_understudy/requests").Status(200).Has("requests.0.time", `"9998-12-31T23:59:59Z"`)
}

func TestDNSRecords(t *testing.T) {
	f := mocktest.New(t)
	const path = "/_understudy/dns/_posthog-challenge.a.example.com"
	f.Anonymous().Put(path, `{"values": ["one", "two"]}`).Status(200).Has("values", `["one","two"]`)
	f.Anonymous().Put(path, `{"values": "three"}`).Status(200).Has("values", `["three"]`)
	f.Anonymous().Get("/_understudy/dns").Status(200).Has(`records.#(name=="_posthog-challenge.a.example.com").values`, `["three"]`)
	f.Anonymous().Delete(path).Status(204)
	f.Anonymous().Get(path).Status(404)
}

func TestMintedKeys(t *testing.T) {
	f := mocktest.New(t)
	minted := f.Anonymous().Post("/_understudy/keys", `{"user": "admin@hedgerow.example", "scopes": ["organization:read"]}`).Status(201)
	key := f.With("Authorization", "Bearer "+minted.Get("value").String())
	key.Get(f.Org("domains")).Status(200)
	key.Get(f.Org("invites")).Denied("API key missing required scope 'organization_member:read'")
}

func TestOrganizationSwitches(t *testing.T) {
	f := mocktest.New(t)
	path := "/_understudy/organizations/hedgerow-works"
	f.Anonymous().Patch(path, `{"levels": {"admin@hedgerow.example": 1}}`).Status(200).Has(`levels.admin@hedgerow\.example`, "1")
	f.As("admin").Post(f.Org("domains"), `{}`).Denied("Your organization access level is insufficient.")
	f.Anonymous().Patch(path, `{"features": []}`).Status(200).Has("features", "[]")
	f.Anonymous().Patch(path, `{"feature": {"scim": true}}`).Status(200).Has("features", `["scim"]`)
}

func TestIndexPage(t *testing.T) {
	f := mocktest.New(t)
	page := f.Anonymous().Get("/_understudy/").Status(200)
	g := NewWithT(t)
	g.Expect(string(page.Body)).To(And(ContainSubstring(f.Known("credentials.admin.personal_api_key")), ContainSubstring("http://fake.test/_understudy")))
	g.Expect(page.Header.Get("Content-Security-Policy")).To(ContainSubstring("default-src 'none'"))
}

// TestControlDocument makes sure that the document names what there is.
func TestControlDocument(t *testing.T) {
	g := NewWithT(t)
	document, err := openapi3.NewLoader().LoadFromData(spec.ControlOpenAPI())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(document.Validate(t.Context())).To(Succeed())
	f := mocktest.New(t)
	f.EndStreams()
	for path, item := range document.Paths.Map() {
		for method := range item.Operations() {
			answer := f.Anonymous().Do(method, "/_understudy"+path, "application/json", "")
			g.Expect(answer.Get("understudy").String()).NotTo(Equal("no_such_page"), "%s %s", method, path)
		}
	}
}
