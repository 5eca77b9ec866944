package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func upper(text string) string { return strings.ToUpper(text) }

func scimUsersReplace() []suite.Scenario {
	update := []string{"scim_users_update"}
	return []suite.Scenario{
		{
			ID: "scim.users.replace", Title: "PUT changes address and names",
			Covers: update, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user, email := p.NewUserAt(s.NewSCIMEmail()), s.NewSCIMEmail()
				body := suite.SCIMPerson(email)
				body["name"] = suite.JSON{"givenName": "Alan", "familyName": "Wren"}
				p.Put(user.Path(), body).Status(200).Has("id", user.ID).Has("userName", email).Has("emails.0.value", email).Has("displayName", "Alan Wren")
				p.Get(user.Path()).Status(200).Has("emails.0.value", email)
			},
		},
		{
			ID: "scim.users.replace_clears", Title: "PUT clears names that are missing",
			Covers: update, Needs: scimPeople, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.Put(user.Path(), suite.JSON{"emails": emails(user.Text("userName"))}).Status(200).
					Has("name.givenName", "").Has("name.familyName", "").That("displayName", gomega.BeNil())
			},
		},
		{
			ID: "scim.users.replace_inactive", Title: "PUT with active false ends the membership, true begins it again",
			Covers: []string{"scim_users_update", "scim_users_retrieve"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				group := p.NewGroup(user)
				body := suite.SCIMPerson(user.Text("userName"))
				body["active"] = false
				p.Put(user.Path(), body).Status(200).Has("active", false).Has("groups", []int{})
				p.Get(user.Path()).Status(200).Has("active", false)
				p.Get(group.Path()).Status(200).Has("members", []int{})
				body["active"] = true
				p.Put(user.Path(), body).Status(200).Has("active", true).Has("groups", []int{})
			},
		},
		{
			ID: "scim.users.replace_no_email", Title: "PUT without an address is refused",
			Covers: update, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.Put(user.Path(), suite.JSON{"userName": user.Text("userName"), "name": suite.JSON{"givenName": "Eve"}}).SCIM(400, badUser)
				p.Get(user.Path()).Has("name.givenName", "Ada")
			},
		},
		{
			ID: "scim.users.replace_taken", Title: "Nobody gets the address of another",
			Covers: update, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user, other := p.NewUser(), p.NewUser()
				p.Put(user.Path(), suite.SCIMPerson(other.Text("userName"))).SCIM(400, badUser)
				p.Put(user.Path(), suite.SCIMPerson(upper(other.Text("userName")))).SCIM(400, badUser)
				p.Get(user.Path()).Has("emails.0.value", user.Text("userName"))
			},
		},
		{
			ID: "scim.users.replace_foreign", Title: "Nobody gets an address of a foreign domain",
			Covers: update, Needs: scimPeople, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.Put(user.Path(), suite.SCIMPerson(s.Name()+"@example.org")).SCIM(400, badUser)
				p.Get(user.Path()).Has("emails.0.value", user.Text("userName"))
			},
		},
	}
}

func scimUsersPatch() []suite.Scenario {
	patch := []string{"scim_users_partial_update", "scim_users_retrieve"}
	replace := func(path string, value any) suite.JSON {
		return suite.JSON{"op": "replace", "path": path, "value": value}
	}
	given, family := "name.givenName", "name.familyName"
	var list []suite.Scenario
	list = append(list, suite.Scenario{
		ID: "scim.users.patch_reactivate_level", Title: "Who comes back is a plain member, and found as active again",
		Rules: []string{"scim.users.patch_reactivate"}, Covers: append([]string{"members_list", "scim_users_list"}, patch...), Needs: with(admin, suite.Colleagues, suite.SCIMDomain), Access: suite.Write,
		Run: func(s *suite.S) {
			p := s.SCIM()
			user := p.NewUser()
			active := p.Path("Users") + filtered(`emails.value eq "`+user.Text("userName")+`" and active eq true`)
			p.Change(user, replace("active", false)).Status(200)
			p.Get(active).Status(200).Has("totalResults", 0)
			p.Change(user, replace("active", true)).Status(200).Has("active", true)
			p.Get(active).Status(200).Has("totalResults", 1)
			memberWith(s, s.Admin(), user.Text("emails.0.value")).Has("count", 1).Has("results.0.level", 1)
		},
	})
	for _, c := range []struct {
		id, title  string
		operations []suite.JSON
		want       map[string]any
	}{
		{"name", "replace sets one name", []suite.JSON{replace(given, "Alice")}, map[string]any{given: "Alice", family: "Finch"}},
		{"names", "replace sets both names", []suite.JSON{replace("name", suite.JSON{"givenName": "A", "familyName": "B"})}, map[string]any{given: "A", family: "B", "displayName": "A B"}},
		{"no_path", "Without a path the value is an object", []suite.JSON{{"op": "replace", "value": suite.JSON{"name": suite.JSON{"familyName": "B"}}}}, map[string]any{given: "Ada", family: "B"}},
		{"dotted", "The keys of such an object may be paths", []suite.JSON{{"op": "replace", "value": suite.JSON{given: "A", family: "B"}}}, map[string]any{given: "A", family: "B"}},
		{"add", "add sets a name, too", []suite.JSON{{"op": "add", "path": family, "value": "Smith"}}, map[string]any{family: "Smith"}},
		{"capitals", "Entra ID writes operations with capitals", []suite.JSON{{"op": "Replace", "path": given, "value": "A"}, {"op": "Add", "path": family, "value": "B"}}, map[string]any{given: "A", family: "B"}},
		{"remove_name", "remove clears a name", []suite.JSON{{"op": "remove", "path": given}}, map[string]any{given: "", family: "Finch", "displayName": "Finch"}},
		{"remove_names", "remove clears both names", []suite.JSON{{"op": "Remove", "path": "name"}}, map[string]any{given: "", family: ""}},
		{"order", "Operations are made in their order", []suite.JSON{replace(given, "A"), replace(given, "B"), {"op": "remove", "path": family}}, map[string]any{given: "B", family: ""}},
		{"unknown", "Attributes that are not kept are ignored", []suite.JSON{replace("title", "Dr"), {"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Birds"}}, map[string]any{given: "Ada", "active": true}},
		{"deactivate", "active false ends the membership", []suite.JSON{replace("active", false)}, map[string]any{"active": false}},
		{"deactivate_okta", "Okta deactivates without a path", []suite.JSON{{"op": "replace", "value": suite.JSON{"active": false}}}, map[string]any{"active": false}},
		{"deactivate_entra", "Entra ID deactivates by a text", []suite.JSON{{"op": "Replace", "path": "active", "value": "False"}}, map[string]any{"active": false}},
		{"deactivate_entra_object", "Entra ID deactivates by a text in an object", []suite.JSON{{"op": "Replace", "value": suite.JSON{"active": "False"}}}, map[string]any{"active": false}},
		{"reactivate", "add active true begins the membership again", []suite.JSON{replace("active", false), {"op": "add", "path": "active", "value": true}}, map[string]any{"active": true}},
		{"reactivate_entra", "So does the text True", []suite.JSON{replace("active", "False"), {"op": "Add", "path": "active", "value": "True"}}, map[string]any{"active": true}},
	} {
		list = append(list, suite.Scenario{
			ID: "scim.users.patch_" + c.id, Title: c.title, Covers: patch, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				for _, r := range []*suite.Response{p.Change(user, c.operations...), p.Get(user.Path())} {
					r.Status(200).Has("id", user.ID)
					for path, want := range c.want {
						r.Has(path, want)
					}
				}
			},
		})
	}
	for _, c := range []struct {
		id, title string
		operation func(email string) suite.JSON
	}{
		{"emails", "replace of emails sets the address", func(email string) suite.JSON { return replace("emails", emails(email)) }},
		{"email_type", "The address of a type sets the address", func(email string) suite.JSON { return replace(`emails[type eq "work"].value`, email) }},
		{"email_add", "add sets the address, too", func(email string) suite.JSON {
			return suite.JSON{"op": "Add", "path": `emails[type eq "work"].value`, "value": email}
		}},
	} {
		list = append(list, suite.Scenario{
			ID: "scim.users.patch_" + c.id, Title: c.title, Covers: patch, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user, email := p.NewUserAt(s.NewSCIMEmail()), s.NewSCIMEmail()
				p.Change(user, c.operation(email)).Status(200).Has("emails.#.value", []string{email})
				p.Get(p.Path("Users")+filtered(`emails.value eq "`+email+`"`)).Has("Resources.#.id", []string{user.ID})
			},
		})
	}
	for _, c := range []struct {
		id, title string
		operation suite.JSON
	}{
		{"remove_emails", "The address cannot be removed", suite.JSON{"op": "remove", "path": "emails"}},
		{"remove_email_value", "The address of a type cannot be removed", suite.JSON{"op": "remove", "path": `emails[type eq "work"].value`}},
		{"foreign_email", "An address of a foreign domain is refused", replace("emails", emails("hijacked@example.org"))},
		{"unknown_op", "An operation that does not exist is refused", suite.JSON{"op": "move", "path": "active", "value": true}},
		{"no_op", "An operation needs its op", suite.JSON{"path": "active", "value": true}},
		{"no_target", "An operation needs a path or an object", suite.JSON{"op": "replace", "value": "Ada"}},
		{"malformed_path", "A path that cannot be read is refused", replace(`emails[type eq`, "x")},
		{"active_type", "active is true or false", replace("active", 5)},
		{"email_value", "Emails need a value", replace("emails", []suite.JSON{{"primary": true}})},
		{"long_user_name", "A userName has at most 255 characters", replace("userName", strings.Repeat("x", 256))},
	} {
		list = append(list, suite.Scenario{
			ID: "scim.users.patch_refused_" + c.id, Title: c.title, Covers: patch, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.Change(user, c.operation).SCIM(400, unpatched)
				s.Expect(p.Get(user.Path()).Status(200).Body()).To(gomega.MatchJSON(user.Body()))
			},
		})
	}
	asking(suite.Validation, list, "patch_refused_long_user_name", "patch_refused_email_value", "patch_unknown", "patch_deactivate_entra_object", "patch_refused_no_target", "patch_refused_malformed_path")
	asking(suite.Isolation, list, "patch_refused_foreign_email")
	asking(suite.NotFound, list, "patch_refused_unknown_op")
	robust(list, "patch_deactivate_entra_object", "patch_refused_malformed_path")
	return append(list, suite.Scenario{
		ID: "scim.users.patch_each", Title: "Operations before one that is refused stay, those after it are not made", Covers: patch, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
		Run: func(s *suite.S) {
			p := s.SCIM()
			user := p.NewUser()
			p.Change(user, replace("name.givenName", "Grace"), suite.JSON{"op": "remove", "path": "emails"}, replace("name.familyName", "Wren")).SCIM(400, unpatched)
			p.Get(user.Path()).Status(200).Has("name.givenName", "Grace").Has("name.familyName", "Finch").Has("active", true)
		},
	}, suite.Scenario{
		ID: "scim.users.patch_refused_body", Title: "A patch that is no JSON, or no object, is refused", Covers: patch, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
		Run: func(s *suite.S) {
			p := s.SCIM()
			user := p.NewUser()
			for _, body := range []string{`{`, `[]`, `{"Operations": 5}`, `{"Operations": ["x"]}`} {
				p.Do("PATCH", user.Path(), suite.MediaSCIM, []byte(body)).SCIM(400, unpatched)
			}
		},
	})
}

func scimUsersDelete() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "scim.users.delete", Title: "A deleted user is no member any more, and not found",
			Covers: []string{"scim_users_destroy", "scim_users_retrieve", "scim_users_list"}, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				group := p.NewGroup(user)
				p.Delete(user.Path()).Empty()
				p.Get(user.Path()).SCIM(404, noSCIMUser)
				p.Delete(user.Path()).SCIM(404, noSCIMUser)
				p.Get(p.Path("Users")+filtered(`userName eq "`+user.Text("userName")+`"`)).Has("totalResults", 0)
				p.Get(group.Path()).Has("members", []int{})
			},
		},
		{
			ID: "scim.users.delete_elsewhere", Title: "Who is deactivated or deleted stays a member of other organizations",
			Covers: []string{"scim_users_destroy", "scim_users_partial_update"}, Needs: with(scimPeople, suite.OwnPeople), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				o, p := s.NewOrganization(), s.SCIM()
				person := scimColleague(s)
				s.Enlist(person, o, 1)
				user := p.Post(p.Path("Users"), suite.SCIMPerson(person.Email)).Status(201)
				stays := func(by string) {
					list := o.Owner.Get(o.Path(suite.Members)).Status(200)
					s.Expect(list.Get("results.#.user.uuid").String()).To(gomega.ContainSubstring(person.UUID), "the members elsewhere, once somebody was %s here", by)
					memberWith(s, s.Admin(), person.Email).Has("count", 0)
				}
				path := p.Path("Users", user.Text("id"))
				active := func(is bool) {
					p.Patch(path, suite.JSON{"Operations": []suite.JSON{{"op": "replace", "path": "active", "value": is}}}).Status(200).Has("active", is)
				}
				active(false)
				stays("deactivated")
				active(true)
				p.Delete(path).Empty()
				stays("deleted")
			},
		},
		{
			ID: "scim.users.delete_and_create", Title: "A deleted user can be made again, and is the same",
			Covers: []string{"scim_users_destroy", "scim_users_create"}, Needs: with(admin, suite.Colleagues, suite.SCIMDomain), Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				uuid := memberWith(s, s.Admin(), user.Text("userName")).Text("results.0.user.uuid")
				p.Delete(user.Path()).Empty()
				again := p.Post(p.Path("Users"), suite.SCIMPerson(user.Text("userName"))).Status(201).Has("id", user.ID).Has("active", true)
				again.Lasts(p.Caller, user.Path())
				memberWith(s, s.Admin(), user.Text("userName")).Has("results.0.user.uuid", uuid)
			},
		},
		{
			ID: "scim.users.deactivated", Title: "A deactivated user is found by its userName, and not in the list of members",
			Covers: []string{"scim_users_partial_update", "scim_users_list"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.Change(user, suite.JSON{"op": "replace", "path": "active", "value": false}).Status(200)
				p.Get(p.Path("Users")+filtered(`userName eq "`+user.Text("userName")+`"`)).Has("Resources.#.id", []string{user.ID}).Has("Resources.0.active", false)
				p.Get(p.Path("Users")+filtered(`emails.value eq "`+user.Text("userName")+`"`)).Has("totalResults", 0)
			},
		},
	}
}

// scimColleague is a member of the target's organization with an address on the known SCIM domain, whom
// no SCIM server made.
func scimColleague(s *suite.S) suite.Person {
	if s.Target().Control != "" {
		return s.NewMemberWith(s.NewSCIMEmail(), s.Target().Organization.ID, 1)
	}
	return s.RecruitWith(suite.JSON{"target_email": s.NewSCIMEmail()}).Person()
}
