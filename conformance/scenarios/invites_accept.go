package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

const (
	noInvite       = "The provided invite ID is not valid."
	inviteExpired  = "This invite has expired. Please ask your admin for a new one."
	wrongRecipient = "This invite is intended for another email address."
)

// newcomer is what somebody new says of themselves.
func newcomer(s *suite.S) suite.JSON {
	return suite.JSON{"first_name": "Robin", "password": s.Password()}
}

func invitesAccept() []suite.Scenario {
	look, accept := []string{"signup_retrieve"}, []string{"signup_create"}
	people := with(admin, suite.Allowed(target.CreateUsers))
	elsewhere := with(people, suite.Known("featureless_organization.id"))
	list := []suite.Scenario{
		{
			ID: "invites.accept.look", Title: "Who holds the link sees whom it invites, and where to",
			Covers: look, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(suite.JSON{"first_name": "Robin"})
				s.Anonymous().Get(suite.SignupPath(invite)).Status(200).Keys("", "id", "target_email", "first_name", "organization_name").
					Has("id", invite.ID).Has("target_email", invite.Text("target_email")).Has("first_name", "Robin").
					Has("organization_name", s.Admin().Get(s.Org()).Text("name"))
			},
		},
		{
			ID: "invites.accept.unknown", Title: "An invite that does not exist cannot be looked at, nor accepted",
			Covers: append(look, accept...), Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				for _, id := range []string{suite.Nowhere, "abc"} {
					s.Anonymous().Get("/api/signup/"+id+"/").Invalid("invalid_input", noInvite, "")
				}
				s.Anonymous().Post("/api/signup/"+suite.Nowhere+"/", newcomer(s)).Invalid("invalid_input", noInvite, "")
			},
		},
		{
			ID: "invites.accept.deleted", Title: "The link of a withdrawn invite leads nowhere",
			Covers: append([]string{"invites_destroy", "signup_retrieve"}, accept...), Needs: with(admin, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				s.Admin().Delete(invite.Path()).Empty()
				s.Anonymous().Get(suite.SignupPath(invite)).Invalid("invalid_input", noInvite, "")
				s.Accept(s.Anonymous(), invite, newcomer(s)).Invalid("invalid_input", noInvite, "")
			},
		},
		{
			ID: "invites.accept.replaced", Title: "The link of a replaced invite leads nowhere",
			Covers: append([]string{"invites_create"}, look...), Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				old := s.NewInvite(nil)
				s.NewInvite(suite.JSON{"target_email": old.Text("target_email")})
				s.Anonymous().Get(suite.SignupPath(old)).Invalid("invalid_input", noInvite, "")
			},
		},
		{
			ID: "invites.accept.recipient", Title: "Whoever is logged in as somebody else cannot use the link",
			Covers: append(look, accept...), Needs: adminSession, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				s.Session("admin").Get(suite.SignupPath(invite)).Invalid("invalid_recipient", wrongRecipient, "")
				s.Session("admin").Post(suite.SignupPath(invite), suite.JSON{}).Invalid("invalid_recipient", wrongRecipient, "")
				s.Expect(pending(s, invite.Text("target_email"))).To(gomega.Equal(1))
			},
		},
		{
			ID: "invites.accept.account_exists", Title: "Who has an account is sent to log in",
			Covers: look, Needs: with(admin, suite.EmailOf("outsider")), Access: suite.Write,
			Run: func(s *suite.S) {
				s.Alone() // an invite of another run for the same address would replace this one
				invite := s.NewInvite(suite.JSON{"target_email": s.Target().Credentials["outsider"].Email})
				s.Anonymous().Get(suite.SignupPath(invite)).Invalid("account_exists", "/login?next=/signup/"+invite.ID, "")
			},
		},
		{
			ID: "invites.accept.expired", Title: "An expired invite can be looked at no more, nor accepted",
			Covers: append(look, accept...), Needs: with(admin, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				later := s.Beside()
				later.Advance("73h")
				somebody := later.As(s.Anonymous())
				somebody.Get(suite.SignupPath(invite)).Invalid("expired", inviteExpired, "")
				s.Accept(somebody, invite, newcomer(s)).Invalid("expired", inviteExpired, "")
			},
		},
		{
			ID: "invites.accept.joins", Title: "Somebody new becomes a member, logged in, and the invite is used up",
			Covers: append([]string{"users_me_retrieve", "invites_list"}, accept...), Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				body := newcomer(s)
				body["role_at_organization"] = "engineering"
				accepted := s.Accept(s.Anonymous(), invite, body).Status(201)
				accepted.Has("email", invite.Text("target_email")).Has("first_name", "Robin").Has("last_name", "").
					Has("role_at_organization", "engineering").That("redirect_url", gomega.HavePrefix("/"))
				me := s.SessionFrom(accepted, "newcomer").Get("/api/users/@me/").Status(200)
				me.Has("uuid", accepted.Text("uuid")).Has("organization.id", s.Target().Organization.ID).Has("organization.membership_level", 1).Has("organizations.#", 1)
				s.Expect(pending(s, invite.Text("target_email"))).To(gomega.Equal(0))
			},
		},
		{
			ID: "invites.accept.level", Title: "Who joins has the level of the invite",
			Covers: append([]string{"organizations_retrieve", "invites_create"}, accept...), Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				robin.Get(s.Org()).Status(200).Has("membership_level", 8)
				s.Made(suite.Invites, robin.Post(s.Org(suite.Invites), silentInvite(s, suite.JSON{"level": 8}))).Has("created_by.uuid", robin.UUID)
			},
		},
		{
			ID: "invites.accept.password", Title: "The password that was chosen logs in",
			Covers: append([]string{"login_create"}, accept...), Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				s.Anonymous().Post(loginPath, suite.JSON{"email": robin.Email, "password": robin.Password}).Status(200).Has("success", true)
				s.Anonymous().Post(loginPath, suite.JSON{"email": robin.Email, "password": robin.Password + "x"}).Invalid("invalid_credentials", wrongLogin, "")
			},
		},
		{
			ID: "invites.accept.once", Title: "An invite is accepted once",
			Covers: accept, Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				s.Accept(s.Anonymous(), invite, newcomer(s)).Status(201)
				s.Accept(s.Anonymous(), invite, newcomer(s)).Invalid("invalid_input", noInvite, "")
				s.Anonymous().Get(suite.SignupPath(invite)).Invalid("invalid_input", noInvite, "")
			},
		},
		{
			ID: "invites.accept.parallel", Title: "Accepted several times at once, an invite makes one member",
			Covers: append([]string{"organizations_retrieve"}, accept...), Needs: people, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				invite, body := s.NewInvite(nil), newcomer(s)
				joined := map[string]bool{}
				for _, answer := range s.Parallel(4, func(int) *suite.Response {
					return s.Accept(s.Anonymous(), invite, body)
				}) {
					if answer.Code() == 201 {
						joined[answer.Text("uuid")] = true
						continue
					}
					answer.Status(400)
				}
				s.Expect(joined).To(gomega.HaveLen(1))
			},
		},
		{
			ID: "invites.accept.member_already", Title: "The address of who has joined cannot be invited again",
			Covers: append([]string{"invites_create"}, accept...), Needs: people, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				postInvite(s, suite.JSON{"target_email": strings.ToUpper(s.Recruit(1).Email)}).Invalid("invalid_input", memberAlready, "")
			},
		},
		{
			ID: "invites.accept.user_joins", Title: "A user who is logged in joins as who they are, and the organization becomes their current one",
			Covers: append([]string{"users_me_retrieve"}, accept...), Needs: elsewhere, Access: suite.Write,
			Run: func(s *suite.S) {
				robin, invite := inviteElsewhere(s, nil)
				robin.Get(suite.SignupPath(invite)).Status(200).Has("target_email", robin.Email)
				other := s.Target().Known.FeaturelessOrganization.ID
				s.Accept(robin.Caller, invite, suite.JSON{"first_name": "Changed", "password": s.Password()}).Status(201).
					Has("uuid", robin.UUID).Has("first_name", "Robin")
				robin.Get("/api/users/@me/").Status(200).Has("first_name", "Robin").Has("organization.id", other).Has("organizations.#", 2)
				s.Anonymous().Post(loginPath, suite.JSON{"email": robin.Email, "password": robin.Password}).Status(200)
			},
		},
		{
			ID: "invites.accept.user_csrf", Title: "A session needs its CSRF token to accept",
			Covers: accept, Needs: elsewhere, Access: suite.Write,
			Run: func(s *suite.S) {
				robin, invite := inviteElsewhere(s, nil)
				s.Accept(robin.With("X-CSRFToken", ""), invite, suite.JSON{}).Denied(wording.CSRFRefused)
			},
		},
		{
			ID: "invites.accept.account_taken", Title: "Who has an account does not get a second one",
			Covers: accept, Needs: elsewhere, Access: suite.Write,
			Run: func(s *suite.S) {
				robin, invite := inviteElsewhere(s, nil)
				s.Accept(s.Anonymous(), invite, newcomer(s)).
					Invalid("invalid_input", "There already exists an account with email address "+robin.Email+". Please log in instead.", "")
			},
		},
		{
			ID: "invites.accept.isolation", Title: "An invite leads into its own organization, and is deleted there only",
			Covers: append([]string{"invites_destroy", "organizations_retrieve"}, accept...), Needs: elsewhere, Access: suite.Write,
			Run: func(s *suite.S) {
				robin, invite := inviteElsewhere(s, suite.JSON{"level": 8})
				s.Admin().Delete(s.Org(suite.Invites, invite.ID)).NotFound()
				other := s.Target().Known.FeaturelessOrganization.ID
				s.Accept(robin.Caller, invite, suite.JSON{}).Status(201)
				robin.Get(suite.OrgPath(other)).Status(200).Has("membership_level", 8)
				robin.Get(s.Org()).Status(200).Has("membership_level", 1)
			},
		},
		{
			ID: "invites.accept.grants", Title: "Who joins has the project access of the invite",
			Covers: append([]string{"projects_retrieve"}, accept...), Needs: with(projectGrants, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				used, administered := s.NewProject(nil), s.NewProject(nil)
				robin := s.RecruitWith(suite.JSON{accessField: []suite.JSON{
					{"id": used.Get("id").Int(), "level": "member"}, {"id": administered.Get("id").Int(), "level": "admin"},
				}})
				robin.Get(used.Root()).Status(200).Has("effective_membership_level", 1)
				robin.Get(administered.Root()).Status(200).Has("effective_membership_level", 8)
			},
		},
		{
			ID: "invites.accept.default_role", Title: "Who joins gets the default role of the organization",
			Covers: append([]string{"roles_retrieve"}, accept...), Needs: with(founding, suite.Allowed(target.CreateUsers)), Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				role := o.MadeIn(suite.Roles, o.Owner.Post(o.Path(suite.Roles), suite.JSON{"name": s.Name()}))
				o.Owner.Patch(o.Path(), suite.JSON{"default_role_id": role.ID}).Status(200)
				invite := o.MadeIn(suite.Invites, o.Owner.Post(o.Path(suite.Invites), suite.JSON{"target_email": s.Email(), "send_email": false}))
				joined := s.Accept(s.Anonymous(), invite, newcomer(s)).Status(201)
				o.Owner.Get(role.Path()).Status(200).Has("members.#.user.uuid", []string{joined.Text("uuid")})
			},
		},
		{
			ID: "invites.accept.announced", Title: "The other members are told who joined",
			Covers: accept, Needs: with(people, suite.ControlPlane, suite.EmailOf("owner")), Access: suite.Write,
			Run: func(s *suite.S) {
				invite, name := s.NewInvite(nil), s.Name()
				s.Accept(s.Anonymous(), invite, suite.JSON{"first_name": name, "password": s.Password()}).Status(201)
				outbox := s.Anonymous().Get(s.Target().Control + "/outbox").Status(200)
				s.Expect(outbox.Body()).To(gomega.And(gomega.ContainSubstring(name+" joined"), gomega.ContainSubstring(s.Target().Credentials["owner"].Email)))
			},
		},
	}
	list = append(list, refusals("invites.accept", accept[0], people, []refusal{
		{"no_name", "Somebody new has a name", suite.JSON{"password": "quercus velvet lantern"}, "required", required, "first_name"},
		{"no_password", "Somebody new has a password", suite.JSON{"first_name": "Robin"}, "required", required, "password"},
		{"blank_name", "A name is not blank", suite.JSON{"first_name": " ", "password": "quercus velvet lantern"}, "blank", blank, "first_name"},
		{"long_name", "A name has 128 characters at most", suite.JSON{"first_name": strings.Repeat("x", 129), "password": "quercus velvet lantern"}, "max_length", "Ensure this field has no more than 128 characters.", "first_name"},
		{"short_password", "A password has 8 characters at least", suite.JSON{"first_name": "Robin", "password": "1234567"}, "password_too_short", "This password is too short. It must contain at least 8 characters.", "password"},
		{"null_password", "A password is not null", suite.JSON{"first_name": "Robin", "password": nil}, "null", null, "password"},
		{"list_password", "A password is a text", suite.JSON{"first_name": "Robin", "password": []string{"quercus velvet lantern"}}, "invalid_input", notText, "password"},
	}, func(s *suite.S, body suite.JSON) *suite.Response {
		return s.Accept(s.Anonymous(), s.NewInvite(nil), body)
	})...)
	return asking(suite.Behaviour, list, "short_password", "list_password")
}

// inviteElsewhere makes somebody and invites them into the organization without
// features, too.
func inviteElsewhere(s *suite.S, fields suite.JSON) (*suite.Recruit, suite.Thing) {
	robin := s.Recruit(1)
	body := suite.Together(suite.JSON{"target_email": robin.Email, "send_email": false}, fields)
	invite := s.Admin().Post(suite.OrgPath(s.Target().Known.FeaturelessOrganization.ID, suite.Invites), body).Status(201)
	return robin, suite.Thing{Response: invite, ID: invite.Text("id")}
}
