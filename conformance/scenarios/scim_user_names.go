package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// called is the query for those whom an identity provider calls by a name.
func called(p *suite.Provider, name string) string {
	return p.Path("Users") + filtered(`userName eq "`+name+`"`)
}

// namesOf are the userName and the address of a user.
func namesOf(user suite.Thing) (name, email string) {
	return user.Text("userName"), user.Text("emails.0.value")
}

// scimUserNames are about what identity providers call users.
func scimUserNames() []suite.Scenario {
	replace := func(path string, value any) suite.JSON {
		return suite.JSON{"op": "replace", "path": path, "value": value}
	}
	return []suite.Scenario{
		{
			ID: "scim.users.user_name", Title: "The userName that was sent is kept, apart from the address",
			Covers: []string{"scim_users_create", "scim_users_retrieve"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				name, email := s.Name(), s.SCIMEmail()
				body := suite.SCIMPerson(email)
				body["userName"] = name
				made := p.Post(p.Path("Users"), body).Status(201).Has("userName", name).Has("emails.#.value", []string{email})
				user := p.NewNamedUser()
				s.Expect(p.Get(user.Path()).Status(200).Body()).To(gomega.MatchJSON(user.Body()))
				p.Get(p.Path("Users", made.Text("id"))).Status(200).Has("userName", name)
				p.NewGroup(user).Has("members.0.display", user.Text("emails.0.value"))
			},
		},
		{
			ID: "scim.users.create_lower_case", Title: "A new user's address is in lower case, the userName as it was sent",
			Covers: []string{"scim_users_create", "scim_users_list"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, name, domain := s.SCIM(), s.Name(), "@"+s.Target().Known.SCIM.EmailDomain
				sent := upper(name) + domain
				made := p.Post(p.Path("Users"), suite.JSON{"emails": emails(sent)}).Status(201).
					Has("emails.#.value", []string{strings.ToLower(name + domain)}).Has("userName", sent)
				p.Get(p.Path("Users")+filtered(`emails.value eq "`+strings.ToLower(name+domain)+`"`)).Has("Resources.#.id", []string{made.Text("id")})
			},
		},
		{
			ID: "scim.users.replace_user_name", Title: "PUT changes the userName and not the address",
			Covers: []string{"scim_users_update", "scim_users_list"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewNamedUser()
				old, email := namesOf(user)
				path, name := user.Path(), s.Name()
				p.Put(path, suite.JSON{"userName": name, "emails": emails(email)}).Status(200).Has("userName", name).Has("emails.#.value", []string{email})
				p.Get(called(p, name)).Has("Resources.#.id", []string{user.ID})
				p.Get(called(p, old)).Has("totalResults", 0)
			},
		},
		{
			ID: "scim.users.patch_user_name", Title: "A patch of the userName changes nothing else",
			Covers: []string{"scim_users_partial_update", "scim_users_retrieve", "scim_users_list"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewNamedUser()
				old, email := namesOf(user)
				first, second := s.Name(), s.Name()
				p.Change(user, replace("userName", first)).Status(200).Has("userName", first).Has("emails.#.value", []string{email})
				p.Change(user, suite.JSON{"op": "Add", "value": suite.JSON{"userName": second}}).Status(200).Has("userName", second)
				p.Get(user.Path()).Status(200).Has("userName", second).Has("emails.#.value", []string{email})
				p.Get(called(p, second)).Has("Resources.#.id", []string{user.ID})
				p.Get(called(p, old)).Has("totalResults", 0)
			},
		},
		{
			ID: "scim.users.patch_keeps_user_name", Title: "A new address, and leaving and coming back, keep the userName",
			Covers: []string{"scim_users_partial_update", "scim_users_retrieve"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user, email := p.NewNamedUserAt(s.NewSCIMEmail()), s.NewSCIMEmail()
				name := user.Text("userName")
				for _, operation := range []suite.JSON{replace("emails", emails(email)), replace("active", false), replace("active", true)} {
					p.Change(user, operation).Status(200).Has("userName", name)
				}
				p.Get(user.Path()).Status(200).Has("userName", name).Has("emails.#.value", []string{email})
			},
		},
		{
			ID: "scim.users.filter_user_name", Title: "userName finds by the name that was sent, in whatever case, and not by the address",
			Covers: []string{"scim_users_list"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewNamedUser()
				name, email := namesOf(user)
				p.Get(called(p, upper(name))).Status(200).Has("totalResults", 1).Has("Resources.#.id", []string{user.ID})
				p.Get(called(p, email)).Status(200).Has("totalResults", 0).Has("Resources", []int{})
			},
		},
		{
			ID: "scim.users.filter_user_name_alone", Title: "Beside a userName other conditions do not count",
			Covers: []string{"scim_users_list"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewNamedUser()
				name := user.Text("userName")
				for _, others := range []string{` and active eq false`, ` and name.givenName eq "Eve"`} {
					p.Get(p.Path("Users")+filtered(`userName eq "`+name+`"`+others)).Status(200).Has("Resources.#.id", []string{user.ID})
				}
			},
		},
		{
			ID: "scim.users.filter_provisioned", Title: "userName finds no member whom this domain never made, though others do",
			Covers: []string{"scim_users_list", "scim_users_retrieve"}, Needs: with(scimLent, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				_, other := openSCIMDomain(s)
				user := s.SCIM().NewUser()
				email := user.Text("emails.0.value")
				other.Get(other.Path("Users", user.ID)).Status(200).Has("userName", email)
				other.Get(called(other, email)).Status(200).Has("totalResults", 0).Has("Resources", []int{})
				other.Get(other.Path("Users")+filtered(`emails.value eq "`+email+`"`)).Status(200).Has("Resources.#.userName", []string{email})
			},
		},
		{
			ID: "scim.users.replace_active_text", Title: "In a PUT active as text is true, whatever it says",
			Covers: []string{"scim_users_update"}, Needs: scimPeople, Access: suite.Write, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				body := suite.SCIMPerson(user.Text("userName"))
				body["active"] = "False"
				p.Put(user.Path(), body).Status(200).Has("active", true)
				p.Get(user.Path()).Status(200).Has("active", true)
			},
		},
	}
}
