package scenarios

import (
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func domainsRead() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "domains.retrieve.as_created", Title: "A domain reads as it was created",
			Covers: []string{"domains_retrieve"}, Needs: admin, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Expect(s.Admin().Get(domain.Path()).Status(200).Body()).To(gomega.MatchJSON(domain.Body()))
			},
		},
		{
			ID: "domains.retrieve.unknown", Title: "A domain that does not exist is not found",
			Covers: []string{"domains_retrieve"}, Needs: admin, Access: suite.Read, Aspect: suite.NotFound,
			Run: func(s *suite.S) { s.Admin().Get(s.Org(suite.Domains, suite.Nowhere)).NotFound() },
		},
		{
			ID: "domains.retrieve.malformed", Title: "What is no UUID is not found",
			Covers: []string{"domains_retrieve"}, Needs: admin, Access: suite.Read, Aspect: suite.NotFound, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) { s.Admin().Get(s.Org(suite.Domains, "nothing")).NotFound() },
		},
		{
			ID: "domains.list.holds_new", Title: "The list holds what was created",
			Covers: []string{"domains_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) { s.Lists(s.Admin(), s.Org(suite.Domains), s.NewDomain(), true) },
		},
		{
			ID: "domains.list.order", Title: "Domains are listed by name",
			Covers: []string{"domains_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				last, first := s.NewDomain(suite.JSON{"domain": "zz-" + s.Domain()}), s.NewDomain(suite.JSON{"domain": "aa-" + s.Domain()})
				ids := s.Admin().IDs(s.Org(suite.Domains))
				// Where hyphens and dots sort, in names of others, is up to the database.
				s.Expect(slices.Index(ids, first.ID)).To(gomega.BeNumerically("<", slices.Index(ids, last.ID)), "the place of the first in the alphabet")
				s.Expect(ids).To(gomega.ContainElements(first.ID, last.ID))
			},
		},
		{
			ID: "domains.list.known", Title: "The known verified domain is there and verified",
			Covers: []string{"domains_retrieve"}, Needs: with(admin, suite.Known("verified_domain.id", "verified_domain.domain")), Access: suite.Read,
			Run: func(s *suite.S) {
				known := s.Target().Known.VerifiedDomain
				s.Admin().Get(s.Org(suite.Domains, known.ID)).Status(200).Has("domain", known.Domain).Has("is_verified", true)
			},
		},
		{
			ID: "domains.list.secrets", Title: "Lists never show a SCIM token",
			Covers: []string{"domains_list"}, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				for _, token := range s.Admin().All(s.Org(suite.Domains)).Get("results.#.scim_bearer_token").Array() {
					s.Expect(token.Value()).To(gomega.BeNil())
				}
			},
		},
	}
}
