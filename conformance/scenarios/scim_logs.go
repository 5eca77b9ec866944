package scenarios

import (
	"net/url"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// These make a domain of their own, whose log nobody else writes.
func scimLogs() []suite.Scenario {
	covers := []string{"domains_scim_logs_retrieve", "scim_users_create"}
	logs := func(s *suite.S, domain suite.Thing, query string) *suite.Response {
		return s.Session("admin").Get(domain.Path("scim", "logs") + query).Status(200)
	}
	return []suite.Scenario{
		{
			ID: "scim.logs.request", Title: "A request is in the log of its domain, without the secret and the person",
			Covers: covers, Needs: with(scimMade, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				email := "margaret@" + domain.Text("domain")
				p.Post(p.Path("Users"), suite.JSON{"userName": email, "name": suite.JSON{"givenName": "Margaret", "familyName": "Li"}, "emails": emails(email)}).Status(201)
				masked := "m***t@" + domain.Text("domain")
				row := logs(s, domain.Thing, "").Has("count", 1).Keys("results.0", logKeys...).
					Has("results.0.request_method", "POST").Has("results.0.request_path", p.Path("Users")).Has("results.0.response_status", 201).
					Has("results.0.request_body.userName", masked).Has("results.0.request_body.emails.0.value", masked).
					Has("results.0.request_body.name.givenName", "M***t").Has("results.0.request_body.name.familyName", "**").
					Has("results.0.request_headers.Authorization", "***").Has("results.0.identity_provider", "other")
				row.That("results.0.duration_ms", gomega.BeNumerically(">=", 0))
				s.Expect(row.Get("results.0.request_headers.Cookie").Exists()).To(gomega.BeFalse())
				s.Expect(row.Get("results.0").Raw).NotTo(gomega.Or(gomega.ContainSubstring(email), gomega.ContainSubstring("Margaret")), "the request and the answer")
			},
		},
		{
			ID: "scim.logs.found", Title: "A request is found in the log of a busy domain, without the secret and the person",
			Rules:  []string{"scim.logs.request", "scim.logs.provider"},
			Covers: covers, Needs: with(scimPeople, suite.SessionOf("admin"), suite.Known("scim.domain_id")), Access: suite.Write,
			Run: func(s *suite.S) {
				p, email := s.SCIM(), s.SCIMEmail()
				made := p.With("User-Agent", "Okta SCIM Client 1.0.0").Post(p.Path("Users"), suite.SCIMPerson(email)).Status(201)
				seen := s.Session("admin").Get(logPath(s, "?page_size=100&search="+url.QueryEscape(email))).Status(200)
				at := `results.#(response_body.id=="` + made.Text("id") + `")`
				seen.Keys(at, logKeys...).Has(at+".request_method", "POST").Has(at+".request_path", p.Path("Users")).Has(at+".response_status", 201).
					Has(at+".identity_provider", "okta").Has(at+".request_headers.Authorization", "***").
					That(at+".request_body.userName", gomega.MatchRegexp(`^u\*\*\*.@`))
				s.Expect(seen.Get(at).Raw).NotTo(gomega.ContainSubstring(email), "the request and the answer")
				s.Expect(seen.Body()).NotTo(gomega.ContainSubstring(s.Target().Known.SCIM.Token))
			},
		},
		{
			ID: "scim.logs.every_method", Title: "A request of each method is in the log", Rules: []string{"scim.logs.request"},
			Covers: append([]string{"scim_users_retrieve", "scim_users_update", "scim_users_partial_update", "scim_users_destroy"}, covers...),
			Needs:  with(scimPeople, suite.SessionOf("admin"), suite.Known("scim.domain_id")), Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.Get(user.Path()).Status(200)
				p.Change(user, suite.JSON{"op": "replace", "path": "name.givenName", "value": "Ada"}).Status(200)
				p.Put(user.Path(), suite.SCIMPerson(user.Get("emails.0.value").String())).Status(200)
				p.Delete(user.Path()).Empty()
				seen := s.Session("admin").Get(logPath(s, "?page_size=100&search="+url.QueryEscape(user.Path()))).Status(200)
				rows := seen.Get(`results.#(request_path=="` + user.Path() + `")#`).Array()
				for i, method := range []string{"DELETE", "PUT", "PATCH", "GET"} { // before them may be what other stories did to the user
					s.Expect(len(rows)).To(gomega.BeNumerically(">", i), "rows of %s", user.Path())
					s.Expect(rows[i].Get("request_method").String()).To(gomega.Equal(method))
					if strings.HasPrefix(method, "P") {
						s.Expect(rows[i].Get("request_body").IsObject()).To(gomega.BeTrue(), "%s has the body of the request", method)
						s.Expect(rows[i].Get("response_body").IsObject()).To(gomega.BeTrue(), "%s has the body of the answer", method)
					}
				}
			},
		},
		{
			ID: "scim.logs.refused", Title: "A request that is refused is in the log as well",
			Covers: covers, Needs: with(scimMade, suite.Colleagues), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				p.Post(p.Path("Users"), suite.JSON{"userName": "x"}).SCIM(400, badUser)
				p.Once().Get(p.Path("Groups", suite.Nowhere)).SCIM(404, noGroup)
				logs(s, domain.Thing, "").Has("count", 2).Has("results.#.response_status", []int{404, 400}).
					Has("results.0.response_body.detail", noGroup).Has("results.1.response_body.detail", badUser)
				logs(s, domain.Thing, "?status_max=400").Has("count", 1)
			},
		},
		{
			ID: "scim.logs.unauthenticated", Title: "Who is not known is not in the log",
			Covers: []string{"domains_scim_logs_retrieve", "scim_users_list"}, Needs: scimMade, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				s.SCIMOf(domain.segment, "").Get(p.Path("Users")).SCIM(401, noBearer)
				s.SCIMOf(domain.segment, "not-the-token").Get(p.Path("Users")).SCIM(403, badBearer)
				logs(s, domain.Thing, "").Has("count", 0)
			},
		},
		{
			ID: "scim.logs.provider", Title: "The log names the identity provider by its User-Agent",
			Covers: []string{"domains_scim_logs_retrieve", "scim_schemas_retrieve"}, Needs: scimMade, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				want := []string{}
				for _, agent := range []struct{ sent, named string }{
					{"Okta SCIM Client 1.0.0", "okta"}, {"Microsoft Entra ID", "entra_id"}, {"Google-Auto-Provisioning", "google"}, {"OneLogin SCIM/2.1", "onelogin"},
					{"curl/8", "other"}, {"Microsoft-SCIM/1.0", "entra_id"}, {"scim-client (ENTRA)", "entra_id"}, {"connector for OKTA", "okta"},
				} {
					p.With("User-Agent", agent.sent).Once().Get(p.Path("Schemas")).Status(200)
					want = append([]string{agent.named}, want...)
				}
				logs(s, domain.Thing, "").Has("results.#.identity_provider", want)
			},
		},
		{
			ID: "scim.logs.between", Title: "after and before cut the log by the moment of a request",
			Rules: []string{"domains.scim_logs.time"}, Covers: []string{"domains_scim_logs_retrieve", "scim_schemas_retrieve"}, Needs: scimMade, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				for i, path := range []string{"Schemas", "ResourceTypes", "ServiceProviderConfig"} {
					if i > 0 {
						s.NextMoment(logs(s, domain.Thing, "").Text("results.0.created_at"))
					}
					p.Once().Get(p.Path(path)).Status(200)
				}
				all := logs(s, domain.Thing, "").Has("count", 3)
				beside := func(i int, by time.Duration) string {
					return url.QueryEscape(all.Get("results").Array()[i].Get("created_at").Time().Add(by).UTC().Format("2006-01-02T15:04:05.000000Z"))
				}
				// What is shown may have fewer digits than what is kept.
				shown := suite.Precision(all.Text("results.2.created_at"))
				first, last := beside(2, max(time.Microsecond, shown-time.Microsecond)), beside(0, -time.Microsecond)
				logs(s, domain.Thing, "?after="+first).Has("results.#.request_path", []string{p.Path("ServiceProviderConfig"), p.Path("ResourceTypes")})
				logs(s, domain.Thing, "?before="+last).Has("results.#.request_path", []string{p.Path("ResourceTypes"), p.Path("Schemas")})
				logs(s, domain.Thing, "?after="+first+"&before="+last).Has("results.#.request_path", []string{p.Path("ResourceTypes")})
			},
		},
		{
			ID: "scim.logs.masked", Title: "The log hides persons in filters, and cookies altogether",
			Rules: []string{"scim.logs.request"}, Covers: []string{"domains_scim_logs_retrieve", "scim_users_list"}, Needs: scimMade, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				p.With("Cookie", "flavour=oatmeal").Once().Get(p.Path("Users") + filtered(`userName eq "margaret@example.com"`)).Status(200)
				seen := logs(s, domain.Thing, "").Has("count", 1)
				seen.That("results.0.request_path", gomega.Not(gomega.ContainSubstring("margaret")))
				s.Expect(seen.Body()).NotTo(gomega.ContainSubstring("oatmeal"))
			},
		},
		{
			ID: "scim.logs.search", Title: "The log can be searched for a person, whose name is masked there",
			Covers: covers, Needs: with(scimMade, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				for _, name := range []string{"margaret", "grace"} {
					p.Post(p.Path("Users"), suite.JSON{"emails": emails(name + "@" + domain.Text("domain"))}).Status(201)
				}
				logs(s, domain.Thing, "?search=margaret@"+domain.Text("domain")).Has("count", 1)
				logs(s, domain.Thing, "?search=Users").Has("count", 2)
				logs(s, domain.Thing, "?search=Groups").Has("count", 0)
			},
		},
	}
}
