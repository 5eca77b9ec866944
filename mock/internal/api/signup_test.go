package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const newPerson = `{"first_name": "Nia", "password": "long enough", "role_at_organization": "data"}`

func signupPath(invite *mocktest.Answer) string {
	return "/api/signup/" + invite.Get("id").String() + "/"
}

// accept accepts an invite as somebody new.
func accept(f *mocktest.Fake, invite *mocktest.Answer, body string) *mocktest.Answer {
	f.T.Helper()
	return f.Anonymous().Post(signupPath(invite), body)
}

// signedIn calls with the cookies of an answer.
func signedIn(f *mocktest.Fake, a *mocktest.Answer) *mocktest.Caller {
	f.T.Helper()
	cookies := map[string]string{}
	for _, cookie := range (&http.Response{Header: a.Header}).Cookies() {
		cookies[cookie.Name] = cookie.Value
	}
	return f.With("Cookie", "sessionid="+cookies["sessionid"]+"; posthog_csrftoken="+cookies["posthog_csrftoken"], "X-CSRFToken", cookies["posthog_csrftoken"])
}

func TestAcceptingAnInvite(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	invite := f.Invite(`{"target_email": "nia@example.com", "first_name": "Nia", "level": 8}`).Status(201)
	f.Anonymous().Get(signupPath(invite)).Bytes(200, `{"id":`+mocktest.Quote(invite.Get("id").String())+`,"target_email":"nia@example.com","first_name":"Nia","organization_name":"Hedgerow Works"}`)
	accepted := accept(f, invite, newPerson).Status(http.StatusCreated)
	g.Expect(accepted.Keys("")).To(Equal(strings.Fields(`id uuid distinct_id first_name last_name email is_email_verified hedgehog_config
		role_at_organization redirect_url`)))
	accepted.Has("id", "5").Has("email", `"nia@example.com"`).Has("first_name", `"Nia"`).Has("last_name", `""`).
		Has("is_email_verified", "false").Has("role_at_organization", `"data"`).Has("redirect_url", `"/"`)

	nia := signedIn(f, accepted)
	nia.Get("/api/users/@me/").Status(200).Has("email", `"nia@example.com"`).Has("organization.id", mocktest.Quote(f.Known("organization.id"))).
		Has("organization.membership_level", "8").Has("team.id", "1").Has("organizations.#", "1")
	nia.Post(f.Org("invites"), `{"target_email": "next@example.com", "level": 8}`).Status(201).Has("created_by.role_at_organization", `"data"`)
	f.Anonymous().Post("/api/login/", `{"email": "NIA@example.com", "password": "long enough"}`).Status(200)
	g.Expect(pendingFor(f, "nia@example.com")).To(BeEmpty(), "the invite is used up")
	accept(f, invite, newPerson).Invalid("invalid_input", "The provided invite ID is not valid.", "")
	f.As("admin").Get("/api/organizations/@current/").Has("member_count", "4")
}

func TestAcceptingTellsTheOthers(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	invite := f.Invite(`{"target_email": "nia@example.com", "send_email": false}`)
	accept(f, invite, newPerson).Status(201)
	g.Expect(f.Outbox()).To(ConsistOf(
		HaveField("Recipient", f.Known("credentials.admin.email")), HaveField("Recipient", f.Known("credentials.owner.email")),
		HaveField("Recipient", f.Known("credentials.member.email"))))
	g.Expect(f.Outbox()[0]).To(HaveField("Subject", "Nia joined you on PostHog"))
	silent := mocktest.New(t, mock.WithoutMail())
	accept(silent, silent.Invite(`{"target_email": "nia@example.com"}`), newPerson).Status(201)
	g.Expect(silent.Outbox()).To(BeEmpty())
}

func TestAcceptingAsAUser(t *testing.T) {
	f := mocktest.New(t)
	outsider := f.Known("credentials.outsider.email")
	invite := f.Invite(`{"target_email": "` + strings.ToUpper(outsider) + `", "message": "Join"}`).Status(201)
	f.Session("admin").Get(signupPath(invite)).Invalid("invalid_recipient", "This invite is intended for another email address.", "")
	f.Session("admin").Post(signupPath(invite), `{}`).Invalid("invalid_recipient", "This invite is intended for another email address.", "")
	f.Anonymous().Get(signupPath(invite)).Invalid("account_exists", "/login?next=/signup/"+invite.Get("id").String(), "")
	f.Anonymous().Patch("/_understudy/organizations/"+f.Known("organization.id"), `{"feature": {"sso_enforcement": false}}`).Status(200)
	accept(f, invite, newPerson).Invalid("invalid_input", "There already exists an account with email address "+outsider+". Please log in instead.", "")
	session := f.Session("outsider")
	session.And("X-CSRFToken", "").Post(signupPath(invite), `{}`).Denied("CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.")
	session.Get(signupPath(invite)).Status(200).Has("target_email", mocktest.Quote(outsider))
	session.Post(signupPath(invite), `{"first_name": "Changed", "password": "changed too"}`).Status(201).Has("first_name", `"Otto"`)
	session.Get("/api/users/@me/").Has("organization.id", mocktest.Quote(f.Known("organization.id"))).Has("team.id", "1").Has("organizations.#", "2")
	f.Anonymous().Post("/api/login/", `{"email": "`+outsider+`", "password": "changed too"}`).Status(400)
	f.As("admin").Post(f.Org("invites"), `{"target_email": "`+outsider+`"}`).
		Invalid("invalid_input", "A user with this email address already belongs to the organization.", "")
}

func TestAcceptingRefused(t *testing.T) {
	f := mocktest.New(t)
	invite := f.Invite(`{"target_email": "nia@example.com"}`)
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"nothing", `{}`, "required", "This field is required.", "first_name"},
		{"no password", `{"first_name": "Nia"}`, "required", "This field is required.", "password"},
		{"no name", `{"password": "long enough"}`, "required", "This field is required.", "first_name"},
		{"blank name", `{"first_name": " ", "password": "long enough"}`, "blank", "This field may not be blank.", "first_name"},
		{"long name", `{"first_name": "` + strings.Repeat("x", 129) + `", "password": "long enough"}`, "max_length", "Ensure this field has no more than 128 characters.", "first_name"},
		{"short password", `{"first_name": "Nia", "password": "1234567"}`, "password_too_short", "This password is too short. It must contain at least 8 characters.", "password"},
		{"null password", `{"first_name": "Nia", "password": null}`, "null", "This field may not be null.", "password"},
		{"long password", `{"first_name": "Nia", "password": "` + strings.Repeat("x", 73) + `"}`, "max_length", "Ensure this field has no more than 72 characters.", "password"},
		{"long role", `{"first_name": "Nia", "password": "long enough", "role_at_organization": "` + strings.Repeat("x", 129) + `"}`, "max_length", "Ensure this field has no more than 128 characters.", "role_at_organization"},
		{"a list", `[]`, "invalid_input", "Invalid data. Expected a dictionary, but got list.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			accept(f, invite, tc.body).Invalid(tc.code, tc.detail, tc.attr)
			f.As("admin").Get("/api/organizations/@current/").Has("member_count", "3")
		})
	}
	f.T = t
	accept(f, invite, `{`).Status(400).Has("code", `"parse_error"`)
	for _, id := range []string{"00000000-0000-4000-8000-000000000000", "abc", "1234"} {
		f.Anonymous().Get("/api/signup/"+id+"/").Invalid("invalid_input", "The provided invite ID is not valid.", "")
		f.Anonymous().Post("/api/signup/"+id, newPerson).Invalid("invalid_input", "The provided invite ID is not valid.", "")
	}
	f.Advance(3*24*time.Hour + time.Second)
	f.Anonymous().Get(signupPath(invite)).Invalid("expired", "This invite has expired. Please ask your admin for a new one.", "")
	accept(f, invite, newPerson).Invalid("expired", "This invite has expired. Please ask your admin for a new one.", "")
	f.Invite(`{"target_email": "nia@example.com"}`).Status(201) // the refused one left no user behind
	f.Anonymous().Post("/api/login/", `{"email": "nia@example.com", "password": "long enough"}`).Status(400)
}

func TestSignupWhereSSOIsEnforced(t *testing.T) {
	f := mocktest.New(t)
	invite := f.Invite(`{"target_email": "nia@legacy.hedgerow.example"}`).Status(201)
	f.Anonymous().Get(signupPath(invite)).Status(200)
	accept(f, invite, newPerson).Invalid("sso_enforced",
		"Sign up with a password is disabled because SSO login is enforced for this domain. Please log in with your SSO credentials.", "")
	control := "/_understudy/organizations/" + f.Known("organization.id")
	f.Anonymous().Patch(control, `{"feature": {"saml": false}}`).Status(200)
	accept(f, invite, newPerson).Status(201)
}

func TestProjectAccessThatComesWithAnInvite(t *testing.T) {
	f := mocktest.New(t)
	invite := f.Invite(`{"target_email": "nia@example.com", "private_project_access": [{"id": 4, "level": "member"}, {"id": 2, "level": "admin"}]}`).Status(201)
	nia := signedIn(f, accept(f, invite, newPerson).Status(201))
	nia.Get(f.Org("projects")).Has("results.#.id", "[1,2,4]")
	nia.Get("/api/projects/4/").Status(200).Has("effective_membership_level", "1")
	nia.Get("/api/projects/2/").Status(200).Has("effective_membership_level", "8")
	nia.Patch("/api/projects/4/", `{"name": "Mine"}`).Denied("Only project admins can modify these settings: name")
	nia.Post(f.Org("invites"), `{"target_email": "z@example.com", "private_project_access": [{"id": 4, "level": "member"}]}`).Status(400)
}

func TestAcceptingUsesUpOtherInvitesHereOnly(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	outsider := f.As("outsider")
	elsewhere := outsider.Post("/api/organizations/@current/invites/", `{"target_email": "nia@example.com"}`).Status(201)
	here := f.Invite(`{"target_email": "nia@example.com"}`).Status(201)
	nia := signedIn(f, accept(f, here, newPerson).Status(201))
	nia.Get(signupPath(elsewhere)).Status(200).Has("organization_name", `"Orchard Ltd"`)
	nia.Post(signupPath(elsewhere), `{}`).Status(201)
	nia.Get("/api/users/@me/").Has("organizations.#", "2").Has("organization.name", `"Orchard Ltd"`).Has("team.id", "3")
	g.Expect(pendingFor(f, "nia@example.com")).To(BeEmpty())
	nia.Get(f.Org("projects")).Has("count", "2") // still a member; the private project is not hers
}

// TestAcceptingAtOnce: one invite makes one member.
func TestAcceptingAtOnce(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	invite := f.Invite(`{"target_email": "nia@example.com", "send_email": false}`)
	answers := make([]*mocktest.Answer, 8)
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() { answers[i] = accept(f, invite, newPerson) })
	}
	wait.Wait()
	accepted := 0
	for _, a := range answers {
		if a.Code == http.StatusCreated {
			accepted++
			continue
		}
		a.Invalid("invalid_input", "The provided invite ID is not valid.", "")
	}
	g.Expect(accepted).To(Equal(1))
	f.As("admin").Get("/api/organizations/@current/").Has("member_count", "4")
}

func TestDelegateCompletesTheSetup(t *testing.T) {
	f := mocktest.New(t)
	path := f.Org("invites", "delegate")
	invite := f.As("admin").Post(path, `{"target_email": "nia@example.com"}`).Status(201)
	signedIn(f, accept(f, invite, newPerson).Status(201)).Get("/api/organizations/@current/").Has("membership_level", "8")
	f.As("admin").Post(path, `{"target_email": "another@example.com"}`).Status(201) // nothing is pending any more
}

func TestKeysDoNotCountWhenAccepting(t *testing.T) {
	f := mocktest.New(t)
	invite := f.Invite(`{"target_email": "nia@example.com"}`)
	for _, role := range []string{"admin", "project_only", "other_organization_only", "unrelated_scope"} {
		f.As(role).Get(signupPath(invite)).Status(200)
	}
	f.As("admin").Post(signupPath(invite), newPerson).Status(201).Has("email", `"nia@example.com"`)
}

// Nor do keys count elsewhere where no credentials are needed, not even wrong ones.
func TestKeysDoNotCountWhereNoneAreNeeded(t *testing.T) {
	f := mocktest.New(t)
	invite := f.Invite(`{"target_email": "nia@example.com"}`)
	login := `{"email": "` + f.Known("credentials.admin.email") + `", "password": "` + f.Known("credentials.admin.password") + `"}`
	for _, tc := range []struct{ name, authorization string }{
		{"right", "Bearer " + f.Known("credentials.admin.personal_api_key")},
		{"wrong", "Bearer phx_nobody"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			caller := f.With("Authorization", tc.authorization)
			caller.Get("/api/login/").Refused(405, "invalid_request", "method_not_allowed", `Method "GET" not allowed.`, "")
			caller.Post("/api/login/", login).Status(200)
			caller.Get(signupPath(invite)).Status(200)
			caller.Post("/logout", "").Status(302)
			caller.Get(f.Org("domains") + "?personal_api_key=x").Status(map[string]int{"right": 200, "wrong": 401}[tc.name])
		})
	}
}
