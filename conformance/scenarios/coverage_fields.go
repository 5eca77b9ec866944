package scenarios

import (
	"maps"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// samlFields and jagFields are settings of an identity provider.
var (
	samlFields = suite.JSON{
		"saml_entity_id": "https://idp.example.com/entity", "saml_acs_url": "https://idp.example.com/sso", "saml_x509_cert": "MIIC8DCCAdigAwIBAgIQ",
	}
	jagFields = suite.JSON{"id_jag_issuer_url": "https://posthog.com", "id_jag_jwks_url": "https://posthog.com/keys", "id_jag_allowed_clients": []string{"one", "two"}}
)

// hasAll wants every field that was sent to be shown.
func hasAll(answer *suite.Response, sent suite.JSON) {
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		answer.Has(name, sent[name])
	}
}

// fields: every field that a request may have is sent, in every operation that takes
// it.
func fields() []suite.Scenario {
	return slices.Concat(domainSettings(), []suite.Scenario{
		{
			ID: "identity_provider_configs.fields.change", Title: "Every setting of a config can be changed, by PATCH and by PUT",
			Covers: []string{"identity_provider_configs_partial_update", "identity_provider_configs_update", "identity_provider_configs_retrieve"},
			Needs:  with(admin, suite.Feature("scim"), suite.Feature("xaa_authentication")), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				for _, method := range []string{"PATCH", "PUT"} {
					config := s.NewConfig(nil)
					sent := suite.Together(samlFields, jagFields, suite.JSON{"name": s.Name(), "scim_enabled": true})
					change := s.Admin().Patch
					if method == "PUT" {
						change = s.Admin().Put
					}
					hasAll(change(config.Path(), sent).Status(200), sent)
					hasAll(s.Admin().Get(config.Path()).Status(200), sent)
				}
			},
		},
		{
			ID: "organizations.fields.replace", Title: "Every setting of an organization can be replaced",
			Covers: []string{"organizations_update", "organizations_retrieve", "organizations_partial_update"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				for _, setting := range planSettings {
					s.SetFeature(o.ID, setting.feature, true)
				}
				sent := suite.Together(settingsOf(s), suite.JSON{"name": s.Name(), "default_role_id": nil, "logo_media_id": nil})
				hasAll(o.Owner.Put(o.Path(), sent).Status(200), sent)
				hasAll(o.Owner.Get(o.Path()).Status(200), sent)
				o.Owner.Patch(o.Path(), suite.JSON{"is_ai_data_processing_approved": false}).Status(200).Has("is_ai_data_processing_approved", false)
			},
		},
		{
			ID: "projects.fields.change", Title: "Every setting of a project can be changed, by PATCH and by PUT, at both of its addresses",
			Covers: []string{"organizations_projects_update", "organizations_projects_partial_update", "projects_update", "projects_partial_update"},
			Needs:  projectMaker, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				project := s.NewProject(nil)
				atBothAddresses(s, project, func(path string) {
					sent := suite.JSON{"name": s.Name(), "timezone": "Asia/Tokyo", "product_description": "Hedges"}
					hasAll(s.Admin().Patch(path, sent).Status(200), sent)
					sent = suite.JSON{"name": s.Name(), "timezone": "Europe/Berlin", "product_description": "Walls"}
					hasAll(s.Admin().Put(path, sent).Status(200), sent)
					hasAll(s.Admin().Get(path).Status(200), sent)
				})
			},
		},
		{
			ID: "signup.representation.same", Title: "Who joins is shown as they see themselves",
			Covers: []string{"signup_create", "users_me_retrieve"}, Needs: newPeople, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				joined := s.Accept(s.Anonymous(), invite, newcomer(s)).Status(201)
				seen := s.SessionFrom(joined, "newcomer").Get("/api/users/@me/").Status(200)
				for _, name := range []string{"id", "uuid", "distinct_id", "first_name", "last_name", "email", "is_email_verified"} {
					joined.Has(name, seen.Get(name).Value())
				}
				joined.Has("hedgehog_config", nil)
			},
		},
		{
			ID: "invites.delegate.same", Title: "A delegation looks the same in the list, and is made with the scope of invites",
			Covers: []string{"invites_delegate_create", "invites_list"}, Needs: ownOrganization, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				made := o.Owner.Post(o.Path(suite.Invites, "delegate"), suite.JSON{"target_email": s.Email(), "message": "Please", "step_at_delegation": "install"}).Status(201)
				listed := o.Owner.All(o.Path(suite.Invites))
				shows(listed, row(made.Text("id")), whole(made, ""))
				shows(made, "", whole(listed, row(made.Text("id"))))
			},
		},
	})
}

func domainSettings() []suite.Scenario {
	everything := func() suite.JSON {
		return suite.Together(samlFields, jagFields, suite.JSON{"scim_enabled": true, "jit_provisioning_enabled": true, "sso_enforcement": "saml"})
	}
	features := with(verified, suite.Feature("scim"), suite.Feature("xaa_authentication"), suite.Feature("automatic_provisioning"))
	return []suite.Scenario{
		{
			ID: "domains.fields.replace", Title: "Every setting of a verified domain can be replaced, and not its name",
			Covers: []string{"domains_update", "domains_retrieve"}, Needs: features, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				sent := suite.Together(samlFields, suite.JSON{"jit_provisioning_enabled": true, "scim_enabled": true, "sso_enforcement": ""})
				if s.Has(spec.ConfigsShown) {
					sent = suite.Together(sent, jagFields)
					other := s.NewConfig(nil)
					s.Admin().Put(domain.Path(), suite.JSON{"identity_provider_config": other.ID}).Status(200).Has("identity_provider_config", other.ID)
					s.Admin().Put(domain.Path(), suite.JSON{"identity_provider_config": nil}).Status(200).Has("identity_provider_config", nil)
				}
				hasAll(s.Admin().Put(domain.Path(), suite.Together(sent, suite.JSON{"domain": s.Domain()})).Status(200), sent)
				hasAll(s.Admin().Get(domain.Path()).Status(200).Has("domain", domain.Text("domain")), sent)
				if !s.Has(spec.ConfigsShown) {
					return
				}
				config := s.Known(suite.Configs, s.Admin().Get(domain.Path()).Text("identity_provider_config"))
				s.Cleanup("config "+config.ID, func(s *suite.S) *suite.Response { return s.Admin().Delete(config.Path()) })
			},
		},
		{
			ID: "domains.fields.dropped", Title: "What only a verified domain may have is dropped from the body that makes one",
			Covers: []string{"domains_create"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.NewDomain(jagFields).Has("id_jag_issuer_url", nil).Has("id_jag_jwks_url", nil).Has("id_jag_allowed_clients", []string{}).Has("has_id_jag", false)
			},
		},
		{
			ID: "domains.fields.actions", Title: "Verifying a domain does not look at the body",
			Covers: []string{"domains_verify_create"}, Needs: adminSession, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				body := suite.Together(everything(), suite.JSON{"domain": s.Domain(), "identity_provider_config": suite.Nowhere})
				shows(s.Session("admin").Post(domain.Path("verify"), body).Status(200), "", whole(domain.Response, ""))
			},
		},
		{
			ID: "domains.fields.token_action", Title: "Replacing the token of a domain does not look at the body", Rules: []string{"domains.fields.actions"},
			Covers: []string{"domains_scim_token_create"}, Needs: with(verified, suite.Feature("scim")), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain, _ := newSCIMDomain(s)
				body := suite.Together(everything(), suite.JSON{"domain": s.Domain(), "identity_provider_config": suite.Nowhere})
				before := s.Admin().Get(domain.Path()).Status(200)
				s.Session("admin").Post(domain.Path("scim", "token"), body).Status(200).Has("scim_enabled", true)
				shows(s.Admin().Get(domain.Path()).Status(200), "", whole(before, ""), "scim_bearer_token")
			},
		},
	}
}

// lateRefusals are refusals that an operation shares with others, where no other
// scenario asks for them.
func lateRefusals() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "domains.unverified.replace", Title: "An unverified domain refuses by PUT what it refuses by PATCH",
			Covers: []string{"domains_update"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Admin().Put(domain.Path(), suite.JSON{"sso_enforcement": ""}).
					Invalid("verification_required", "This attribute cannot be updated until the domain is verified.", "sso_enforcement")
				s.Admin().Put(domain.Path(), suite.JSON{"jit_provisioning_enabled": "x"}).Invalid("invalid_input", notBoolean, "jit_provisioning_enabled")
			},
		},
		{
			ID: "identity_provider_configs.fields.change_refused", Title: "Changes of a config are checked as its creation is",
			Covers: []string{"identity_provider_configs_partial_update", "identity_provider_configs_update"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				body := suite.JSON{"name": strings.Repeat("x", 256)}
				for _, answer := range []*suite.Response{s.Admin().Patch(config.Path(), body), s.Admin().Put(config.Path(), body)} {
					answer.Invalid("max_length", "Ensure this field has no more than 255 characters.", "name")
				}
				s.Admin().Get(config.Path()).Status(200).Has("name", config.Text("name"))
			},
		},
		{
			ID: "members.fields.replace_refused", Title: "PUT takes no level that there is not",
			Covers: []string{"members_update"}, Needs: colleagues, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Admin().Put(s.Org(suite.Members, s.Colleague(1).UUID), suite.JSON{"level": 3}).Invalid("invalid_choice", `"3" is not a valid choice.`, "level")
			},
		},
		{
			ID: "projects.fields.refused", Title: "A project is checked at both of its addresses, by PATCH and by PUT",
			Covers: []string{"organizations_projects_update", "projects_update", "projects_partial_update", "projects_create"}, Needs: projectMaker, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				project, body := s.NewProject(nil), suite.JSON{"timezone": "Mars/Base"}
				for _, answer := range []*suite.Response{
					s.Admin().Put(project.Path(), body), s.Admin().Put(project.Root(), body), s.Admin().Patch(project.Root(), body),
					s.Admin().Post(suite.RootProjects, body),
				} {
					answer.Invalid("invalid_choice", notAChoice("Mars/Base"), "timezone")
				}
				s.Admin().Get(project.Path()).Status(200).Has("timezone", project.Text("timezone"))
			},
		},
		{
			ID: "projects.levels.root", Title: "Without naming the organization, too, members make no projects",
			Covers: []string{"projects_create"}, Needs: ownOrganization, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				s.SetFeature(o.ID, "organizations_projects", true)
				s.NewMember(o.ID, 1).Post(suite.RootProjects, suite.JSON{"name": s.Name()}).
					Denied("You need to be an organization admin or above to create new projects.")
			},
		},
		{
			ID: "projects.isolation.nobody", Title: "Who belongs to no organization has no projects and makes none",
			Covers: []string{"projects_list", "projects_create"}, Needs: people, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				person := s.NewPerson()
				person.Get(suite.RootProjects).Refused(404, "not_found", "You need to belong to an organization.", "")
				person.Post(suite.RootProjects, suite.JSON{"name": s.Name()}).Refused(404, "not_found", "You need to belong to an organization.", "")
			},
		},
		{
			ID: "sessions.csrf.login", Title: "Who is logged in already logs in again with the CSRF token alone",
			Covers: []string{"login_create"}, Needs: people, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				page := browser(s, s.NewPerson().LogIn())
				page.With("X-CSRFToken", "").Post("/api/login/", suite.JSON{}).Denied(wording.CSRFRefused)
				page.Get("/api/users/@me/").Status(200)
			},
		},
		{
			ID: "personal_api_keys.current.session", Title: "In a session there is no key to be told of",
			Covers: []string{"personal_api_keys_current_retrieve"}, Needs: []suite.Need{suite.SessionOf("admin")}, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) { s.Session("admin").Get(ownKey).NotFound() },
		},
	}
}
