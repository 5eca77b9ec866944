package target_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

const minimal = `
name: staging
base_url: https://example.com/posthog/
organization: {id: 01900000-0001-7000-8000-000000000001}
credentials:
  admin: {personal_api_key: env:KEY}
`

func env(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}

func TestParse(t *testing.T) {
	g := NewWithT(t)
	p, err := target.Parse([]byte(minimal), "p.yaml", env(map[string]string{"KEY": "phx_secret"}))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(p.Credentials["admin"].PersonalAPIKey).To(Equal("phx_secret"))
	g.Expect(p.BaseURL).To(Equal("https://example.com/posthog"))
	json := `{"name": "j", "base_url": "http://127.0.0.1:8010", "organization": {"id": "01900000-0001-7000-8000-000000000001", "slug": "s"},
		"credentials": {"admin": {"session": {"cookie": "env:C", "csrf_token": "t"}}, "owner": {}},
		"known": {"projects": [1, 2], "integrations": {"unpaid": "x"}}, "limits": {"requests_per_minute": 480}}`
	p, err = target.Parse([]byte(json), "p.json", env(map[string]string{"C": "sessionid=1"}))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(p.Credentials["admin"].Session.Cookie).To(Equal("sessionid=1"))
	g.Expect(p.Known.Projects).To(Equal([]int{1, 2}))
	g.Expect(p.Limits.RequestsPerMinute).To(Equal(480))
}

func TestParseHeaders(t *testing.T) {
	g := NewWithT(t)
	p, err := target.Parse([]byte(minimal+"headers: {X-Gateway-Token: env:KEY, X-Stage: blue}\n"), "p.yaml", env(map[string]string{"KEY": "secret"}))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(p.Headers).To(Equal(map[string]string{"X-Gateway-Token": "secret", "X-Stage": "blue"}))
}

func TestParseRefuses(t *testing.T) {
	set := env(map[string]string{"KEY": "phx_secret"})
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "  \n", "the profile is empty"},
		{"an unknown field", minimal + "colour: blue\n", `unknown field "colour"`},
		{"a variable that is not set", strings.Replace(minimal, "env:KEY", "env:OTHER", 1), "credentials.admin.personal_api_key: the variable OTHER is not set"},
		{"no address", strings.Replace(minimal, "https://example.com/posthog/", "example.com", 1), "base_url: want an address"},
		{"no organization", strings.Replace(minimal, "01900000-0001-7000-8000-000000000001", "mine", 1), "organization.id: want a UUID"},
		{"an unknown role", minimal + "  boss: {}\n", "credentials.boss: no such role"},
		{"something that cannot be allowed", minimal + "allow: [everything]\n", `allow: "everything" is nothing that can be allowed; there is create_`},
		{"a header that cannot be", minimal + "headers: {'X Gateway': a}\n", `headers: "X Gateway" is no name of a header`},
		{"a header of the suite", minimal + "headers: {cookie: a}\n", "headers.cookie: the suite sets this one itself"},
		{"a header of two lines", minimal + "headers: {X-Gateway: \"phx_secret\\nb\"}\n", "headers.X-Gateway: the value has a character"},
		{"a header whose variable is not set", minimal + "headers: {X-Gateway: env:OTHER}\n", "headers.X-Gateway: the variable OTHER is not set"},
		{"no credential", strings.Replace(minimal, "{personal_api_key: env:KEY}", "{}", 1), "credentials: want at least one"},
		{"no YAML", "{", ""},
		{"a list", "[]", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := target.Parse([]byte(tc.text), "p.yaml", set)
			g.Expect(err).To(MatchError(And(HavePrefix("p.yaml: "), ContainSubstring(tc.want))))
		})
	}
}

// What is written wrongly is found by line, column and field, all of it at once.
func TestParseSaysWhere(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"fields and types", minimal + "colour: blue\nknwon: {}\nlimits: {requests_per_minute: often, requests_per_hour: [1]}\nknown: {vrified_domain: {}}\n",
			`p.yaml: 7:1: unknown field "colour": there are name, version, contact, revision, base_url, organization, credentials, known, disposable, control, control_token, hooks, allow, limits, mail, tls, headers
8:1: unknown field "knwon": did you mean known?
9:31: limits.requests_per_minute: must be a whole number, not text
9:57: limits.requests_per_hour: must be a whole number, not a list
10:9: known: unknown field "vrified_domain": did you mean verified_domain?`},
		{"a field twice", minimal + "name: again\n", "p.yaml: 7:1: name: is given twice, first on line 2: keep one of them"},
		{"variables", minimal + "  owner: {password: env:OTHER}\ncontrol_token: env:TOKEN\n",
			`p.yaml: 7:21: credentials.owner.password: the variable OTHER is not set; export it or write the value into the profile
8:16: control_token: the variable TOKEN is not set; export it or write the value into the profile`},
		{"what is checked", minimal + "  boss: {}\nallow: [create_users, x]\nheaders: {Cookie: a}\n",
			`p.yaml: 7:9: credentials.boss: no such role; there are admin, owner, member, outsider, read_scopes, write_scopes, unrelated_scope, other_organization_only, project_only
8:23: allow: "x" is nothing that can be allowed; there is create_organizations, create_projects, create_users, change_known
9:19: headers.Cookie: the suite sets this one itself; take it out`},
		{"a secret that starts with a star", minimal + "  owner: {password: *secret}\n", "p.yaml: 7:21: there is no such anchor: put a text that starts with * in quotes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := target.Parse([]byte(tc.text), "p.yaml", env(map[string]string{"KEY": "phx_secret"}))
			NewWithT(t).Expect(err).To(MatchError(tc.want))
		})
	}
}

// Programs write null for what they do not know, and people share credentials.
func TestParseAcceptsAllOfYAML(t *testing.T) {
	g := NewWithT(t)
	p, err := target.Parse([]byte(minimal+`  owner: &owner {email: owner@example.com, password: 007}
  member: *owner
  outsider: {<<: *owner, password: other}
known: {verified_domain: ~, projects: null}
limits: {requests_per_minute: "480"}
---
another: document
`), "p.yaml", env(map[string]string{"KEY": "phx_secret"}))
	g.Expect(err).NotTo(HaveOccurred())
	owner := target.Credential{Email: "owner@example.com", Password: "007"}
	g.Expect(p.Credentials).To(And(HaveKeyWithValue("owner", owner), HaveKeyWithValue("member", owner)))
	g.Expect(p.Credentials["outsider"]).To(Equal(target.Credential{Email: "owner@example.com", Password: "other"}))
	g.Expect(p.Known).To(Equal(target.Known{}))
	g.Expect(p.Limits.RequestsPerMinute).To(Equal(480))
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = target.Parse(data, "fuzz", env(nil))
	})
}
