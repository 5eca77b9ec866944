package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// onlyAdminsSeeLogs is the refusal of the SCIM log to members.
const onlyAdminsSeeLogs = "Only organization admins can view SCIM logs."

// provisioning are settings of a config that provisions for domains.
func provisioning(domains ...suite.Thing) suite.JSON {
	return suite.JSON{"config_scope": "scim", "scim_enabled": true, servedDomains: idsOfDomains(domains...)}
}

// providerOf calls the SCIM server of a config with the token that its creation showed.
func providerOf(s *suite.S, config suite.Thing) *suite.Provider {
	return s.SCIMOf(slugOf(config.Response), config.Text(scimToken))
}

// configSCIM: the SCIM server belongs to a config, and is called by its slug.
func configSCIM() []suite.Scenario {
	users := []string{"scim_users_list"}
	createUser := append([]string{"scim_users_create"}, users...)
	return []suite.Scenario{
		{
			ID: "scim.slug.opens", Title: "The slug of a config calls its SCIM server, which names itself by it",
			Covers: createUser, Needs: with(verified, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				p := providerOf(s, s.NewConfig(provisioning(domain)))
				p.Get(p.Path("Users")).Status(200)
				made := p.Post(p.Path("Users"), suite.SCIMPerson(s.Name()+"@"+domain.Text("domain"))).Status(201)
				made.That("meta.location", gomega.HaveSuffix(p.Path("Users", made.Text("id"))))
			},
		},
		{
			ID: "scim.slug.other_ids", Title: "Neither the domain nor the config calls the SCIM server by its id",
			Covers: users, Needs: anyVerified, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				config := s.NewConfig(provisioning(domain))
				p := providerOf(s, config)
				p.Get(p.Path("Users")).Status(200)
				for _, id := range []string{domain.ID, config.ID, config.Text("saml_relay_state")} {
					s.SCIMOf(id, config.Text(scimToken)).Get("/scim/v2/"+id+"/Users").SCIM(403, badBearer)
				}
			},
		},
		{
			ID: "scim.slug.unverified", Title: "A config opens its SCIM server once one of its domains is verified",
			Covers: append([]string{"domains_verify_create"}, users...), Needs: verified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, other := s.NewDomain(), s.NewDomain()
				none, p := providerOf(s, s.NewConfig(provisioning())), providerOf(s, s.NewConfig(provisioning(domain, other)))
				none.Get(none.Path("Users")).SCIM(403, badBearer)
				p.Get(p.Path("Users")).SCIM(403, badBearer)
				s.Publish(domain)
				s.Session("admin").Post(domain.Path("verify"), nil).Status(200).Has("is_verified", true)
				p.Get(p.Path("Users")).Status(200)
				none.Get(none.Path("Users")).SCIM(403, badBearer)
			},
		},
		{
			ID: "scim.slug.shared", Title: "Two domains may share a config, its SCIM server and its token",
			Covers: append([]string{"domains_retrieve"}, createUser...), Needs: with(verified, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewVerifiedDomain(), s.NewVerifiedDomain()
				config := s.NewConfig(provisioning(one, two))
				p := providerOf(s, config)
				for _, domain := range []suite.Thing{one, two} {
					s.Admin().Get(domain.Path()).Status(200).Has("scim_base_url", config.Text("scim_base_url"))
					p.Post(p.Path("Users"), suite.SCIMPerson(s.Name()+"@"+domain.Text("domain"))).Status(201)
				}
				s.Expect(p.Get(p.Path("Users")).Status(200).Get("totalResults").Int()).To(gomega.BeNumerically(">=", 2))
			},
		},
		{
			ID: "scim.slug.any_scope", Title: "A config that is for something else serves SCIM too where it is on",
			Covers: users, Needs: anyVerified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				p := providerOf(s, s.NewConfig(suite.Together(provisioning(domain), suite.JSON{"config_scope": "saml"})))
				p.Get(p.Path("Users")).Status(200)
			},
		},
		{
			ID: "scim.slug.for_all", Title: "A config for all domains opens its SCIM server with any verified one",
			Covers: append([]string{"domains_retrieve"}, users...), Needs: ownVerified, Access: suite.Write,
			Run: func(s *suite.S) {
				o, one, _ := ownDomains(s, "scim")
				config := o.MadeIn(suite.Configs, o.Owner.Post(o.Path(suite.Configs), suite.Together(provisioning(), suite.JSON{"domain_scope": "all"})))
				p := providerOf(s, config)
				p.Get(p.Path("Users")).Status(200)
				o.Owner.Get(one.Path()).Status(200).Has("scim_base_url", config.Text("scim_base_url"))
			},
		},
		{
			ID: "scim.slug.deleted", Title: "Deleting a config ends its token",
			Covers: append([]string{"identity_provider_configs_destroy"}, users...), Needs: anyVerified, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				config := s.NewConfig(provisioning(s.VerifiedDomain()))
				p := providerOf(s, config)
				p.Get(p.Path("Users")).Status(200)
				s.Admin().Delete(config.Path()).Empty()
				p.Get(p.Path("Users")).SCIM(403, badBearer)
			},
		},
		{
			ID: "scim.slug.own_records", Title: "Each config remembers for itself whom it made",
			Covers: createUser, Needs: with(verified, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				first, second := providerOf(s, s.NewConfig(provisioning(domain))), providerOf(s, s.NewConfig(provisioning(domain)))
				person := suite.SCIMPerson(s.Name() + "@" + domain.Text("domain"))
				made := first.Post(first.Path("Users"), person).Status(201)
				first.Post(first.Path("Users"), person).SCIM(409, userExists)
				second.Get(second.Path("Users")+filtered(`userName eq "`+made.Text("userName")+`"`)).Status(200).Has("totalResults", 0)
				second.Post(second.Path("Users"), person).Status(201).Has("id", made.Text("id"))
			},
		},
		{
			ID: "scim.slug.taken_over", Title: "A new config that serves the domain takes over whom a deleted one made",
			Covers: append([]string{"identity_provider_configs_destroy"}, createUser...), Needs: with(verified, suite.Colleagues), Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				config := s.NewConfig(provisioning(domain))
				old := providerOf(s, config)
				person := suite.SCIMPerson(s.Name() + "@" + domain.Text("domain"))
				made := old.Post(old.Path("Users"), person).Status(201)
				s.Admin().Delete(config.Path()).Empty()
				old.Get(old.Path("Users")).SCIM(403, badBearer)
				fresh := providerOf(s, s.NewConfig(provisioning(domain)))
				fresh.Post(fresh.Path("Users"), person).SCIM(409, userExists)
				fresh.Get(fresh.Path("Users", made.Text("id"))).Status(200).Has("userName", made.Text("userName"))
			},
		},
		{
			ID: "domains.scim_base_url.one", Title: "A domain shows the SCIM server of the one config that provisions for it, verified or not",
			Covers: []string{"domains_retrieve", "domains_list", "identity_provider_configs_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				domain.Has("scim_base_url", nil)
				config := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(domain), "scim_enabled": true})
				s.Admin().Get(domain.Path()).Status(200).Has("scim_base_url", config.Text("scim_base_url"))
				s.Admin().Patch(config.Path(), suite.JSON{"config_scope": "scim"}).Status(200)
				s.Admin().All(s.Org(suite.Domains)).Has(row(domain.ID)+".scim_base_url", config.Text("scim_base_url"))
				s.Admin().Patch(config.Path(), suite.JSON{"scim_enabled": false}).Status(200)
				s.Admin().Get(domain.Path()).Status(200).Has("scim_base_url", nil)
			},
		},
		{
			ID: "domains.scim_base_url.several", Title: "Where several configs provision for a domain, it shows no SCIM server",
			Covers: []string{"domains_retrieve", "identity_provider_configs_partial_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				first, second := s.NewConfig(provisioning(domain)), s.NewConfig(provisioning(domain))
				s.Admin().Get(domain.Path()).Status(200).Has("scim_base_url", nil)
				s.Admin().Patch(first.Path(), suite.JSON{servedDomains: []string{}}).Status(200)
				s.Admin().Get(domain.Path()).Status(200).Has("scim_base_url", second.Text("scim_base_url"))
			},
		},
		{
			ID: "domains.scim_base_url.for_all", Title: "A config for all domains gives each of them its SCIM server",
			Covers: []string{"domains_retrieve"}, Needs: ownOrganization, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				for _, feature := range []string{"automatic_provisioning", "scim"} {
					s.SetFeature(o.ID, feature, true)
				}
				domain := o.MadeIn(suite.Domains, o.Owner.Post(o.Path(suite.Domains), suite.JSON{"domain": s.Domain()}))
				config := o.MadeIn(suite.Configs, o.Owner.Post(o.Path(suite.Configs), suite.JSON{"config_scope": "scim", "domain_scope": "all", "scim_enabled": true}))
				later := o.MadeIn(suite.Domains, o.Owner.Post(o.Path(suite.Domains), suite.JSON{"domain": s.Domain()}))
				for _, served := range []suite.Thing{domain, later} {
					o.Owner.Get(served.Path()).Status(200).Has("scim_base_url", config.Text("scim_base_url"))
				}
			},
		},
		{
			ID: "domains.scim_base_url.other_scope", Title: "A config that is for something else gives a domain no SCIM server",
			Covers: []string{"domains_retrieve"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				for _, scope := range []string{"saml", "xaa", ""} {
					s.NewConfig(suite.Together(provisioning(domain), suite.JSON{"config_scope": scope}))
				}
				s.Admin().Get(domain.Path()).Status(200).Has("scim_base_url", nil)
				config := s.NewConfig(provisioning(domain))
				s.Admin().Get(domain.Path()).Status(200).Has("scim_base_url", config.Text("scim_base_url"))
			},
		},
	}
}

// configSCIMLogs: what identity providers asked is in the log of their config.
func configSCIMLogs() []suite.Scenario {
	logs := []string{"identity_provider_configs_scim_logs_retrieve"}
	read := func(s *suite.S, of suite.Thing, query string) *suite.Response {
		return s.Session("admin").Get(of.Path("scim", "logs") + query).Status(200)
	}
	return []suite.Scenario{
		{
			ID: "identity_provider_configs.scim_logs.own", Title: "The log of a config has the requests to its SCIM server and no others; those of its domains have them too",
			Covers: append([]string{"domains_scim_logs_retrieve"}, logs...), Needs: with(verified, suite.Feature("scim")), Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewVerifiedDomain(), s.NewVerifiedDomain()
				config, other := s.NewConfig(provisioning(one, two)), s.NewConfig(provisioning(two))
				p, q := providerOf(s, config), providerOf(s, other)
				p.Once().Get(p.Path("Users")).Status(200)
				q.Once().Get(q.Path("Groups")).Status(200)
				row := read(s, config, "").Keys("", "count", "next", "previous", "results").Has("count", 1).Has("next", nil).Has("previous", nil)
				row.Keys("results.0", logKeys...).Has("results.0.request_path", p.Path("Users")).Has("results.0.request_method", "GET").
					Has("results.0.response_status", 200).Has("results.0.request_headers.Authorization", "***")
				read(s, other, "").Has("count", 1).Has("results.0.request_path", q.Path("Groups"))
				read(s, one, "").Has("count", 1).Has("results.0.request_path", p.Path("Users"))
				read(s, two, "").Has("count", 2).Has("results.#.request_path", []string{q.Path("Groups"), p.Path("Users")})
			},
		},
		{
			ID: "identity_provider_configs.scim_logs.filters", Title: "The log of a config is filtered and cut into pages as that of a domain",
			Covers: logs, Needs: with(verified, suite.Feature("scim")), Access: suite.Write, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				config := s.NewConfig(provisioning(s.NewVerifiedDomain()))
				p := providerOf(s, config)
				p.Once().Get(p.Path("Users")).Status(200)
				p.Once().Get(p.Path("Groups")).Status(200)
				p.Once().Get(p.Path("Schemas")).Status(200)
				for query, count := range map[string]int{
					"": 3, "?status_min=201": 0, "?status_min=200": 3, "?status_max=199": 0, "?status_max=200": 3, "?status_min=x": 3, "?search=Schemas": 1, "?search=nothing": 0,
					"?after=2999-01-01T00:00:00Z": 0, "?before=2999-01-01T00:00:00Z": 3, "?after=x": 3,
				} {
					read(s, config, query).Has("count", count)
				}
				first := read(s, config, "?page_size=2").Has("count", 3).Has("results.#", 2).Has("results.0.request_path", p.Path("Schemas"))
				s.Session("admin").Get(first.Text("next")).Status(200).Has("results.#", 1).Has("results.0.request_path", p.Path("Users"))
				s.Session("admin").Get(config.Path("scim", "logs")+"?page=3&page_size=2").Refused(404, "not_found", "Invalid page.", "")
			},
		},
		{
			ID: "identity_provider_configs.scim_logs.key", Title: "Personal API keys cannot read the log of a config, whatever their scopes",
			Rules:  []string{"callers.actions_need_session"},
			Covers: logs, Needs: admin, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Admin().Get(s.NewConfig(nil).Path("scim", "logs")).Denied(noKeyAccess) },
		},
		{
			ID: "identity_provider_configs.scim_logs.administrators", Title: "Only administrators read the log of a config, and members learn whether there is one",
			Covers: logs, Needs: with(adminSession, suite.SessionOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				s.Session("member").Get(config.Path("scim", "logs")).Denied(onlyAdminsSeeLogs)
				s.Session("member").Get(s.Org(suite.Configs, suite.Nowhere, "scim", "logs")).NotFound()
				s.Session("admin").Get(s.Org(suite.Configs, suite.Nowhere, "scim", "logs")).NotFound()
			},
		},
		{
			ID: "domains.scim_logs.level_first", Title: "Members do not learn from the log whether a domain exists",
			Covers: []string{"domains_scim_logs_retrieve"}, Needs: []suite.Need{suite.SessionOf("member")}, Access: suite.Read, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Session("member").Get(s.Org(suite.Domains, suite.Nowhere, "scim", "logs")).Denied(onlyAdminsSeeLogs)
			},
		},
	}
}
