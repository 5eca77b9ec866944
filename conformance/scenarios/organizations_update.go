package scenarios

import (
	"slices"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const twoFactorSetup = "2FA setup required"

func organizationsUpdate() []suite.Scenario {
	patch := []string{"organizations_partial_update"}
	list := []suite.Scenario{
		{
			ID: "organizations.update.rename", Title: "An organization can be renamed, and keeps its slug",
			Covers: []string{"organizations_partial_update", "organizations_update"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o, name, again := s.NewOrganization(), s.Name(), s.Name()
				o.Owner.Patch(o.Path(), suite.JSON{"name": " " + name + " ", "slug": "mine"}).Status(200).Has("name", name).Has("slug", o.Text("slug"))
				o.Owner.Get(o.Path()).Status(200).Has("name", name).Has("slug", o.Text("slug"))
				o.Owner.Put(o.Path(), suite.JSON{"name": again}).Status(200).Has("name", again)
				o.Owner.Get(o.Path()).Status(200).Has("name", again).Has("slug", o.Text("slug")).Has("created_at", o.Text("created_at"))
			},
		},
		{
			ID: "organizations.update.nothing", Title: "PATCH with nothing changes nothing, PUT needs the name",
			Covers: []string{"organizations_partial_update", "organizations_update"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				settings := settingsOf(s)
				o := s.NewOrganization(settings)
				unchanged := o.Owner.Patch(o.Path(), suite.JSON{}).Status(200).Has("name", o.Text("name"))
				for name, value := range settings {
					unchanged.Has(name, value)
				}
				o.Owner.Put(o.Path(), suite.JSON{}).Invalid("required", required, "name")
			},
		},
		{
			ID: "organizations.update.settings", Title: "Each setting is stored and shown",
			Covers: []string{"organizations_partial_update", "organizations_retrieve"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				for name, value := range settingsOf(s) {
					if !slices.ContainsFunc(planSettings, func(p planSetting) bool { return p.field == name }) {
						o.Owner.Patch(o.Path(), suite.JSON{name: value}).Status(200).Has(name, value)
						o.Owner.Get(o.Path()).Status(200).Has(name, value)
					}
				}
				nothing := suite.JSON{
					"members_can_create_projects": nil, "is_ai_data_processing_approved": nil, "is_ai_training_opted_in": nil,
					"default_experiment_stats_method": nil,
				}
				unset := o.Owner.Patch(o.Path(), nothing).Status(200)
				for name := range nothing {
					unset.Has(name, nil)
				}
				o.Owner.Patch(o.Path(), suite.JSON{"logo_media_id": nil}).Status(200)
			},
		},
		{
			ID: "organizations.update.current", Title: "@current can be changed as well",
			Covers: patch, Needs: ownOrganization, Access: suite.Write,
			Run: func(s *suite.S) {
				o, name := s.NewOrganization(), s.Name()
				o.Owner.Patch("/api/organizations/@current/", suite.JSON{"name": name}).Status(200).Has("id", o.ID).Has("name", name)
			},
		},
		{
			ID: "organizations.update.levels", Title: "Administrators change an organization, members do not",
			Covers: []string{"organizations_partial_update", "organizations_update"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				o, name := s.NewOrganization(), s.Name()
				s.MemberOf(o, 8).Patch(o.Path(), suite.JSON{"name": name}).Status(200).Has("name", name)
				low := s.MemberOf(o, 1)
				low.Patch(o.Path(), suite.JSON{"name": s.Name()}).Denied(lowLevel)
				low.Put(o.Path(), suite.JSON{"name": nil}).Denied(lowLevel)
				low.Get(o.Path()).Status(200).Has("name", name)
			},
		},
		{
			ID: "organizations.update.stranger", Title: "For strangers there is no organization to change",
			Covers: []string{"organizations_partial_update", "organizations_update", "organizations_destroy"}, Needs: with(admin, suite.Organizations), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				s.Admin().Patch(o.Path(), suite.JSON{"name": s.Name()}).NotFound()
				s.Admin().Put(o.Path(), suite.JSON{"name": s.Name()}).NotFound()
				s.Admin().Delete(o.Path()).NotFound()
				o.Owner.Get(o.Path()).Status(200).Has("name", o.Text("name"))
			},
		},
		{
			ID: "organizations.update.scope", Title: "Changing an organization needs the scope organization:write",
			Covers: []string{"organizations_partial_update", "organizations_destroy"}, Needs: with(recruits, suite.Organizations), Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				own := s.NewOrganizationOf(robin.Caller, suite.JSON{"name": s.Name()})
				key := s.KeyValue(newKey(s, robin.Caller, suite.JSON{"scopes": []string{"organization:read"}}).Text("value"), robin.Email)
				key.Patch(own.Path(), suite.JSON{}).Denied(missingScope("organization:write"))
				key.Delete(own.Path()).Denied(missingScope("organization:write"))
				robin.Get(own.Path()).Status(200).Has("name", own.Text("name"))
			},
		},
		{
			ID: "organizations.update.recent_login", Title: "Changing and deleting an organization needs a recent login",
			Covers: []string{"organizations_partial_update", "organizations_update", "organizations_destroy"}, Needs: []suite.Need{suite.OldSession}, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				if s.Target().Control == "" {
					s.OldSession().Patch(s.Org(), suite.JSON{}).Denied(notRecent) // what is let through changes nothing
					return
				}
				person := s.NewPerson()
				o := s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
				old := person.OldSession("3h")
				old.Patch(o.Path(), suite.JSON{"name": s.Name()}).Denied(notRecent)
				old.Put(o.Path(), suite.JSON{"name": s.Name()}).Denied(notRecent)
				old.Delete(o.Path()).Denied(notRecent)
				old.Get(o.Path()).Status(200).Has("name", o.Text("name"))
				person.OldSession("1m").Patch(o.Path(), suite.JSON{}).Status(200)
			},
		},
		{
			ID: "organizations.update.members_can_invite", Title: "Members do not invite where that is switched off, and the plan knows the switch",
			Covers: []string{"organizations_partial_update", "invites_create"}, Needs: ownOrganization, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.NewMember(o.ID, 1)
				invite := func() *suite.Response {
					return person.Post(o.Path(suite.Invites), suite.JSON{"target_email": s.Email(), "send_email": false})
				}
				s.SetFeature(o.ID, "organization_invite_settings", true)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_invite": false}).Status(200)
				invite().Denied(noPermission)
				s.SetFeature(o.ID, "organization_invite_settings", false)
				invite().Status(201)
				s.SetFeature(o.ID, "organization_invite_settings", true)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_invite": true}).Status(200)
				invite().Status(201)
			},
		},
		{
			ID: "organizations.update.members_can_use_keys", Title: "Members' keys do not work where that is switched off, and the plan knows the switch",
			Covers: []string{"organizations_partial_update", "members_list"}, Needs: ownOrganization, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				low, high := s.NewMember(o.ID, 1), s.NewMember(o.ID, 8)
				s.SetFeature(o.ID, "organization_security_settings", true)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_use_personal_api_keys": false}).Status(200)
				s.SetFeature(o.ID, "organization_security_settings", false)
				low.Get(o.Path(suite.Members)).Status(200)
				s.SetFeature(o.ID, "organization_security_settings", true)
				low.Get(o.Path(suite.Members)).Denied(keysSwitchedOff(o))
				low.Get("/api/users/@me/").Status(200)
				low.OldSession("1m").Get(o.Path(suite.Members)).Status(200)
				high.Get(o.Path(suite.Members)).Status(200)
			},
		},
		{
			ID: "organizations.update.members_can_create_projects", Title: "Members create projects where the organization lets them, and the plan knows the switch",
			Covers: []string{"organizations_partial_update", "organizations_projects_create"}, Needs: ownOrganization, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.NewMember(o.ID, 1)
				create := func() *suite.Response { return person.Post(o.Path(suite.Projects), suite.JSON{"name": s.Name()}) }
				s.SetFeature(o.ID, "organizations_projects", true)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_create_projects": true}).Status(200)
				create().Denied(onlyAdmins)
				s.SetFeature(o.ID, "organization_invite_settings", true)
				create().Status(201)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_create_projects": false}).Status(200)
				create().Denied(onlyAdmins)
			},
		},
		{
			ID: "organizations.update.enforce_2fa", Title: "Sessions without a second factor are shut out where the organization wants one",
			Rules:  []string{"organizations.update.enforce_2fa", "organizations.update.enforce_2fa_keys"},
			Covers: []string{"organizations_partial_update", "members_list", "users_me_retrieve"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.NewMember(o.ID, 8)
				session := person.OldSession("1m")
				session.Get(o.Path(suite.Members)).Status(200)
				s.SetFeature(o.ID, "2fa_enforcement", true)
				o.Owner.Patch(o.Path(), suite.JSON{"enforce_2fa": true}).Status(200)
				session.Get(o.Path(suite.Members)).Denied(twoFactorSetup)
				session.Get(o.Path()).Denied(twoFactorSetup)
				session.Get(organizationsPath).Denied(twoFactorSetup)
				session.Post(o.Path(suite.Domains), suite.JSON{"domain": s.Domain()}).Denied(twoFactorSetup)
				session.Get("/api/users/@me/").Status(200).Has("email", person.Email)
				person.Get(o.Path(suite.Members)).Status(200)
				person.LogIn()
				o.Owner.Patch(o.Path(), suite.JSON{"enforce_2fa": false}).Status(200)
				session.Get(o.Path(suite.Members)).Status(200)
			},
		},
		{
			ID: "organizations.update.enforce_2fa_passes", Title: "Who has a second factor passes, and who came by single sign-on",
			Covers: []string{"organizations_partial_update", "members_list"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				s.SetFeature(o.ID, "2fa_enforcement", true)
				o.Owner.Patch(o.Path(), suite.JSON{"enforce_2fa": true}).Status(200)
				person := s.NewMember(o.ID, 1)
				person.OldSession("1m").Get(o.Path(suite.Members)).Denied(twoFactorSetup)
				s.SSOSession(person).Get(o.Path(suite.Members)).Status(200)
				s.SetTwoFactor(person, o.ID, true)
				person.OldSession("1m").Get(o.Path(suite.Members)+"?email="+person.Email).Status(200).Has("results.0.is_2fa_enabled", true)
			},
		},
		{
			ID: "organizations.update.enforce_2fa_elsewhere", Title: "The current organization wants the second factor, wherever the path leads",
			Covers: []string{"organizations_partial_update", "members_list"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				one, two := s.NewOrganization(), s.NewOrganization()
				s.SetFeature(one.ID, "2fa_enforcement", true)
				one.Owner.Patch(one.Path(), suite.JSON{"enforce_2fa": true}).Status(200)
				person := s.NewMember(one.ID, 1)
				person.Join(two.ID, 1)
				session := person.OldSession("1m")
				session.Get(one.Path(suite.Members)).Status(200)
				session.Patch("/api/users/@me/", suite.JSON{"set_current_organization": one.ID}).Status(200)
				session.Get(two.Path(suite.Members)).Denied(twoFactorSetup)
			},
		},
		{
			ID: "organizations.update.inactive", Title: "Whether an organization is active is told, and cannot be sent",
			Covers: []string{"organizations_partial_update", "organizations_retrieve"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Has("is_active", true).Has("is_not_active_reason", nil)
				o.Owner.Patch(o.Path(), suite.JSON{"is_active": false, "is_not_active_reason": "mine"}).Status(200)
				o.Owner.Get(o.Path()).Status(200).Has("is_active", true).Has("is_not_active_reason", nil)
			},
		},
		{
			ID: "organizations.update.deployment", Title: "What only the deployment decides of an organization is told, and cannot be sent",
			Covers: []string{"organizations_partial_update", "organizations_retrieve"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				decided := []string{"is_ai_training_locked", "is_ai_training_cta_shown", "is_hipaa", "is_pending_deletion"}
				for _, field := range decided {
					o.Owner.Patch(o.Path(), suite.JSON{field: !o.Get(field).Bool()}).Status(200).Has(field, o.Get(field).Value())
				}
				kept := o.Owner.Get(o.Path()).Status(200)
				for _, field := range decided {
					kept.Has(field, o.Get(field).Value())
				}
			},
		},
		{
			ID: "organizations.update.join_mail", Title: "Whether members hear of new ones is told, and no longer sent",
			Covers: []string{"organizations_partial_update", "organizations_retrieve"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization(suite.JSON{"is_member_join_email_enabled": false})
				o.Has("is_member_join_email_enabled", true)
				o.Owner.Patch(o.Path(), suite.JSON{"is_member_join_email_enabled": false}).Status(200).Has("is_member_join_email_enabled", true)
				o.Owner.Get(o.Path()).Status(200).Has("is_member_join_email_enabled", true)
			},
		},
		{
			ID: "organizations.update.foreign_role", Title: "The role of another organization does not become the default role",
			Covers: patch, Needs: with(admin, suite.Organizations), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				o, foreign := s.NewOrganization(), s.NewRole()
				o.Owner.Undocumented().Patch(o.Path(), suite.JSON{"default_role_id": foreign.ID})
				o.Owner.Get(o.Path()).Status(200).Has("default_role_id", nil)
			},
		},
		{
			ID: "organizations.update.default_role", Title: "A default role can be set and removed",
			Covers: []string{"organizations_partial_update", "roles_retrieve"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				role := o.MadeIn(suite.Roles, o.Owner.Post(o.Path(suite.Roles), suite.JSON{"name": s.Name()}))
				o.Owner.Patch(o.Path(), suite.JSON{"default_role_id": role.ID}).Status(200).Has("default_role_id", role.ID)
				o.Owner.Get(role.Path()).Status(200).Has("is_default", true)
				o.Owner.Patch(o.Path(), suite.JSON{"default_role_id": nil}).Status(200).Has("default_role_id", nil)
				o.Owner.Get(role.Path()).Status(200).Has("is_default", false)
			},
		},
	}
	list = append(list, refusals("organizations.update", "organizations_partial_update", founding, organizationRefusals(),
		func(s *suite.S, body suite.JSON) *suite.Response {
			o := s.NewOrganization()
			refused := o.Owner.Patch(o.Path(), body)
			o.Owner.Get(o.Path()).Status(200).Has("name", o.Text("name"))
			return refused
		})...)
	return asking(suite.Behaviour, list, "object_name", "logo_no_uuid", "role_blank")
}
