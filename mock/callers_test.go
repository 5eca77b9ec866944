package mock_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/mock"
)

const (
	noCredentials = "Authentication credentials were not provided."
	noKeyAccess   = "This action does not support personal API key access"
	lowLevel      = "Your organization access level is insufficient."
	noPermission  = "You do not have permission to perform this action."
)

func (a *answer) unauthenticated(code, detail string) *answer {
	a.t.Helper()
	if got := a.header.Get("WWW-Authenticate"); got != "Bearer" {
		a.fail("want a challenge for Bearer, got %q", got)
	}
	return a.refused(http.StatusUnauthorized, "authentication_error", code, detail, "")
}

func TestWhereAKeyIsFound(t *testing.T) {
	f := newFake(t)
	key := f.known("credentials.admin.personal_api_key")
	path := f.org("invites")
	const invalid = "Personal API key found in request "
	for _, header := range []string{"Bearer " + key, "Bearer   " + key + " ", "Bearer\t" + key} {
		f.with("Authorization", header).get(path).status(200)
	}
	for _, header := range []string{"", "bearer " + key, "Token " + key, "Basic " + key, key, "Bearer", "Bearer ", "Bearer x"} {
		f.with("Authorization", header).get(path).unauthenticated("not_authenticated", noCredentials)
	}
	f.anonymous().get(path + "?personal_api_key=" + key).status(200)
	f.anonymous().get(path+"?personal_api_key=phx_wrong").unauthenticated("authentication_failed", invalid+"query string is invalid.")
	f.anonymous().post(path, `{"target_email": "k@example.com", "personal_api_key": "`+key+`"}`).status(201)
	f.anonymous().form(path, "target_email=k2@example.com&personal_api_key="+key).status(201)
	f.anonymous().post(path, `{"personal_api_key": "phx_wrong"}`).unauthenticated("authentication_failed", invalid+"body is invalid.")
	f.with("Authorization", "Bearer phx_wrong").get(path+"?personal_api_key="+key).
		unauthenticated("authentication_failed", invalid+"Authorization header is invalid.")
	f.with("Authorization", "Token phx_wrong").get(path + "?personal_api_key=" + key).status(200)
	f.anonymous().post(path, `{`).unauthenticated("not_authenticated", noCredentials)
	f.with("Cookie", "sessionid=unknown").get(path).unauthenticated("not_authenticated", noCredentials)
}

func TestScopes(t *testing.T) {
	f := newFake(t)
	missing := func(scope string) string { return "API key missing required scope '" + scope + "'" }
	domains, configs, integrations, invites := f.org("domains"), f.org("identity_provider_configs"), f.org("integrations"), f.org("invites")
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
			f.t = t
			f.as(tc.role).do(tc.method, tc.path, "application/json", tc.body).denied(missing(tc.scope))
		})
	}
	f.t = t
	f.as("write_scopes").get(domains).status(200) // writing includes reading
	f.as("write_scopes").post(domains, `{}`).status(400)
	f.as("read_scopes").get(integrations).status(200)
}

func TestActionsWithoutAScope(t *testing.T) {
	f := newFake(t)
	domain := f.org("domains", f.known("known.verified_domain.id"))
	config := f.org("identity_provider_configs", f.newConfig(`{}`))
	integration := f.org("integrations", f.known("known.integrations.connectable"))
	relaxed := newFake(t, mock.WithPersonalKeysEverywhere())
	for _, tc := range []struct{ name, method, path string }{
		{"verify", "POST", domain + "verify/"},
		{"token of a domain", "POST", domain + "scim/token/"},
		{"logs", "GET", domain + "scim/logs/"},
		{"token of a config", "POST", config + "scim/token/"},
		{"environment mapping", "PATCH", integration + "environment-mapping/"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t, relaxed.t = t, t
			f.as("admin").do(tc.method, tc.path, "", "").denied(noKeyAccess)
			f.session("admin").do(tc.method, tc.path, "", "")
			if got := relaxed.as("admin").do(tc.method, tc.path, "", ""); got.code == http.StatusForbidden {
				got.fail("want a key to be accepted everywhere")
			}
		})
	}
}

func TestMethodsThatAreNotThere(t *testing.T) {
	f := newFake(t)
	for _, tc := range []struct{ method, path, allow string }{
		{"DELETE", f.org("domains"), "GET, POST, HEAD, OPTIONS"},
		{"PUT", f.org("invites"), "GET, POST, HEAD, OPTIONS"},
		{"POST", f.org("domains", "x"), "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
		{"GET", f.org("invites", "x"), "DELETE, OPTIONS"},
		{"PATCH", f.org("invites", "x"), "DELETE, OPTIONS"},
		{"POST", f.org("integrations"), "GET, HEAD, OPTIONS"},
		{"GET", f.org("domains", "x", "verify"), "POST, OPTIONS"},
		{"DELETE", f.org("domains", "x", "scim", "logs"), "GET, HEAD, OPTIONS"},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			f.t = t
			got := f.session("admin").do(tc.method, tc.path, "", "").
				refused(405, "invalid_request", "method_not_allowed", `Method "`+tc.method+`" not allowed.`, "")
			if allow := got.header.Get("Allow"); allow != tc.allow {
				t.Errorf("Allow: %q, want %q", allow, tc.allow)
			}
			f.as("admin").do(tc.method, tc.path, "", "").denied(noKeyAccess)
		})
	}
	f.t = t
	f.as("admin").patch(f.org("domains"), `{}`).refused(405, "invalid_request", "method_not_allowed", `Method "PATCH" not allowed.`, "")
	f.session("member").do("DELETE", f.org("domains"), "", "").denied(lowLevel)
}

func TestOrganizationInThePath(t *testing.T) {
	const unknown = "Organization not found."
	f := newFake(t)
	other := "/api/organizations/" + f.known("known.other_organization.id") + "/domains/"
	for _, id := range []string{"nope", "00000000-0000-4000-8000-000000000000", "@other"} {
		f.as("admin").get("/api/organizations/" + id + "/domains/").missing(unknown)
		f.session("admin").post("/api/organizations/"+id+"/domains/", `{}`).missing(unknown)
		f.as("unrelated_scope").get("/api/organizations/" + id + "/domains/").denied("API key missing required scope 'organization:read'")
		f.as("project_only").get("/api/organizations/" + id + "/domains/").missing(unknown)
	}
	f.as("admin").get("/api/organizations/@current/domains/").status(200)
	f.as("admin").get("/api/organizations/" + strings.ToUpper(f.known("organization.id")) + "/domains/").status(200)
	f.as("admin").get(other).denied(noPermission)
	f.session("admin").post(other, `{`).denied(noPermission)
	f.as("outsider").get(f.org("domains")).denied(noPermission)
	f.anonymous().get("/api/organizations/nope/domains/").unauthenticated("not_authenticated", noCredentials)
}

func TestLimitedKeys(t *testing.T) {
	f := newFake(t)
	f.as("project_only").get(f.org("domains")).denied("API keys with scoped projects are only supported on project-based endpoints.")
	f.as("other_organization_only").get(f.org("domains")).
		denied("API key does not have access to the requested organization: ID " + f.known("organization.id") + ".")
	f.as("other_organization_only").get("/api/organizations/@current/domains/").
		denied("API key does not have access to the requested organization: ID " + f.known("organization.id") + ".")
	f.as("project_only").get("/api/users/@me/").status(200)
}

func TestLevels(t *testing.T) {
	f := newFake(t)
	domain := f.org("domains", f.known("known.verified_domain.id"))
	config := f.org("identity_provider_configs", f.newConfig(`{}`))
	integration := f.org("integrations", f.known("known.integrations.connectable"))
	for _, tc := range []struct{ method, path string }{
		{"POST", f.org("domains")}, {"PUT", domain}, {"PATCH", domain}, {"DELETE", domain},
		{"POST", f.org("identity_provider_configs")}, {"PUT", config}, {"PATCH", config}, {"DELETE", config},
		{"DELETE", integration},
	} {
		f.as("member").do(tc.method, tc.path, "application/json", "{").denied(lowLevel)
	}
	for _, path := range []string{domain, config, integration, f.org("domains"), f.org("identity_provider_configs"), f.org("integrations"), f.org("invites")} {
		f.as("member").get(path).status(200)
	}
	for _, path := range []string{domain + "verify/", domain + "scim/token/", config + "scim/token/"} {
		f.session("member").post(path, "").denied(lowLevel)
	}
	f.session("member").get(domain + "scim/logs/").denied("Only organization admins can view SCIM logs.")
	f.session("member").patch(integration+"environment-mapping/", "{").denied(lowLevel)
}

func TestOrderOfChecks(t *testing.T) {
	f := newFake(t)
	absent := f.org("domains", "00000000-0000-4000-8000-000000000000")
	f.anonymous().patch(absent, `{`).unauthenticated("not_authenticated", noCredentials)
	f.as("read_scopes").patch(absent, `{`).denied("API key missing required scope 'organization:write'")
	f.as("member").patch(absent, `{`).denied(lowLevel)
	f.sessionOf("admin", 3*time.Hour).patch(absent, `{`).denied("This action requires you to be recently authenticated.")
	f.as("admin").patch(absent, `{`).missing("Not found.")
	f.as("admin").do("PATCH", absent, "text/plain", "x").missing("Not found.")
}

func TestSessions(t *testing.T) {
	const notRecent = "This action requires you to be recently authenticated."
	f := newFake(t)
	old := f.sessionOf("admin", 2*time.Hour+time.Second)
	for _, path := range []string{f.org("domains"), f.org("identity_provider_configs")} {
		old.post(path, `{}`).denied(notRecent)
		old.get(path).status(200)
		f.sessionOf("admin", 2*time.Hour-time.Second).post(path, `{"domain": "x"}`)
	}
	old.post(f.org("domains", f.known("known.verified_domain.id"), "verify"), "").denied(notRecent)
	old.post(f.org("invites"), `{"target_email": "s@example.com"}`).status(201)

	fresh := f.session("admin")
	cookie := fresh.header.Get("Cookie")
	sessionOnly, _, _ := strings.Cut(cookie, ";")
	body := `{"target_email": "s@example.com"}`
	f.with("Cookie", cookie).get(f.org("invites")).status(200)
	f.with("Cookie", cookie).post(f.org("invites"), body).denied("CSRF Failed: CSRF token missing.")
	f.with("Cookie", sessionOnly, "X-CSRFToken", "x").post(f.org("invites"), body).denied("CSRF Failed: CSRF cookie not set.")
	f.with("Cookie", cookie, "X-CSRFToken", strings.Repeat("x", 32)).post(f.org("invites"), body).
		denied("CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect.")
	fresh.and("Authorization", "Bearer phx_wrong").get(f.org("invites")).status(401)
}

func TestLoginAndLogout(t *testing.T) {
	f := newFake(t)
	email, password := f.known("credentials.admin.email"), f.known("credentials.admin.password")
	login := func(email, password string) *answer {
		return f.anonymous().post("/api/login/", `{"email": `+quote(email)+`, "password": `+quote(password)+`}`)
	}
	login(email, "wrong").invalid("invalid_credentials", "Invalid email or password.", "")
	login("nobody@example.com", password).invalid("invalid_credentials", "Invalid email or password.", "")
	login("", password).invalid("blank", "This field may not be blank.", "email")
	f.anonymous().post("/api/login", `{}`).invalid("required", "This field is required.", "email")

	in := login(strings.ToUpper(email), password).bytes(200, `{"success":true}`)
	cookies := (&http.Response{Header: in.header}).Cookies()
	if len(cookies) != 2 || cookies[0].Name != "sessionid" || !cookies[0].HttpOnly || cookies[1].Name != "posthog_csrftoken" {
		t.Fatalf("cookies: %v", cookies)
	}
	browser := f.with("Cookie", cookies[0].Name+"="+cookies[0].Value+"; "+cookies[1].Name+"="+cookies[1].Value)
	browser.get("/api/users/@me/").status(200).has("email", quote(email))
	browser.post("/logout", "").denied("CSRF Failed: CSRF token missing.")
	out := browser.and("X-CSRFToken", cookies[1].Value).post("/logout", "").status(http.StatusFound)
	if out.header.Get("Location") != "/login" {
		t.Errorf("Location: %q", out.header.Get("Location"))
	}
	browser.get("/api/users/@me/").unauthenticated("not_authenticated", noCredentials)
}
