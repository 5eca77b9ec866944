package scenarios

import (
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// logKeys are the properties of a SCIM log row, in their order.
var logKeys = strings.Fields(`id request_method request_path request_headers request_body response_status response_body
	identity_provider duration_ms created_at`)

func domainsSCIMLogs() []suite.Scenario {
	logs := []string{"domains_scim_logs_retrieve"}
	needs := []suite.Need{suite.SessionOf("admin"), suite.SCIMDomain, suite.Known("scim.domain_id")}
	return []suite.Scenario{
		{
			ID: "domains.scim_logs.empty", Title: "A domain that no identity provider called has an empty log",
			Covers: logs, Needs: adminSession, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Session("admin").Get(s.NewDomain().Path("scim", "logs")).Status(200).
					Has("count", 0).Has("next", nil).Has("previous", nil).Has("results", []int{})
			},
		},
		{
			ID: "domains.scim_logs.page", Title: "The log comes in pages of twenty, newest first",
			Covers: logs, Needs: needs, Access: suite.Read, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				page := s.Session("admin").Get(logPath(s, "")).Status(200).Keys("", "count", "next", "previous", "results").Has("previous", nil)
				rows := page.Get("results").Array()
				s.Expect(len(rows)).To(gomega.Equal(min(20, int(page.Get("count").Int()))))
				var times []string
				for _, row := range rows {
					times = append(times, row.Get("created_at").String())
				}
				s.Expect(sort.SliceIsSorted(times, func(i, j int) bool { return times[i] > times[j] })).To(gomega.BeTrue(), "%v", times)
				if len(rows) > 0 {
					page.Keys("results.0", logKeys...)
				}
			},
		},
		{
			ID: "domains.scim_logs.page_size", Title: "page_size sets the size of a page, bad values do not",
			Covers: logs, Needs: needs, Access: suite.Read, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				session, settled := s.Session("admin"), settledLog(s)
				count := session.Get(logPath(s, settled)).Get("count").Int()
				for size, want := range map[string]int64{"1": 1, "7": 7, "0": 20, "-1": 20, "x": 20, "1000": 100} {
					page := session.Get(logPath(s, settled+"&page_size="+size)).Status(200)
					s.Expect(int64(len(page.Get("results").Array()))).To(gomega.Equal(min(want, count)), "page_size=%s", size)
				}
			},
		},
		{
			ID: "domains.scim_logs.page_size_most", Title: "A page of the log has at most a hundred rows",
			Rules: []string{"domains.scim_logs.page_size"}, Covers: logs, Needs: needs, Access: suite.Write, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				const most = 100
				p, session := s.SCIM(), s.Session("admin")
				for range most + 1 - session.Get(logPath(s, "?page_size=1")).Status(200).Get("count").Int() {
					p.Get(p.Path("ServiceProviderConfig")).Status(200)
				}
				page := session.Get(logPath(s, "?page_size=1000")).Status(200)
				page.That("count", gomega.BeNumerically(">", most)).Has("results.#", most)
			},
		},
		{
			ID: "domains.scim_logs.links", Title: "Pages are linked by number",
			Covers: logs, Needs: needs, Access: suite.Read, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				session := s.Session("admin")
				query := settledLog(s) + "&page_size=1"
				first := session.Get(logPath(s, query)).Status(200)
				if first.Get("count").Int() < 2 {
					first.Has("next", nil)
					return
				}
				first.Links("next", query[1:]+"&page=2")
				second := session.Get(first.Text("next")).Status(200)
				second.Links("previous", query[1:], query[1:]+"&page=1")
				s.Expect(second.Text("results.0.id")).NotTo(gomega.Equal(first.Text("results.0.id")))
			},
		},
		{
			ID: "domains.scim_logs.bad_page", Title: "A page that is not there is refused",
			Covers: logs, Needs: needs, Access: suite.Read, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				for _, page := range []string{"0", "-1", "x", "100000"} {
					s.Session("admin").Get(logPath(s, "?page="+page)).Refused(404, "not_found", "Invalid page.", "")
				}
			},
		},
		{
			ID: "domains.scim_logs.status", Title: "status_min and status_max filter by status",
			Covers: logs, Needs: needs, Access: suite.Read,
			Run: func(s *suite.S) {
				session := s.Session("admin")
				for _, row := range session.Get(logPath(s, "?page_size=100&status_min=400")).Status(200).Get("results.#.response_status").Array() {
					s.Expect(row.Int()).To(gomega.BeNumerically(">=", 400))
				}
				for _, row := range session.Get(logPath(s, "?page_size=100&status_max=299")).Status(200).Get("results.#.response_status").Array() {
					s.Expect(row.Int()).To(gomega.BeNumerically("<=", 299))
				}
				if found := session.Get(logPath(s, "?page_size=1")).Status(200).Get("results.0.response_status"); found.Exists() {
					both := session.Get(logPath(s, fmt.Sprintf("?page_size=1&status_min=%d&status_max=%d", found.Int(), found.Int()))).Status(200)
					both.That("count", gomega.BeNumerically(">=", 1)).Has("results.0.response_status", found.Int())
				}
				session.Get(logPath(s, "?status_min=600")).Status(200).Has("count", 0)
			},
		},
		{
			ID: "domains.scim_logs.time", Title: "after and before filter by time",
			Covers: logs, Needs: needs, Access: suite.Read,
			Run: func(s *suite.S) {
				session := s.Session("admin")
				session.Get(logPath(s, "?after=2999-01-01T00:00:00Z")).Status(200).Has("count", 0)
				session.Get(logPath(s, "?before=1999-01-01T00:00:00Z")).Status(200).Has("count", 0)
			},
		},
		{
			ID: "domains.scim_logs.search", Title: "search looks into path and body",
			Covers: logs, Needs: needs, Access: suite.Read,
			Run: func(s *suite.S) {
				session, settled := s.Session("admin"), settledLog(s)
				session.Get(logPath(s, "?search="+url.QueryEscape("no such "+s.Name()))).Status(200).Has("count", 0)
				all := session.Get(logPath(s, settled)).Get("count").Int()
				s.Expect(session.Get(logPath(s, settled+"&search=SCIM")).Status(200).Get("count").Int()).To(gomega.Equal(all), "every path has it")
			},
		},
		{
			ID: "domains.scim_logs.key", Title: "Personal API keys cannot read the log, whatever their scopes",
			Covers: logs, Needs: admin, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Admin().Get(s.NewDomain().Path("scim", "logs")).Denied(noKeyAccess) },
		},
		{
			ID: "domains.scim_logs.member", Title: "Members cannot read the log",
			Covers: logs, Needs: with(admin, suite.SessionOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Session("member").Get(s.NewDomain().Path("scim", "logs")).Denied("Only organization admins can view SCIM logs.")
			},
		},
		{
			ID: "domains.scim_logs.page_named", Title: "The first page is number one, and the last can be asked for by that word",
			Covers: []string{"domains_scim_logs_retrieve"}, Needs: with(scimKnown, suite.SessionOf("admin"), suite.Known("scim.domain_id")), Access: suite.Write, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				p, session := s.SCIM(), s.Session("admin")
				for range 3 {
					p.Get(p.Path("ServiceProviderConfig")).Status(http.StatusOK)
				}
				s.NextMoment(session.Get(logPath(s, "?page_size=1")).Status(http.StatusOK).Text("results.0.created_at"))
				p.Get(p.Path("ServiceProviderConfig")).Status(http.StatusOK)
				query := settledLog(s) + "&page_size=1"
				first := session.Get(logPath(s, query)).Status(http.StatusOK).That("count", gomega.BeNumerically(">=", 2))
				last := session.Get(logPath(s, query+"&page="+strconv.FormatInt(first.Get("count").Int(), 10))).Status(http.StatusOK)
				session.Get(logPath(s, query+"&page=1")).Status(http.StatusOK).Has("results.0.id", first.Text("results.0.id")).Has("previous", nil)
				session.Get(logPath(s, query+"&page=last")).Status(http.StatusOK).Has("results.0.id", last.Text("results.0.id")).Has("next", nil)
			},
		},
		{
			ID: "domains.scim_logs.unknown", Title: "A domain that does not exist has no log",
			Covers: logs, Needs: []suite.Need{suite.SessionOf("admin")}, Access: suite.Read, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Session("admin").Get(s.Org(suite.Domains, suite.Nowhere, "scim", "logs")).NotFound()
			},
		},
	}
}

// settledLog is a query for the part of the log that no request of others makes
// longer: what was there before the newest row.
func settledLog(s *suite.S) string {
	newest := s.Session("admin").Get(logPath(s, "?page_size=1")).Status(200).Get("results.0.created_at").Time()
	return "?before=" + newest.Add(-time.Microsecond).UTC().Format("2006-01-02T15:04:05.000000Z")
}

func logPath(s *suite.S, query string) string {
	return s.Org(suite.Domains, s.Target().Known.SCIM.DomainID, "scim", "logs") + query
}
