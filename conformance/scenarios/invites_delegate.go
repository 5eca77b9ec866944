package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

func delegatePath(s *suite.S) string { return s.Org(suite.Invites, "delegate") }

// invitesDelegate: a user may delegate ten times an hour, so the stories that do have a
// user of their own. Each is mailed.
func invitesDelegate() []suite.Scenario {
	delegate := []string{"invites_delegate_create"}
	people := with(admin, suite.Mail, suite.Allowed(target.CreateUsers))
	list := []suite.Scenario{
		{
			ID: "invites.delegate.administrator", Title: "The set-up is delegated to an administrator",
			Covers: append([]string{"invites_list"}, delegate...), Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				email := s.Email()
				made := s.Recruit(8).Post(delegatePath(s), suite.JSON{"target_email": " " + strings.ToUpper(email), "message": "Please", "step_at_delegation": "install"}).
					Status(201).Keys("", inviteKeys...).Has("target_email", email).Has("level", 8).Has("message", "Please").Has("is_expired", false)
				shown := s.Admin().All(s.Org(suite.Invites)).Get(`results.#(id=="` + made.Text("id") + `")`).Raw
				s.Expect(shown).To(gomega.MatchJSON(made.Body()), "the invite in the list")
			},
		},
		{
			ID: "invites.delegate.several", Title: "The set-up can be delegated to several people",
			Covers: delegate, Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				made := robin.Post(delegatePath(s), suite.JSON{"target_email": s.Email()}).Status(201)
				second := robin.Post(delegatePath(s), suite.JSON{"target_email": s.Email()}).Status(201)
				s.Expect(second.Text("id")).NotTo(gomega.Equal(made.Text("id")))
			},
		},
		{
			ID: "invites.delegate.pending", Title: "The set-up cannot be delegated to somebody who has an invite, whatever the case of the address",
			Covers: append([]string{"invites_create"}, delegate...), Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				const pending = "There is already a pending invite for this email. Cancel it first if you want to delegate setup."
				robin, invite := s.Recruit(8), s.NewInvite(nil)
				robin.Post(delegatePath(s), suite.JSON{"target_email": invite.Text("target_email")}).Invalid("existing_invite", pending, "")
				robin.Post(delegatePath(s), suite.JSON{"target_email": strings.ToUpper(invite.Text("target_email"))}).Invalid("existing_invite", pending, "")
				s.Lists(s.Admin(), s.Org(suite.Invites), invite, true)
			},
		},
		{
			ID: "invites.delegate.again", Title: "When a delegation is withdrawn, the set-up can be delegated anew",
			Covers: append([]string{"invites_destroy"}, delegate...), Needs: people, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				made := robin.Post(delegatePath(s), suite.JSON{"target_email": s.Email()}).Status(201)
				robin.Delete(s.Org(suite.Invites, made.Text("id"))).Empty()
				second := robin.Post(delegatePath(s), suite.JSON{"target_email": s.Email()}).Status(201)
				s.Expect(second.Text("id")).NotTo(gomega.Equal(made.Text("id")))
			},
		},
		{
			ID: "invites.delegate.accepted", Title: "Who takes the set-up over is an administrator, and the delegation is over",
			Covers: append([]string{"signup_create", "organizations_retrieve"}, delegate...), Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				made := robin.Post(delegatePath(s), suite.JSON{"target_email": s.Email()}).Status(201)
				invite := suite.Thing{ID: made.Text("id")}
				joined := s.Accept(s.Anonymous(), invite, newcomer(s)).Status(201)
				s.SessionFrom(joined, "delegate").Get(s.Org()).Has("membership_level", 8)
				second := robin.Post(delegatePath(s), suite.JSON{"target_email": s.Email()}).Status(201)
				s.Expect(second.Text("id")).NotTo(gomega.Equal(made.Text("id")))
			},
		},
		{
			ID: "invites.delegate.known_elsewhere", Title: "The set-up is delegated to somebody of another organization, who is an administrator in this one alone",
			Covers: append([]string{"signup_create", "organizations_retrieve"}, delegate...), Needs: with(people, suite.Organizations), Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.RecruitInto(o, 1)
				made := s.Recruit(8).Post(delegatePath(s), suite.JSON{"target_email": person.Email}).Status(201)
				s.Accept(person.Caller, suite.Thing{ID: made.Text("id")}, suite.JSON{}).Status(201)
				person.Get(s.Org()).Status(200).Has("membership_level", 8)
				person.Get(o.Path()).Status(200).Has("membership_level", 1)
			},
		},
		{
			ID: "invites.delegate.mail", Title: "The delegation is sent with its link and its message",
			Covers: delegate, Needs: with(people, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				note := s.Name()
				made := s.Recruit(8).Post(delegatePath(s), suite.JSON{"target_email": s.Email(), "message": note}).Status(201)
				outbox := s.Anonymous().Get(s.Target().Control + "/outbox").Status(200).Body()
				s.Expect(outbox).To(gomega.And(gomega.ContainSubstring("/signup/"+made.Text("id")), gomega.ContainSubstring(note)))
			},
		},
		{
			ID: "invites.delegate.member", Title: "Members cannot delegate what only administrators may",
			Covers: delegate, Needs: []suite.Need{suite.KeyOf("member"), suite.Mail}, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Member().Post(delegatePath(s), suite.JSON{"target_email": s.Email()}).
					Denied("Only organization admins can delegate setup, as delegation grants admin access.")
			},
		},
		{
			ID: "invites.delegate.to_member", Title: "The set-up cannot be delegated to a member",
			Covers: delegate, Needs: with(people, suite.EmailOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				s.Recruit(8).Post(delegatePath(s), suite.JSON{"target_email": s.Target().Credentials["member"].Email}).
					Invalid("existing_member", "A user with this email address is already a member of this organization. Choose a different teammate to invite.", "")
			},
		},
		{
			ID: "invites.delegate.to_oneself", Title: "Nobody delegates the set-up to themselves",
			Covers: delegate, Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				for _, address := range []string{robin.Email, strings.ToUpper(robin.Email)} {
					robin.Post(delegatePath(s), suite.JSON{"target_email": address}).Invalid("self_delegation", "You cannot delegate setup to yourself.", "")
				}
			},
		},
		{
			ID: "invites.delegate.scope", Title: "Delegating needs the scope of writing to members",
			Covers: delegate, Needs: []suite.Need{suite.KeyOf("read_scopes")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Key("read_scopes").Post(delegatePath(s), suite.JSON{}).Denied("API key missing required scope 'organization_member:write'")
			},
		},
		{
			ID: "invites.delegate.stranger", Title: "Strangers delegate nothing",
			Covers: delegate, Needs: []suite.Need{suite.KeyOf("outsider")}, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) { s.Outsider().Post(delegatePath(s), suite.JSON{}).Denied(noPermission) },
		},
		{
			ID: "invites.delegate.anonymous", Title: "Without credentials nothing is delegated",
			Covers: delegate, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) { s.Anonymous().Post(delegatePath(s), suite.JSON{}).Unauthenticated() },
		},
	}
	list = append(list, refusals("invites.delegate", delegate[0], with(admin, suite.Mail), []refusal{
		{"no_address", "A delegation needs an address", suite.JSON{}, "required", required, "target_email"},
		{"null_address", "The address is not null", suite.JSON{"target_email": nil}, "null", null, "target_email"},
		{"malformed_address", "The address has an @", suite.JSON{"target_email": "nobody"}, "invalid_input", badEmail, "target_email"},
		{"long_message", "The message has 1000 characters at most", suite.JSON{"target_email": inviteNever, "message": strings.Repeat("x", 1001)}, "max_length", longText, "message"},
		{"null_message", "The message is not null", suite.JSON{"target_email": inviteNever, "message": nil}, "null", null, "message"},
		{"long_step", "The step has 64 characters at most", suite.JSON{"target_email": inviteNever, "step_at_delegation": strings.Repeat("x", 65)}, "max_length", "Ensure this field has no more than 64 characters.", "step_at_delegation"},
	}, func(s *suite.S, body suite.JSON) *suite.Response { return s.Admin().Post(delegatePath(s), body) })...)
	asking(suite.Behaviour, list, "malformed_address")
	return robust(list, "malformed_address")
}
