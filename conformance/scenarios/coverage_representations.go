package scenarios

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// whole is an answer as it came, or what stands at a path of it.
func whole(answer *suite.Response, path string) gjson.Result {
	if path == "" {
		path = "@this"
	}
	return answer.Get(path)
}

// shows wants the object at a path, "" for the whole answer, to have all properties
// that it was shown with elsewhere, with the same values. Those that differ by what
// they say are named.
func shows(answer *suite.Response, path string, elsewhere gjson.Result, different ...string) {
	if path != "" {
		path += "."
	}
	elsewhere.ForEach(func(key, value gjson.Result) bool {
		if !slices.Contains(different, key.String()) {
			answer.Has(path+strings.ReplaceAll(key.String(), ".", `\.`), value.Value())
		}
		return true
	})
}

// row is the path of a thing in a list.
func row(id string) string { return `results.#(id=="` + id + `")` }

// notBefore wants a time that is not earlier than another.
func notBefore(earlier gjson.Result) types.GomegaMatcher { return compared(">=", earlier) }

// after wants a time that is later than another.
func after(earlier gjson.Result) types.GomegaMatcher { return compared(">", earlier) }

func compared(comparator string, with gjson.Result) types.GomegaMatcher {
	return gomega.WithTransform(func(text any) time.Time {
		return gjson.Parse(strconv.Quote(fmt.Sprint(text))).Time()
	}, gomega.BeTemporally(comparator, with.Time()))
}

// named wants the feature scim in the organization at a path.
func named(seen *suite.Response, path string) {
	seen.Status(200).Has(path+`available_product_features.#(key=="scim").key`, "scim").
		That(path+`available_product_features.#(key=="scim").name`, gomega.Not(gomega.BeEmpty()))
}

// representations: a thing looks the same wherever it is shown.
func representations() []suite.Scenario {
	return slices.Concat(ownRepresentations(), peopleRepresentations(), projectRepresentations(), organizationRepresentations(), scimRepresentations(), pageForms())
}

func ownRepresentations() []suite.Scenario {
	saml := suite.JSON{"saml_entity_id": "https://idp.example.com/entity", "saml_acs_url": "https://idp.example.com/sso", "saml_x509_cert": "MIIC8DCCAdigAwIBAgIQ"}
	return []suite.Scenario{
		{
			ID: "domains.representation.same", Title: "A domain looks the same wherever it is shown",
			Covers: []string{"domains_create", "domains_list", "domains_retrieve", "domains_partial_update", "domains_update"}, Needs: admin, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain := s.NewDomain(saml)
				if !s.Has(spec.IdentityOnConfigs) {
					domain.Has("has_saml", true)
				}
				made := whole(domain.Response, "")
				shows(s.Admin().Get(domain.Path()).Status(200), "", made)
				shows(s.Admin().All(s.Org(suite.Domains)), row(domain.ID), made)
				shows(s.Admin().Patch(domain.Path(), suite.JSON{}).Status(200), "", made)
				shows(s.Admin().Put(domain.Path(), suite.JSON{}).Status(200), "", made)
			},
		},
		{
			ID: "domains.representation.verify", Title: "The answer to a verification shows the domain as it is then",
			Covers: []string{"domains_verify_create", "domains_retrieve"}, Needs: verified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain(saml)
				s.Publish(domain)
				seen := s.Session("admin").Post(domain.Path("verify"), nil).Status(200)
				shows(seen, "", whole(domain.Response, ""), "is_verified", "verified_at")
				shows(seen, "", whole(s.Admin().Get(domain.Path()).Status(200), ""))
			},
		},
		{
			ID: "identity_provider_configs.representation.same", Title: "A config looks the same wherever it is shown, but for a token that is shown once",
			Covers: []string{
				"identity_provider_configs_create", "identity_provider_configs_list", "identity_provider_configs_retrieve",
				"identity_provider_configs_partial_update", "identity_provider_configs_update",
			},
			Needs: with(admin, suite.Feature("scim")), Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{
					"scim_enabled": true, "saml_entity_id": saml["saml_entity_id"], "saml_acs_url": saml["saml_acs_url"], "saml_x509_cert": saml["saml_x509_cert"],
				})
				made := whole(config.Response, "")
				alone := s.Admin().Get(config.Path()).Status(200).Has(scimToken, nil)
				shows(alone, "", made, scimToken)
				listed := s.Admin().All(s.Org(suite.Configs))
				shows(listed, row(config.ID), made, scimToken)
				listed.Has(row(config.ID)+"."+scimToken, nil)
				for _, seen := range []*suite.Response{
					s.Admin().Patch(config.Path(), suite.JSON{}), s.Admin().Put(config.Path(), suite.JSON{}),
				} {
					shows(seen.Status(200), "", made, scimToken, "updated_at")
					seen.Has(scimToken, nil).That("updated_at", notBefore(made.Get("updated_at")))
				}
			},
		},
		{
			ID: "integrations.representation.same", Title: "An integration looks the same in its list as alone, and so does its maker",
			Covers: []string{"org_organizations_integrations_list", "org_organizations_integrations_retrieve"}, Needs: with(admin, suite.Integration("marketplace")), Access: suite.Read, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				known := s.KnownIntegration("marketplace")
				alone := s.Admin().Get(known.Path()).Status(200)
				shows(s.Admin().All(s.Org(suite.Integrations)), row(known.ID), whole(alone, ""))
			},
		},
		{
			ID: "integrations.representation.mapped", Title: "The answer to a mapping shows the integration",
			Covers: []string{"integrations_environment_mapping_partial_update"},
			Needs:  with(adminSession, suite.Integration("connectable"), suite.LeaveToChange, suite.KnownProjects(1)), Access: suite.Write,
			Run: func(s *suite.S) {
				known, project := s.BorrowIntegration(), s.Target().Known.Projects[0]
				before := s.Admin().Get(known.Path()).Status(200)
				mapped := s.Session("admin").Patch(known.Path("environment-mapping"), suite.JSON{"production": project, "preview": project, "development": project}).Status(200)
				shows(mapped, "", whole(before, ""), "config", "updated_at")
				mapped.Has("config.environment_mapping", suite.JSON{"production": project, "preview": project, "development": project}).
					That("updated_at", notBefore(before.Get("updated_at")))
			},
		},
		{
			ID: "invites.representation.same", Title: "An invite looks the same in the list as when it was made, whichever way",
			Covers: []string{"invites_create", "invites_bulk_create", "invites_list"}, Needs: with(admin, suite.KnownProjects(1)), Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				access := suite.JSON{accessField: []suite.JSON{{"id": s.Target().Known.Projects[0], "level": "admin"}}, "first_name": "Una", "message": "Welcome", "level": 8}
				invite := s.NewInvite(access)
				bulk := s.Admin().Post(bulkPath(s), []suite.JSON{silentInvite(s, access)}).Status(201)
				listed := s.Admin().All(s.Org(suite.Invites))
				shows(listed, row(invite.ID), whole(invite.Response, ""))
				shows(listed, row(bulk.Text("0.id")), whole(bulk, "0"))
				shows(bulk, "0", whole(invite.Response, ""), "id", "target_email", "created_at", "updated_at")
			},
		},
		{
			ID: "roles.representation.same", Title: "A role looks the same wherever it is shown, with those in it",
			Covers: []string{"roles_list", "roles_retrieve", "roles_partial_update", "roles_update"}, Needs: withMember, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				role := s.NewRole()
				alone := s.Admin().Get(role.Path()).Status(200)
				shows(alone, "", whole(role.Response, ""))
				shows(role.Response, "", whole(alone, ""))
				enrol(s, role)
				seen := s.Admin().Get(role.Path()).Status(200).Has("members.#", 1)
				made := whole(seen, "")
				shows(s.Admin().All(s.Org(suite.Roles)), row(role.ID), made)
				shows(s.Admin().Patch(role.Path(), suite.JSON{}).Status(200), "", made)
				shows(s.Admin().Put(role.Path(), suite.JSON{"name": role.Text("name")}).Status(200), "", made)
			},
		},
	}
}

func peopleRepresentations() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "members.representation.same", Title: "A member who is changed looks as in the list",
			Covers: []string{"members_list", "members_update", "members_partial_update"}, Needs: colleagues, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				listed := memberWith(s, s.Admin(), person.Email)
				path := s.Org(suite.Members, person.UUID)
				for _, seen := range []*suite.Response{s.Admin().Patch(path, suite.JSON{"level": 1}), s.Admin().Put(path, suite.JSON{"level": 1})} {
					shows(seen.Status(200), "", whole(listed, "results.0"), "updated_at")
					seen.That("updated_at", notBefore(listed.Get("results.0.updated_at")))
				}
			},
		},
		{
			ID: "users.representation.same", Title: "The caller looks the same after a choice, and the current organization as it does elsewhere",
			Covers: []string{"users_me_retrieve", "users_me_partial_update", "organizations_retrieve"}, Needs: ownOrganization, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.NewMember(o.ID, 8)
				caller := person.Get("/api/users/@me/").Status(200).Has("email", person.Email).Has("uuid", person.UUID)
				shows(person.Patch("/api/users/@me/", suite.JSON{}).Status(200), "", whole(caller, ""))
				shows(caller, "organization", whole(person.Get("/api/organizations/@current/").Status(200), ""))
				shows(caller, "team", whole(caller, "organization.teams.0"))
				for _, property := range []string{"id", "name", "slug", "membership_level", "logo_media_id"} {
					caller.Has("organizations.0."+property, whole(caller, "organization."+property).Value())
				}
				caller.That("date_joined", notBefore(o.Get("created_at")))
				caller.Has("organizations.0.members_can_use_personal_api_keys", true).Has("is_staff", false).Has("team", whole(caller, "organization.teams.0").Value())
				listed := person.Get(o.Path(suite.Members) + "?email=" + url.QueryEscape(person.Email)).Status(200)
				for _, property := range []string{"id", "distinct_id", "first_name", "last_name", "is_email_verified"} {
					caller.Has(property, whole(listed, "results.0.user."+property).Value())
				}
			},
		},
	}
}

func projectRepresentations() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "projects.representation.same", Title: "A project looks the same at both of its addresses, and after a change of nothing",
			Covers: []string{
				"organizations_projects_retrieve", "organizations_projects_update", "organizations_projects_partial_update",
				"projects_retrieve", "projects_update", "projects_partial_update",
			},
			Needs: projectMaker, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				project := s.NewProject(suite.JSON{"timezone": "Europe/Berlin", "product_description": "Hedges"})
				made := whole(project.Response, "")
				shows(project.Response, "", whole(s.Admin().Get(project.Path()).Status(200), ""))
				atBothAddresses(s, project, func(path string) {
					for _, seen := range []*suite.Response{s.Admin().Get(path), s.Admin().Patch(path, suite.JSON{}), s.Admin().Put(path, suite.JSON{})} {
						shows(seen.Status(200), "", made, "updated_at")
						seen.That("updated_at", notBefore(made.Get("updated_at")))
					}
				})
			},
		},
		{
			ID: "projects.representation.root", Title: "A project that is made without naming the organization looks the same where it is read",
			Covers: []string{"projects_create", "projects_retrieve"}, Needs: ownOrganization, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				s.SetFeature(o.ID, "organizations_projects", true)
				person := s.NewMember(o.ID, 8)
				made := person.Post(suite.RootProjects, suite.JSON{"name": s.Name(), "timezone": "Europe/Berlin", "product_description": "Hedges"}).Status(201).
					Has("timezone", "Europe/Berlin").Has("product_description", "Hedges").Has("organization", o.ID)
				shows(made, "", whole(person.Get(suite.RootProjects+made.Text("id")+"/").Status(200), ""))
			},
		},
	}
}

func organizationRepresentations() []suite.Scenario {
	return []suite.Scenario{{
		ID: "organizations.representation.same", Title: "An organization looks the same wherever it is shown",
		Covers: []string{
			"organizations_create", "organizations_list", "organizations_retrieve", "organizations_update", "organizations_partial_update",
		},
		Needs: founding, Access: suite.Write, Tags: []string{suite.Lifecycle},
		Run: func(s *suite.S) {
			o := s.NewOrganization(settingsOf(s))
			made := whole(o.Response, "")
			shows(o.Owner.Get(o.Path()).Status(200), "", made)
			shows(o.Owner.All(organizationsPath), row(o.ID), made)
			for _, seen := range []*suite.Response{o.Owner.Patch(o.Path(), suite.JSON{}), o.Owner.Put(o.Path(), suite.JSON{"name": o.Text("name")})} {
				shows(seen.Status(200), "", made, "updated_at")
				seen.That("updated_at", notBefore(made.Get("updated_at")))
			}
			shows(o.Response, "", whole(o.Owner.Get(o.Path()).Status(200), ""), "updated_at")
			o.That("updated_at", notBefore(made.Get("created_at")))
		},
	}, {
		ID: "organizations.representation.features", Title: "The features of an organization have a key and a name wherever it is shown",
		Covers: []string{
			"organizations_list", "organizations_retrieve", "organizations_update", "organizations_partial_update", "users_me_retrieve", "users_me_partial_update",
		},
		Needs: ownOrganization, Access: suite.Write,
		Run: func(s *suite.S) {
			o := s.NewOrganization()
			s.SetFeature(o.ID, "scim", true)
			s.SetFeature(o.ID, "organizations_projects", true)
			const me = "/api/users/@me/"
			named(o.Owner.Get(o.Path()), "")
			named(o.Owner.All(organizationsPath), row(o.ID)+".")
			named(o.Owner.Patch(o.Path(), suite.JSON{}), "")
			named(o.Owner.Put(o.Path(), suite.JSON{"name": o.Text("name")}), "")
			named(o.Owner.Get(me), "organization.")
			named(o.Owner.Patch(me, suite.JSON{}), "organization.")
		},
	}}
}

func scimRepresentations() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "scim.representation.users", Title: "A user looks the same wherever it is shown, with its groups",
			Covers: []string{"scim_users_create", "scim_users_retrieve", "scim_users_list", "scim_users_update", "scim_users_partial_update"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				shows(p.Get(user.Path()).Status(200), "", whole(user.Response, ""))
				group := p.NewGroup(user)
				alone := p.Get(user.Path()).Status(200).
					Leads("groups", []suite.JSON{{"value": group.ID, "$ref": group.Path(), "display": group.Text("displayName")}}).
					Leads("meta", suite.JSON{"resourceType": "User", "location": user.Path()})
				found := p.Get(p.Path("Users") + "?filter=" + strings.ReplaceAll(`userName eq "`+user.Text("userName")+`"`, " ", "%20")).Status(200)
				shows(found.Has("totalResults", 1).Has("startIndex", 1).Has("itemsPerPage", 1), "Resources.0", whole(alone, ""))
				shows(p.Change(user, suite.JSON{"op": "replace", "path": "active", "value": true}).Status(200), "", whole(alone, ""))
				shows(p.Put(user.Path(), suite.SCIMPerson(user.Text("userName"))).Status(200), "", whole(alone, ""))
			},
		},
		{
			ID: "scim.representation.groups", Title: "A group looks the same wherever it is shown, with its members",
			Covers: []string{"scim_groups_create", "scim_groups_retrieve", "scim_groups_list", "scim_groups_update", "scim_groups_partial_update"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				name := s.Name()
				members := []suite.JSON{{"value": user.ID, "display": "of no account"}}
				body := suite.JSON{"schemas": []string{suite.SCIMGroup}, "displayName": name, "members": members}
				created := p.Post(p.Path("Groups"), body).Status(201)
				path := p.Path("Groups", created.Text("id"))
				created.Has("displayName", name).Leads("members", []suite.JSON{{"value": user.ID, "$ref": user.Path(), "display": user.Text("userName")}}).
					Leads("meta", suite.JSON{"resourceType": "Group", "location": path})
				shows(p.Get(path).Status(200), "", whole(created, ""))
				found := p.Get(p.Path("Groups") + "?filter=" + strings.ReplaceAll(`displayName eq "`+name+`"`, " ", "%20")).Status(200)
				shows(found.Has("totalResults", 1).Has("startIndex", 1).Has("itemsPerPage", 1), "Resources.0", whole(created, ""))
				shows(p.Put(path, body).Status(200), "", whole(created, ""))
				change := patchOf(suite.JSON{"op": "replace", "path": "displayName", "value": name})
				shows(p.Patch(path, change).Status(200), "", whole(created, ""))
			},
		},
		{
			ID: "scim.representation.discovery", Title: "What the server says of itself is complete",
			Covers: []string{"scim_service_provider_config_retrieve", "scim_resource_types_retrieve", "scim_schemas_retrieve"}, Needs: scimKnown, Access: suite.Read,
			Run: func(s *suite.S) {
				p := s.SCIM()
				config := p.Get(p.Path("ServiceProviderConfig")).Status(200)
				config.Has("bulk", suite.JSON{"supported": false, "maxOperations": 0, "maxPayloadSize": 0})
				for _, address := range []string{"documentationUri", "authenticationSchemes.0.specUri", "authenticationSchemes.0.documentationUri"} {
					config.That(address, gomega.HavePrefix("https://"))
				}
				for _, text := range []string{"name", "description"} {
					config.That("authenticationSchemes.0."+text, gomega.Not(gomega.BeEmpty()))
				}
				p.Get(p.Path("ResourceTypes")).Status(200).Has("Resources.#.name", []string{"User", "Group"})
				p.Get(p.Path("Schemas")).Status(200).Has("schemas", []string{suite.SCIMList}).Has("Resources.#.name", []string{"User", "Group"})
			},
		},
	}
}

// pageForms: the form of a page, where no other scenario looks at it.
func pageForms() []suite.Scenario {
	form := func(caller *suite.Caller, path string) {
		page := caller.Get(path+"?limit=1").Status(200).Keys("", "count", "next", "previous", "results").Has("previous", nil)
		page.Has("results.#", min(1, int(page.Get("count").Int())))
	}
	return []suite.Scenario{
		{
			ID: "organizations.pages.form", Title: "A page of organizations tells the count and links its neighbours",
			Covers: []string{"organizations_list"}, Needs: admin, Access: suite.Read, Aspect: suite.Pagination,
			Run: func(s *suite.S) { form(s.Admin(), organizationsPath) },
		},
		{
			ID: "projects.pages.form", Title: "A page of projects tells the count and links its neighbours",
			Covers: []string{"organizations_projects_list", "projects_list"}, Needs: admin, Access: suite.Read, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				form(s.Admin(), s.Org(suite.Projects))
				form(s.Admin(), suite.RootProjects)
			},
		},
		{
			ID: "role_memberships.pages.form", Title: "A page of places in a role tells the count and links its neighbours",
			Covers: []string{"role_memberships_list"}, Needs: admin, Access: suite.Write, Aspect: suite.Pagination,
			Run: func(s *suite.S) { form(s.Admin(), s.NewRole().Path(suite.RoleMemberships)) },
		},
	}
}
