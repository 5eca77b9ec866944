package mock_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"
)

const control = "/_understudy"

// browsable are the lists that an organization has, as in the API.
var browsable = []string{"domains", "identity_provider_configs", "integrations", "invites", "members", "roles", "projects"}

func TestBrowsingAnOrganization(t *testing.T) {
	f := newFake(t)
	f.newRole("Gardeners")
	f.newDomain("new.example.com")
	counts := f.anonymous().get(control + "/organizations/hedgerow-works").status(200)
	for _, list := range browsable {
		t.Run(list, func(t *testing.T) {
			f.t = t
			g := NewWithT(t)
			api := f.session("owner").get(f.org(list) + "?limit=1000").status(200)
			all := f.anonymous().get(control + "/organizations/hedgerow-works/" + list).status(200)
			all.has("count", api.get("count").Raw)
			g.Expect(counts.get("counts." + list).Raw).To(Equal(api.get("count").Raw))
			g.Expect(all.get("results.#.id").Raw).To(Equal(api.get("results.#.id").Raw), "the API's order")

			second := f.anonymous().get(control + "/organizations/" + f.known("organization.id") + "/" + list + "?offset=1&limit=1").status(200)
			second.has("count", all.get("count").Raw).has("results.#", "1").has("results.0", all.get("results.1").Raw)
			f.anonymous().get(control+"/organizations/hedgerow-works/"+list+"?offset=1000").status(200).has("results", "[]")
			f.anonymous().get(control+"/organizations/nowhere/"+list).status(404).has("understudy", `"no_such_organization"`)
			f.anonymous().get(control + "/organizations/01900000-0001-7000-8000-00000000dead/" + list).status(404)
		})
	}
}

func TestBrowsingRefusesPagesThatCannotBe(t *testing.T) {
	f := newFake(t)
	for _, path := range []string{"/organizations", "/users", "/organizations/hedgerow-works/domains"} {
		for _, query := range []string{"offset=-1", "offset=x", "limit=0", "limit=-1", "limit=1001", "limit=", "limit=1.5", "limit=99999999999999999999"} {
			t.Run(path+"?"+query, func(t *testing.T) {
				f.t = t
				f.anonymous().get(control+path+"?"+query).status(400).has("understudy", `"invalid_query"`)
			})
		}
	}
}

func TestBrowsingOrganizations(t *testing.T) {
	f := newFake(t)
	list := f.anonymous().get(control+"/organizations").status(200).has("count", "3").
		has("results.#.slug", `["hedgerow-works","orchard-ltd","bare-acre"]`)
	f.as("admin").post(f.org("domains"), `{"domain": "new.example.com"}`).status(201)
	before := list.get("results.0.counts.domains").Int()
	NewWithT(t).Expect(f.anonymous().get(control + "/organizations").get("results.0.counts.domains").Int()).To(Equal(before + 1))
	f.anonymous().get(control+"/organizations?offset=2&limit=5").status(200).has("count", "3").has("results.#.slug", `["bare-acre"]`)

	f.with(inSandbox, "elsewhere").and("Understudy-World", "empty").get(control+"/organizations").status(200).has("results.#.slug", `["empty"]`)
}

// TestBrowsingShowsWhatTheAPIDoes: where both show something, they agree.
func TestBrowsingShowsWhatTheAPIDoes(t *testing.T) {
	f := newFake(t)
	f.as("admin").post(f.org("invites"), `{"target_email": "new@example.com", "message": "Hello"}`).status(201)
	f.as("member").get("/api/users/@me/").status(200)
	f.anonymous().post("/api/login/", `{"email": "member@hedgerow.example", "password": "understudy-member"}`).status(200)
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
			f.t = t
			g := NewWithT(t)
			api := f.session("owner").get(f.org(list) + "?limit=1000").status(200)
			all := f.anonymous().get(control + "/organizations/hedgerow-works/" + list).status(200)
			for _, field := range strings.Fields(fields) {
				g.Expect(json.RawMessage(all.get("results.#."+field).Raw)).To(MatchJSON(api.get("results.#."+field).Raw), field)
			}
		})
	}
}

func TestWhatOnlyTheBrowserShows(t *testing.T) {
	f := newFake(t)
	role := f.newRole("Gardeners")
	f.as("admin").patch(in(f.known("organization.id")), `{"default_role_id": "`+role+`"}`).status(200)
	f.newMember("new@example.com", "hedgerow-works", "8")
	f.anonymous().post(control+"/members", `{"email": "unarmed@example.com", "organization": "hedgerow-works"}`).status(201)
	const path = control + "/organizations/hedgerow-works/"
	f.anonymous().get(path+"domains").status(200).
		has(`results.#(domain=="hedgerow.example").txt_name`, `"_posthog-challenge.hedgerow.example"`)
	f.anonymous().get(path+"identity_provider_configs").status(200).
		has(`results.#(name=="Okta production").domains`, `["hedgerow.example"]`).has(`results.#(name=="Draft").domains`, "[]")
	f.anonymous().get(path+"integrations").status(200).
		has("results.0.environment_mapping", `{"production":1,"preview":2,"development":2}`).has("results.1.environment_mapping", "null").
		has("results.0.created_by", `"owner@hedgerow.example"`).has("results.0.has_access_token", "true").has("results.0.upstream", `"up"`)
	f.anonymous().get(path+"invites").status(200).
		has(`results.#(target_email=="pending.one@example.com").expires_at`, `"2026-03-04T10:00:00Z"`).
		has(`results.#(target_email=="pending.one@example.com").created_by`, `"admin@hedgerow.example"`).
		has(`results.#(target_email=="pending.one@example.com").link`, `"http://fake.test/signup/01900000-0007-7000-8000-000000000001"`)
	f.anonymous().get(path+"members").status(200).
		has(`results.#(email=="new@example.com").roles`, `["Gardeners"]`).has(`results.#(email=="new@example.com").has_password`, "true").
		has(`results.#(email=="unarmed@example.com").has_password`, "false").has(`results.#(email=="admin@hedgerow.example").roles`, `["Engineering"]`)
	f.anonymous().get(path+"roles").status(200).
		has(`results.#(name=="Gardeners").members`, `["new@example.com","unarmed@example.com"]`).has(`results.#(name=="Gardeners").is_default`, "true")
	f.anonymous().get(path+"projects").status(200).
		has(`results.#(name=="Skunkworks").private`, "true").has(`results.#(name=="Skunkworks").grants`, `[{"email":"owner@hedgerow.example","level":"admin"}]`)
}

func TestLinksOfTheBrowserKeepTheSandbox(t *testing.T) {
	f := newFake(t)
	list := f.anonymous().get("/_sandbox/a/_understudy/organizations/hedgerow-works/invites").status(200)
	NewWithT(t).Expect(list.get("results.0.link").String()).To(HavePrefix("http://fake.test/_sandbox/a/signup/"))
}

func TestBrowsingUsers(t *testing.T) {
	f := newFake(t)
	f.newMember("new@example.com", "bare-acre", "1")
	f.anonymous().post(control+"/members", `{"email": "nobody@example.com"}`).status(201)
	list := f.anonymous().get(control+"/users").status(200).
		has(`results.#(email=="new@example.com").organizations.#.slug`, `["bare-acre"]`).
		has(`results.#(email=="admin@hedgerow.example").organizations.#.level`, "[8,8]").
		has(`results.#(email=="admin@hedgerow.example").current_organization`, quote(f.known("organization.id"))).
		has(`results.#(email=="admin@hedgerow.example").has_password`, "true").
		has(`results.#(email=="nobody@example.com").has_password`, "false").has(`results.#(email=="nobody@example.com").organizations`, "[]").has(`results.#(email=="nobody@example.com").current_organization`, "null")
	NewWithT(t).Expect(string(list.body)).NotTo(ContainSubstring("understudy-admin"), "no password is shown")
}

func TestKeyValuesAreShownWhenAskedFor(t *testing.T) {
	f := newFake(t)
	value := f.known("credentials.admin.personal_api_key")
	const path = control + "/keys"
	hidden := f.anonymous().get(path).status(200)
	g := NewWithT(t)
	g.Expect(string(hidden.body)).NotTo(ContainSubstring("phx_"))
	g.Expect(string(f.anonymous().get(path + "?values=false").status(200).body)).To(Equal(string(hidden.body)))

	shown := f.anonymous().get(path + "?values=true").status(200)
	g.Expect(shown.get("keys.#.value").String()).To(ContainSubstring(value))
	g.Expect(shown.header.Get("Cache-Control")).To(Equal("no-store"))
	g.Expect(shown.get("keys.#.id").Raw).To(Equal(hidden.get("keys.#.id").Raw))

	f.anonymous().get(path+"?values=yes").status(400).has("understudy", `"invalid_query"`)
	f.with("Sec-Fetch-Site", "same-origin").get(path + "?values=true").status(200)
	for _, site := range []string{"cross-site", "same-site"} {
		refused := f.with("Sec-Fetch-Site", site).get(path+"?values=true").status(http.StatusForbidden).has("understudy", `"cross_origin"`)
		g.Expect(string(refused.body)).NotTo(ContainSubstring("phx_"))
	}
}

// TestControlAnswersAreDocumented holds what the control plane shows against its
// document: a property that is not in it fails.
func TestControlAnswersAreDocumented(t *testing.T) {
	document, err := openapi3.NewLoader().LoadFromFile("../spec/control.yaml")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	f := newFake(t)
	role := f.newRole("Gardeners")
	f.as("admin").patch(in(f.known("organization.id")), `{"default_role_id": "`+role+`"}`).status(200)
	f.newMember("new@example.com", "hedgerow-works", "8")
	one := func(list string) string {
		return f.anonymous().get(control + "/organizations/hedgerow-works/" + list).get("results.0.id").String()
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
			f.t = t
			g := NewWithT(t)
			path := strings.ReplaceAll(strings.ReplaceAll(tc.path, "{id}", tc.id), "{email}", "new@example.com")
			answer := f.anonymous().do(tc.method, control+path, "application/json", tc.body).status(200)
			var value any
			g.Expect(json.Unmarshal(answer.body, &value)).To(Succeed())
			schema := document.Paths.Value(tc.path).GetOperation(tc.method).Responses.Value("200").Value.Content["application/json"].Schema
			g.Expect(schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse())).To(Succeed())
			g.Expect(undocumented("", schema, value)).To(BeEmpty())
		})
	}
}

// undocumented are the properties of a value that its schema does not name.
func undocumented(at string, schema *openapi3.SchemaRef, value any) (missing []string) {
	switch value := value.(type) {
	case []any:
		if schema.Value.Items == nil {
			return nil
		}
		for _, item := range value {
			missing = append(missing, undocumented(at+"[]", schema.Value.Items, item)...)
		}
	case map[string]any:
		if extra := schema.Value.AdditionalProperties; extra.Schema != nil || extra.Has != nil && *extra.Has {
			return nil
		}
		known := openapi3.Schemas{}
		for _, part := range append(openapi3.SchemaRefs{schema}, schema.Value.AllOf...) {
			for name, property := range part.Value.Properties {
				known[name] = property
			}
		}
		if len(known) == 0 {
			return nil // any object
		}
		for name, inner := range value {
			if known[name] == nil {
				missing = append(missing, at+"."+name)
				continue
			}
			missing = append(missing, undocumented(at+"."+name, known[name], inner)...)
		}
	}
	return missing
}
