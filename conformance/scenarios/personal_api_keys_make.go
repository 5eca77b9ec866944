package scenarios

import (
	"fmt"
	"net/http"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

const keysPath = "/api/personal_api_keys/"

// recruits are the needs of scenarios in the session of somebody new: whoever they make a
// key for is nobody else.
var recruits = with(admin, suite.Allowed(target.CreateUsers))

// keyBody is what a key is made with.
func keyBody(s *suite.S, more ...suite.JSON) suite.JSON {
	body := suite.JSON{"label": s.Name(), "scopes": []string{"user:read"}, "scoped_teams": []int{}, "scoped_organizations": []string{}}
	for _, fields := range more {
		for name, value := range fields {
			if body[name] = value; value == nil {
				delete(body, name)
			}
		}
	}
	return body
}

// newKey makes a key in a session.
func newKey(s *suite.S, owner *suite.Caller, more ...suite.JSON) *suite.Response {
	return owner.Post(keysPath, keyBody(s, more...)).Status(http.StatusCreated)
}

// personalAPIKeysMake: keys of one's own, in a session.
func personalAPIKeysMake() []suite.Scenario {
	const list, create, retrieve = "personal_api_keys_list", "personal_api_keys_create", "personal_api_keys_retrieve"
	const update, replace, destroy, roll = "personal_api_keys_partial_update", "personal_api_keys_update", "personal_api_keys_destroy", "personal_api_keys_roll_create"
	me := "/api/users/@me/"
	all := []suite.Scenario{
		{
			ID: "personal_api_keys.create.once", Title: "A new key shows its value once, and may do what it was made for",
			Covers: []string{create, list, retrieve}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				key := newKey(s, robin.Caller)
				key.Holds("", personalAPIKeyKeys...).Has("scopes", []string{"user:read"}).Has("scoped_teams", []int{}).Has("scoped_organizations", []string{}).
					Has("last_used_at", nil).Has("last_rolled_at", nil).That("value", gomega.HavePrefix("phx_")).
					That("created_at", gomega.Not(gomega.BeEmpty())).That("id", gomega.Not(gomega.BeEmpty()))
				key.Has("user_id", robin.Get(me).Status(200).Get("id").Int())
				value := key.Text("value")
				key.Has("mask_value", "phx_..."+value[len(value)-4:])
				one := robin.Get(keysPath+key.Text("id")+"/").Status(200).Has("value", nil)
				shows(one, "", whole(key, ""), "value")
				rows := robin.Get(keysPath).Status(200)
				row := `#(id=="` + key.Text("id") + `")`
				rows.Has(row+".value", nil)
				shows(rows, row, whole(key, ""), "value")
				s.KeyValue(value, robin.Email).Get(me).Status(200).Has("email", robin.Email)
				s.KeyValue(value, robin.Email).Get("/api/organizations/").Denied(missingScope("organization:read"))
			},
		},
		{
			ID: "personal_api_keys.create.scopes", Title: "A key may do all that it was made for", Rules: []string{"personal_api_keys.create.once"},
			Covers: []string{create, "domains_list", "members_list"}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin, scopes := s.Recruit(1), []string{"user:read", "organization:read", "organization_member:read"}
				made := newKey(s, robin.Caller, suite.JSON{"scopes": scopes}).That("scopes", gomega.ConsistOf("user:read", "organization:read", "organization_member:read"))
				key := s.KeyValue(made.Text("value"), robin.Email)
				for _, path := range []string{me, s.Org(suite.Domains), s.Org(suite.Members)} {
					key.Get(path).Status(200)
				}
			},
		},
		{
			ID: "personal_api_keys.create.newest_first", Title: "Keys are listed without pages, the last made first",
			Covers: []string{list, create}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				one := newKey(s, robin.Caller)
				s.NextMoment(one.Text("created_at"))
				two := newKey(s, robin.Caller)
				robin.Get(keysPath).Status(200).Has("#.id", []string{two.Text("id"), one.Text("id")}).Has("0.label", two.Text("label"))
			},
		},
		{
			ID: "personal_api_keys.create.limits", Title: "A key can be limited to organizations and projects of its maker",
			Covers: []string{create}, Needs: with(recruits, suite.KnownProjects(1), suite.Known("other_organization.id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				robin, id := s.Recruit(8), s.Target().Organization.ID
				key := newKey(s, robin.Caller, suite.JSON{"scopes": []string{"*"}, "scoped_organizations": []string{id}}).Has("scoped_organizations", []string{id})
				s.KeyValue(key.Text("value"), robin.Email).Get(s.Org(suite.Members)).Status(200)
				robin.Post(keysPath, keyBody(s, suite.JSON{"scoped_organizations": []string{id, s.Target().Known.OtherOrganization.ID}})).
					Invalid("invalid_input", "You must be a member of all organizations that you are scoping the key to.", "scoped_organizations")
				project := s.Target().Known.Projects[0]
				limited := newKey(s, robin.Caller, suite.JSON{"scopes": []string{"*"}, "scoped_teams": []int{project}}).Has("scoped_teams", []int{project})
				s.KeyValue(limited.Text("value"), robin.Email).Get(s.Org(suite.Members)).Denied(projectsOnly)
			},
		},
		{
			ID: "personal_api_keys.create.ten", Title: "A user has at most ten keys",
			Covers: []string{create, destroy}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				var last string
				for range 10 {
					last = newKey(s, robin.Caller).Text("id")
				}
				robin.Post(keysPath, keyBody(s)).
					Invalid("invalid_input", "You can only have 10 personal API keys. Remove an existing key before creating a new one.", "")
				robin.Delete(keysPath + last + "/").Empty()
				newKey(s, robin.Caller)
			},
		},
		{
			ID: "personal_api_keys.update.counts", Title: "A key can be given another name and other scopes, which count at once",
			Covers: []string{update, retrieve}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				key, name := newKey(s, robin.Caller), s.Name()
				path := keysPath + key.Text("id") + "/"
				changed := robin.Patch(path, suite.JSON{"label": name, "scopes": []string{"organization:read"}}).Status(200).
					Has("label", name).Has("scopes", []string{"organization:read"}).Has("value", nil)
				shows(changed, "", whole(key, ""), "label", "scopes", "value")
				robin.Get(path).Status(200).Has("label", name)
				with := s.KeyValue(key.Text("value"), robin.Email)
				with.Get(me).Denied(missingScope("user:read"))
				with.Get(s.Org()).Status(200)
				ours := []string{s.Target().Organization.ID}
				robin.Patch(path, suite.JSON{"scoped_organizations": ours, "scoped_teams": []int{}}).Status(200).
					Has("scoped_organizations", ours).Has("scoped_teams", []int{}).Has("label", name)
			},
		},
		{
			ID: "personal_api_keys.update.replace", Title: "PUT replaces what a key may do, and needs all of it",
			Covers: []string{replace}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				key := newKey(s, robin.Caller)
				path, body := keysPath+key.Text("id")+"/", keyBody(s, suite.JSON{"scopes": []string{"user:write"}})
				changed := robin.Put(path, body).Status(200).Has("label", body["label"]).Has("scopes", []string{"user:write"}).Has("value", nil)
				shows(changed, "", whole(key, ""), "label", "scopes", "value")
				robin.Put(path, suite.JSON{"label": "x"}).Invalid("required", required, "scopes")
				robin.Get(path).Status(200).Has("label", body["label"])
			},
		},
		{
			ID: "personal_api_keys.roll.new_value", Title: "A key that is rolled has a new value, and the old one opens nothing",
			Covers: []string{roll, retrieve}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				key := newKey(s, robin.Caller)
				path := keysPath + key.Text("id") + "/"
				rolled := robin.Post(path+"roll/", suite.JSON{}).Status(200).That("value", gomega.HavePrefix("phx_")).
					That("last_rolled_at", notBefore(key.Get("created_at")))
				shows(rolled, "", whole(key, ""), "value", "mask_value", "last_rolled_at")
				s.Expect(rolled.Text("value")).NotTo(gomega.Equal(key.Text("value")))
				value := rolled.Text("value")
				rolled.Has("mask_value", "phx_..."+value[len(value)-4:])
				s.KeyValue(key.Text("value"), robin.Email).Get(me).Refused(401, "authentication_failed", invalidKey+"Authorization header is invalid.", "")
				s.KeyValue(value, robin.Email).Get(me).Status(200)
				robin.Get(path).Status(200).Has("value", nil).That("last_rolled_at", gomega.Not(gomega.BeNil()))
			},
		},
		{
			ID: "personal_api_keys.delete.dead", Title: "A key that is deleted opens nothing and is gone",
			Covers: []string{destroy, retrieve, list}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				key := newKey(s, robin.Caller)
				path := keysPath + key.Text("id") + "/"
				robin.Delete(path).Empty()
				s.KeyValue(key.Text("value"), robin.Email).Get(me).Status(401)
				robin.Get(path).NotFound()
				robin.Delete(path).NotFound()
				robin.Get(keysPath).Status(200).Has("@this", []int{})
			},
		},
		{
			ID: "personal_api_keys.isolation.others", Title: "Keys of others are not there",
			Covers: []string{list, retrieve, update, replace, destroy, roll}, Needs: recruits, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				robin, other := s.Recruit(8), s.Recruit(1)
				key := newKey(s, other.Caller)
				path := keysPath + key.Text("id") + "/"
				robin.Get(path).NotFound()
				robin.Patch(path, suite.JSON{"label": "mine"}).NotFound()
				robin.Put(path, keyBody(s)).NotFound()
				robin.Post(path+"roll/", suite.JSON{}).NotFound()
				robin.Delete(path).NotFound()
				robin.Get(keysPath).Status(200).Has("@this", []int{})
				other.Get(path).Status(200).Has("label", key.Text("label"))
			},
		},
		{
			ID: "personal_api_keys.isolation.itself", Title: "A key reads itself, and no other key of its user",
			Covers: []string{retrieve}, Needs: recruits, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				one, two := newKey(s, robin.Caller), newKey(s, robin.Caller)
				with := s.KeyValue(one.Text("value"), robin.Email)
				with.Get(keysPath+one.Text("id")+"/").Status(200).Has("label", one.Text("label")).Has("value", nil)
				with.Get(keysPath+two.Text("id")+"/").Denied(ownKeyOnly, noKeyAccess)
				with.Get(keysPath + suite.Nowhere + "/").NotFound()
			},
		},
		{
			ID: "personal_api_keys.members.keys", Title: "Who reads a member sees which of their keys reach the organization",
			Covers: []string{"members_scoped_api_keys_retrieve", create}, Needs: with(recruits, suite.SessionOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				path := s.Org(suite.Members, robin.UUID, "scoped_api_keys")
				robin.Get(path).Status(200).Has("has_keys", false).Has("has_keys_active_last_week", false).Has("keys", []int{})
				key := newKey(s, robin.Caller)
				seen := s.Session("admin").Get(path).Status(200).Has("has_keys", true).Has("has_keys_active_last_week", false)
				seen.Has("keys.#.name", []string{key.Text("label")}).Has("keys.0.last_used_at", nil)
				s.KeyValue(key.Text("value"), robin.Email).Get(me).Status(200)
				robin.Get(path).Status(200).Has("has_keys_active_last_week", true).That("keys.0.last_used_at", gomega.Not(gomega.BeNil()))
				robin.Get(keysPath).Status(200).That("0.last_used_at", gomega.Not(gomega.BeNil()))
			},
		},
	}
	return append(all, keyRefusals()...)
}

// keyRefusals are bodies that no key is made with.
func keyRefusals() []suite.Scenario {
	teams := "You must be a member of all teams that you are scoping the key to."
	var list []suite.Scenario
	for _, r := range []refusal{
		{"label_blank", "The name of a key is not blank", suite.JSON{"label": " "}, "blank", blank, "label"},
		{"label_missing", "A key needs a name", suite.JSON{"label": nil}, "required", required, "label"},
		{"label_long", "The name of a key has at most 40 characters", suite.JSON{"label": fmt.Sprintf("%041d", 0)}, "max_length", "Ensure this field has no more than 40 characters.", "label"},
		{"scopes_missing", "A key needs scopes", suite.JSON{"scopes": nil}, "required", required, "scopes"},
		{"scopes_text", "Scopes are a list", suite.JSON{"scopes": "*"}, "not_a_list", `Expected a list of items but got type "str".`, "scopes"},
		{"scope_unknown", "A scope is about something", suite.JSON{"scopes": []string{"user:read", "invalid"}}, "invalid_input", "Invalid scope: invalid", "scopes"},
		{"scope_access", "A scope is for reading or for writing", suite.JSON{"scopes": []string{"insight:invalid"}}, "invalid_input", "Invalid scope: insight:invalid", "scopes"},
		{"teams_missing", "A key needs to say which projects it is limited to", suite.JSON{"scoped_teams": nil}, "required", required, "scoped_teams"},
		{"teams_word", "Projects that a key is limited to are numbers", suite.JSON{"scoped_teams": []string{"one"}}, "invalid_input", "A valid integer is required.", "scoped_teams__0"},
		{"teams_unknown", "A key is limited to projects of its maker alone", suite.JSON{"scoped_teams": []int{987654321}}, "invalid_input", teams, "scoped_teams"},
		{"organizations_missing", "A key needs to say which organizations it is limited to", suite.JSON{"scoped_organizations": nil}, "required", required, "scoped_organizations"},
		{"organizations_word", "Organizations that a key is limited to are UUIDs", suite.JSON{"scoped_organizations": []string{"ours"}}, "invalid_input", "Invalid organization UUID", "scoped_organizations"},
	} {
		list = append(list, suite.Scenario{
			ID: "personal_api_keys.fields." + r.id, Title: r.title, Covers: []string{"personal_api_keys_create"}, Needs: recruits, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				robin.Post(keysPath, keyBody(s, r.body)).Invalid(r.code, r.detail, r.attr)
				robin.Get(keysPath).Status(200).Has("@this", []int{})
			},
		})
	}
	return append(list, suite.Scenario{
		ID: "personal_api_keys.fields.scopes_none", Title: "A key needs a scope at least",
		Covers: []string{"personal_api_keys_create", "personal_api_keys_partial_update"}, Needs: recruits, Access: suite.Write, Aspect: suite.Validation,
		Run: func(s *suite.S) {
			robin := s.Recruit(1)
			robin.Post(keysPath, keyBody(s, suite.JSON{"scopes": []string{}})).Status(400)
			key := newKey(s, robin.Caller)
			robin.Patch(keysPath+key.Text("id")+"/", suite.JSON{"scopes": []string{}}).Status(400)
		},
	}, suite.Scenario{
		ID: "personal_api_keys.fields.changed", Title: "A key that is changed is held to the same rules",
		Covers: []string{"personal_api_keys_partial_update", "personal_api_keys_update"}, Needs: recruits, Access: suite.Write, Aspect: suite.Validation,
		Run: func(s *suite.S) {
			robin := s.Recruit(1)
			key := newKey(s, robin.Caller)
			path := keysPath + key.Text("id") + "/"
			robin.Patch(path, suite.JSON{"scopes": []string{"invalid"}}).Invalid("invalid_input", "Invalid scope: invalid", "scopes")
			robin.Put(path, keyBody(s, suite.JSON{"scoped_teams": []int{987654321}})).Invalid("invalid_input", teams, "scoped_teams")
			robin.Get(path).Status(200).Has("scopes", []string{"user:read"})
		},
	})
}
