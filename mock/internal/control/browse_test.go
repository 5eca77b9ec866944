package control_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
	"github.com/understudy-dev/understudy/spec"
)

const control = "/_understudy"

// browsable are the lists that an organization has, as in the API.
var browsable = []string{"domains", "identity_provider_configs", "integrations", "invites", "members", "roles", "projects"}

func TestBrowsingAnOrganization(t *testing.T) {
	f := mocktest.New(t)
	f.NewRole("Gardeners")
	f.NewDomain("new.example.com")
	counts := f.Anonymous().Get(control + "/organizations/hedgerow-works").Status(200)
	for _, list := range browsable {
		t.Run(list, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			api := f.Session("owner").Get(f.Org(list) + "?limit=1000").Status(200)
			all := f.Anonymous().Get(control + "/organizations/hedgerow-works/" + list).Status(200)
			all.Has("count", api.Get("count").Raw)
			g.Expect(counts.Get("counts." + list).Raw).To(Equal(api.Get("count").Raw))
			g.Expect(all.Get("results.#.id").Raw).To(Equal(api.Get("results.#.id").Raw), "the API's order")

			second := f.Anonymous().Get(control + "/organizations/" + f.Known("organization.id") + "/" + list + "?offset=1&limit=1").Status(200)
			second.Has("count", all.Get("count").Raw).Has("results.#", "1").Has("results.0", all.Get("results.1").Raw)
			f.Anonymous().Get(control+"/organizations/hedgerow-works/"+list+"?offset=1000").Status(200).Has("results", "[]")
			f.Anonymous().Get(control+"/organizations/nowhere/"+list).Status(404).Has("understudy", `"no_such_organization"`)
			f.Anonymous().Get(control + "/organizations/01900000-0001-7000-8000-00000000dead/" + list).Status(404)
		})
	}
}

func TestBrowsingRefusesPagesThatCannotBe(t *testing.T) {
	f := mocktest.New(t)
	for _, path := range []string{"/organizations", "/users", "/organizations/hedgerow-works/domains"} {
		for _, query := range []string{"offset=-1", "offset=x", "limit=0", "limit=-1", "limit=1001", "limit=", "limit=1.5", "limit=99999999999999999999"} {
			t.Run(path+"?"+query, func(t *testing.T) {
				f.T = t
				f.Anonymous().Get(control+path+"?"+query).Status(400).Has("understudy", `"invalid_query"`)
			})
		}
	}
}

func TestBrowsingOrganizations(t *testing.T) {
	f := mocktest.New(t)
	list := f.Anonymous().Get(control+"/organizations").Status(200).Has("count", "3").
		Has("results.#.slug", `["hedgerow-works","orchard-ltd","bare-acre"]`)
	f.As("admin").Post(f.Org("domains"), `{"domain": "new.example.com"}`).Status(201)
	before := list.Get("results.0.counts.domains").Int()
	NewWithT(t).Expect(f.Anonymous().Get(control + "/organizations").Get("results.0.counts.domains").Int()).To(Equal(before + 1))
	f.Anonymous().Get(control+"/organizations?offset=2&limit=5").Status(200).Has("count", "3").Has("results.#.slug", `["bare-acre"]`)

	f.With(mocktest.SandboxHeader, "elsewhere").And("Understudy-World", "empty").Get(control+"/organizations").Status(200).Has("results.#.slug", `["empty"]`)
}

// TestBrowsingShowsWhatTheAPIDoes: where both show something, they agree.
func TestBrowsingShowsWhatTheAPIDoes(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").Post(f.Org("invites"), `{"target_email": "new@example.com", "message": "Hello"}`).Status(201)
	f.As("member").Get("/api/users/@me/").Status(200)
	f.Anonymous().Post("/api/login/", `{"email": "member@hedgerow.example", "password": "understudy-member"}`).Status(200)
	for list, fields := range map[string]string{
		"domains": `domain is_verified verified_at verification_challenge jit_provisioning_enabled sso_enforcement
			identity_provider_config has_saml has_scim has_id_jag scim_enabled scim_base_url`,
		"identity_provider_configs": "name created_at has_saml has_scim has_id_jag scim_enabled",
		"integrations":              "kind integration_id config created_at",
		"invites":                   "target_email first_name level message is_expired",
		"members":                   "level",
		"roles":                     "name is_default",
		"projects":                  "uuid name api_token timezone",
	} {
		t.Run(list, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			api := f.Session("owner").Get(f.Org(list) + "?limit=1000").Status(200)
			all := f.Anonymous().Get(control + "/organizations/hedgerow-works/" + list).Status(200)
			for field := range strings.FieldsSeq(fields) {
				g.Expect(json.RawMessage(all.Get("results.#."+field).Raw)).To(MatchJSON(api.Get("results.#."+field).Raw), field)
			}
		})
	}
}

func TestWhatOnlyTheBrowserShows(t *testing.T) {
	f := mocktest.New(t)
	role := f.NewRole("Gardeners")
	f.As("admin").Patch(mocktest.Org(f.Known("organization.id")), `{"default_role_id": "`+role+`"}`).Status(200)
	f.NewMember("new@example.com", "hedgerow-works", "8")
	f.Anonymous().Post(control+"/members", `{"email": "unarmed@example.com", "organization": "hedgerow-works"}`).Status(201)
	const path = control + "/organizations/hedgerow-works/"
	f.Anonymous().Get(path+"domains").Status(200).
		Has(`results.#(domain=="hedgerow.example").txt_name`, `"_posthog-challenge.hedgerow.example"`)
	f.Anonymous().Get(path+"identity_provider_configs").Status(200).
		Has(`results.#(name=="Okta production").domains`, `["hedgerow.example"]`).Has(`results.#(name=="Draft").domains`, "[]")
	f.Anonymous().Get(path+"integrations").Status(200).
		Has("results.0.environment_mapping", `{"production":1,"preview":2,"development":2}`).Has("results.1.environment_mapping", "null").
		Has("results.0.created_by", `"owner@hedgerow.example"`).Has("results.0.has_access_token", "true").Has("results.0.upstream", `"up"`)
	f.Anonymous().Get(path+"invites").Status(200).
		Has(`results.#(target_email=="pending.one@example.com").expires_at`, `"2026-03-04T10:00:00Z"`).
		Has(`results.#(target_email=="pending.one@example.com").created_by`, `"admin@hedgerow.example"`).
		Has(`results.#(target_email=="pending.one@example.com").link`, `"http://fake.test/signup/01900000-0007-7000-8000-000000000001"`)
	f.Anonymous().Get(path+"members").Status(200).
		Has(`results.#(email=="new@example.com").roles`, `["Gardeners"]`).Has(`results.#(email=="new@example.com").has_password`, "true").
		Has(`results.#(email=="unarmed@example.com").has_password`, "false").Has(`results.#(email=="admin@hedgerow.example").roles`, `["Engineering"]`)
	f.Anonymous().Get(path+"roles").Status(200).
		Has(`results.#(name=="Gardeners").members`, `["new@example.com","unarmed@example.com"]`).Has(`results.#(name=="Gardeners").is_default`, "true")
	f.Anonymous().Get(path+"projects").Status(200).
		Has(`results.#(name=="Skunkworks").private`, "true").Has(`results.#(name=="Skunkworks").grants`, `[{"email":"owner@hedgerow.example","level":"admin"}]`)
}

func TestLinksOfTheBrowserKeepTheSandbox(t *testing.T) {
	f := mocktest.New(t)
	list := f.Anonymous().Get("/_sandbox/a/_understudy/organizations/hedgerow-works/invites").Status(200)
	NewWithT(t).Expect(list.Get("results.0.link").String()).To(HavePrefix("http://fake.test/_sandbox/a/signup/"))
}

func TestBrowsingUsers(t *testing.T) {
	f := mocktest.New(t)
	f.NewMember("new@example.com", "bare-acre", "1")
	f.Anonymous().Post(control+"/members", `{"email": "nobody@example.com"}`).Status(201)
	list := f.Anonymous().Get(control+"/users").Status(200).
		Has(`results.#(email=="new@example.com").organizations.#.slug`, `["bare-acre"]`).
		Has(`results.#(email=="admin@hedgerow.example").organizations.#.level`, "[8,8]").
		Has(`results.#(email=="admin@hedgerow.example").current_organization`, mocktest.Quote(f.Known("organization.id"))).
		Has(`results.#(email=="admin@hedgerow.example").has_password`, "true").
		Has(`results.#(email=="nobody@example.com").has_password`, "false").Has(`results.#(email=="nobody@example.com").organizations`, "[]").Has(`results.#(email=="nobody@example.com").current_organization`, "null")
	NewWithT(t).Expect(string(list.Body)).NotTo(ContainSubstring("understudy-admin"), "no password is shown")
}

func TestKeyValuesAreShownWhenAskedFor(t *testing.T) {
	f := mocktest.New(t)
	value := f.Known("credentials.admin.personal_api_key")
	const path = control + "/keys"
	hidden := f.Anonymous().Get(path).Status(200)
	g := NewWithT(t)
	g.Expect(string(hidden.Body)).NotTo(ContainSubstring("phx_"))
	g.Expect(string(f.Anonymous().Get(path + "?values=false").Status(200).Body)).To(Equal(string(hidden.Body)))

	shown := f.Anonymous().Get(path + "?values=true").Status(200)
	g.Expect(shown.Get("keys.#.value").String()).To(ContainSubstring(value))
	g.Expect(shown.Header.Get("Cache-Control")).To(Equal("no-store"))
	g.Expect(shown.Get("keys.#.id").Raw).To(Equal(hidden.Get("keys.#.id").Raw))

	f.Anonymous().Get(path+"?values=yes").Status(400).Has("understudy", `"invalid_query"`)
	f.With("Sec-Fetch-Site", "same-origin").Get(path + "?values=true").Status(200)
	for _, site := range []string{"cross-site", "same-site"} {
		refused := f.With("Sec-Fetch-Site", site).Get(path+"?values=true").Status(http.StatusForbidden).Has("understudy", `"cross_origin"`)
		g.Expect(string(refused.Body)).NotTo(ContainSubstring("phx_"))
	}
}

// TestControlAnswersAreDocumented holds what the control plane shows against its
// document: a property that is not in it fails.
func TestControlAnswersAreDocumented(t *testing.T) {
	document, err := openapi3.NewLoader().LoadFromData(spec.ControlOpenAPI())
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	f := mocktest.New(t)
	role := f.NewRole("Gardeners")
	f.As("admin").Patch(mocktest.Org(f.Known("organization.id")), `{"default_role_id": "`+role+`"}`).Status(200)
	f.NewMember("new@example.com", "hedgerow-works", "8")
	one := func(list string) string {
		return f.Anonymous().Get(control + "/organizations/hedgerow-works/" + list).Get("results.0.id").String()
	}
	for _, tc := range []struct{ method, path, id, body string }{
		{"GET", "/organizations", "", ""},
		{"GET", "/organizations/{id}", "hedgerow-works", ""},
		{"PATCH", "/organizations/{id}", "hedgerow-works", `{"feature": {"scim": false}}`},
		{"GET", "/organizations/{id}/domains", "hedgerow-works", ""},
		{"GET", "/organizations/{id}/identity_provider_configs", "hedgerow-works", ""},
		{"GET", "/organizations/{id}/integrations", "hedgerow-works", ""},
		{"GET", "/organizations/{id}/invites", "hedgerow-works", ""},
		{"GET", "/organizations/{id}/members", "hedgerow-works", ""},
		{"GET", "/organizations/{id}/roles", "hedgerow-works", ""},
		{"GET", "/organizations/{id}/projects", "hedgerow-works", ""},
		{"GET", "/users", "", ""},
		{"GET", "/keys", "", ""},
		{"GET", "/rate-limits", "", ""},
		{"PUT", "/rate-limits", "", `{"mode": "observe"}`},
		{"GET", "/domains/{id}", one("domains"), ""},
		{"PATCH", "/domains/{id}", one("domains"), `{"verified": true, "scim_enabled": true}`},
		{"GET", "/integrations/{id}", one("integrations"), ""},
		{"PATCH", "/integrations/{id}", one("integrations"), `{"upstream": "down"}`},
		{"GET", "/invites/{id}", one("invites"), ""},
		{"PATCH", "/invites/{id}", one("invites"), `{"expired": true}`},
		{"PATCH", "/members/{email}", "", `{"organization": "hedgerow-works", "level": 1}`},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			path := strings.ReplaceAll(strings.ReplaceAll(tc.path, "{id}", tc.id), "{email}", "new@example.com")
			answer := f.Anonymous().Do(tc.method, control+path, "application/json", tc.body).Status(200)
			var value any
			g.Expect(json.Unmarshal(answer.Body, &value)).To(Succeed())
			schema := document.Paths.Value(tc.path).GetOperation(tc.method).Responses.Value("200").Value.Content["application/json"].Schema
			g.Expect(schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse())).To(Succeed())
			g.Expect(mocktest.Undocumented("", schema, value)).To(BeEmpty())
		})
	}
}
