package scenarios

import (
	"slices"

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
				if lent := suite.Known("featureless_organization.id"); lacking == 0 && lent(s.Target()).Reason == "" && suite.LeaveToChange(s.Target()).Reason == "" {
					s.NotApplicable("the plan of an organization that was just made has all settings; the lent one without features is tried in its place")
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
			ID: "organizations.retrieve.level_of_each", Title: "An organization shows the level that the caller has in it, whatever they have elsewhere",
			Covers: []string{"organizations_retrieve"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				o := s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
				person.Get(o.Path()).Status(200).Has("membership_level", 15)
				person.Get(s.Org()).Status(200).Has("membership_level", 1)
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

// foundedWith are about settings that an organization has from the beginning, which a plan that lacks
// them lets it have all the same. Whether they do anything there is for the target to say: what
// they do to one request they do to all.
func foundedWith() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "organizations.settings.founded_two_factor", Title: "Where a new organization wants a second factor, sessions without one are shut out by every path",
			Rules:  []string{"organizations.update.enforce_2fa"},
			Covers: []string{"organizations_create", "organizations_retrieve", "members_list", "users_me_retrieve"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				founder, o := foundWithTwoFactor(s)
				for _, path := range []string{o.Path(suite.Members), o.Path(), o.Path(suite.Roles), o.Path(suite.Invites)} {
					founder.Session.Get(path).Denied(twoFactorSetup)
				}
				founder.Session.Post(o.Path(suite.Invites), silentInvite(s, nil)).Denied(twoFactorSetup)
				founder.Session.Get("/api/users/@me/").Status(200)
			},
		},
		{
			ID: "organizations.settings.founded_two_factor_keys", Title: "Where a new organization wants a second factor, keys pass",
			Rules:  []string{"organizations.update.enforce_2fa_keys"},
			Covers: []string{"organizations_create", "organizations_retrieve", "members_list"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				founder, o := foundWithTwoFactor(s)
				for _, path := range []string{o.Path(suite.Members), o.Path(), o.Path(suite.Roles), o.Path(suite.Invites)} {
					founder.Key.Get(path).Status(200)
				}
				o.MadeIn(suite.Invites, founder.Key.Post(o.Path(suite.Invites), silentInvite(s, nil)))
			},
		},
		{
			ID: "organizations.settings.founded_keys", Title: "Where a new organization lets members use no keys, these open nothing of it, be it to read or to write",
			Rules:  []string{"organizations.settings.keys"},
			Covers: []string{"organizations_create", "members_list", "roles_list", "domains_list", "invites_list", "invites_create"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				founder := s.NewFounder()
				low := s.Colleague(1)
				key := low.WithKey()
				o := founder.Founds("members_can_use_personal_api_keys", false, "organization_security_settings")
				s.Enlist(low, o, 1)
				answers := []*suite.Response{key.Post(o.Path(suite.Invites), silentInvite(s, nil))}
				for _, list := range []string{suite.Members, suite.Roles, suite.Domains, suite.Invites} {
					answers = append(answers, key.Get(o.Path(list)))
				}
				if refused := func(r *suite.Response) bool { return r.Code() == 403 }; !slices.ContainsFunc(answers, refused) && !o.HasFeature("organization_security_settings") {
					s.CannotRun("the plan of an organization that was just made lets all members use keys")
				}
				for _, answer := range answers {
					answer.Denied(keysSwitchedOff(o))
				}
				key.Get("/api/users/@me/").Status(200)
				founder.Key.Get(o.Path(suite.Members)).Status(200)
			},
		},
		{
			ID: "organizations.settings.founded_restriction", Title: "Where a new organization restricts its membership, who is on no verified domain of it is refused by every path, by key and in a session",
			Rules:  []string{"organizations.restriction.blocks"},
			Covers: []string{"organizations_create", "organizations_retrieve", "domains_list", "members_list", "organizations_projects_list", "domains_create"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				founder, o := foundRestricted(s)
				for _, caller := range []*suite.Caller{founder.Key, founder.Session} {
					for _, path := range []string{o.Path(), o.Path(suite.Members), o.Path(suite.Domains), o.Path(suite.Configs), o.Path(suite.Projects)} {
						blocked(caller.Get(path))
					}
					blocked(caller.Post(o.Path(suite.Domains), suite.JSON{"domain": s.Domain()}))
				}
				founder.Session.Get("/api/users/@me/").Status(200)
				letIn(founder, o)
			},
		},
		{
			ID: "organizations.settings.founded_restriction_elsewhere", Title: "Who is refused by an organization that they made is refused there, and nowhere else, whichever is their current one",
			Rules:  []string{"organizations.restriction.elsewhere"},
			Covers: []string{"organizations_create", "organizations_retrieve", "members_list"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				founder, o := foundRestricted(s)
				other := s.NewOrganizationOf(founder.Key, suite.JSON{"name": s.Name()}) // the current one from here on
				for _, caller := range []*suite.Caller{founder.Key, founder.Session} {
					blocked(caller.Get(o.Path(suite.Members)))
					caller.Get(other.Path(suite.Members)).Status(200).Has("count", 1)
				}
				letIn(founder, o)
			},
		},
		{
			ID: "organizations.settings.founded_removal", Title: "In a new organization, which has no verified domain, nobody is removed as if the restriction could be turned on",
			Rules:  []string{"organizations.restriction.remove_refused"},
			Covers: []string{"remove_blocked_members_and_enforce_verified_domains_create"}, Needs: with(ownPeople, suite.FounderSession), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.MemberOf(o, 1)
				o.InSession().Post(o.Path(removeBlocked), nil).Status(400)
				o.Owner.Get(o.Path()).Status(200).Has("member_count", 2)
				person.InSession().Get(o.Path(suite.Members)).Status(200).Has("count", 2)
			},
		},
		{
			ID: "organizations.settings.founded_chosen", Title: "Nobody chooses an organization that refuses them, though they made it",
			Rules:  []string{"users.current.restricted"},
			Covers: []string{"organizations_create", "users_me_partial_update"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				founder, o := foundRestricted(s)
				founder.Session.Patch("/api/users/@me/", suite.JSON{"set_current_organization": o.ID}).Status(400).Has("code", blockedCode)
				letIn(founder, o)
			},
		},
		{
			ID: "organizations.settings.founded_way_out", Title: "Who made an organization that refuses them may lift the restriction, and change nothing else with it",
			Rules:  []string{"organizations.restriction.way_out"},
			Covers: []string{"organizations_create", "organizations_partial_update", "organizations_update"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				founder, o := foundRestricted(s)
				off := suite.JSON{restriction: false}
				blocked(founder.Key.Patch(o.Path(), suite.JSON{"name": s.Name()}))
				blocked(founder.Key.Patch(o.Path(), suite.Together(off, suite.JSON{"name": s.Name()})))
				blocked(founder.Key.Put(o.Path(), suite.Together(off, suite.JSON{"name": s.Name()})))
				founder.Key.Patch(o.Path(), off).Status(200).Has(restriction, false).Has("name", o.Text("name"))
				founder.Key.Get(o.Path()).Status(200).Has("name", o.Text("name"))
			},
		},
	}
}

// foundWithTwoFactor makes an organization that wants a second factor of whoever made it.
func foundWithTwoFactor(s *suite.S) (suite.Founder, suite.Organization) {
	founder := s.NewFounder()
	o := founder.Founds("enforce_2fa", true, "2fa_enforcement")
	if founder.Session.Get(o.Path(suite.Members)).Code() == 200 && !o.HasFeature("2fa_enforcement") {
		s.CannotRun("the plan of an organization that was just made wants no second factor")
	}
	return founder, o
}

// letIn lifts the restriction before the story ends: nobody could delete the organization else.
func letIn(founder suite.Founder, o suite.Organization) {
	founder.Key.Patch(o.Path(), suite.JSON{restriction: false})
}

// foundRestricted makes an organization that refuses whoever made it, until the story ends.
func foundRestricted(s *suite.S) (suite.Founder, suite.Organization) {
	founder := s.NewFounder()
	o := founder.Founds(restriction, true, "automatic_provisioning")
	if founder.Key.Get(o.Path()).Code() == 200 && founder.Session.Get(o.Path(suite.Members)).Code() == 200 && !o.HasFeature("automatic_provisioning") {
		s.CannotRun("the plan of an organization that was just made restricts nobody")
	}
	return founder, o
}

// keysSwitchedOff is what members' keys are told where the organization has switched them off.
func keysSwitchedOff(o suite.Organization) string {
	return "Organization '" + o.Text("name") + "' does not allow using personal API keys. " +
		"Contact an admin to enable personal API keys for this organization."
}
