package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func scimDiscovery() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "scim.discovery.config", Title: "The server says that it takes patches and filters, and nothing else",
			Covers: []string{"scim_service_provider_config_retrieve"}, Needs: scimKnown, Access: suite.Read,
			Run: func(s *suite.S) {
				p := s.SCIM()
				config := p.Get(p.Path("ServiceProviderConfig")).Status(200).
					Has("schemas", []string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"}).
					Has("patch.supported", true).Has("filter.supported", true).Has("filter.maxResults", 200)
				for _, feature := range []string{"bulk", "changePassword", "sort", "etag"} {
					config.Has(feature+".supported", false)
				}
				config.Has("authenticationSchemes.0.type", "oauthbearertoken")
			},
		},
		{
			ID: "scim.discovery.resource_types", Title: "There are users and groups, at their paths",
			Covers: []string{"scim_resource_types_retrieve"}, Needs: scimKnown, Access: suite.Read,
			Run: func(s *suite.S) {
				p := s.SCIM()
				p.Get(p.Path("ResourceTypes")).Status(200).Has("schemas", []string{suite.SCIMList}).Has("totalResults", 2).
					Has("Resources.#.id", []string{"User", "Group"}).Has("Resources.#.schema", []string{suite.SCIMUser, suite.SCIMGroup}).
					Leads("Resources.#.endpoint", []string{p.Path("Users"), p.Path("Groups")})
			},
		},
		{
			ID: "scim.discovery.schemas", Title: "The schemas are those of users and groups",
			Covers: []string{"scim_schemas_retrieve"}, Needs: scimKnown, Access: suite.Read,
			Run: func(s *suite.S) {
				p := s.SCIM()
				p.Get(p.Path("Schemas")).Status(200).Has("totalResults", 2).
					Has("Resources.#.id", []string{suite.SCIMUser, suite.SCIMGroup}).Has("Resources.0.description", "User Account")
			},
		},
		{
			ID: "scim.discovery.media_type", Title: "Answers are application/scim+json, or JSON where that is asked for",
			Covers: []string{"scim_schemas_retrieve", "scim_service_provider_config_retrieve", "scim_resource_types_retrieve", "scim_users_list", "scim_groups_list"}, Needs: scimKnown, Access: suite.Read,
			Run: func(s *suite.S) {
				p := s.SCIM()
				for accept, want := range map[string]string{suite.MediaSCIM: suite.MediaSCIM, "application/json": "application/json", "*/*": suite.MediaSCIM} {
					for _, path := range []string{"Schemas", "ServiceProviderConfig", "ResourceTypes", "Users", "Groups"} {
						got := p.With("Accept", accept).Get(p.Path(path)).Status(200).Header("Content-Type")
						s.Expect(strings.ToLower(got)).To(gomega.HavePrefix(want), "Accept: %s", accept)
					}
				}
			},
		},
		{
			ID: "scim.discovery.head", Title: "HEAD works like GET without a body",
			Covers: []string{"scim_users_list", "scim_groups_list", "scim_schemas_retrieve"}, Needs: scimKnown, Access: suite.Read,
			Run: func(s *suite.S) {
				p := s.SCIM()
				for _, path := range []string{"Users", "Groups", "Schemas"} {
					s.Expect(p.Head(p.Path(path)).Status(200).Body()).To(gomega.BeEmpty())
				}
			},
		},
		{
			ID: "scim.discovery.methods", Title: "Methods that are not there are refused",
			Covers: []string{"scim_users_list", "scim_groups_list", "scim_schemas_retrieve"}, Needs: scimKnown, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				s.Expect(p.Put(p.Path("Users"), suite.JSON{}).Status(405).Header("Allow")).To(gomega.And(gomega.ContainSubstring("GET"), gomega.ContainSubstring("POST")))
				p.Patch(p.Path("Groups"), suite.JSON{}).Status(405)
				p.Put(p.Path("Schemas"), suite.JSON{}).Status(405)
				p.Post(p.Path("Schemas"), suite.JSON{}).Status(405)
			},
		},
	}
}
