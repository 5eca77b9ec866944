package scimserver_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// scimLog is the newest part of the SCIM log of the profile's domain.
func scimLog(f *mocktest.Fake, query string) *mocktest.Answer {
	f.T.Helper()
	return f.Session("admin").Get(f.Org("domains", f.Known("known.scim.domain_id"), "scim", "logs") + query).Status(200)
}

func TestSCIMRequestsAreLogged(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	before := scimLog(f, "").Get("count").Int()
	okta := p.And("User-Agent", "Okta SCIM Client 1.0.0").And("Cookie", "sessionid=secret").And("X-Request-Id", "7")
	email := p.Email("margaret")
	created := okta.Send("POST", "Users", `{"schemas": ["urn:x"], "userName": "`+email+`", "name": {"givenName": "Margaret", "familyName": "Li"}, "emails": [{"value": "`+email+`", "type": "work"}], "externalId": "00u1", "active": true}`).Status(201)
	id := created.Get("id").String()

	list := scimLog(f, "").Has("count", fmt.Sprint(before+1))
	masked := "m***t@" + p.Known("known.scim.email_domain")
	list.Has("results.0.request_method", `"POST"`).Has("results.0.request_path", mocktest.Quote(p.Base+"Users")).Has("results.0.response_status", "201").
		Has("results.0.identity_provider", `"okta"`).Has("results.0.duration_ms", "0").Has("results.0.created_at", `"2026-03-01T12:00:00Z"`).
		Has("results.0.request_headers", `{"Authorization":"***","Content-Type":"application/scim+json","Host":"fake.test","User-Agent":"Okta SCIM Client 1.0.0","X-Request-Id":"7"}`).
		Has("results.0.request_body", `{"schemas":["urn:x"],"userName":"`+masked+`","name":{"givenName":"M***t","familyName":"**"},"emails":[{"value":"`+masked+`","type":"work"}],"externalId":"00u1","active":true}`).
		Has("results.0.response_body", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"`+id+`","userName":"`+masked+`","name":{"givenName":"M***t","familyName":"**"},"emails":[{"value":"`+masked+`","primary":true}],"active":true,"meta":{"resourceType":"User","location":"`+p.Base+`Users/`+id+`"},"displayName":"M***i","groups":[]}`)
	scimLog(f, "?search="+url.QueryEscape(email)).Has("count", "1")
	scimLog(f, "?search=Margaret").Has("count", "1")
	scimLog(f, "?after=2026-03-01T12:00:00Z&status_min=201&status_max=201").Has("count", "1")
}

func TestSCIMLogOfEveryKindOfRequest(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	group := newGroup(p, "Logged")
	for _, c := range []struct {
		name, method, path, body string
		want                     map[string]string
	}{
		{"a filter", "GET", `Users?filter=userName+eq+%22margaret%40x.example%22&count=1`, "", map[string]string{
			"request_path": mocktest.Quote(p.Base + "Users?filter=userName+eq+%22m***t%40x.example%22&count=1"), "request_body": "null", "response_status": "200"}},
		{"a filter that is nothing", "GET", "Users?filter=%zz&x=%22a%22", "", map[string]string{"request_path": mocktest.Quote(p.Base + "Users?filter=&x=%22a%22")}},
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
			f.T = t
			before := scimLog(f, "").Get("count").Int()
			p.Send(c.method, c.path, c.body)
			list := scimLog(f, "").Has("count", fmt.Sprint(before+1))
			for field, want := range c.want {
				list.Has("results.0."+field, want)
			}
		})
	}
}

func TestSCIMLogNamesTheProvider(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	for agent, want := range map[string]string{
		"Okta SCIM Client 1.0.0": "okta", "Microsoft Entra ID": "entra_id", "microsoft-azure": "entra_id", "Google-Auto-Provisioning": "google",
		"OneLogin SCIM/2.1": "onelogin", "curl/8": "other", "": "other",
	} {
		p.And("User-Agent", agent).Get("Schemas").Status(200)
		scimLog(f, "").Has("results.0.identity_provider", mocktest.Quote(want))
	}
}

func TestSCIMLogRetention(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	p.Get("Schemas").Status(200)
	advance := func(d time.Duration) {
		f.Anonymous().Post("/_understudy/clock", fmt.Sprintf(`{"advance": %q}`, d)).Status(200)
	}
	mine := "?after=2026-03-01T12:00:00Z"
	scimLog(f, mine).Has("count", "1")
	advance(180 * 24 * time.Hour)
	scimLog(f, mine).Has("count", "1")
	scimLog(f, "").Has("count", "1") // what the world began with is older
	advance(time.Second)
	scimLog(f, mine).Has("count", "0")
	scimLog(f, "").Bytes(200, `{"count":0,"next":null,"previous":null,"results":[]}`)
	p.Get("Schemas").Status(200)
	scimLog(f, "").Has("count", "1")
	f.Anonymous().Post("/_understudy/reset", "").Status(204)
	NewWithT(t).Expect(scimLog(f, "").Get("count").Int()).To(BeNumerically(">", 40), "reset brings the log back")
	scimLog(f, mine).Has("count", "0")
}

func TestSCIMLogDuration(t *testing.T) {
	now := mocktest.Epoch
	clock := mock.ClockFunc(func() time.Time { now = now.Add(7 * time.Millisecond); return now })
	f := mocktest.New(t, mock.WithClock(clock))
	f.Provider().Get("Schemas").Status(200)
	scimLog(f, "?after=2026-03-01T12:00:00Z").Has("results.0.duration_ms", "7")
}

func TestSCIMLogGoesWithItsDomain(t *testing.T) {
	f := mocktest.New(t)
	domain := f.NewVerifiedDomain("people.example.com")
	path := f.Org("domains", domain)
	token := f.As("admin").Patch(path, `{"scim_enabled": true}`).Status(200).Get("scim_bearer_token").String()
	f.ProviderOf(domain, token).Get("Users").Status(200)
	f.Session("admin").Get(path+"scim/logs/").Has("count", "1")
	f.Session("admin").Get(f.Org("domains", f.Known("known.scim.domain_id"), "scim", "logs")+"?after=2026-03-01T12:00:00Z").Has("count", "0")
	f.As("admin").Delete(path).Status(204)
	f.Session("admin").Get(path + "scim/logs/").Missing("Not found.")
}
