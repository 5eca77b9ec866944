package api_test

import (
	"net/http"
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const shutOut = "Your organization only allows members with a verified email domain. Contact your organization's admin for access."

// restricted is a fake whose organization lets in only people of hedgerow.example, and a member
// with another address, by key.
func restricted(t *testing.T) (f *mocktest.Fake, blocked *mocktest.Caller) {
	t.Helper()
	f = newest(t)
	f.Anonymous().Post("/_understudy/members", `{"email": "guest@elsewhere.example", "organization": "`+f.Known("organization.id")+`", "level": 1}`).Status(http.StatusCreated)
	key := f.Anonymous().Post("/_understudy/keys", `{"user": "guest@elsewhere.example", "scopes": ["*"]}`).Status(http.StatusCreated).Get("value").String()
	f.As("admin").Patch(f.Org(), `{"enforce_verified_domains": true}`).Status(200).Has("enforce_verified_domains", "true")
	blocked = f.With("Authorization", "Bearer "+key)
	return f, blocked
}

func denied(r *mocktest.Answer) {
	r.Bytes(http.StatusForbidden, `{"type":"authentication_error","code":"verified_domain_required","detail":"`+shutOut+`","attr":null}`)
}

func TestRestrictedMembership(t *testing.T) {
	f, blocked := restricted(t)
	for _, path := range []string{f.Org(), f.Org("domains"), f.Org("members"), f.Org("projects"), f.Org("identity_provider_configs")} {
		denied(blocked.Get(path))
		f.As("member").Get(path).Status(200)
	}
	blocked.Get("/api/users/@me/").Status(200)
	blocked.Patch("/api/users/@me/", `{"set_current_organization": "`+f.Known("organization.id")+`"}`).
		Invalid("verified_domain_required", shutOut, "set_current_organization")
	f.As("admin").Post(f.Org("invites"), `{"target_email": "a@elsewhere.example"}`).
		Invalid("verified_domain_required", "This email address is not on a verified domain of the organization.", "target_email")
	f.As("admin").Post(f.Org("invites"), `{"target_email": "a@sub.hedgerow.example"}`).Status(400)
	f.As("admin").Post(f.Org("invites"), `{"target_email": "A@Hedgerow.example"}`).Status(201)
}

func TestBlockedAdministratorMayLiftTheRestriction(t *testing.T) {
	f, blocked := restricted(t)
	f.Anonymous().Patch("/_understudy/members/guest@elsewhere.example", `{"organization": "`+f.Known("organization.id")+`", "level": 8}`).Status(200)
	denied(blocked.Patch(f.Org(), `{"enforce_verified_domains": false, "name": "Other"}`))
	denied(blocked.Put(f.Org(), `{"name": "Other"}`))
	blocked.Patch(f.Org(), `{"enforce_verified_domains": false}`).Status(200).Has("enforce_verified_domains", "false")
	blocked.Get(f.Org("domains")).Status(200)
}

func TestTurningTheRestrictionOn(t *testing.T) {
	f := newest(t)
	f.As("admin").Patch(f.Org("domains", f.Known("known.verified_domain.id")), `{}`).Has("domain", `"hedgerow.example"`)
	outsider := f.NewMember("guest@elsewhere.example", f.Known("organization.id"), "8")
	outsider.Patch(f.Org(), `{"enforce_verified_domains": true}`).
		Invalid("would_block_self", "Your own email address is not on a verified domain of this organization.", "enforce_verified_domains")
	f.As("admin").Patch(mocktest.Org(f.Known("known.featureless_organization.id")), `{"enforce_verified_domains": true}`).
		Invalid("payment_required", "You must upgrade your plan to restrict membership to verified domains.", "enforce_verified_domains")
	f.As("admin").Patch(f.Org(), `{"enforce_verified_domains": false}`).Status(200)
}

func TestRemoveBlockedMembers(t *testing.T) {
	f, blocked := restricted(t)
	path := f.Org("remove_blocked_members_and_enforce_verified_domains")
	f.As("member").Post(path, "").Denied("Your organization access level is insufficient.")
	f.As("admin").Post(path, "").Status(200).Bytes(200, `{"removed_members":1}`)
	blocked.Get(f.Org("domains")).Denied("You do not have permission to perform this action.")
	f.As("admin").Get(f.Org()).Status(200).Has("enforce_verified_domains", "true")
}

func TestDomainThatKeepsTheCallerIn(t *testing.T) {
	f, _ := restricted(t)
	list := f.As("admin").Get(f.Org("domains") + "?limit=100").Status(200)
	id := list.Get(`results.#(domain=="hedgerow.example").id`).String()
	f.As("admin").Delete(f.Org("domains", id)).Invalid("would_block_self", "You can't delete this domain while membership is restricted to verified email domains, "+
		"because your own email address would no longer be allowed. Turn off that setting first.", "")
	f.As("admin").Delete(f.Org("domains", f.NewVerifiedDomain("other.example.com"))).Status(http.StatusNoContent)
	f.As("admin").Patch(f.Org(), `{"enforce_verified_domains": null}`).Status(200)
	f.As("admin").Delete(f.Org("domains", id)).Status(http.StatusNoContent)
}

func TestHiddenMembers(t *testing.T) {
	f := newest(t)
	f.As("admin").Get(f.Org()).Status(200).Has("members_can_see_org_members", "true")
	f.As("admin").Patch(f.Org(), `{"members_can_see_org_members": false}`).Status(200).Has("members_can_see_org_members", "false")
	f.As("member").Get(f.Org("members")).Status(200).Has("count", "1").Has("results.0.user.email", `"member@hedgerow.example"`)
	f.As("admin").Get(f.Org("members")).Status(200).Has("count", "3")
	f.As("member").Get(f.Org("members")+"?email=admin@hedgerow.example").Has("count", "0")
	f.As("member").Get(f.Org("members")+"?email=member@hedgerow.example").Has("count", "1")
	f.As("member").Get(f.Org("members")+"?search=owner").Has("count", "0")
}

func TestHiddenRoleMembers(t *testing.T) {
	f := newest(t)
	role := f.NewRole("Readers")
	members := f.Org("roles", role, "role_memberships")
	made := f.As("admin").Post(members, `{"user_uuid": "`+f.UUIDOf("owner")+`"}`).Status(201).Get("id").String()
	f.As("admin").Patch(f.Org(), `{"members_can_see_org_members": false}`).Status(200)
	f.As("member").Get(members).Has("count", "1") // they share projects
	for _, p := range f.As("admin").Get(f.Org("projects") + "?limit=50").Status(200).Get("results.#.id").Array() {
		f.As("owner").Delete(f.Org("projects", p.String())).Status(204)
	}
	f.As("member").Get(members).Has("count", "0")
	f.As("member").Get(f.Org("roles", role)).Has("members", "[]")
	f.As("member").Get(f.Org("roles", role, "role_memberships", made)).Missing("Not found.")
	f.As("admin").Get(members).Has("count", "1")
	f.As("admin").Post(members, `{"user_uuid": "`+f.UUIDOf("member")+`"}`).Status(201)
	f.As("member").Get(members).Has("count", "1").Has("results.0.user.email", `"member@hedgerow.example"`)
}

func TestEnforcedOIDC(t *testing.T) {
	f := newest(t)
	id := f.NewVerifiedDomain("sso.example.com")
	person := f.NewMember("pat@sso.example.com", f.Known("organization.id"), "1")
	f.As("admin").Patch(f.Org("domains", id), `{"sso_enforcement": "oidc"}`).Status(200)
	f.Anonymous().Post("/api/login/", `{"email": "`+person.Email+`", "password": "secret of `+person.Email+`"}`).
		Invalid("sso_enforced", "You can only login with SSO for this account (oidc).", "")
}

func TestPlusAddresses(t *testing.T) {
	f := newest(t)
	for _, path := range []string{f.Org("invites"), f.Org("invites", "delegate")} {
		f.As("admin").Post(path, `{"target_email": "a+b@example.com"}`).Invalid("invalid_input", "Email addresses with a plus sign are not allowed.", "target_email")
	}
	f.As("admin").Post(f.Org("invites", "bulk"), `[{"target_email": "a@example.com"}, {"target_email": "a+b@example.com"}]`).
		Invalid("invalid_input", "Email addresses with a plus sign are not allowed.", "__1__target_email")
	old := mocktest.New(t)
	old.As("admin").Post(old.Org("invites"), `{"target_email": "a+b@example.com"}`).Status(201)
}
