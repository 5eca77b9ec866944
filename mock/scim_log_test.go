package mock_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

// log is the newest part of the SCIM log of the profile's domain.
func (f *fake) log(query string) *answer {
	f.t.Helper()
	return f.session("admin").get(f.org("domains", f.known("known.scim.domain_id"), "scim", "logs") + query).status(200)
}

func TestSCIMRequestsAreLogged(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	before := f.log("").get("count").Int()
	okta := &provider{p.and("User-Agent", "Okta SCIM Client 1.0.0").and("Cookie", "sessionid=secret").and("X-Request-Id", "7"), p.base}
	email := p.email("margaret")
	created := okta.sends("POST", "Users", `{"schemas": ["urn:x"], "userName": "`+email+`", "name": {"givenName": "Margaret", "familyName": "Li"}, "emails": [{"value": "`+email+`", "type": "work"}], "externalId": "00u1", "active": true}`).status(201)
	id := created.get("id").String()

	list := f.log("").has("count", fmt.Sprint(before+1))
	masked := "m***t@" + p.known("known.scim.email_domain")
	list.has("results.0.request_method", `"POST"`).has("results.0.request_path", quote(p.base+"Users")).has("results.0.response_status", "201").
		has("results.0.identity_provider", `"okta"`).has("results.0.duration_ms", "0").has("results.0.created_at", `"2026-03-01T12:00:00Z"`).
		has("results.0.request_headers", `{"Authorization":"***","Content-Type":"application/scim+json","Host":"fake.test","User-Agent":"Okta SCIM Client 1.0.0","X-Request-Id":"7"}`).
		has("results.0.request_body", `{"schemas":["urn:x"],"userName":"`+masked+`","name":{"givenName":"M***t","familyName":"**"},"emails":[{"value":"`+masked+`","type":"work"}],"externalId":"00u1","active":true}`).
		has("results.0.response_body", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"`+id+`","userName":"`+masked+`","name":{"givenName":"M***t","familyName":"**"},"emails":[{"value":"`+masked+`","primary":true}],"active":true,"meta":{"resourceType":"User","location":"`+p.base+`Users/`+id+`"},"displayName":"M***i","groups":[]}`)
	f.log("?search="+url.QueryEscape(email)).has("count", "1")
	f.log("?search=Margaret").has("count", "1")
	f.log("?after=2026-03-01T12:00:00Z&status_min=201&status_max=201").has("count", "1")
}

func TestSCIMLogOfEveryKindOfRequest(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	group := p.newGroup("Logged")
	for _, c := range []struct {
		name, method, path, body string
		want                     map[string]string
	}{
		{"a filter", "GET", `Users?filter=userName+eq+%22margaret%40x.example%22&count=1`, "", map[string]string{
			"request_path": quote(p.base + "Users?filter=userName+eq+%22m***t%40x.example%22&count=1"), "request_body": "null", "response_status": "200"}},
		{"a filter that is nothing", "GET", "Users?filter=%zz&x=%22a%22", "", map[string]string{"request_path": quote(p.base + "Users?filter=&x=%22a%22")}},
		{"HEAD", "HEAD", "Groups", "", map[string]string{"request_method": `"HEAD"`, "request_body": "null"}},
		{"OPTIONS", "OPTIONS", "Groups", "", map[string]string{"request_method": `"OPTIONS"`}},
		{"a refusal", "POST", "Users", `{"userName": "x@y.example"}`, map[string]string{
			"response_status": "400", "request_body": `{"userName":"*@y.example"}`,
			"response_body": `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":400,"detail":"Invalid user data"}`}},
		{"a patch that is undone", "PATCH", group, `{"Operations": [{"op": "replace", "path": "displayName", "value": "Half"}, {"op": "x"}]}`, map[string]string{
			"response_status": "400", "request_body": `{"Operations":[{"op":"replace","path":"displayName","value":"H***f"},{"op":"x"}]}`}},
		{"what is not there", "DELETE", "Groups/x", "", map[string]string{"response_status": "404", "request_body": "null"}},
		{"a method that is not there", "PUT", "Users", `[1]`, map[string]string{"response_status": "405", "request_body": "[1]"}},
		{"no JSON", "POST", "Groups", `{`, map[string]string{"response_status": "400", "request_body": "{}"}},
		{"deep JSON", "POST", "Groups", strings.Repeat(`{"a":`, 30) + "1" + strings.Repeat("}", 30), map[string]string{
			"request_body": strings.Repeat(`{"a":`, 21) + `"[DEPTH_LIMIT_EXCEEDED]"` + strings.Repeat("}", 21)}},
		{"too large", "POST", "Groups", `{"a": "` + strings.Repeat("x", 5<<20) + `"}`, map[string]string{"response_status": "413", "request_body": "{}"}},
		{"large", "POST", "Groups", `{"a": "` + strings.Repeat("x", 1<<20) + `"}`, map[string]string{"response_status": "400", "request_body": `"[BODY_TOO_LONG]"`}},
		{"gone", "DELETE", group, "", map[string]string{"response_status": "204", "response_body": "null"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.t = t
			before := f.log("").get("count").Int()
			p.sends(c.method, c.path, c.body)
			list := f.log("").has("count", fmt.Sprint(before+1))
			for field, want := range c.want {
				list.has("results.0."+field, want)
			}
		})
	}
}

func TestSCIMLogNamesTheProvider(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	for agent, want := range map[string]string{
		"Okta SCIM Client 1.0.0": "okta", "Microsoft Entra ID": "entra_id", "microsoft-azure": "entra_id", "Google-Auto-Provisioning": "google",
		"OneLogin SCIM/2.1": "onelogin", "curl/8": "other", "": "other",
	} {
		(&provider{p.and("User-Agent", agent), p.base}).gets("Schemas").status(200)
		f.log("").has("results.0.identity_provider", quote(want))
	}
}

func TestSCIMLogRetention(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	p.gets("Schemas").status(200)
	advance := func(d time.Duration) {
		f.anonymous().post("/_understudy/clock", fmt.Sprintf(`{"advance": %q}`, d)).status(200)
	}
	mine := "?after=2026-03-01T12:00:00Z"
	f.log(mine).has("count", "1")
	advance(180 * 24 * time.Hour)
	f.log(mine).has("count", "1")
	f.log("").has("count", "1") // what the world began with is older
	advance(time.Second)
	f.log(mine).has("count", "0")
	f.log("").bytes(200, `{"count":0,"next":null,"previous":null,"results":[]}`)
	p.gets("Schemas").status(200)
	f.log("").has("count", "1")
	f.anonymous().post("/_understudy/reset", "").status(204)
	NewWithT(t).Expect(f.log("").get("count").Int()).To(BeNumerically(">", 40), "reset brings the log back")
	f.log(mine).has("count", "0")
}

func TestSCIMLogDuration(t *testing.T) {
	now := testStart
	clock := mock.ClockFunc(func() time.Time { now = now.Add(7 * time.Millisecond); return now })
	f := newFake(t, mock.WithClock(clock))
	f.provider().gets("Schemas").status(200)
	f.log("?after=2026-03-01T12:00:00Z").has("results.0.duration_ms", "7")
}

func TestSCIMLogGoesWithItsDomain(t *testing.T) {
	f := newFake(t)
	domain := f.newVerifiedDomain("people.example.com")
	path := f.org("domains", domain)
	token := f.as("admin").patch(path, `{"scim_enabled": true}`).status(200).get("scim_bearer_token").String()
	f.providerOf(domain, token).gets("Users").status(200)
	f.session("admin").get(path+"scim/logs/").has("count", "1")
	f.session("admin").get(f.org("domains", f.known("known.scim.domain_id"), "scim", "logs")+"?after=2026-03-01T12:00:00Z").has("count", "0")
	f.as("admin").delete(path).status(204)
	f.session("admin").get(path + "scim/logs/").missing("Not found.")
}
