package scenarios

import (
	"net/url"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

const onlyMe = "As a non-staff user you're only allowed to access the `@me` user instance."

// users: whom a credential belongs to.
func users() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "users.me.key", Title: "A key tells whose it is",
			Covers: []string{"users_me_retrieve"}, Needs: with(admin, suite.EmailOf("admin")), Access: suite.Read, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				me := s.Admin().Get("/api/users/@me/").Status(200).Has("email", s.Target().Credentials["admin"].Email)
				me.Has("organization.id", s.Admin().Get("/api/organizations/@current/").Status(200).Text("id"))
				for _, secret := range []string{"password", "temporary_token", "value"} {
					s.Expect(me.Get(secret).Exists()).To(gomega.BeFalse(), secret)
				}
			},
		},
		{
			ID: "users.me.session", Title: "A session tells who is logged in",
			Covers: []string{"users_me_retrieve"}, Needs: []suite.Need{suite.SessionOf("admin"), suite.EmailOf("admin")}, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Session("admin").Get("/api/users/@me/").Status(200).Has("email", s.Target().Credentials["admin"].Email)
			},
		},
		{
			ID: "users.list.oneself", Title: "Users are listed, and there is nobody but the caller",
			Covers: []string{"users_list", "users_me_retrieve"}, Needs: with(ownPeople, suite.EmailOf("member")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				person := settled(s)
				me := person.Get("/api/users/@me/").Status(200)
				page := person.Get("/api/users/").Status(200).Has("count", 1).Has("next", nil).Has("previous", nil)
				shows(page, "results.0", whole(me, ""))
				person.Get("/api/users/?email="+url.QueryEscape(me.Text("email"))).Status(200).Has("count", 1)
				other := person.Get("/api/users/?email=" + url.QueryEscape(s.Target().Credentials["member"].Email)).Status(200)
				s.Expect(other.Body()).NotTo(gomega.ContainSubstring(s.Target().Credentials["member"].Email))
			},
		},
		{
			ID: "users.list.filter", Title: "Whoever asks for somebody else by their address finds nobody",
			Covers: []string{"users_list"}, Needs: with(ownOrganization, suite.EmailOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				settled(s).Get("/api/users/?email="+url.QueryEscape(s.Target().Credentials["member"].Email)).Status(200).Has("count", 0)
			},
		},
		{
			ID: "users.retrieve.oneself", Title: "The caller can be read by their UUID, or as @me alone",
			Covers: []string{"users_retrieve", "users_me_retrieve"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				person := settled(s)
				me := person.Get("/api/users/@me/").Status(200)
				read := person.Get("/api/users/" + me.Text("uuid") + "/")
				if read.Code() == 403 { // posthog/api/user.py: "@me" alone, but for staff; the documentation lets everybody read themselves
					read.Denied(onlyMe)
					return
				}
				shows(read.Status(200), "", whole(me, ""))
			},
		},
		{
			ID: "users.retrieve.others", Title: "Nobody else can be read, whether there is anybody or not",
			Covers: []string{"users_retrieve"}, Needs: with(admin, suite.KeyOf("member")), Access: suite.Read, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				for _, other := range []string{s.UUIDOf("member"), suite.Nowhere, "nobody"} {
					s.Admin().Get("/api/users/" + other + "/").Denied(onlyMe)
				}
			},
		},
		{
			ID: "users.me.anonymous", Title: "Without credentials there is nobody",
			Covers: []string{"users_me_retrieve"}, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) { s.Anonymous().Get("/api/users/@me/").Unauthenticated() },
		},
	}
}

// usersCurrent: what @current means to a user is theirs to choose.
func usersCurrent() []suite.Scenario {
	me := "/api/users/@me/"
	covers := []string{"users_me_partial_update"}
	people := with(projectMaker, suite.Allowed(target.CreateUsers))
	list := []suite.Scenario{
		{
			ID: "users.current.project", Title: "A project can be made the current one, by its number or as text",
			Covers: append([]string{"projects_retrieve"}, covers...), Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				robin, made := s.Recruit(1), s.NewProject(nil)
				robin.Patch(me, suite.JSON{"set_current_team": made.Get("id").Int()}).Status(200).Has("team.id", made.Get("id").Int())
				robin.Get(suite.RootProjects+"@current/").Status(200).Has("id", made.Get("id").Int())
				robin.Patch(me, suite.JSON{"set_current_team": made.ID}).Status(200).Has("team.id", made.Get("id").Int())
			},
		},
		{
			ID: "users.current.organization", Title: "The organization can be chosen, and stays what it is",
			Covers: covers, Needs: with(admin, suite.Allowed(target.CreateUsers)), Access: suite.Write,
			Run: func(s *suite.S) {
				robin, id := s.Recruit(1), s.Target().Organization.ID
				robin.Patch(me, suite.JSON{"set_current_organization": id}).Status(200).Has("organization.id", id)
				robin.Get("/api/organizations/@current/").Status(200).Has("id", id)
			},
		},
		{
			ID: "users.current.moves", Title: "The organization that was chosen is the current one from then on",
			Covers: append([]string{"organizations_retrieve", "users_me_retrieve"}, covers...), Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewOrganization(), s.NewOrganization()
				person := s.MemberOf(one, 1)
				s.Enlist(person, two, 1)
				for _, o := range []string{one.ID, two.ID, one.ID} {
					person.Patch(me, suite.JSON{"set_current_organization": o}).Status(200).Has("organization.id", o)
					person.Get("/api/organizations/@current/").Status(200).Has("id", o)
					person.Get(me).Status(200).Has("organization.id", o)
				}
			},
		},
		{
			ID: "users.current.foreign", Title: "Organizations and projects of others cannot be chosen",
			Covers: covers, Needs: with(admin, suite.Known("other_organization.id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				other := s.Target().Known.OtherOrganization
				s.Admin().Patch(me, suite.JSON{"set_current_organization": other.ID}).
					Invalid("does_not_exist", "…", "set_current_organization")
				s.Admin().Patch(me, suite.JSON{"set_current_organization": suite.Nowhere}).
					Invalid("does_not_exist", "…", "set_current_organization")
				s.Admin().Patch(me, suite.JSON{"set_current_team": noProject}).
					Invalid("does_not_exist", "…", "set_current_team")
			},
		},
		{
			ID: "users.update.taken_address", Title: "Nobody takes the address of somebody else",
			Covers: append([]string{"users_me_retrieve"}, covers...), Needs: colleagues, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				one, two := s.Colleague(1), s.Colleague(1)
				if taken := one.Patch(me, suite.JSON{"email": two.Email}); taken.Code() != 200 { // an address need not be changeable
					taken.Status(400).Has("attr", "email")
				}
				one.Get(me).Status(200).Has("email", one.Email).Has("uuid", one.UUID)
				two.Get(me).Status(200).Has("email", two.Email).Has("uuid", two.UUID)
			},
		},
		{
			ID: "users.current.scope", Title: "Choosing needs the scope of writing to users",
			Covers: covers, Needs: []suite.Need{suite.KeyOf("unrelated_scope")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Key("unrelated_scope").Patch(me, suite.JSON{}).Denied("API key missing required scope 'user:write'")
			},
		},
		{
			ID: "users.current.anonymous", Title: "Without credentials nothing can be chosen",
			Covers: covers, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) { s.Anonymous().Patch(me, suite.JSON{}).Unauthenticated() },
		},
	}
	list = append(list, refusals("users.current", covers[0], admin, []refusal{
		{"organization_null", "The current organization is not null", suite.JSON{"set_current_organization": nil}, "null", null, "set_current_organization"},
		{"project_blank", "The current project is not blank", suite.JSON{"set_current_team": " "}, "blank", blank, "set_current_team"},
	}, func(s *suite.S, body suite.JSON) *suite.Response { return s.Admin().Patch(me, body) })...)
	return asking(suite.Behaviour, list, "project_blank")
}

// settled is somebody with an organization, whom nobody else changes meanwhile.
func settled(s *suite.S) suite.Person {
	o := s.NewOrganization()
	if s.Target().Control != "" {
		s.SetFeature(o.ID, "scim", true)
	}
	return s.MemberOf(o, 1)
}
