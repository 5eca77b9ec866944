package scenarios

import (
	"github.com/understudy-dev/understudy/conformance/suite"
)

// organizationsSettings: what a setting of an organization does, in one that the run makes and
// with people whom it invites. Whether its plan has the setting is for the target to say: where
// it has not, the refusal is what can be seen.
func organizationsSettings() []suite.Scenario {
	patch := "organizations_partial_update"
	return []suite.Scenario{
		{
			ID: "organizations.settings.plan", Title: "A setting that the plan of a new organization lacks cannot be changed, and can be sent as it is",
			Covers: []string{patch, "organizations_update"}, Needs: founding, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o, lacking := s.NewOrganization(), 0
				for _, setting := range planSettings {
					if o.HasFeature(setting.feature) {
						continue
					}
					lacking++
					now := o.Get(setting.field).Value()
					other := setting.other
					if now == nil {
						other = true // off is what it is
					}
					o.Owner.Patch(o.Path(), suite.JSON{setting.field: other}).Invalid("payment_required", setting.refusal, setting.field)
					o.Owner.Put(o.Path(), suite.JSON{"name": s.Name(), setting.field: other}).Invalid("payment_required", setting.refusal, setting.field)
					o.Owner.Patch(o.Path(), suite.JSON{setting.field: now}).Status(200).Has(setting.field, now)
				}
				if lacking == 0 {
					s.CannotRun("the plan of an organization that was just made has all settings")
				}
				o.Owner.Get(o.Path()).Status(200).Has("name", o.Text("name"))
			},
		},
		{
			ID: "organizations.settings.restriction", Title: "Without a verified domain the membership of an organization is not restricted to any",
			Covers: []string{patch, "organizations_retrieve"}, Needs: founding, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Owner.Patch(o.Path(), suite.JSON{restriction: true}).Status(400)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, o.Get(restriction).Value())
			},
		},
		{
			ID: "organizations.retrieve.member_count", Title: "The count of members follows who joins and who leaves",
			Covers: []string{"organizations_retrieve", "invites_create", "members_destroy"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				counts := func(n int) { o.Owner.Get(o.Path()).Status(200).Has("member_count", n) }
				counts(1)
				o.MadeIn(suite.Invites, o.Owner.Post(o.Path(suite.Invites), silentInvite(s, nil)))
				counts(1)
				person := s.MemberOf(o, 1)
				counts(2)
				person.Delete(o.Path(suite.Members, "@me")).Empty()
				counts(1)
			},
		},
		{
			ID: "organizations.settings.invites", Title: "Where members may not invite, administrators do",
			Covers: []string{patch, "invites_create", "invites_bulk_create"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := s.Equipped("organization_invite_settings")
				low, high := s.MemberOf(o, 1), s.MemberOf(o, 8)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_invite": false}).Status(200).Has("members_can_invite", false)
				low.Post(o.Path(suite.Invites), silentInvite(s, nil)).Denied(noPermission)
				low.Post(o.Path(suite.Invites, "bulk"), []suite.JSON{silentInvite(s, nil)}).Denied(noPermission)
				high.Post(o.Path(suite.Invites), silentInvite(s, nil)).Status(201)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_invite": true}).Status(200)
				low.Post(o.Path(suite.Invites), silentInvite(s, nil)).Status(201)
			},
		},
		{
			ID: "organizations.settings.keys", Title: "Where members may not use keys, their sessions and the keys of administrators work",
			Covers: []string{patch, "members_list"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := s.Equipped("organization_security_settings")
				low, high := s.MemberOf(o, 1), s.MemberOf(o, 8)
				lowKey, highKey := low.WithKey(), high.WithKey()
				lowKey.Get(o.Path(suite.Members)).Status(200)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_use_personal_api_keys": false}).Status(200)
				lowKey.Get(o.Path(suite.Members)).Denied(keysSwitchedOff(o))
				lowKey.Get("/api/users/@me/").Status(200)
				low.InSession().Get(o.Path(suite.Members)).Status(200)
				highKey.Get(o.Path(suite.Members)).Status(200)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_use_personal_api_keys": true}).Status(200)
				lowKey.Get(o.Path(suite.Members)).Status(200)
			},
		},
		{
			ID: "organizations.settings.projects", Title: "Members create projects only where the organization lets them",
			Covers: []string{patch, "organizations_projects_create"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := s.Equipped("organization_invite_settings", "organizations_projects")
				person := s.MemberOf(o, 1)
				create := func() *suite.Response { return person.Post(o.Path(suite.Projects), suite.JSON{"name": s.Name()}) }
				create().Denied(onlyAdmins)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_create_projects": true}).Status(200)
				create().Status(201)
				o.Owner.Patch(o.Path(), suite.JSON{"members_can_create_projects": false}).Status(200)
				create().Denied(onlyAdmins)
			},
		},
	}
}

// keysSwitchedOff is what members' keys are told where the organization has switched them off.
func keysSwitchedOff(o suite.Organization) string {
	return "Organization '" + o.Text("name") + "' does not allow using personal API keys. " +
		"Contact an admin to enable personal API keys for this organization."
}
