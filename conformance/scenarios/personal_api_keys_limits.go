package scenarios

import (
	"net/http"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// personalAPIKeysLimits: what a key may do stays what it is, and holds everywhere.
func personalAPIKeysLimits() []suite.Scenario {
	const retrieve, update = "personal_api_keys_retrieve", "personal_api_keys_partial_update"
	me := "/api/users/@me/"
	return []suite.Scenario{
		{
			ID: "personal_api_keys.update.alone", Title: "A property of a key that is sent alone is changed, and no other with it",
			Covers: []string{update, retrieve}, Needs: recruits, Access: suite.Write,
			Run: func(s *suite.S) {
				robin, ours := s.Recruit(1), []string{s.Target().Organization.ID}
				key := newKey(s, robin.Caller, suite.JSON{"scopes": []string{"user:read", "organization:read"}, "scoped_organizations": ours})
				path := keysPath + key.Text("id") + "/"
				now := whole(robin.Get(path).Status(200), "")
				for _, change := range []suite.JSON{
					{"label": s.Name()}, {"scopes": []string{"organization:read"}}, {"scoped_organizations": []string{}}, {"scoped_organizations": ours}, {"label": s.Name()},
				} {
					for name, value := range change {
						changed := robin.Patch(path, change).Status(200).Has(name, value)
						shows(changed, "", now, name)
						now = whole(robin.Get(path).Status(200), "")
						shows(changed, "", now)
					}
				}
				with := s.KeyValue(key.Text("value"), robin.Email)
				with.Get(s.Org()).Status(200)
				with.Get(s.Org(suite.Members)).Denied(missingScope("organization_member:read"))
				with.Get(me).Denied(missingScope("user:read"))
			},
		},
		{
			ID: "personal_api_keys.limits.elsewhere", Title: "A key that is limited to an organization neither opens another nor is shown there",
			Covers: []string{"members_scoped_api_keys_retrieve", "members_list", "personal_api_keys_create"},
			Needs:  with(recruits, suite.Organizations), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				robin, o := s.Recruit(1), s.NewOrganization()
				s.Enlist(suite.Person{Caller: robin.Caller, Email: robin.Email, UUID: robin.UUID}, o, 1)
				open := func(key *suite.Response) *suite.Caller { return s.KeyValue(key.Text("value"), robin.Email) }
				here := newKey(s, robin.Caller, suite.JSON{"scopes": []string{"*"}, "scoped_organizations": []string{s.Target().Organization.ID}})
				there := newKey(s, robin.Caller, suite.JSON{"scopes": []string{"*"}, "scoped_organizations": []string{o.ID}})
				open(here).Get(s.Org(suite.Members)).Status(200)
				open(here).Get(o.Path(suite.Members)).Denied("API key does not have access to the requested organization: ID " + o.ID + ".")
				open(there).Get(o.Path(suite.Members)).Status(200)
				open(there).Get(s.Org(suite.Members)).Denied("API key does not have access to the requested organization: ID " + s.Target().Organization.ID + ".")
				robin.Get(s.Org(suite.Members, robin.UUID, "scoped_api_keys")).Status(200).Has("keys.#.name", []string{here.Text("label")})
				robin.Get(o.Path(suite.Members, robin.UUID, "scoped_api_keys")).Status(200).Has("keys.#.name", []string{there.Text("label")})
				both := newKey(s, robin.Caller)
				robin.Get(s.Org(suite.Members, robin.UUID, "scoped_api_keys")).Status(200).
					That("keys.#.name", gomega.ConsistOf(here.Text("label"), both.Text("label")))
			},
		},
		{
			ID: "personal_api_keys.roll.every_old", Title: "No value that a key had before opens anything, wherever it is sent, and none once it is deleted",
			Covers: []string{"personal_api_keys_roll_create", "personal_api_keys_destroy"}, Needs: recruits, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				key := newKey(s, robin.Caller)
				path, old := keysPath+key.Text("id")+"/", []string{key.Text("value")}
				dead := func() {
					for _, value := range old {
						s.KeyValue(value, robin.Email).Get(me).Status(401)
						s.Anonymous().Get(me + "?personal_api_key=" + value).Status(401)
					}
				}
				for range 2 {
					rolled := robin.Post(path+"roll/", suite.JSON{}).Status(200)
					shows(rolled, "", whole(key, ""), "value", "mask_value", "last_rolled_at", "last_used_at")
					dead()
					s.KeyValue(rolled.Text("value"), robin.Email).Get(me).Status(200)
					old = append(old, rolled.Text("value"))
				}
				robin.Delete(path).Empty()
				dead()
			},
		},
		{
			ID: "personal_api_keys.fields.scope_object", Title: "A scope is about something that there is",
			Rules: []string{"personal_api_keys.fields.scopes"}, Covers: []string{"personal_api_keys_create"}, Needs: recruits, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				robin.Post(keysPath, keyBody(s, suite.JSON{"scopes": []string{"user:read", "understudy_nothing:read"}})).
					Invalid("invalid_input", "Invalid scope: understudy_nothing:read", "scopes")
				robin.Get(keysPath).Status(200).Has("@this", []int{})
			},
		},
		{
			ID: "personal_api_keys.fields.teams_foreign", Title: "A key is not limited to a project of another organization",
			Rules: []string{"personal_api_keys.fields.teams"}, Covers: []string{"personal_api_keys_create"}, Needs: with(recruits, suite.Known("other_organization.project_id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				robin.Post(keysPath, keyBody(s, suite.JSON{"scoped_teams": []int{s.Target().Known.OtherOrganization.ProjectID}})).
					Invalid("invalid_input", "You must be a member of all teams that you are scoping the key to.", "scoped_teams")
				robin.Get(keysPath).Status(200).Has("@this", []int{})
			},
		},
		{
			ID: "organizations.list.limited_key", Title: "A key that is limited to organizations lists these alone",
			Covers: []string{"organizations_list"}, Needs: with(recruits, suite.Organizations), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				robin, id := s.Recruit(1), s.Target().Organization.ID
				own := s.NewOrganizationOf(robin.Caller, suite.JSON{"name": s.Name()})
				for _, limits := range [][]string{{id}, {own.ID}} {
					key := newKey(s, robin.Caller, suite.JSON{"scopes": []string{"organization:read"}, "scoped_organizations": limits})
					s.KeyValue(key.Text("value"), robin.Email).Get("/api/organizations/").Status(http.StatusOK).Has("results.#.id", limits).Has("count", 1)
				}
			},
		},
	}
}
