package scenarios

import (
	"net/http"
	"strconv"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// scimLogsPages: pages of a log by their number.
func scimLogsPages() []suite.Scenario {
	return []suite.Scenario{{
		ID: "domains.scim_logs.page_named", Title: "The first page is number one, and the last can be asked for by that word",
		Covers: []string{"domains_scim_logs_retrieve"}, Needs: with(scimKnown, suite.SessionOf("admin"), suite.Known("scim.domain_id")), Access: suite.Write, Aspect: suite.Pagination,
		Run: func(s *suite.S) {
			p, session := s.SCIM(), s.Session("admin")
			for range 3 {
				p.Get(p.Path("ServiceProviderConfig")).Status(http.StatusOK)
			}
			query := settledLog(s) + "&page_size=1"
			first := session.Get(logPath(s, query)).Status(http.StatusOK).That("count", gomega.BeNumerically(">=", 2))
			last := session.Get(logPath(s, query+"&page="+strconv.FormatInt(first.Get("count").Int(), 10))).Status(http.StatusOK)
			session.Get(logPath(s, query+"&page=1")).Status(http.StatusOK).Has("results.0.id", first.Text("results.0.id")).Has("previous", nil)
			session.Get(logPath(s, query+"&page=last")).Status(http.StatusOK).Has("results.0.id", last.Text("results.0.id")).Has("next", nil)
		},
	}}
}
