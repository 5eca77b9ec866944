package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const (
	noCredentials = "Authentication credentials were not provided."
	noKeyAccess   = "This action does not support personal API key access"
	lowLevel      = "Your organization access level is insufficient."
	noPermission  = "You do not have permission to perform this action."
)

func TestScopes(t *testing.T) {
	f := mocktest.New(t)
	missing := func(scope string) string { return "API key missing required scope '" + scope + "'" }
	domains, configs, integrations, invites := f.Org("domains"), f.Org("identity_provider_configs"), f.Org("integrations"), f.Org("invites")
	for _, tc := range []struct{ name, role, method, path, body, scope string }{
		{"read domains", "unrelated_scope", "GET", domains, "", "organization:read"},
		{"read configs", "unrelated_scope", "GET", configs, "", "organization:read"},
		{"read integrations", "unrelated_scope", "GET", integrations, "", "organization_integration:read"},
		{"read invites", "unrelated_scope", "GET", invites, "", "organization_member:read"},
		{"options", "unrelated_scope", "OPTIONS", domains, "", "organization:read"},
		{"write domains", "read_scopes", "POST", domains, `{}`, "organization:write"},
		{"change a domain", "read_scopes", "PATCH", domains + "x/", `{}`, "organization:write"},
		{"delete a config", "read_scopes", "DELETE", configs + "x/", "", "organization:write"},
		{"delete an integration", "read_scopes", "DELETE", integrations + "x/", "", "organization_integration:write"},
		{"invite", "read_scopes", "POST", invites, `{}`, "organization_member:write"},
		{"patch a collection", "read_scopes", "PATCH", domains, `{}`, "organization:write"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.As(tc.role).Do(tc.method, tc.path, "application/json", tc.body).Denied(missing(tc.scope))
		})
	}
	f.T = t
	f.As("write_scopes").Get(domains).Status(200) // writing includes reading
	f.As("write_scopes").Post(domains, `{}`).Status(400)
	f.As("read_scopes").Get(integrations).Status(200)
}

// Where invites are written, the key is looked at last.
func TestScopeOfInviteWritesComesLast(t *testing.T) {
	const scope = "API key missing required scope 'organization_member:write'"
	f := mocktest.New(t)
	keyOf := func(role, fields string) *mocktest.Caller {
		body := `{"user": "` + f.Known("credentials."+role+".email") + `", ` + fields + `}`
		return f.With("Authorization", "Bearer "+f.Anonymous().Post("/_understudy/keys", body).Status(http.StatusCreated).Get("value").String())
	}
	const reads, toProject, elsewhere = `"scopes": ["organization:read"]`, `"projects": [1]`, `"organizations": ["01900000-0001-7000-8000-000000000002"]`
	for _, tc := range []struct{ name, role, key, denied string }{
		{"a stranger", "outsider", reads, noPermission},
		{"a member", "member", reads, scope},
		{"an administrator", "admin", reads, scope},
		{"a stranger's key for a project", "outsider", toProject, noPermission},
		{"an administrator's key for a project", "admin", toProject, "API keys with scoped projects are only supported on project-based endpoints."},
		{"an administrator's key for another organization", "admin", elsewhere, "API key does not have access to the requested organization: ID " + f.Known("organization.id") + "."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			caller := keyOf(tc.role, tc.key)
			for _, path := range []string{f.Org("invites"), f.Org("invites", "bulk"), f.Org("invites", "delegate")} {
				caller.Post(path, `{`).Denied(tc.denied)
				caller.Post(strings.Replace(path, f.Known("organization.id"), "nothing", 1), `{`).Missing("Organization not found.")
			}
			withdrawal := tc.denied
			if tc.role == "member" {
				withdrawal = lowLevel
			}
			caller.Delete(f.Org("invites", "nothing")).Denied(withdrawal)
		})
	}
	f.T = t
	keyOf("outsider", reads).Get(f.Org("invites")).Denied("API key missing required scope 'organization_member:read'") // reading keeps the order
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"members_can_invite": false}`).Status(200)
	keyOf("member", reads).Post(f.Org("invites"), `{`).Denied(noPermission)
}

func TestActionsWithoutAScope(t *testing.T) {
	f := mocktest.New(t)
	domain := f.Org("domains", f.Known("known.verified_domain.id"))
	config := f.Org("identity_provider_configs", f.NewConfig(`{}`))
	integration := f.Org("integrations", f.Known("known.integrations.connectable"))
	relaxed := mocktest.New(t, mock.WithPersonalKeysEverywhere())
	for _, tc := range []struct{ name, method, path string }{
		{"verify", "POST", domain + "verify/"},
		{"token of a domain", "POST", domain + "scim/token/"},
		{"logs", "GET", domain + "scim/logs/"},
		{"token of a config", "POST", config + "scim/token/"},
		{"environment mapping", "PATCH", integration + "environment-mapping/"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T, relaxed.T = t, t
			f.As("admin").Do(tc.method, tc.path, "", "").Denied(noKeyAccess)
			f.Session("admin").Do(tc.method, tc.path, "", "")
			if got := relaxed.As("admin").Do(tc.method, tc.path, "", ""); got.Code == http.StatusForbidden {
				got.Fail("want a key to be accepted everywhere")
			}
		})
	}
}

func TestMethodsThatAreNotThere(t *testing.T) {
	f := mocktest.New(t)
	for _, tc := range []struct{ method, path, allow string }{
		{"DELETE", f.Org("domains"), "GET, POST, HEAD, OPTIONS"},
		{"PUT", f.Org("invites"), "GET, POST, HEAD, OPTIONS"},
		{"POST", f.Org("domains", "x"), "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
		{"GET", f.Org("invites", "x"), "DELETE, OPTIONS"},
		{"PATCH", f.Org("invites", "x"), "DELETE, OPTIONS"},
		{"POST", f.Org("integrations"), "GET, HEAD, OPTIONS"},
		{"GET", f.Org("domains", "x", "verify"), "POST, OPTIONS"},
		{"DELETE", f.Org("domains", "x", "scim", "logs"), "GET, HEAD, OPTIONS"},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			f.T = t
			got := f.Session("admin").Do(tc.method, tc.path, "", "").
				Refused(405, "invalid_request", "method_not_allowed", `Method "`+tc.method+`" not allowed.`, "")
			if allow := got.Header.Get("Allow"); allow != tc.allow {
				t.Errorf("Allow: %q, want %q", allow, tc.allow)
			}
			f.As("admin").Do(tc.method, tc.path, "", "").Denied(noKeyAccess)
		})
	}
	f.T = t
	f.As("admin").Patch(f.Org("domains"), `{}`).Refused(405, "invalid_request", "method_not_allowed", `Method "PATCH" not allowed.`, "")
	f.Session("member").Do("DELETE", f.Org("domains"), "", "").Denied(lowLevel)
}

func TestOrganizationInThePath(t *testing.T) {
	const unknown = "Organization not found."
	f := mocktest.New(t)
	other := "/api/organizations/" + f.Known("known.other_organization.id") + "/domains/"
	for _, id := range []string{"nope", "00000000-0000-4000-8000-000000000000", "@other"} {
		f.As("admin").Get("/api/organizations/" + id + "/domains/").Missing(unknown)
		f.Session("admin").Post("/api/organizations/"+id+"/domains/", `{}`).Missing(unknown)
		f.As("unrelated_scope").Get("/api/organizations/" + id + "/domains/").Denied("API key missing required scope 'organization:read'")
		f.As("project_only").Get("/api/organizations/" + id + "/domains/").Missing(unknown)
	}
	f.As("admin").Get("/api/organizations/@current/domains/").Status(200)
	f.As("admin").Get("/api/organizations/" + strings.ToUpper(f.Known("organization.id")) + "/domains/").Status(200)
	f.As("admin").Get(other).Denied(noPermission)
	f.Session("admin").Post(other, `{`).Denied(noPermission)
	f.As("outsider").Get(f.Org("domains")).Denied(noPermission)
	f.Anonymous().Get("/api/organizations/nope/domains/").Unauthenticated("not_authenticated", noCredentials)
}

func TestLimitedKeys(t *testing.T) {
	f := mocktest.New(t)
	f.As("project_only").Get(f.Org("domains")).Denied("API keys with scoped projects are only supported on project-based endpoints.")
	f.As("other_organization_only").Get(f.Org("domains")).
		Denied("API key does not have access to the requested organization: ID " + f.Known("organization.id") + ".")
	f.As("other_organization_only").Get("/api/organizations/@current/domains/").
		Denied("API key does not have access to the requested organization: ID " + f.Known("organization.id") + ".")
	f.As("project_only").Get("/api/users/@me/").Status(200)
}

func TestLevels(t *testing.T) {
	f := mocktest.New(t)
	domain := f.Org("domains", f.Known("known.verified_domain.id"))
	config := f.Org("identity_provider_configs", f.NewConfig(`{}`))
	integration := f.Org("integrations", f.Known("known.integrations.connectable"))
	for _, tc := range []struct{ method, path string }{
		{"POST", f.Org("domains")}, {"PUT", domain}, {"PATCH", domain}, {"DELETE", domain},
		{"POST", f.Org("identity_provider_configs")}, {"PUT", config}, {"PATCH", config}, {"DELETE", config},
		{"DELETE", integration},
	} {
		f.As("member").Do(tc.method, tc.path, "application/json", "{").Denied(lowLevel)
	}
	for _, path := range []string{domain, config, integration, f.Org("domains"), f.Org("identity_provider_configs"), f.Org("integrations"), f.Org("invites")} {
		f.As("member").Get(path).Status(200)
	}
	for _, path := range []string{domain + "verify/", domain + "scim/token/", config + "scim/token/"} {
		f.Session("member").Post(path, "").Denied(lowLevel)
	}
	f.Session("member").Get(domain + "scim/logs/").Denied("Only organization admins can view SCIM logs.")
	f.Session("member").Patch(integration+"environment-mapping/", "{").Denied(lowLevel)
}

func TestOrderOfChecks(t *testing.T) {
	f := mocktest.New(t)
	absent := f.Org("domains", "00000000-0000-4000-8000-000000000000")
	f.Anonymous().Patch(absent, `{`).Unauthenticated("not_authenticated", noCredentials)
	f.As("read_scopes").Patch(absent, `{`).Denied("API key missing required scope 'organization:write'")
	f.As("member").Patch(absent, `{`).Denied(lowLevel)
	f.SessionOf("admin", 3*time.Hour).Patch(absent, `{`).Denied("This action requires you to be recently authenticated.")
	f.As("admin").Patch(absent, `{`).Missing("Not found.")
	f.As("admin").Do("PATCH", absent, "text/plain", "x").Missing("Not found.")
}
