package scenarios

import (
	"maps"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const organizationsPath = "/api/organizations/"

// founding are the needs of scenarios that make an organization.
var founding = []suite.Need{suite.Organizations}

func organizationsCreate() []suite.Scenario {
	create := []string{"organizations_create"}
	list := []suite.Scenario{
		{
			ID: "organizations.create.defaults", Title: "A new organization has its maker as the owner, one project and open settings",
			Covers: create, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Has("membership_level", 15).Has("member_count", 1).Has("projects.#", 1).Has("teams.#", 1).Has("projects.0.organization_id", o.ID).
					Has("is_member_join_email_enabled", true).Has("members_can_invite", true).Has("members_can_use_personal_api_keys", true).
					Has("allow_publicly_shared_resources", true).Has("enforce_2fa", nil).Has("default_role_id", nil).Has("logo_media_id", nil)
				o.Owner.Get(o.Path(suite.Members)).Status(200).Has("count", 1).Has("results.0.level", 15)
				o.Owner.Get(o.Path(suite.Projects)).Status(200).Has("count", 1)
			},
		},
		{
			ID: "organizations.create.same", Title: "An organization reads back as it was created",
			Covers: []string{"organizations_create", "organizations_retrieve", "organizations_list"}, Needs: founding, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Owner.Get(o.Path()).Status(200).Has("name", o.Text("name")).Has("slug", strings.ToLower(o.Text("slug"))).
					Has("created_at", o.Text("created_at")).Has("projects", o.Get("projects").Value())
				s.Expect(o.Owner.IDs(organizationsPath)).To(gomega.ContainElement(o.ID))
			},
		},
		{
			ID: "organizations.create.current", Title: "A new organization becomes its maker's current one",
			Covers: []string{"organizations_create", "organizations_retrieve"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.MemberOf(s.NewOrganization(), 1)
				for range 2 {
					o := s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
					person.Get("/api/organizations/@current/").Status(200).Has("id", o.ID)
				}
			},
		},
		{
			ID: "organizations.create.slug", Title: "The slug follows from the name",
			Covers: create, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewOrganization(suite.JSON{"name": "  Bär & Söhne  _ " + s.Name()}).That("slug", gomega.HavePrefix("bar-sohne-_-us-"))
			},
		},
		{
			ID: "organizations.create.slug_taken", Title: "Organizations may share a name, but no slug",
			Covers: create, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				one := s.NewOrganization()
				two := s.NewOrganizationOf(one.Owner, suite.JSON{"name": one.Text("name")})
				two.Has("name", one.Text("name")).That("slug", gomega.MatchRegexp("^"+one.Text("slug")+"-[a-zA-Z]{4}$"))
			},
		},
		{
			ID: "organizations.create.settings", Title: "A new organization takes the settings that it is given",
			Covers: create, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				settings := settingsOf(s)
				o := s.NewOrganization(settings)
				read := o.Owner.Get(o.Path()).Status(200)
				for name, value := range settings {
					o.Has(name, value)
					read.Has(name, value)
				}
			},
		},
		{
			ID: "organizations.create.read_only", Title: "What an organization knows by itself cannot be sent",
			Covers: create, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewOrganization(suite.JSON{"id": suite.Nowhere, "slug": "mine", "membership_level": 1, "customer_id": "x", "plugins_access_level": 9}).
					That("id", gomega.Not(gomega.Equal(suite.Nowhere))).That("slug", gomega.Not(gomega.Equal("mine"))).
					Has("membership_level", 15).Has("customer_id", nil)
			},
		},
		{
			ID: "organizations.create.scope", Title: "Creating an organization needs the scope organization:write",
			Covers: create, Needs: []suite.Need{suite.KeyOf("read_scopes")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Key("read_scopes").Post(organizationsPath, suite.JSON{}).Denied(missingScope("organization:write"))
			},
		},
		{
			ID: "organizations.create.anonymous", Title: "Without credentials no organization is made",
			Covers: create, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) { s.Anonymous().Post(organizationsPath, suite.JSON{}).Unauthenticated() },
		},
		{
			ID: "organizations.create.recent_login", Title: "Creating an organization needs a recent login",
			Covers: create, Needs: with(founding, suite.OldSession), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.OldSession().Post(organizationsPath, suite.JSON{"name": s.Name()}).Denied(notRecent)
				if s.Target().Control != "" {
					s.NewOrganizationOf(s.NewPerson().OldSession("1m"), suite.JSON{"name": s.Name()})
				}
			},
		},
		{
			ID: "organizations.create.patch_collection", Title: "The list of organizations cannot be changed",
			Covers: []string{"organizations_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Admin().Patch(organizationsPath, suite.JSON{}).Refused(405, "method_not_allowed", `Method "PATCH" not allowed.`, "")
				s.Admin().Put(organizationsPath, suite.JSON{}).Denied(noKeyAccess)
			},
		},
		{
			ID: "organizations.create.concurrent", Title: "Organizations made at the same time do not share slugs or projects",
			Covers: create, Needs: founding, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				owner, name := s.Founder(), s.Name()
				slugs, projects := map[string]bool{}, map[int64]bool{}
				for _, made := range s.Parallel(4, func(int) *suite.Response { return owner.Post(organizationsPath, suite.JSON{"name": name}) }) {
					made.Status(201)
					slugs[strings.ToLower(made.Text("slug"))] = true
					projects[made.Get("projects.0.id").Int()] = true
				}
				s.Expect(slugs).To(gomega.HaveLen(4))
				s.Expect(projects).To(gomega.HaveLen(4))
			},
		},
		{
			ID: "organizations.create.role_of_nobody", Title: "A new organization has no role to give", Covers: create, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Founder().Post(organizationsPath, suite.JSON{"name": "Role", "default_role_id": suite.Nowhere}).InvalidField("default_role_id")
			},
		},
	}
	list = append(list, refusals("organizations.create", "organizations_create", founding, organizationRefusals(
		refusal{"no_name", "An organization needs a name", suite.JSON{}, "required", required, "name"},
	), func(s *suite.S, body suite.JSON) *suite.Response { return s.Founder().Post(organizationsPath, body) })...)
	return asking(suite.Behaviour, list, "object_name", "logo_no_uuid", "role_blank")
}

// settingsOf are values that a new organization does not have by itself, of what may be sent in
// the target's revision.
func settingsOf(s *suite.S) suite.JSON {
	settings := suite.JSON{
		"is_member_join_email_enabled": false, "enforce_2fa": true, "members_can_invite": false,
		"members_can_use_personal_api_keys": false, "allow_publicly_shared_resources": false, "default_experiment_stats_method": "frequentist",
		"members_can_create_projects": true, "is_ai_data_processing_approved": true, "is_ai_training_opted_in": false, "default_anonymize_ips": true, "members_can_see_org_members": false,
	}
	sent, _ := s.Document().Schema("PatchedOrganization") // every revision has it
	maps.DeleteFunc(settings, func(name string, value any) bool {
		_, may := sent.Property(name)
		return !may || s.ShutsOut(name, value)
	})
	return settings
}

// organizationRefusals are the bodies that no organization takes.
func organizationRefusals(more ...refusal) []refusal {
	return append([]refusal{
		{"null_name", "The name is not null", suite.JSON{"name": nil}, "null", null, "name"},
		{"blank_name", "The name is not blank", suite.JSON{"name": "  "}, "blank", blank, "name"},
		{"object_name", "The name is text", suite.JSON{"name": suite.JSON{}}, "invalid_input", notText, "name"},
		{"long_name", "The name has at most 64 characters", suite.JSON{"name": strings.Repeat("x", 65)}, "max_length", "Ensure this field has no more than 64 characters.", "name"},
		{"logo_unknown", "The logo is an uploaded picture", suite.JSON{"name": "Logo", "logo_media_id": suite.Nowhere},
			"does_not_exist", `Invalid pk "` + suite.Nowhere + `" - object does not exist.`, "logo_media_id"},
		{"logo_no_uuid", "The logo is named by a UUID", suite.JSON{"name": "Logo", "logo_media_id": "cat"}, "invalid_input", "“cat” is not a valid UUID.", "logo_media_id"},
		{"join_email_null", "Whether members hear of new ones is not null", suite.JSON{"name": "Mail", "is_member_join_email_enabled": nil}, "null", null, "is_member_join_email_enabled"},
		{"invite_word", "Whether members may invite is a boolean", suite.JSON{"name": "Invite", "members_can_invite": "perhaps"}, "invalid_input", notBoolean, "members_can_invite"},
		{"keys_null", "Whether members may use keys is not null", suite.JSON{"name": "Keys", "members_can_use_personal_api_keys": nil}, "null", null, "members_can_use_personal_api_keys"},
		{"stats_unknown", "There is no such statistical method", suite.JSON{"name": "Stats", "default_experiment_stats_method": "magic"}, "invalid_choice", `"magic" is not a valid choice.`, "default_experiment_stats_method"},
		{"role_blank", "The default role is not blank", suite.JSON{"name": "Role", "default_role_id": ""}, "blank", blank, "default_role_id"},
	}, more...)
}
