package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// emails is a list of one address.
func emails(address string) []suite.JSON {
	return []suite.JSON{{"value": address, "primary": true}}
}

func scimUsersCreate() []suite.Scenario {
	create := []string{"scim_users_create"}
	both := []string{"scim_users_create", "scim_users_retrieve"}
	list := []suite.Scenario{
		{
			ID: "scim.users.create", Title: "A new user is a member, and reads as it was made",
			Covers: both, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, email := s.SCIM(), s.NewSCIMEmail()
				made := p.Post(p.Path("Users"), suite.SCIMPerson(email)).Status(201).
					Has("schemas", []string{suite.SCIMUser}).Has("userName", email).Has("active", true).Has("displayName", "Ada Finch").
					Has("name.givenName", "Ada").Has("name.familyName", "Finch").Has("groups", []int{}).
					Has("emails.#", 1).Has("emails.0.value", email).Has("emails.0.primary", true)
				s.Expect(strings.ToLower(made.Header("Content-Type"))).To(gomega.HavePrefix(suite.MediaSCIM))
				id := made.Text("id")
				made.That("id", gomega.MatchRegexp(`^\d+$`)).Has("meta.resourceType", "User").Leads("meta.location", p.Path("Users", id))
				s.Expect(p.Get(p.Path("Users", id)).Status(200).Body()).To(gomega.MatchJSON(made.Body()))
			},
		},
		{
			ID: "scim.users.create_level", Title: "A new user is a plain member",
			Covers: append([]string{"members_list"}, create...), Needs: with(admin, suite.Colleagues, suite.SCIMDomain), Access: suite.Write,
			Run: func(s *suite.S) {
				user := s.SCIM().NewUser()
				memberWith(s, s.Admin(), user.Text("emails.0.value")).Has("count", 1).Has("results.0.level", 1)
			},
		},
		{
			ID: "scim.users.create_minimal", Title: "An address is all that a user needs",
			Covers: create, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, email := s.SCIM(), s.NewSCIMEmail()
				p.Post(p.Path("Users"), suite.JSON{"emails": emails(email)}).Status(201).
					Has("userName", email).Has("name.givenName", "").Has("name.familyName", "").Has("active", true)
			},
		},
		{
			ID: "scim.users.create_json", Title: "Plain JSON is read as well",
			Covers: create, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				body := `{"emails": [{"value": "` + s.SCIMEmail() + `"}]}`
				p.Do("POST", p.Path("Users"), "application/json", []byte(body)).Status(201)
			},
		},
		{
			ID: "scim.users.create_primary", Title: "The primary address counts, else the first",
			Covers: create, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, first, second := s.SCIM(), s.SCIMEmail(), s.SCIMEmail()
				p.Post(p.Path("Users"), suite.JSON{"emails": []suite.JSON{{"value": first}, {"value": second, "primary": true}}}).Status(201).
					Has("emails.#.value", []string{second})
				p.Post(p.Path("Users"), suite.JSON{"emails": []suite.JSON{{"value": first}, {"value": s.SCIMEmail()}}}).Status(201).
					Has("emails.#.value", []string{first})
			},
		},
		{
			ID: "scim.users.create_extensions", Title: "What is not kept is ignored",
			Covers: create, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, body := s.SCIM(), suite.SCIMPerson(s.SCIMEmail())
				body["schemas"] = []string{suite.SCIMUser, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:example:unknown"}
				body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] = suite.JSON{"department": "Birds"}
				body["externalId"], body["title"], body["phoneNumbers"] = "00u1", nil, []suite.JSON{{"value": "555"}}
				p.Post(p.Path("Users"), body).Status(201).Has("schemas", []string{suite.SCIMUser})
			},
		},
		{
			ID: "scim.users.create_twice", Title: "A user of this domain cannot be made again, in whatever case",
			Covers: create, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, email := s.SCIM(), s.SCIMEmail()
				made := p.Post(p.Path("Users"), suite.SCIMPerson(email)).Status(201)
				p.Post(p.Path("Users"), suite.JSON{"emails": emails(email), "name": suite.JSON{"givenName": "Eve"}}).SCIM(409, userExists)
				p.Post(p.Path("Users"), suite.SCIMPerson(strings.ToUpper(email))).SCIM(409, userExists)
				p.Get(p.Path("Users", made.Text("id"))).Status(200).Has("name.givenName", "Ada")
			},
		},
		{
			ID: "scim.users.create_at_once", Title: "Of several requests for the same user one wins",
			Covers: create, Needs: scimPeople, Access: suite.Write, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				p, email := s.SCIM(), s.SCIMEmail()
				made := 0
				for _, r := range s.Parallel(5, func(int) *suite.Response { return p.Post(p.Path("Users"), suite.SCIMPerson(email)) }) {
					if r.Code() == 201 {
						made++
					}
				}
				s.Expect(made).To(gomega.Equal(1))
				p.Get(p.Path("Users")+filtered(`userName eq "`+email+`"`)).Has("totalResults", 1)
			},
		},
		{
			ID: "scim.users.create_adopts", Title: "A user of another domain of the organization is taken over",
			Covers: create, Needs: with(scimMade, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				_, other := newSCIMDomain(s)
				p := s.SCIM()
				user := p.NewUser()
				other.Post(other.Path("Users"), suite.JSON{"emails": emails(user.Text("userName")), "name": suite.JSON{"givenName": "Grace"}}).Status(201).
					Has("id", user.ID).Has("name.givenName", "Grace").Has("name.familyName", "Finch")
				p.Get(user.Path()).Status(200).Has("name.givenName", "Grace").Has("active", true)
			},
		},
		{
			ID: "scim.users.create_adopts_member", Title: "A member who is provisioned keeps their level, and is nobody new",
			Rules: []string{"scim.users.create_adopts"}, Covers: append([]string{"members_list"}, create...), Needs: with(scimKnown, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				person := s.ColleagueAt(8, s.Target().Known.SCIM.EmailDomain)
				before := memberWith(s, s.Admin(), person.Email)
				p.Post(p.Path("Users"), suite.SCIMPerson(person.Email)).Status(201).Has("active", true)
				after := memberWith(s, s.Admin(), person.Email).Has("results.0.level", 8)
				for _, name := range []string{"id", "user.uuid", "joined_at"} {
					after.Has("results.0."+name, before.Get("results.0."+name).Value())
				}
			},
		},
		{
			ID: "scim.users.create_other_verified_domain", Title: "Every verified domain of the organization will do for an address",
			Covers: create, Needs: with(scimMade, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				p := s.SCIM()
				p.Post(p.Path("Users"), suite.JSON{"emails": emails("ada@" + domain.Text("domain"))}).Status(201)
			},
		},
		{
			ID: "scim.users.create_unverified_domain", Title: "A domain that is not verified will not do for an address",
			Covers: create, Needs: with(admin, suite.Colleagues, suite.SCIMDomain), Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				p := s.SCIM()
				p.Post(p.Path("Users"), suite.JSON{"emails": emails("ada@" + domain.Text("domain"))}).SCIM(400, badUser)
			},
		},
	}
	for _, r := range []struct {
		id, title string
		body      func(s *suite.S) suite.JSON
	}{
		{"empty", "A user without anything is refused", func(*suite.S) suite.JSON { return suite.JSON{} }},
		{"no_email", "A user without an address is refused", func(s *suite.S) suite.JSON { return suite.JSON{"userName": s.SCIMEmail()} }},
		{"empty_emails", "A user with no address in its list is refused", func(s *suite.S) suite.JSON { return suite.JSON{"userName": s.SCIMEmail(), "emails": []int{}} }},
		{"foreign_email", "An address of a foreign domain is refused", func(s *suite.S) suite.JSON { return suite.JSON{"emails": emails(s.Name() + "@example.org")} }},
		{"below_email", "An address on a domain below a verified one is refused", func(s *suite.S) suite.JSON {
			return suite.JSON{"emails": emails(s.Name() + "@sub." + s.Target().Known.SCIM.EmailDomain)}
		}},
		{"alike_email", "An address on a domain that only ends as a verified one is refused", func(s *suite.S) suite.JSON {
			return suite.JSON{"emails": emails(s.Name() + "@x" + s.Target().Known.SCIM.EmailDomain)}
		}},
		{"smuggled_email", "The domain is what follows the last @", func(s *suite.S) suite.JSON { return suite.JSON{"emails": emails(s.SCIMEmail() + "@example.org")} }},
		{"no_address", "What is no address is refused", func(s *suite.S) suite.JSON { return suite.JSON{"emails": emails(s.Name())} }},
	} {
		list = append(list, suite.Scenario{
			ID: "scim.users.create_" + r.id, Title: r.title, Covers: create, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) { p := s.SCIM(); p.Post(p.Path("Users"), r.body(s)).SCIM(400, badUser) },
		})
	}
	asking(suite.Behaviour, list, "create_smuggled_email")
	asking(suite.Isolation, list, "create_foreign_email")
	return list
}
