package scenarios

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// inviteKeys are the properties of an invite, in their order.
var inviteKeys = strings.Fields(`id target_email first_name emailing_attempt_made level is_expired created_by created_at
	updated_at message private_project_access`)

const (
	badEmail    = "Enter a valid email address."
	tooHigh     = "You cannot invite a user with a higher permission level than your own."
	inviteNever = "understudy-never@example.com"
)

// listed wants the list of invites to show what the answer to making one said.
func listed(s *suite.S, invite suite.Thing) {
	shown := s.Admin().All(s.Org(suite.Invites)).Get(`results.#(id=="` + invite.ID + `")`).Raw
	s.Expect(shown).To(gomega.MatchJSON(invite.Body()), "the invite in the list")
}

func invitesCreate() []suite.Scenario {
	create := []string{"invites_create"}
	list := []suite.Scenario{
		{
			ID: "invites.create.defaults", Title: "An invite is for a member and grants nothing else",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				invite.Keys("", inviteKeys...)
				invite.Keys("created_by", userKeys...)
				invite.Has("level", 1).Has("first_name", "").Has("message", nil).Has("is_expired", false).
					Has("private_project_access", []int{}).Has("emailing_attempt_made", false)
				listed(s, invite)
			},
		},
		{
			ID: "invites.create.unsent", Title: "An invite is sent unless it says otherwise",
			Covers: create, Needs: with(admin, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				silent, sent := s.NewInvite(nil), s.NewInvite(suite.JSON{"send_email": true})
				outbox := s.Anonymous().Get(s.Target().Control + "/outbox").Status(200).Body()
				s.Expect(outbox).To(gomega.ContainSubstring("/signup/" + sent.ID))
				s.Expect(outbox).To(gomega.ContainSubstring(`"recipient":"` + sent.Text("target_email") + `"`))
				s.Expect(outbox).NotTo(gomega.ContainSubstring(silent.Text("target_email")))
			},
		},
		{
			ID: "invites.create.creator", Title: "An invite names who made it",
			Covers: create, Needs: with(admin, suite.EmailOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) { s.NewInvite(nil).Has("created_by.email", s.Target().Credentials["admin"].Email) },
		},
		{
			ID: "invites.create.lower_case", Title: "The address is stored in lower case, without white space",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				email := s.Email()
				s.NewInvite(suite.JSON{"target_email": " " + strings.ToUpper(email) + " "}).Has("target_email", email)
			},
		},
		{
			ID: "invites.create.full", Title: "An invite carries a name, a level and a message",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(suite.JSON{"first_name": "Uwe", "level": 8, "message": "Welcome"})
				invite.Has("first_name", "Uwe").Has("level", 8).Has("message", "Welcome")
				listed(s, invite)
			},
		},
		{
			ID: "invites.create.level_text", Title: "A level may be written as text",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) { s.NewInvite(suite.JSON{"level": "8"}).Has("level", 8) },
		},
		{
			ID: "invites.create.member_invites", Title: "Members may invite members",
			Covers: create, Needs: with(admin, suite.KeyOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Made(suite.Invites, s.Member().Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Email(), "send_email": false})).Has("level", 1)
			},
		},
		{
			ID: "invites.create.member_above", Title: "Members cannot invite administrators",
			Covers: create, Needs: []suite.Need{suite.KeyOf("member")}, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				for _, level := range []int{8, 15} {
					s.Member().Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Email(), "level": level, "send_email": false}).Denied(tooHigh)
				}
			},
		},
		{
			ID: "invites.create.admin_above", Title: "Administrators cannot invite owners",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Admin().Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Email(), "level": 15, "send_email": false}).Denied(tooHigh)
			},
		},
		{
			ID: "invites.create.owner", Title: "Owners may invite owners",
			Covers: create, Needs: with(admin, suite.KeyOf("owner")), Access: suite.Write,
			Run: func(s *suite.S) {
				s.Made(suite.Invites, s.Owner().Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Email(), "level": 15, "send_email": false})).Has("level", 15)
			},
		},
		{
			ID: "invites.create.level_before_address", Title: "A level above one's own is refused before a malformed address",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Admin().Post(s.Org(suite.Invites), suite.JSON{"target_email": "nobody", "level": 15}).Denied(tooHigh)
			},
		},
		{
			ID: "invites.create.already_member", Title: "Who is a member cannot be invited, whatever the case of the address",
			Covers: create, Needs: with(admin, suite.EmailOf("member")), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				email := s.Target().Credentials["member"].Email
				for _, address := range []string{email, strings.ToUpper(email)} {
					s.Admin().Post(s.Org(suite.Invites), suite.JSON{"target_email": address, "send_email": false}).
						Invalid("invalid_input", "A user with this email address already belongs to the organization.", "")
				}
			},
		},
		{
			ID: "invites.create.oneself", Title: "Nobody invites themselves",
			Rules: []string{"invites.create.already_member"}, Covers: create, Needs: with(admin, suite.EmailOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) {
				s.Admin().Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Target().Credentials["admin"].Email, "send_email": false}).
					Invalid("invalid_input", "A user with this email address already belongs to the organization.", "")
			},
		},
		{
			ID: "invites.create.session", Title: "An invite can be made in a session",
			Covers: create, Needs: adminSession, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Made(suite.Invites, s.Session("admin").Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Email(), "send_email": false}))
			},
		},
		{
			ID: "invites.create.write_only", Title: "send_email and combine_pending_invites are never shown",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(suite.JSON{"combine_pending_invites": true})
				s.Expect(invite.Get("send_email").Exists() || invite.Get("combine_pending_invites").Exists()).To(gomega.BeFalse())
			},
		},
	}
	list = append(list, refusals("invites.create", "invites_create", admin, []refusal{
		{"no_address", "An invite needs an address", suite.JSON{}, "required", required, "target_email"},
		{"null_address", "An address is not null", suite.JSON{"target_email": nil}, "null", null, "target_email"},
		{"blank_address", "An address is not blank", suite.JSON{"target_email": " "}, "blank", blank, "target_email"},
		{"malformed_address", "An address has an @", suite.JSON{"target_email": "nobody"}, "invalid_input", badEmail, "target_email"},
		{"two_ats", "An address has one @", suite.JSON{"target_email": "a@b@example.com"}, "invalid_input", badEmail, "target_email"},
		{"no_domain", "An address has a domain", suite.JSON{"target_email": "nobody@"}, "invalid_input", badEmail, "target_email"},
		{"inner_space", "An address has no spaces", suite.JSON{"target_email": "no body@example.com"}, "invalid_input", badEmail, "target_email"},
		{"address_list", "An address is not a list", suite.JSON{"target_email": []string{"a@example.com"}}, "invalid_input", badEmail, "target_email"},
		{"address_object", "An address is not an object", suite.JSON{"target_email": suite.JSON{}}, "invalid_input", badEmail, "target_email"},
		{"long_address", "An address has 254 characters at most", suite.JSON{"target_email": strings.Repeat("x", 243) + "@example.com"}, "max_length", "Ensure this field has no more than 254 characters.", "target_email"},
		{"long_name", "A name has 30 characters at most", suite.JSON{"target_email": inviteNever, "first_name": strings.Repeat("x", 31)}, "max_length", "Ensure this field has no more than 30 characters.", "first_name"},
		{"name_null", "A name is not null", suite.JSON{"target_email": inviteNever, "first_name": nil}, "null", null, "first_name"},
		{"level_unknown", "A level is 1, 8 or 15", suite.JSON{"target_email": inviteNever, "level": 3}, "invalid_choice", `"3" is not a valid choice.`, "level"},
		{"level_word", "A level is a number", suite.JSON{"target_email": inviteNever, "level": "owner"}, "invalid_choice", `"owner" is not a valid choice.`, "level"},
		{"level_boolean", "A level is not a boolean", suite.JSON{"target_email": inviteNever, "level": true}, "invalid_choice", `"True" is not a valid choice.`, "level"},
		{"level_fraction", "A level is no fraction", suite.JSON{"target_email": inviteNever, "level": json.RawMessage("1.0")}, "invalid_choice", `"1.0" is not a valid choice.`, "level"},
		{"level_null", "A level is not null", suite.JSON{"target_email": inviteNever, "level": nil}, "null", null, "level"},
		{"message_list", "A message is a text", suite.JSON{"target_email": inviteNever, "message": []int{}}, "invalid_input", notText, "message"},
		{"send_email_word", "send_email is a boolean", suite.JSON{"target_email": inviteNever, "send_email": "later"}, "invalid_input", notBoolean, "send_email"},
		{"combine_null", "combine_pending_invites is not null", suite.JSON{"target_email": inviteNever, "combine_pending_invites": nil}, "null", null, "combine_pending_invites"},
		{"first_in_order", "Of several malformed fields the first in order is named", suite.JSON{"level": 3, "target_email": nil}, "null", null, "target_email"},
	}, postInvite)...)
	asking(suite.Behaviour, list, "malformed_address", "two_ats", "inner_space", "first_in_order")
	return robust(list, "malformed_address", "address_list", "address_object", "level_boolean", "message_list")
}

// postInvite invites without a mail, and where the address does not matter with
// one of the run's own.
func postInvite(s *suite.S, body suite.JSON) *suite.Response {
	sent := suite.JSON{"send_email": false}
	maps.Copy(sent, body)
	if sent["target_email"] == inviteNever {
		sent["target_email"] = s.Email()
	}
	return s.Admin().Post(s.Org(suite.Invites), sent)
}
