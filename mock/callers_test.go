package mock_test

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

func TestWhereAKeyIsFound(t *testing.T) {
	f := mocktest.New(t)
	key := f.Known("credentials.admin.personal_api_key")
	path := f.Org("invites")
	const invalid = "Personal API key found in request "
	for _, header := range []string{"Bearer " + key, "Bearer   " + key + " ", "Bearer\t" + key} {
		f.With("Authorization", header).Get(path).Status(200)
	}
	for _, header := range []string{"", "bearer " + key, "Token " + key, "Basic " + key, key, "Bearer", "Bearer ", "Bearer x"} {
		f.With("Authorization", header).Get(path).Unauthenticated("not_authenticated", noCredentials)
	}
	f.Anonymous().Get(path + "?personal_api_key=" + key).Status(200)
	f.Anonymous().Get(path+"?personal_api_key=phx_wrong").Unauthenticated("authentication_failed", invalid+"query string is invalid.")
	f.Anonymous().Post(path, `{"target_email": "k@example.com", "personal_api_key": "`+key+`"}`).Status(201)
	f.Anonymous().Form(path, "target_email=k2@example.com&personal_api_key="+key).Status(201)
	f.Anonymous().Post(path, `{"personal_api_key": "phx_wrong"}`).Unauthenticated("authentication_failed", invalid+"body is invalid.")
	f.With("Authorization", "Bearer phx_wrong").Get(path+"?personal_api_key="+key).
		Unauthenticated("authentication_failed", invalid+"Authorization header is invalid.")
	f.With("Authorization", "Token phx_wrong").Get(path + "?personal_api_key=" + key).Status(200)
	f.Anonymous().Post(path, `{`).Unauthenticated("not_authenticated", noCredentials)
	f.With("Cookie", "sessionid=unknown").Get(path).Unauthenticated("not_authenticated", noCredentials)
}

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

func TestSessions(t *testing.T) {
	const notRecent = "This action requires you to be recently authenticated."
	f := mocktest.New(t)
	old := f.SessionOf("admin", 2*time.Hour+time.Second)
	for _, path := range []string{f.Org("domains"), f.Org("identity_provider_configs")} {
		old.Post(path, `{}`).Denied(notRecent)
		old.Get(path).Status(200)
		f.SessionOf("admin", 2*time.Hour-time.Second).Post(path, `{"domain": "x"}`)
	}
	old.Post(f.Org("domains", f.Known("known.verified_domain.id"), "verify"), "").Denied(notRecent)
	old.Post(f.Org("invites"), `{"target_email": "s@example.com"}`).Status(201)

	fresh := f.Session("admin")
	cookie := fresh.Header.Get("Cookie")
	sessionOnly, _, _ := strings.Cut(cookie, ";")
	body := `{"target_email": "s@example.com"}`
	f.With("Cookie", cookie).Get(f.Org("invites")).Status(200)
	f.With("Cookie", cookie).Post(f.Org("invites"), body).Denied("CSRF Failed: CSRF token missing.")
	f.With("Cookie", sessionOnly, "X-CSRFToken", "x").Post(f.Org("invites"), body).Denied("CSRF Failed: CSRF cookie not set.")
	f.With("Cookie", cookie, "X-CSRFToken", strings.Repeat("x", 32)).Post(f.Org("invites"), body).
		Denied("CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect.")
	fresh.And("Authorization", "Bearer phx_wrong").Get(f.Org("invites")).Status(401)
}

func TestLoginAndLogout(t *testing.T) {
	f := mocktest.New(t)
	email, password := f.Known("credentials.admin.email"), f.Known("credentials.admin.password")
	login := func(email, password string) *mocktest.Answer {
		return f.Anonymous().Post("/api/login/", `{"email": `+mocktest.Quote(email)+`, "password": `+mocktest.Quote(password)+`}`)
	}
	login(email, "wrong").Invalid("invalid_credentials", "Invalid email or password.", "")
	login("nobody@example.com", password).Invalid("invalid_credentials", "Invalid email or password.", "")
	login("", password).Invalid("blank", "This field may not be blank.", "email")
	f.Anonymous().Post("/api/login", `{}`).Invalid("required", "This field is required.", "email")

	in := login(strings.ToUpper(email), password).Bytes(200, `{"success":true}`)
	cookies := (&http.Response{Header: in.Header}).Cookies()
	if len(cookies) != 2 || cookies[0].Name != "sessionid" || !cookies[0].HttpOnly || cookies[1].Name != "posthog_csrftoken" {
		t.Fatalf("cookies: %v", cookies)
	}
	browser := f.With("Cookie", cookies[0].Name+"="+cookies[0].Value+"; "+cookies[1].Name+"="+cookies[1].Value)
	browser.Get("/api/users/@me/").Status(200).Has("email", mocktest.Quote(email))
	browser.Post("/logout", "").Denied("CSRF Failed: CSRF token missing.")
	out := browser.And("X-CSRFToken", cookies[1].Value).Post("/logout", "").Status(http.StatusFound)
	if out.Header.Get("Location") != "/login" {
		t.Errorf("Location: %q", out.Header.Get("Location"))
	}
	browser.Get("/api/users/@me/").Unauthenticated("not_authenticated", noCredentials)
}
