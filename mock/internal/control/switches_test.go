package control_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestSwitchingADomain(t *testing.T) {
	f := mocktest.New(t)
	g := NewWithT(t)
	id := f.NewDomain("new.example.com")
	path := control + "/domains/" + id
	f.Anonymous().Patch(path, `{"verified": true}`).Status(200).Has("is_verified", "true").Has("verified_at", `"2026-03-01T12:00:00Z"`)
	f.As("admin").Patch(f.Org("domains", id), `{"sso_enforcement": "github", "jit_provisioning_enabled": true}`).Status(200)
	f.Advance(time.Hour)
	f.Anonymous().Patch(path, `{"verified": true}`).Status(200).Has("verified_at", `"2026-03-01T12:00:00Z"`)

	f.Anonymous().Patch(path, `{"verified": false}`).Status(200).Has("verified_at", "null").Has("sso_enforcement", `""`).Has("jit_provisioning_enabled", "false")
	f.As("admin").Get(f.Org("domains", id)).Status(200).Has("is_verified", "false").Has("sso_enforcement", `""`)
	f.As("admin").Patch(f.Org("domains", id), `{"sso_enforcement": "github"}`).Invalid("verification_required", "This attribute cannot be updated until the domain is verified.", "sso_enforcement")

	f.Anonymous().Patch(path, `{"verified": true, "sso_enforcement": "gitlab", "jit_provisioning_enabled": true}`).Status(200).Has("verified_at", `"2026-03-01T13:00:00Z"`)
	f.As("admin").Get(f.Org("domains", id)).Status(200).Has("sso_enforcement", `"gitlab"`).Has("jit_provisioning_enabled", "true")

	f.Anonymous().Delete(path).Status(http.StatusNoContent)
	f.As("admin").Get(f.Org("domains", id)).Status(404)
	f.Anonymous().Delete(path).Status(404)
	g.Expect(f.NewDomain("new.example.com")).NotTo(Equal(id), "the name is free")
}

// TestSwitchingSCIM: a token that the control plane made works, and the config has it too.
func TestSwitchingSCIM(t *testing.T) {
	f := mocktest.New(t)
	id := f.NewDomain("new.example.com")
	path := control + "/domains/" + id
	on := f.Anonymous().Patch(path, `{"verified": true, "scim_enabled": true}`).Status(200).Has("has_scim", "true")
	config := on.Get("identity_provider_config").String()
	f.As("admin").Get(f.Org("identity_provider_configs", config)).Status(200).Has("name", `"new.example.com"`).Has("scim_enabled", "true")
	provider := f.With("Authorization", "Bearer "+on.Get("scim_bearer_token").String())
	users := strings.TrimPrefix(on.Get("scim_base_url").String(), "http://fake.test") + "/Users"
	provider.Get(users).Status(200)

	again := f.Anonymous().Patch(path, `{"scim_enabled": true}`).Status(200)
	NewWithT(t).Expect(again.Get("scim_bearer_token").Exists()).To(BeFalse(), "it was on")
	provider.Get(users).Status(200)
	f.Anonymous().Patch(path, `{"scim_enabled": false}`).Status(200).Has("has_scim", "false").Has("scim_base_url", "null")
	provider.Get(users).Status(403)
	f.As("admin").Get(f.Org("identity_provider_configs", config)).Status(200).Has("scim_enabled", "false")
}

func TestSwitchingAnInvite(t *testing.T) {
	f := mocktest.New(t)
	made := f.As("admin").Post(f.Org("invites"), `{"target_email": "new@example.com"}`).Status(201)
	path := control + "/invites/" + made.Get("id").String()
	accept := func() *mocktest.Answer {
		return f.Anonymous().Post("/api/signup/"+made.Get("id").String()+"/", `{"first_name": "Nia", "password": "long enough", "role_at_organization": "data"}`)
	}
	f.Anonymous().Get(path).Status(200).Has("is_expired", "false").Has("expires_at", `"2026-03-04T12:00:00Z"`)
	f.Anonymous().Patch(path, `{"expired": true}`).Status(200).Has("is_expired", "true")
	accept().Invalid("expired", "This invite has expired. Please ask your admin for a new one.", "")
	f.As("admin").Get(f.Org("invites")).Has(`results.#(target_email=="new@example.com").is_expired`, "true")
	first := f.Anonymous().Patch(path, `{"expired": false}`).Status(200).Has("is_expired", "false").Has("created_at", `"2026-03-01T12:00:00Z"`)
	f.Advance(time.Hour)
	NewWithT(t).Expect(string(f.Anonymous().Patch(path, `{"expired": false}`).Status(200).Body)).To(Equal(string(first.Body)), "it could be accepted anyhow")
	accept().Status(201)

	other := control + "/invites/" + f.As("admin").Post(f.Org("invites"), `{"target_email": "x@example.com"}`).Status(201).Get("id").String()
	f.Anonymous().Delete(other).Status(http.StatusNoContent)
	f.Anonymous().Get(other).Status(404)
}

func TestSwitchingAMember(t *testing.T) {
	f := mocktest.New(t)
	g := NewWithT(t)
	p := f.NewMember("new@example.com", "hedgerow-works", "1")
	const path = control + "/members/new@example.com"
	f.Advance(time.Hour)
	p.Post(f.Org("domains"), `{"domain": "x.example.com"}`).Denied("Your organization access level is insufficient.")
	f.Anonymous().Patch(path, `{"organization": "hedgerow-works", "level": 8}`).Status(200).Has("level", "8").Has("email", `"new@example.com"`)
	p.Post(f.Org("domains"), `{"domain": "x.example.com"}`).Status(201)
	f.As("admin").Get(f.Org("members")).Has(`results.#(user.email=="new@example.com").updated_at`, `"2026-03-01T13:00:00Z"`)

	f.Anonymous().Post(control+"/members", `{"email": "new@example.com", "organization": "bare-acre"}`).Status(201)
	f.Anonymous().Delete(path + "?organization=bare-acre").Status(http.StatusNoContent)
	p.Get("/api/organizations/@current/").Status(200).Has("slug", `"hedgerow-works"`)
	f.Anonymous().Patch(path, `{"organization": "hedgerow-works", "level": 15}`).Status(200)
	f.Anonymous().Delete(path + "?organization=" + f.Known("organization.id")).Status(http.StatusNoContent)
	p.Get(f.Org("domains")).Status(403)
	p.Get("/api/users/@me/").Status(200).Has("organizations", "[]")
	g.Expect(f.Anonymous().Get(control+"/users").Get(`results.#(email=="new@example.com").email`).Exists()).To(BeTrue(), "the user stays")
	f.Anonymous().Delete(path+"?organization=hedgerow-works").Status(404).Has("understudy", `"no_such_member"`)
}

func TestSwitchingAnOrganization(t *testing.T) {
	f := mocktest.New(t)
	const path = control + "/organizations/hedgerow-works"
	for _, tc := range []struct{ field, value, otherwise string }{
		{"members_can_invite", "false", "true"},
		{"members_can_invite", "null", "true"},
		{"is_member_join_email_enabled", "false", "true"},
		{"members_can_use_personal_api_keys", "false", "true"},
		{"allow_publicly_shared_resources", "false", "true"},
		{"enforce_2fa", "true", "null"},
		{"enforce_2fa", "null", "true"},
		{"members_can_create_projects", "true", "null"},
		{"is_ai_data_processing_approved", "true", "null"},
		{"is_ai_training_opted_in", "true", "null"},
		{"is_ai_training_locked", "true", "false"},
		{"is_ai_training_cta_shown", "false", "true"},
		{"is_hipaa", "true", "false"},
		{"is_pending_deletion", "true", "false"},
		{"default_anonymize_ips", "true", "false"},
		{"is_active", "false", "true"},
		{"is_not_active_reason", `"Unpaid."`, "null"},
	} {
		t.Run(tc.field+" "+tc.value, func(t *testing.T) {
			f.T = t
			f.Anonymous().Patch(path, `{"`+tc.field+`": `+tc.otherwise+`}`).Status(200).Has(tc.field, tc.otherwise)
			f.Anonymous().Patch(path, `{"`+tc.field+`": `+tc.value+`}`).Status(200).Has(tc.field, tc.value)
			f.Anonymous().Patch(path, `{}`).Status(200).Has(tc.field, tc.value)
			f.As("owner").Get(mocktest.Org(f.Known("organization.id"))).Status(200).Has(tc.field, tc.value)
		})
	}
	f.T = t
	f.Anonymous().Patch(path, `{"project_limit": 3}`).Status(200).Has("project_limit", "3")
	f.Session("owner").Post("/api/projects/", `{}`).Status(403)
	f.Anonymous().Patch(path, `{"project_limit": null}`).Status(200).Has("project_limit", "null")
	f.Session("owner").Post("/api/projects/", `{}`).Status(201)
}

func TestUninstallingAnIntegration(t *testing.T) {
	f := mocktest.New(t)
	id := f.Known("known.integrations.unpaid")
	f.Session("admin").Delete(f.Org("integrations", id)).Status(409)
	calls := len(f.UpstreamCalls())
	f.Anonymous().Delete(control + "/integrations/" + id).Status(http.StatusNoContent)
	f.As("admin").Get(f.Org("integrations", id)).Status(404)
	NewWithT(t).Expect(f.UpstreamCalls()).To(HaveLen(calls), "upstream is where it came from")
	f.Anonymous().Get(control + "/integrations/" + id).Status(404)
}

func TestDeletingWhatOthersPointTo(t *testing.T) {
	f := mocktest.New(t)
	role := f.NewRole("Gardeners")
	f.As("admin").Patch(mocktest.Org(f.Known("organization.id")), `{"default_role_id": "`+role+`"}`).Status(200)
	f.Anonymous().Delete(control + "/roles/" + role).Status(http.StatusNoContent)
	f.As("admin").Get(mocktest.Org(f.Known("organization.id"))).Status(200).Has("default_role_id", "null")

	f.Anonymous().Delete(control + "/identity_provider_configs/01900000-0005-7000-8000-000000000001").Status(http.StatusNoContent)
	f.As("admin").Get(f.Org("domains")).Has(`results.#(domain=="hedgerow.example").identity_provider_config`, "null").Has(`results.#(domain=="hedgerow.example").has_saml`, "false")
}

func TestSwitchesRefuseWhatCannotBe(t *testing.T) {
	f := mocktest.New(t)
	domain := "/domains/" + f.NewDomain("new.example.com")
	invite := "/invites/" + f.As("admin").Post(f.Org("invites"), `{"target_email": "x@example.com"}`).Status(201).Get("id").String()
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
			f.T = t
			before := f.As("admin").Get(f.Org("domains") + "?limit=1000").Status(200)
			refused := f.Anonymous().Do(tc.method, control+tc.path, "application/json", tc.body).Status(tc.status).Has("understudy", mocktest.Quote(tc.code))
			NewWithT(t).Expect(refused.Get("detail").String()).To(ContainSubstring(tc.detail))
			NewWithT(t).Expect(string(f.As("admin").Get(f.Org("domains") + "?limit=1000").Body)).To(Equal(string(before.Body)))
		})
	}
}

func TestSwitchesAreTheSandboxes(t *testing.T) {
	f := mocktest.New(t)
	a := f.With(mocktest.SandboxHeader, "a")
	id := "01900000-0004-7000-8000-000000000001"
	a.Patch(control+"/domains/"+id, `{"verified": false}`).Status(200)
	a.Delete(control + "/invites/01900000-0007-7000-8000-000000000001").Status(204)
	a.Patch(control+"/members/admin@hedgerow.example", `{"organization": "hedgerow-works", "level": 1}`).Status(200)
	f.Anonymous().Get(control+"/domains/"+id).Status(200).Has("is_verified", "true")
	f.Anonymous().Get(control + "/invites/01900000-0007-7000-8000-000000000001").Status(200)
	f.Anonymous().Get(control+"/organizations/hedgerow-works").Has(`levels.admin@hedgerow\.example`, "8")
	a.Post(control+"/reset", "").Status(204)
	a.Get(control+"/domains/"+id).Status(200).Has("is_verified", "true")
}

// TestSwitchesOfAnotherUpstream: modes that nobody would ask for are not changed.
// acceptingUpstream accepts every call.
type acceptingUpstream struct{}

func (acceptingUpstream) Call(context.Context, mock.UpstreamCall) error { return nil }

func TestSwitchesOfAnotherUpstream(t *testing.T) {
	f := mocktest.New(t, mock.WithUpstream(acceptingUpstream{}))
	path := control + "/integrations/" + f.Known("known.integrations.unpaid")
	f.Anonymous().Patch(path, `{"upstream": "down"}`).Status(409).Has("understudy", `"other_upstream"`)
	f.Anonymous().Patch(path, `{"access_token": "x"}`).Status(200).Has("has_access_token", "true")
}

func TestIntegrationsOfTheControlPlane(t *testing.T) {
	f := mocktest.New(t)
	path := "/_understudy/integrations/" + f.NewIntegration(`{"integration_id": "i", "upstream": "down"}`)
	f.Anonymous().Get(path).Status(200).Has("upstream", `"down"`).Has("has_access_token", "false").
		Has("organization", mocktest.Quote(f.Known("organization.id"))).Has("integration_id", `"i"`)
	f.Anonymous().Patch(path, `{"access_token": "t"}`).Status(200).Has("upstream", `"down"`).Has("has_access_token", "true")
	f.Anonymous().Put(control+"/upstream/mode", `{"mode": "unpaid_invoices"}`).Status(200)
	f.Anonymous().Get(path).Status(200).Has("upstream", `"down"`).Has("effective_upstream", `"unpaid_invoices"`)
	f.Anonymous().Get("/_understudy/integrations/nowhere").Status(404).Has("understudy", `"no_such_integration"`)
	f.Anonymous().Patch("/_understudy/integrations/01900000-0000-7000-8000-00000000dead", `{"upstream": "up"}`).Status(404)
	for _, tc := range []struct{ method, path, body string }{
		{"PATCH", path, `{"upstream": "sideways"}`},
		{"PATCH", path, `{"upstream": ""}`},
		{"PATCH", path, `{"unknown": 1}`},
		{"PUT", control + "/upstream/mode", `{"mode": "sideways"}`},
		{"PUT", control + "/upstream/mode", `{}`},
		{"PUT", control + "/upstream/mode", ``},
		{"POST", "/_understudy/integrations", `{"organization": "hedgerow-works", "upstream": "sideways"}`},
		{"POST", "/_understudy/integrations", `{"organization": "hedgerow-works", "upstream": "down", "unpaid_invoices": true}`},
	} {
		f.Anonymous().Do(tc.method, tc.path, "application/json", tc.body).Status(400).Has("understudy", `"invalid_body"`)
	}
}

func TestSecondFactors(t *testing.T) {
	f := mocktest.New(t)
	const member = control + "/members/two@example.com"
	f.Anonymous().Post(control+"/members", `{"email": "two@example.com", "organization": "hedgerow-works", "two_factor": true}`).Status(201)
	shown := func() *mocktest.Answer {
		return f.As("admin").Get(f.Org("members") + "?email=two@example.com").Status(200)
	}
	shown().Has("results.0.is_2fa_enabled", "true")
	f.Anonymous().Patch(member, `{"organization": "hedgerow-works", "two_factor": false}`).Status(200).Has("two_factor", "false").Has("level", "1")
	shown().Has("results.0.is_2fa_enabled", "false")
	f.Anonymous().Patch(member, `{"organization": "hedgerow-works", "two_factor": true, "level": 8}`).Status(200).Has("two_factor", "true").Has("level", "8")
	f.Anonymous().Patch(member, `{"organization": "hedgerow-works"}`).Status(400)
	f.Anonymous().Patch(control+"/organizations/hedgerow-works", `{"is_not_active_reason": "`+strings.Repeat("x", 201)+`"}`).Status(400)
}
