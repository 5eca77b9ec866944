package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestNewInvite(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	created := f.Invite(`{"target_email": " New.Person@Example.COM ", "first_name": "New", "message": "Hi", "is_expired": true}`).Status(http.StatusCreated)
	g.Expect(created.Keys("")).To(Equal(strings.Fields(`id target_email first_name emailing_attempt_made level is_expired
		created_by created_at updated_at message private_project_access`)))
	g.Expect(created.Keys("created_by")).To(Equal(strings.Fields(`id uuid distinct_id first_name last_name email
		is_email_verified hedgehog_config role_at_organization`)))
	created.Has("target_email", `"new.person@example.com"`).Has("level", "1").Has("is_expired", "false").Has("message", `"Hi"`).
		Has("emailing_attempt_made", "true").Has("private_project_access", "[]").
		Has("created_by.email", mocktest.Quote(f.Known("credentials.admin.email"))).Has("created_at", `"2026-03-01T12:00:00Z"`)
	g.Expect(f.Outbox()).To(HaveLen(1))
	g.Expect(f.Outbox()[0]).To(And(
		HaveField("Recipient", "new.person@example.com"),
		HaveField("Link", "http://fake.test/signup/"+created.Get("id").String()),
		HaveField("Text", ContainSubstring("Hi"))))
	list := f.As("member").Get(f.Org("invites")).Status(200)
	g.Expect(list.Get("results.0").Raw).To(Equal(string(created.Body)), "newest first")
}

func TestInviteFields(t *testing.T) {
	const (
		email = `"target_email": "f@example.com"`
		attr  = "private_project_access"
		team  = "Project does not exist on this organization, or it is private and you do not have access to it."
	)
	f := mocktest.New(t)
	access := func(list string) string { return `{` + email + `, "private_project_access": ` + list + `}` }
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"no address", `{}`, "required", "This field is required.", "target_email"},
		{"null address", `{"target_email": null}`, "null", "This field may not be null.", "target_email"},
		{"blank address", `{"target_email": " "}`, "blank", "This field may not be blank.", "target_email"},
		{"no address at all", `{"target_email": "someone"}`, "invalid_input", "Enter a valid email address.", "target_email"},
		{"two at signs", `{"target_email": "a@b@example.com"}`, "invalid_input", "Enter a valid email address.", "target_email"},
		{"a list of addresses", `{"target_email": ["a@example.com"]}`, "invalid_input", "Enter a valid email address.", "target_email"},
		{"long address", `{"target_email": "` + strings.Repeat("a", 243) + `@example.com"}`, "max_length", "Ensure this field has no more than 254 characters.", "target_email"},
		{"long name", `{` + email + `, "first_name": "` + strings.Repeat("é", 31) + `"}`, "max_length", "Ensure this field has no more than 30 characters.", "first_name"},
		{"level 3", `{` + email + `, "level": 3}`, "invalid_choice", `"3" is not a valid choice.`, "level"},
		{"level 1.0", `{` + email + `, "level": 1.0}`, "invalid_choice", `"1.0" is not a valid choice.`, "level"},
		{"level true", `{` + email + `, "level": true}`, "invalid_choice", `"True" is not a valid choice.`, "level"},
		{"level list", `{` + email + `, "level": [8, "a'b"]}`, "invalid_choice", `"[8, "a'b"]" is not a valid choice.`, "level"},
		{"level null", `{` + email + `, "level": null}`, "null", "This field may not be null.", "level"},
		{"message object", `{` + email + `, "message": {}}`, "invalid_input", "Not a valid string.", "message"},
		{"send_email text", `{` + email + `, "send_email": "perhaps"}`, "invalid_input", "Must be a valid boolean.", "send_email"},
		{"combine null", `{` + email + `, "combine_pending_invites": null}`, "null", "This field may not be null.", "combine_pending_invites"},
		{"access object", access(`{}`), "invalid_input", "The field must be a list of dictionaries.", attr},
		{"access of numbers", access(`[1]`), "invalid_input", "Each item in the list must be a dictionary.", attr},
		{"access without level", access(`[{"id": 1}]`), "invalid_input", `Each dictionary must contain "id" and "level" keys.`, attr},
		{"access with a text id", access(`[{"id": "1", "level": "member"}]`), "invalid_input", `The "id" field must be an integer.`, attr},
		{"access with a null id", access(`[{"id": null, "level": "member"}]`), "invalid_input", `The "id" field must be an integer.`, attr},
		{"access with a wrong level", access(`[{"id": 1, "level": "owner"}]`), "invalid_input", `The "level" field must be a valid access level.`, attr},
		{"access with a number as level", access(`[{"id": 1, "level": 8}]`), "invalid_input", `The "level" field must be a valid access level.`, attr},
		{"access to no project", access(`[{"id": 987654, "level": "member"}]`), "invalid_input", team, attr},
		{"access to a huge number", access(`[{"id": 99999999999999999999, "level": "member"}]`), "invalid_input", team, attr},
		{"access to a project elsewhere", access(`[{"id": ` + f.Known("known.other_organization.project_id") + `, "level": "member"}]`), "invalid_input", team, attr},
		{"a member already", `{"target_email": "` + strings.ToUpper(f.Known("credentials.member.email")) + `"}`, "invalid_input", "A user with this email address already belongs to the organization.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			before := f.As("admin").Get(f.Org("invites"))
			f.Invite(tc.body).Invalid(tc.code, tc.detail, tc.attr)
			f.As("admin").Get(f.Org("invites")).Bytes(200, string(before.Body))
		})
	}
}

func TestInviteLevels(t *testing.T) {
	const denied = "You cannot invite a user with a higher permission level than your own."
	f := mocktest.New(t)
	for _, tc := range []struct {
		role    string
		level   string
		allowed bool
	}{
		{"member", "1", true}, {"member", "8", false}, {"member", "15", false},
		{"admin", "8", true}, {"admin", `"8"`, true}, {"admin", "15", false}, {"owner", "15", true},
	} {
		t.Run(tc.role+" invites "+tc.level, func(t *testing.T) {
			f.T = t
			got := f.As(tc.role).Post(f.Org("invites"), `{"target_email": "l@example.com", "level": `+tc.level+`}`)
			if tc.allowed {
				got.Status(http.StatusCreated)
				return
			}
			got.Denied(denied)
		})
	}
	f.T = t
	f.As("member").Post(f.Org("invites"), `{"target_email": "broken", "level": 15}`).Denied(denied)
}

func TestInvitesReplaceAndCombine(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	project := f.Known("known.projects.0")
	first := f.Invite(`{"target_email": "again@example.com", "level": 8, "private_project_access": [{"id": ` + project + `, "level": "member"}]}`).Status(201)
	second := f.Invite(`{"target_email": "Again@example.com", "combine_pending_invites": true}`).Status(201).
		Has("level", "8").Has("private_project_access", `[{"id":`+project+`,"level":"member"}]`)
	third := f.Invite(`{"target_email": "again@example.com", "combine_pending_invites": "true", "level": 1,
		"private_project_access": [{"id": `+project+`, "level": "admin"}]}`).Status(201).
		Has("level", "8").Has("private_project_access", `[{"id":`+project+`,"level":"admin"}]`)
	g.Expect(pendingFor(f, "again@example.com")).To(Equal([]string{third.Get("id").String()}))
	f.As("admin").Delete(f.Org("invites", first.Get("id").String())).Missing("Not found.")
	f.As("admin").Delete(f.Org("invites", second.Get("id").String())).Missing("Not found.")

	f.Advance(3*24*time.Hour + time.Second)
	f.As("admin").Get(f.Org("invites")).Has(`results.#(target_email=="again@example.com").is_expired`, "true")
	f.Invite(`{"target_email": "again@example.com", "combine_pending_invites": true}`).Status(201).
		Has("level", "1").Has("private_project_access", "[]").Has("is_expired", "false")
	g.Expect(pendingFor(f, "again@example.com")).To(HaveLen(1))
	f.Invite(`{"target_email": "again@example.com"}`).Status(201).Has("level", "1")
}

func pendingFor(f *mocktest.Fake, email string) (found []string) {
	for _, id := range f.As("admin").Get(f.Org("invites") + "?limit=1000").Get(`results.#(target_email=="` + email + `")#.id`).Array() {
		found = append(found, id.String())
	}
	return found
}

func TestEmptyProjectAccessIsNull(t *testing.T) {
	f := mocktest.New(t)
	f.Invite(`{"target_email": "e@example.com", "private_project_access": []}`).Status(201).Has("private_project_access", "null")
	f.Invite(`{"target_email": "e@example.com", "private_project_access": null}`).Status(201).Has("private_project_access", "null")
	f.Invite(`{"target_email": "e@example.com"}`).Status(201).Has("private_project_access", "[]")
}

func TestMail(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.Invite(`{"target_email": "m@example.com", "send_email": false}`).Status(201).Has("emailing_attempt_made", "false")
	g.Expect(f.Outbox()).To(BeEmpty())
	f.As("admin").Form(f.Org("invites"), "target_email=form@example.com&send_email=false").Status(201).
		Has("emailing_attempt_made", "false")
	g.Expect(f.Outbox()).To(BeEmpty())
	f.As("admin").Form(f.Org("invites"), "target_email=form@example.com").Status(201).
		Has("emailing_attempt_made", "true") // the default of the field goes before that of forms, false
	g.Expect(f.Outbox()).To(HaveLen(1))
	silent := mocktest.New(t, mock.WithoutMail())
	silent.Invite(`{"target_email": "m@example.com"}`).Status(201).Has("emailing_attempt_made", "false")
}

func TestMembersMayInviteUnlessSwitchedOff(t *testing.T) {
	f := mocktest.New(t)
	control := "/_understudy/organizations/" + f.Known("organization.id")
	body := `{"target_email": "i@example.com"}`
	f.Anonymous().Patch(control, `{"feature": {"organization_invite_settings": true}, "members_can_invite": false}`).Status(200)
	f.As("member").Post(f.Org("invites"), body).Denied("You do not have permission to perform this action.")
	f.As("admin").Post(f.Org("invites"), body).Status(201)
	f.Anonymous().Patch(control, `{"members_can_invite": true}`).Status(200)
	f.As("member").Post(f.Org("invites"), body).Status(201)
	f.Anonymous().Patch(control, `{"members_can_invite": false, "feature": {"organization_invite_settings": false}}`).Status(200)
	f.As("member").Post(f.Org("invites"), body).Status(201)
}

func TestDeletingInvitesNeedsAnAdministrator(t *testing.T) {
	f := mocktest.New(t)
	path := f.Org("invites", f.Invite(`{"target_email": "d@example.com"}`).Get("id").String())
	f.As("member").Delete(path).Denied("Your organization access level is insufficient.")
	f.As("admin").Delete(path).Bytes(http.StatusNoContent, "")
	f.As("admin").Delete(path).Missing("Not found.")
}

func TestInviteListIsNewestFirst(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	for i := range 5 {
		f.Invite(fmt.Sprintf(`{"target_email": "order%d@example.com"}`, i)).Status(201)
	}
	list := f.As("admin").Get(f.Org("invites") + "?limit=5").Status(200)
	for i := range 5 {
		g.Expect(list.Get(fmt.Sprintf("results.%d.target_email", i)).String()).To(Equal(fmt.Sprintf("order%d@example.com", 4-i)))
	}
}

func TestInviteMail(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	created := f.Invite(`{"target_email": "Mail@example.com", "first_name": "Ada & Co", "message": "Come & see\n\"it\""}`).Status(201)
	link := "http://fake.test/signup/" + created.Get("id").String()
	inviter := created.Get("created_by.first_name").String()
	organization := f.As("admin").Get("/api/organizations/@current/").Get("name").String()
	outbox := f.Anonymous().Get("/_understudy/outbox").Status(200).Has("count", "1").
		Has("messages.0.recipient", `"mail@example.com"`).Has("messages.0.reply_to", mocktest.Quote(f.Known("credentials.admin.email"))).
		Has("messages.0.subject", mocktest.Quote(inviter+" invited you to join "+organization+" on PostHog")).
		Has("messages.0.link", mocktest.Quote(link)).Has("messages.0.sent_at", `"2026-03-01T12:00:00Z"`)
	text, page := outbox.Get("messages.0.text").String(), outbox.Get("messages.0.html").String()
	g.Expect(text).To(And(ContainSubstring("Hello Ada & Co,"), ContainSubstring("Come & see\n\"it\""), ContainSubstring(link),
		ContainSubstring("March 04, 2026 at 12:00 UTC")))
	g.Expect(page).To(And(ContainSubstring("Hello Ada &amp; Co,"), ContainSubstring("Come &amp; see\n&#34;it&#34;"), ContainSubstring(`<a href="`+link+`">`)))
	g.Expect(page).NotTo(ContainSubstring("& Co"))
	f.Anonymous().Delete("/_understudy/outbox").Status(204)
	f.Anonymous().Get("/_understudy/outbox").Status(200).Has("count", "0")
}
