package scenarios

import (
	"slices"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// newPeople are the needs of scenarios in which somebody new joins.
var newPeople = with(admin, suite.Allowed(target.CreateUsers))

const (
	noProvisioning = "Automatic provisioning is not enabled for this organization."
	noSCIMPlan     = "SCIM provisioning is not available for this organization."
	noXAA          = "XAA (ID-JAG) is not available for this organization."
)

// withoutFeatures: what an operation does where the organization lacks a feature.
func withoutFeatures() []suite.Scenario {
	invite := func(s *suite.S, o suite.Organization) {
		s.SetFeature(o.ID, "organization_invite_settings", true)
		o.Owner.Patch(o.Path(), suite.JSON{"members_can_invite": false}).Status(200)
	}
	return []suite.Scenario{
		{
			ID: "domains.features.replace", Title: "PUT asks for the features that PATCH asks for",
			Covers: []string{"domains_update"}, Needs: with(admin, suite.Known("featureless_organization.id", "featureless_organization.domain_id"), suite.LeaveToChange), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				path := featurelessDomain(s)
				s.Admin().Put(path, suite.JSON{"jit_provisioning_enabled": true}).Invalid("feature_not_available", noProvisioning, "jit_provisioning_enabled")
				s.Admin().Put(path, suite.JSON{"scim_enabled": false}).Invalid("feature_not_available", noSCIMPlan, "scim_enabled")
				if s.Has(spec.ConfigsShown) {
					s.Admin().Put(path, suite.JSON{"id_jag_issuer_url": "https://posthog.com"}).Invalid("feature_not_available", noXAA, "id_jag_issuer_url")
				}
			},
		},
		{
			ID: "domains.unverified.before_features", Title: "That a domain is not verified is said before that the plan lacks something", Until: spec.June2026,
			Covers: []string{"domains_partial_update"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				person := s.NewPerson()
				o := s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
				s.SetFeature(o.ID, "automatic_provisioning", true)
				for _, feature := range []string{"scim", "xaa_authentication"} {
					s.SetFeature(o.ID, feature, false)
				}
				domain := o.MadeIn(suite.Domains, person.Post(o.Path(suite.Domains), suite.JSON{"domain": s.Domain()}))
				person.Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Invalid("verification_required", notVerified, "scim_enabled")
				if s.Has(spec.ConfigsShown) {
					person.Patch(domain.Path(), suite.JSON{"id_jag_issuer_url": "https://posthog.com"}).Invalid("verification_required", notVerified, "id_jag_issuer_url")
				}
			},
		},
		{
			ID: "identity_provider_configs.features.change", Title: "Changing a config asks for the features that making one asks for",
			Covers: []string{"identity_provider_configs_partial_update", "identity_provider_configs_update", "identity_provider_configs_scim_token_create"},
			Needs:  ownOrganization, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				person := s.NewPerson()
				o := s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
				for _, feature := range []string{"scim", "xaa_authentication"} {
					s.SetFeature(o.ID, feature, false)
				}
				config := o.MadeIn(suite.Configs, person.Post(o.Path(suite.Configs), suite.JSON{"name": s.Name()}))
				for field, value := range map[string]any{"scim_enabled": true, "id_jag_issuer_url": "https://posthog.com"} {
					detail := map[string]string{"scim_enabled": noSCIMPlan, "id_jag_issuer_url": noXAA}[field]
					person.Patch(config.Path(), suite.JSON{field: value}).Invalid("feature_not_available", detail, field)
					person.Put(config.Path(), suite.JSON{field: value}).Invalid("feature_not_available", detail, field)
				}
				person.OldSession("1m").Post(config.Path("scim", "token"), nil).Denied("SCIM is not available for this organization")
			},
		},
		{
			ID: "invites.features.switched_off", Title: "Where members may not invite, they do not invite many",
			Covers: []string{"invites_bulk_create"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				member := s.NewMember(o.ID, 1)
				invite(s, o)
				member.Post(o.Path(suite.Invites, "bulk"), []suite.JSON{silentInvite(s, nil)}).Denied(noPermission)
				o.Owner.Get(o.Path(suite.Invites)).Status(200).Has("count", 0)
			},
		},
		{
			ID: "invites.features.delegate_off", Title: "Where members may not invite, they do not delegate", Rules: []string{"invites.features.switched_off"},
			Covers: []string{"invites_delegate_create"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				member := s.NewMember(o.ID, 1)
				invite(s, o)
				member.Post(o.Path(suite.Invites, "delegate"), suite.JSON{"target_email": s.Email()}).Denied(noPermission)
			},
		},
		{
			ID: "projects.features.change", Title: "Where the plan has one project, PUT is refused as making another is",
			Covers: []string{"organizations_projects_update", "projects_update", "projects_create"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				s.SetFeature(o.ID, "organizations_projects", false)
				id := o.Get("projects.0.id").String()
				o.Owner.Put(o.Path(suite.Projects, id), suite.JSON{}).Denied(overPlan)
				o.Owner.Put(suite.RootProjects+id+"/", suite.JSON{}).Denied(overPlan)
				o.Owner.Post(suite.RootProjects, suite.JSON{"name": s.Name()}).Denied(overPlan)
				o.Owner.Patch(o.Path(suite.Projects, id), suite.JSON{}).Status(200)
			},
		},
		{
			ID: "organizations.features.settings", Title: "A setting that the plan does not include cannot be changed, and can be sent as it is",
			Covers: []string{"organizations_partial_update", "organizations_update"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				for _, setting := range planSettings {
					s.SetFeature(o.ID, setting.feature, false)
				}
				for _, setting := range planSettings {
					o.Owner.Patch(o.Path(), suite.JSON{setting.field: setting.other}).Invalid("payment_required", setting.refusal, setting.field)
					o.Owner.Put(o.Path(), suite.JSON{"name": s.Name(), setting.field: setting.other}).Invalid("payment_required", setting.refusal, setting.field)
					o.Owner.Patch(o.Path(), suite.JSON{setting.field: o.Get(setting.field).Value()}).Status(200).Has(setting.field, o.Get(setting.field).Value())
				}
				o.Owner.Get(o.Path()).Status(200).Has("name", o.Text("name"))
				for _, setting := range planSettings {
					s.SetFeature(o.ID, setting.feature, true)
					o.Owner.Patch(o.Path(), suite.JSON{setting.field: setting.other}).Status(200).Has(setting.field, setting.other)
					s.SetFeature(o.ID, setting.feature, false)
					o.Owner.Patch(o.Path(), suite.JSON{setting.field: setting.other}).Status(200)
					o.Owner.Patch(o.Path(), suite.JSON{setting.field: o.Get(setting.field).Value()}).Invalid("payment_required", setting.refusal, setting.field)
				}
			},
		},
		{
			ID: "organizations.features.settings_lent", Title: "A setting that the plan of the organization without features lacks cannot be changed, and can be sent as it is",
			Rules:  []string{"organizations.features.settings", "organizations.settings.plan"},
			Covers: []string{"organizations_partial_update"}, Needs: with(admin, suite.Known("featureless_organization.id"), suite.LeaveToChange), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o := s.FeaturelessOrganization()
				for _, setting := range planSettings {
					now := o.Get(setting.field).Value()
					s.Admin().Patch(o.Path(), suite.JSON{setting.field: now != true}).Invalid("payment_required", setting.refusal, setting.field)
					s.Admin().Patch(o.Path(), suite.JSON{setting.field: now}).Status(200).Has(setting.field, now)
				}
				s.Admin().Get(o.Path()).Status(200).Has("name", o.Text("name"))
			},
		},
		{
			ID: "organizations.features.settings_order", Title: "Of several settings that the plan does not include the first in the order of the fields is named",
			Covers: []string{"organizations_partial_update"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				body := suite.JSON{}
				for _, setting := range slices.Backward(planSettings) {
					s.SetFeature(o.ID, setting.feature, false)
					body[setting.field] = setting.other
					o.Owner.Patch(o.Path(), body).Invalid("payment_required", setting.refusal, setting.field)
				}
			},
		},
		{
			ID: "organizations.features.several", Title: "Away from the cloud, who has an organization needs the feature to have another, or to replace its settings",
			Covers: []string{"organizations_create", "organizations_update"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				person := s.NewPerson()
				o := s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
				s.SetFeature(o.ID, "organizations_projects", false)
				replaced := person.Put(o.Path(), suite.JSON{"name": s.Name()})
				if replaced.Code() == 200 { // the cloud
					replaced.Status(200)
					s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
					return
				}
				replaced.Denied(oneOrganization)
				person.Post(organizationsPath, suite.JSON{"name": s.Name()}).Denied(oneOrganization)
			},
		},
	}
}

// planSetting is a setting of an organization that asks for a feature.
type planSetting struct {
	field, feature string
	other          any
	refusal        string
}

// planSettings are the settings that a plan includes or not, in the order of the fields, with
// a value that a new organization does not have.
var planSettings = []planSetting{
	{"enforce_2fa", "2fa_enforcement", false, "You must upgrade your plan to enforce 2FA."},
	{"members_can_invite", "organization_invite_settings", false, "You must upgrade your plan to configure who can send invites."},
	{"members_can_use_personal_api_keys", "organization_security_settings", false, "You must upgrade your plan to configure personal API key permissions."},
	{"allow_publicly_shared_resources", "organization_security_settings", false, "You must upgrade your plan to configure public sharing settings."},
}

const oneOrganization = "You must upgrade your PostHog plan to be able to create and manage multiple organizations."

// ownSCIM makes an organization with a verified domain that has SCIM on.
func ownSCIM(s *suite.S) (suite.Organization, suite.Person, *suite.Provider) {
	person := s.NewPerson()
	o := s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
	for _, feature := range []string{"automatic_provisioning", "scim"} {
		s.SetFeature(o.ID, feature, true)
	}
	domain := o.MadeIn(suite.Domains, person.Post(o.Path(suite.Domains), suite.JSON{"domain": s.Domain()}))
	s.Publish(domain)
	person.OldSession("1m").Post(domain.Path("verify"), nil).Status(200).Has("is_verified", true)
	if !s.Has(spec.IdentityOnConfigs) {
		token := person.Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Status(200).Text(scimToken)
		return o, person, s.SCIMOf(domain.ID, token)
	}
	config := person.Post(o.Path(suite.Configs), suite.JSON{
		"config_scope": "scim", "scim_enabled": true, "organization_domain_ids": []string{domain.ID},
	}).Status(201) // it goes with the organization
	return o, person, s.SCIMOf(slugOf(config), config.Text(scimToken))
}

func scimWithoutFeature(d *spec.Document) []suite.Scenario {
	needs := with(ownOrganization, suite.TXTRecords)
	return []suite.Scenario{
		{
			ID: "scim.features.switched_off", Title: "Without the feature the token opens nothing, and with it all is as it was",
			Covers: idsOf(d, "scim", every), Needs: needs, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o, _, p := ownSCIM(s)
				p.Get(p.Path("Users")).Status(200)
				s.SetFeature(o.ID, "scim", false)
				for _, operation := range operationsOf(s.Document(), "scim", every) {
					path := pathParameter.ReplaceAllString(scimSegment.ReplaceAllString(operation.Path, ""), suite.Nowhere)
					send(p.Caller, operation, p.Path(path)).SCIM(403, badBearer)
				}
				s.SetFeature(o.ID, "scim", true)
				p.Get(p.Path("Users")).Status(200)
			},
		},
		{
			ID: "scim.users.delete_owner", Title: "An owner is not taken out of the organization",
			Covers: []string{"scim_users_destroy", "scim_users_partial_update"}, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				o, person, p := ownSCIM(s)
				me := person.Get("/api/users/@me/").Status(200).Text("id")
				p.Delete(p.Path("Users", me)).Status(400)
				p.Patch(p.Path("Users", me), suite.JSON{"Operations": []suite.JSON{{"op": "replace", "path": "active", "value": false}}}).SCIM(400, unpatched)
				p.Get(p.Path("Users", me)).Status(200).Has("active", true)
				person.Get(o.Path()).Status(200).Has("membership_level", 15)
			},
		},
	}
}
