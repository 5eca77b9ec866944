package mock_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

const newPerson = `{"first_name": "Nia", "password": "long enough", "role_at_organization": "data"}`

func signupPath(invite *answer) string { return "/api/signup/" + invite.get("id").String() + "/" }

// accept accepts an invite as somebody new.
func (f *fake) accept(invite *answer, body string) *answer {
	f.t.Helper()
	return f.anonymous().post(signupPath(invite), body)
}

// signedIn calls with the cookies of an answer.
func (f *fake) signedIn(a *answer) *caller {
	f.t.Helper()
	cookies := map[string]string{}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		cookies[cookie.Name] = cookie.Value
	}
	return f.with("Cookie", "sessionid="+cookies["sessionid"]+"; posthog_csrftoken="+cookies["posthog_csrftoken"], "X-CSRFToken", cookies["posthog_csrftoken"])
}

func TestAcceptingAnInvite(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	invite := f.invite(`{"target_email": "nia@example.com", "first_name": "Nia", "level": 8}`).status(201)
	f.anonymous().get(signupPath(invite)).bytes(200, `{"id":`+quote(invite.get("id").String())+`,"target_email":"nia@example.com","first_name":"Nia","organization_name":"Hedgerow Works"}`)
	accepted := f.accept(invite, newPerson).status(http.StatusCreated)
	g.Expect(accepted.keys("")).To(Equal(strings.Fields(`id uuid distinct_id first_name last_name email is_email_verified hedgehog_config
		role_at_organization redirect_url`)))
	accepted.has("id", "5").has("email", `"nia@example.com"`).has("first_name", `"Nia"`).has("last_name", `""`).
		has("is_email_verified", "false").has("role_at_organization", `"data"`).has("redirect_url", `"/"`)

	nia := f.signedIn(accepted)
	nia.get("/api/users/@me/").status(200).has("email", `"nia@example.com"`).has("organization.id", quote(f.known("organization.id"))).
		has("organization.membership_level", "8").has("team.id", "1").has("organizations.#", "1")
	nia.post(f.org("invites"), `{"target_email": "next@example.com", "level": 8}`).status(201).has("created_by.role_at_organization", `"data"`)
	f.anonymous().post("/api/login/", `{"email": "NIA@example.com", "password": "long enough"}`).status(200)
	g.Expect(f.pendingFor("nia@example.com")).To(BeEmpty(), "the invite is used up")
	f.accept(invite, newPerson).invalid("invalid_input", "The provided invite ID is not valid.", "")
	f.as("admin").get("/api/organizations/@current/").has("member_count", "4")
}

func TestAcceptingTellsTheOthers(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	invite := f.invite(`{"target_email": "nia@example.com", "send_email": false}`)
	f.accept(invite, newPerson).status(201)
	g.Expect(f.Outbox()).To(ConsistOf(
		HaveField("Recipient", f.known("credentials.admin.email")), HaveField("Recipient", f.known("credentials.owner.email")),
		HaveField("Recipient", f.known("credentials.member.email"))))
	g.Expect(f.Outbox()[0]).To(HaveField("Subject", "Nia joined you on PostHog"))
	silent := newFake(t, mock.WithoutMail())
	silent.accept(silent.invite(`{"target_email": "nia@example.com"}`), newPerson).status(201)
	g.Expect(silent.Outbox()).To(BeEmpty())
}

func TestAcceptingAsAUser(t *testing.T) {
	f := newFake(t)
	outsider := f.known("credentials.outsider.email")
	invite := f.invite(`{"target_email": "` + strings.ToUpper(outsider) + `", "message": "Join"}`).status(201)
	f.session("admin").get(signupPath(invite)).invalid("invalid_recipient", "This invite is intended for another email address.", "")
	f.session("admin").post(signupPath(invite), `{}`).invalid("invalid_recipient", "This invite is intended for another email address.", "")
	f.anonymous().get(signupPath(invite)).invalid("account_exists", "/login?next=/signup/"+invite.get("id").String(), "")
	f.anonymous().patch("/_understudy/organizations/"+f.known("organization.id"), `{"feature": {"sso_enforcement": false}}`).status(200)
	f.accept(invite, newPerson).invalid("invalid_input", "There already exists an account with email address "+outsider+". Please log in instead.", "")
	session := f.session("outsider")
	session.and("X-CSRFToken", "").post(signupPath(invite), `{}`).denied("CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.")
	session.get(signupPath(invite)).status(200).has("target_email", quote(outsider))
	session.post(signupPath(invite), `{"first_name": "Changed", "password": "changed too"}`).status(201).has("first_name", `"Otto"`)
	session.get("/api/users/@me/").has("organization.id", quote(f.known("organization.id"))).has("team.id", "1").has("organizations.#", "2")
	f.anonymous().post("/api/login/", `{"email": "`+outsider+`", "password": "changed too"}`).status(400)
	f.as("admin").post(f.org("invites"), `{"target_email": "`+outsider+`"}`).
		invalid("invalid_input", "A user with this email address already belongs to the organization.", "")
}

func TestAcceptingRefused(t *testing.T) {
	f := newFake(t)
	invite := f.invite(`{"target_email": "nia@example.com"}`)
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
			f.t = t
			f.accept(invite, tc.body).invalid(tc.code, tc.detail, tc.attr)
			f.as("admin").get("/api/organizations/@current/").has("member_count", "3")
		})
	}
	f.t = t
	f.accept(invite, `{`).status(400).has("code", `"parse_error"`)
	for _, id := range []string{"00000000-0000-4000-8000-000000000000", "abc", "1234"} {
		f.anonymous().get("/api/signup/"+id+"/").invalid("invalid_input", "The provided invite ID is not valid.", "")
		f.anonymous().post("/api/signup/"+id, newPerson).invalid("invalid_input", "The provided invite ID is not valid.", "")
	}
	f.Advance(3*24*time.Hour + time.Second)
	f.anonymous().get(signupPath(invite)).invalid("expired", "This invite has expired. Please ask your admin for a new one.", "")
	f.accept(invite, newPerson).invalid("expired", "This invite has expired. Please ask your admin for a new one.", "")
	f.invite(`{"target_email": "nia@example.com"}`).status(201) // the refused one left no user behind
	f.anonymous().post("/api/login/", `{"email": "nia@example.com", "password": "long enough"}`).status(400)
}

func TestSignupWhereSSOIsEnforced(t *testing.T) {
	f := newFake(t)
	invite := f.invite(`{"target_email": "nia@legacy.hedgerow.example"}`).status(201)
	f.anonymous().get(signupPath(invite)).status(200)
	f.accept(invite, newPerson).invalid("sso_enforced",
		"Sign up with a password is disabled because SSO login is enforced for this domain. Please log in with your SSO credentials.", "")
	control := "/_understudy/organizations/" + f.known("organization.id")
	f.anonymous().patch(control, `{"feature": {"saml": false}}`).status(200)
	f.accept(invite, newPerson).status(201)
}

func TestProjectAccessThatComesWithAnInvite(t *testing.T) {
	f := newFake(t)
	invite := f.invite(`{"target_email": "nia@example.com", "private_project_access": [{"id": 4, "level": "member"}, {"id": 2, "level": "none"}]}`).status(201)
	nia := f.signedIn(f.accept(invite, newPerson).status(201))
	nia.get(f.org("projects")).has("results.#.id", "[1,4]")
	nia.get("/api/projects/4/").status(200).has("effective_membership_level", "1")
	nia.get("/api/projects/2/").missing("Not found.")
	nia.patch("/api/projects/4/", `{"name": "Mine"}`).denied("Only project admins can modify these settings: name")
	nia.post(f.org("invites"), `{"target_email": "z@example.com", "private_project_access": [{"id": 4, "level": "member"}]}`).status(400)
}

func TestAcceptingUsesUpOtherInvitesHereOnly(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	outsider := f.as("outsider")
	elsewhere := outsider.post("/api/organizations/@current/invites/", `{"target_email": "nia@example.com"}`).status(201)
	here := f.invite(`{"target_email": "nia@example.com"}`).status(201)
	nia := f.signedIn(f.accept(here, newPerson).status(201))
	nia.get(signupPath(elsewhere)).status(200).has("organization_name", `"Orchard Ltd"`)
	nia.post(signupPath(elsewhere), `{}`).status(201)
	nia.get("/api/users/@me/").has("organizations.#", "2").has("organization.name", `"Orchard Ltd"`).has("team.id", "3")
	g.Expect(f.pendingFor("nia@example.com")).To(BeEmpty())
	nia.get(f.org("projects")).has("count", "2") // still a member; the private project is not hers
}

// TestAcceptingAtOnce: one invite makes one member.
func TestAcceptingAtOnce(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	invite := f.invite(`{"target_email": "nia@example.com", "send_email": false}`)
	answers := make([]*answer, 8)
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() { answers[i] = f.accept(invite, newPerson) })
	}
	wait.Wait()
	accepted := 0
	for _, a := range answers {
		if a.code == http.StatusCreated {
			accepted++
			continue
		}
		a.invalid("invalid_input", "The provided invite ID is not valid.", "")
	}
	g.Expect(accepted).To(Equal(1))
	f.as("admin").get("/api/organizations/@current/").has("member_count", "4")
}

func TestDelegateCompletesTheSetup(t *testing.T) {
	f := newFake(t)
	path := f.org("invites", "delegate")
	invite := f.as("admin").post(path, `{"target_email": "nia@example.com"}`).status(201)
	f.signedIn(f.accept(invite, newPerson).status(201)).get("/api/organizations/@current/").has("membership_level", "8")
	f.as("admin").post(path, `{"target_email": "another@example.com"}`).status(201) // nothing is pending any more
}

func TestKeysDoNotCountWhenAccepting(t *testing.T) {
	f := newFake(t)
	invite := f.invite(`{"target_email": "nia@example.com"}`)
	for _, role := range []string{"admin", "project_only", "other_organization_only", "unrelated_scope"} {
		f.as(role).get(signupPath(invite)).status(200)
	}
	f.as("admin").post(signupPath(invite), newPerson).status(201).has("email", `"nia@example.com"`)
}

// Nor do keys count elsewhere where no credentials are needed, not even wrong ones.
func TestKeysDoNotCountWhereNoneAreNeeded(t *testing.T) {
	f := newFake(t)
	invite := f.invite(`{"target_email": "nia@example.com"}`)
	login := `{"email": "` + f.known("credentials.admin.email") + `", "password": "` + f.known("credentials.admin.password") + `"}`
	for _, tc := range []struct{ name, authorization string }{
		{"right", "Bearer " + f.known("credentials.admin.personal_api_key")},
		{"wrong", "Bearer phx_nobody"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			caller := f.with("Authorization", tc.authorization)
			caller.get("/api/login/").refused(405, "invalid_request", "method_not_allowed", `Method "GET" not allowed.`, "")
			caller.post("/api/login/", login).status(200)
			caller.get(signupPath(invite)).status(200)
			caller.post("/logout", "").status(302)
			caller.get(f.org("domains") + "?personal_api_key=x").status(map[string]int{"right": 200, "wrong": 401}[tc.name])
		})
	}
}
