package mock_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

func TestSwitchingADomain(t *testing.T) {
	f := newFake(t)
	g := NewWithT(t)
	id := f.newDomain("new.example.com")
	path := control + "/domains/" + id
	f.anonymous().patch(path, `{"verified": true}`).status(200).has("is_verified", "true").has("verified_at", `"2026-03-01T12:00:00Z"`)
	f.as("admin").patch(f.org("domains", id), `{"sso_enforcement": "github", "jit_provisioning_enabled": true}`).status(200)
	f.Advance(time.Hour)
	f.anonymous().patch(path, `{"verified": true}`).status(200).has("verified_at", `"2026-03-01T12:00:00Z"`)

	f.anonymous().patch(path, `{"verified": false}`).status(200).has("verified_at", "null").has("sso_enforcement", `""`).has("jit_provisioning_enabled", "false")
	f.as("admin").get(f.org("domains", id)).status(200).has("is_verified", "false").has("sso_enforcement", `""`)
	f.as("admin").patch(f.org("domains", id), `{"sso_enforcement": "github"}`).invalid("verification_required", unverifiedText, "sso_enforcement")

	f.anonymous().patch(path, `{"verified": true, "sso_enforcement": "gitlab", "jit_provisioning_enabled": true}`).status(200).has("verified_at", `"2026-03-01T13:00:00Z"`)
	f.as("admin").get(f.org("domains", id)).status(200).has("sso_enforcement", `"gitlab"`).has("jit_provisioning_enabled", "true")

	f.anonymous().delete(path).status(http.StatusNoContent)
	f.as("admin").get(f.org("domains", id)).status(404)
	f.anonymous().delete(path).status(404)
	g.Expect(f.newDomain("new.example.com")).NotTo(Equal(id), "the name is free")
}

// TestSwitchingSCIM: a token that the control plane made works, and the config has it too.
func TestSwitchingSCIM(t *testing.T) {
	f := newFake(t)
	id := f.newDomain("new.example.com")
	path := control + "/domains/" + id
	on := f.anonymous().patch(path, `{"verified": true, "scim_enabled": true}`).status(200).has("has_scim", "true")
	config := on.get("identity_provider_config").String()
	f.as("admin").get(f.org("identity_provider_configs", config)).status(200).has("name", `"new.example.com"`).has("scim_enabled", "true")
	provider := f.with("Authorization", "Bearer "+on.get("scim_bearer_token").String())
	users := strings.TrimPrefix(on.get("scim_base_url").String(), "http://fake.test") + "/Users"
	provider.get(users).status(200)

	again := f.anonymous().patch(path, `{"scim_enabled": true}`).status(200)
	NewWithT(t).Expect(again.get("scim_bearer_token").Exists()).To(BeFalse(), "it was on")
	provider.get(users).status(200)
	f.anonymous().patch(path, `{"scim_enabled": false}`).status(200).has("has_scim", "false").has("scim_base_url", "null")
	provider.get(users).status(403)
	f.as("admin").get(f.org("identity_provider_configs", config)).status(200).has("scim_enabled", "false")
}

func TestSwitchingAnInvite(t *testing.T) {
	f := newFake(t)
	made := f.as("admin").post(f.org("invites"), `{"target_email": "new@example.com"}`).status(201)
	path := control + "/invites/" + made.get("id").String()
	f.anonymous().get(path).status(200).has("is_expired", "false").has("expires_at", `"2026-03-04T12:00:00Z"`)
	f.anonymous().patch(path, `{"expired": true}`).status(200).has("is_expired", "true")
	f.accept(made, newPerson).invalid("expired", "This invite has expired. Please ask your admin for a new one.", "")
	f.as("admin").get(f.org("invites")).has(`results.#(target_email=="new@example.com").is_expired`, "true")
	first := f.anonymous().patch(path, `{"expired": false}`).status(200).has("is_expired", "false").has("created_at", `"2026-03-01T12:00:00Z"`)
	f.Advance(time.Hour)
	NewWithT(t).Expect(string(f.anonymous().patch(path, `{"expired": false}`).status(200).body)).To(Equal(string(first.body)), "it could be accepted anyhow")
	f.accept(made, newPerson).status(201)

	other := control + "/invites/" + f.as("admin").post(f.org("invites"), `{"target_email": "x@example.com"}`).status(201).get("id").String()
	f.anonymous().delete(other).status(http.StatusNoContent)
	f.anonymous().get(other).status(404)
}

func TestSwitchingAMember(t *testing.T) {
	f := newFake(t)
	g := NewWithT(t)
	p := f.newMember("new@example.com", "hedgerow-works", "1")
	const path = control + "/members/new@example.com"
	f.Advance(time.Hour)
	p.post(f.org("domains"), `{"domain": "x.example.com"}`).denied(lowLevel)
	f.anonymous().patch(path, `{"organization": "hedgerow-works", "level": 8}`).status(200).has("level", "8").has("email", `"new@example.com"`)
	p.post(f.org("domains"), `{"domain": "x.example.com"}`).status(201)
	f.as("admin").get(f.org("members")).has(`results.#(user.email=="new@example.com").updated_at`, `"2026-03-01T13:00:00Z"`)

	f.anonymous().post(control+"/members", `{"email": "new@example.com", "organization": "bare-acre"}`).status(201)
	f.anonymous().delete(path + "?organization=bare-acre").status(http.StatusNoContent)
	p.get("/api/organizations/@current/").status(200).has("slug", `"hedgerow-works"`)
	f.anonymous().patch(path, `{"organization": "hedgerow-works", "level": 15}`).status(200)
	f.anonymous().delete(path + "?organization=" + f.known("organization.id")).status(http.StatusNoContent)
	p.get(f.org("domains")).status(403)
	p.get("/api/users/@me/").status(200).has("organizations", "[]")
	g.Expect(f.anonymous().get(control+"/users").get(`results.#(email=="new@example.com").email`).Exists()).To(BeTrue(), "the user stays")
	f.anonymous().delete(path+"?organization=hedgerow-works").status(404).has("understudy", `"no_such_member"`)
}

func TestSwitchingAnOrganization(t *testing.T) {
	f := newFake(t)
	const path = control + "/organizations/hedgerow-works"
	for _, tc := range []struct{ field, value, otherwise string }{
		{"members_can_invite", "false", "true"},
		{"members_can_invite", "null", "true"},
		{"is_member_join_email_enabled", "false", "true"},
		{"members_can_use_personal_api_keys", "false", "true"},
		{"allow_publicly_shared_resources", "false", "true"},
		{"enforce_2fa", "true", "null"},
		{"enforce_2fa", "null", "true"},
	} {
		t.Run(tc.field+" "+tc.value, func(t *testing.T) {
			f.t = t
			f.anonymous().patch(path, `{"`+tc.field+`": `+tc.otherwise+`}`).status(200).has(tc.field, tc.otherwise)
			f.anonymous().patch(path, `{"`+tc.field+`": `+tc.value+`}`).status(200).has(tc.field, tc.value)
			f.anonymous().patch(path, `{}`).status(200).has(tc.field, tc.value)
			f.session("owner").get(in(f.known("organization.id"))).status(200).has(tc.field, tc.value)
		})
	}
	f.t = t
	f.anonymous().patch(path, `{"project_limit": 3}`).status(200).has("project_limit", "3")
	f.session("owner").post("/api/projects/", `{}`).status(403)
	f.anonymous().patch(path, `{"project_limit": null}`).status(200).has("project_limit", "null")
	f.session("owner").post("/api/projects/", `{}`).status(201)
}

func TestUninstallingAnIntegration(t *testing.T) {
	f := newFake(t)
	id := f.known("known.integrations.unpaid")
	f.session("admin").delete(f.org("integrations", id)).status(409)
	calls := len(f.UpstreamCalls())
	f.anonymous().delete(control + "/integrations/" + id).status(http.StatusNoContent)
	f.as("admin").get(f.org("integrations", id)).status(404)
	NewWithT(t).Expect(f.UpstreamCalls()).To(HaveLen(calls), "upstream is where it came from")
	f.anonymous().get(control + "/integrations/" + id).status(404)
}

func TestDeletingWhatOthersPointTo(t *testing.T) {
	f := newFake(t)
	role := f.newRole("Gardeners")
	f.as("admin").patch(in(f.known("organization.id")), `{"default_role_id": "`+role+`"}`).status(200)
	f.anonymous().delete(control + "/roles/" + role).status(http.StatusNoContent)
	f.as("admin").get(in(f.known("organization.id"))).status(200).has("default_role_id", "null")

	f.anonymous().delete(control + "/identity_provider_configs/01900000-0005-7000-8000-000000000001").status(http.StatusNoContent)
	f.as("admin").get(f.org("domains")).has(`results.#(domain=="hedgerow.example").identity_provider_config`, "null").has(`results.#(domain=="hedgerow.example").has_saml`, "false")
}

func TestSwitchesRefuseWhatCannotBe(t *testing.T) {
	f := newFake(t)
	domain := "/domains/" + f.newDomain("new.example.com")
	invite := "/invites/" + f.as("admin").post(f.org("invites"), `{"target_email": "x@example.com"}`).status(201).get("id").String()
	const nobody = "01900000-0007-7000-8000-00000000dead"
	const admin = "/members/admin@hedgerow.example"
	for _, tc := range []struct {
		name, method, path, body string
		status                   int
		code, detail             string
	}{
		{"a domain's nothing", "PATCH", domain, `{}`, 400, "invalid_body", "verified"},
		{"a domain's null", "PATCH", domain, `{"verified": null}`, 400, "invalid_body", "verified"},
		{"a domain's text", "PATCH", domain, `{"verified": "yes"}`, 400, "invalid_body", "verified"},
		{"a domain's unknown field", "PATCH", domain, `{"domain": "other.example.com"}`, 400, "invalid_body", "domain"},
		{"SSO of an unverified domain", "PATCH", domain, `{"sso_enforcement": "saml"}`, 400, "invalid_body", "not verified"},
		{"JIT of an unverified domain", "PATCH", domain, `{"jit_provisioning_enabled": true}`, 400, "invalid_body", "not verified"},
		{"SCIM of a domain that becomes unverified", "PATCH", domain, `{"verified": false, "scim_enabled": true}`, 400, "invalid_body", "not verified"},
		{"a provider that is too long", "PATCH", domain, `{"verified": true, "sso_enforcement": "` + strings.Repeat("ä", 29) + `"}`, 400, "invalid_body", "28"},
		{"a domain that is not there", "PATCH", "/domains/" + nobody, `{"verified": true}`, 404, "no_such_domain", nobody},
		{"a domain by name", "PATCH", "/domains/new.example.com", `{"verified": true}`, 404, "no_such_domain", "new.example.com"},
		{"an invite's nothing", "PATCH", invite, `{}`, 400, "invalid_body", "expired"},
		{"an invite's number", "PATCH", invite, `{"expired": 1}`, 400, "invalid_body", "expired"},
		{"an invite that is not there", "PATCH", "/invites/" + nobody, `{"expired": true}`, 404, "no_such_invite", nobody},
		{"an invite's id that is none", "GET", "/invites/x", "", 404, "no_such_invite", "x"},
		{"a member's nothing", "PATCH", admin, `{}`, 400, "invalid_body", "organization"},
		{"a member's no level", "PATCH", admin, `{"organization": "hedgerow-works"}`, 400, "invalid_body", "level"},
		{"a level that there is not", "PATCH", admin, `{"organization": "hedgerow-works", "level": 9}`, 400, "invalid_body", "9"},
		{"a level that is a text", "PATCH", admin, `{"organization": "hedgerow-works", "level": "8"}`, 400, "invalid_body", "level"},
		{"an organization that is not there", "PATCH", admin, `{"organization": "nowhere", "level": 8}`, 400, "invalid_body", "nowhere"},
		{"an organization that somebody is not in", "PATCH", admin, `{"organization": "orchard-ltd", "level": 8}`, 404, "no_such_member", "admin@hedgerow.example"},
		{"somebody who is not there", "PATCH", "/members/x@example.com", `{"organization": "hedgerow-works", "level": 8}`, 404, "no_such_user", "x@example.com"},
		{"leaving what is not there", "DELETE", admin + "?organization=nowhere", "", 400, "invalid_body", "nowhere"},
		{"leaving no name", "DELETE", admin + "?organization=", "", 400, "invalid_body", "organization"},
		{"a limit below nothing", "PATCH", "/organizations/hedgerow-works", `{"project_limit": -1}`, 400, "invalid_body", "-1"},
		{"a switch that is a text", "PATCH", "/organizations/hedgerow-works", `{"enforce_2fa": "on"}`, 400, "invalid_body", "bool"},
		{"the level of a stranger", "PATCH", "/organizations/hedgerow-works", `{"levels": {"outsider@hedgerow.example": 8}}`, 400, "invalid_body", "not a member"},
		{"the level of nobody", "PATCH", "/organizations/hedgerow-works", `{"levels": {"x@example.com": 8}}`, 400, "invalid_body", "x@example.com"},
		{"an organization's name that is none", "PATCH", "/organizations/nowhere", `{}`, 404, "no_such_organization", "nowhere"},
		{"an integration that is not there", "DELETE", "/integrations/" + nobody, "", 404, "no_such_integration", nobody},
		{"a role that is not there", "DELETE", "/roles/" + nobody, "", 404, "no_such_role", nobody},
		{"a config that is not there", "DELETE", "/identity_provider_configs/x", "", 404, "no_such_identity_provider_config", "x"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			before := f.as("admin").get(f.org("domains") + "?limit=1000").status(200)
			refused := f.anonymous().do(tc.method, control+tc.path, "application/json", tc.body).status(tc.status).has("understudy", quote(tc.code))
			NewWithT(t).Expect(refused.get("detail").String()).To(ContainSubstring(tc.detail))
			NewWithT(t).Expect(string(f.as("admin").get(f.org("domains") + "?limit=1000").body)).To(Equal(string(before.body)))
		})
	}
}

func TestSwitchesAreTheSandboxes(t *testing.T) {
	f := newFake(t)
	a := f.with(inSandbox, "a")
	id := "01900000-0004-7000-8000-000000000001"
	a.patch(control+"/domains/"+id, `{"verified": false}`).status(200)
	a.delete(control + "/invites/01900000-0007-7000-8000-000000000001").status(204)
	a.patch(control+"/members/admin@hedgerow.example", `{"organization": "hedgerow-works", "level": 1}`).status(200)
	f.anonymous().get(control+"/domains/"+id).status(200).has("is_verified", "true")
	f.anonymous().get(control + "/invites/01900000-0007-7000-8000-000000000001").status(200)
	f.anonymous().get(control+"/organizations/hedgerow-works").has(`levels.admin@hedgerow\.example`, "8")
	a.post(control+"/reset", "").status(204)
	a.get(control+"/domains/"+id).status(200).has("is_verified", "true")
}

// TestSwitchesOfAnotherUpstream: modes that nobody would ask for are not changed.
func TestSwitchesOfAnotherUpstream(t *testing.T) {
	f := newFake(t, mock.WithUpstream(&scriptedUpstream{}))
	path := control + "/integrations/" + f.known("known.integrations.unpaid")
	f.anonymous().patch(path, `{"upstream": "down"}`).status(409).has("understudy", `"other_upstream"`)
	f.anonymous().patch(path, `{"access_token": "x"}`).status(200).has("has_access_token", "true")
}
