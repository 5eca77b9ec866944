package scenarios

import (
	"github.com/understudy-dev/understudy/conformance/suite"
)

// provisional are what the real server does and no reader of its answers depends on. A
// deployment may do otherwise: they run, are reported, and do not count.
func provisional() []suite.Scenario {
	list := []suite.Scenario{
		{
			ID: "domains.representation.order", Title: "The properties of a domain, and of an error, come in the server's order",
			Covers: []string{"domains_create", "domains_retrieve"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewDomain().KeysInOrder("", s.Shown("OrganizationDomain")...)
				s.Admin().Get(s.Org(suite.Domains, suite.Nowhere)).NotFound().KeysInOrder("", "type", "code", "detail", "attr")
			},
		},
		{
			ID: "identity_provider_configs.representation.order", Title: "The properties of a config come in the server's order",
			Covers: []string{"identity_provider_configs_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) { s.NewConfig(nil).KeysInOrder("", s.Shown("IdentityProviderConfig")...) },
		},
	}
	for i := range list {
		list[i].Provisional = true
	}
	return list
}
