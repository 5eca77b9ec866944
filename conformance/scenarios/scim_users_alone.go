package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// kept are what a user shows besides what a change is about.
var kept = []string{"userName", "name.givenName", "name.familyName", "emails.#.value", "active", "groups.#.value"}

// scimUsersAlone are about what a change leaves as it is.
func scimUsersAlone() []suite.Scenario {
	patch := []string{"scim_users_partial_update", "scim_users_retrieve"}
	replace := func(path string, value any) suite.JSON {
		return suite.JSON{"op": "replace", "path": path, "value": value}
	}
	// keeps wants everything but one property to be as it was.
	keeps := func(s *suite.S, was, now *suite.Response, but string) {
		for _, path := range kept {
			if path != but {
				s.Expect(now.Get(path).Value()).To(gomega.Equal(was.Get(path).Value()), "%s, where %s was changed", path, but)
			}
		}
	}
	return []suite.Scenario{
		{
			ID: "scim.users.deactivated_found", Title: "Who was deactivated is found by the number still",
			Covers: patch, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.Change(user, replace("active", false)).Status(200)
				p.Get(user.Path()).Status(200).Has("active", false).Has("emails.#.value", []string{user.Text("emails.0.value")})
				p.Change(user, replace("name.givenName", "Grace")).Status(200).Has("name.givenName", "Grace").Has("active", false)
			},
		},
		{
			ID: "scim.users.deactivated_again", Title: "Who was deactivated is still known, and is not made again",
			Covers: []string{"scim_users_create", "scim_users_retrieve"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.Change(user, replace("active", false)).Status(200)
				p.Post(p.Path("Users"), suite.SCIMPerson(user.Text("userName"))).SCIM(409, userExists)
				p.Get(user.Path()).Status(200).Has("active", false)
			},
		},
		{
			ID: "scim.users.patch_alone", Title: "What a patch does not name stays as it is",
			Covers: patch, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewNamedUserAt(s.NewSCIMEmail())
				p.NewGroup(user)
				email := s.NewSCIMEmail()
				was := p.Get(user.Path()).Status(200)
				for _, change := range []struct {
					path  string // as a user shows it
					patch suite.JSON
					want  any
				}{
					{"name.givenName", replace("name.givenName", "Grace"), "Grace"},
					{"name.familyName", suite.JSON{"op": "add", "path": "name.familyName", "value": "Wren"}, "Wren"},
					{"emails.#.value", replace("emails", emails(email)), []string{email}},
					{"userName", replace("userName", s.NewSCIMEmail()), nil},
					{"active", replace("active", true), true},
					{"name.givenName", suite.JSON{"op": "remove", "path": "name.givenName"}, ""},
				} {
					p.Change(user, change.patch).Status(200)
					now := p.Get(user.Path()).Status(200)
					if change.want != nil {
						now.Has(change.path, change.want)
					}
					keeps(s, was, now, change.path)
					was = now
				}
			},
		},
		{
			ID: "scim.users.patch_user_name_address", Title: "A patch of the userName leaves the address as it is, though the name is one",
			Covers: append([]string{"scim_users_list"}, patch...), Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, name := s.SCIM(), s.NewSCIMEmail()
				user := p.NewUser()
				email := user.Text("emails.0.value")
				p.Change(user, replace("userName", name)).Status(200).Has("userName", name).Has("emails.#.value", []string{email})
				p.Get(user.Path()).Status(200).Has("userName", name).Has("emails.#.value", []string{email})
				p.Get(p.Path("Users")+filtered(`emails.value eq "`+email+`"`)).Has("Resources.#.id", []string{user.ID})
			},
		},
		{
			ID: "scim.users.replace_keeps", Title: "PUT leaves a user in the groups, and the address as the emails have it, whatever the userName is",
			Covers: []string{"scim_users_update", "scim_users_retrieve"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, name := s.SCIM(), s.NewSCIMEmail()
				user := p.NewUser()
				group := p.NewGroup(user)
				email := user.Text("emails.0.value")
				body := suite.SCIMPerson(email)
				body["userName"] = name
				for _, answer := range []*suite.Response{p.Put(user.Path(), body), p.Get(user.Path())} {
					answer.Status(200).Has("userName", name).Has("emails.#.value", []string{email}).Has("active", true).Has("groups.#.value", []string{group.ID})
				}
			},
		},
	}
}
