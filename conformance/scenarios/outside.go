package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// outside: what comes of it when DNS or the mail server fails, which the fake does on demand.
func outside() []suite.Scenario {
	needs := with(adminSession, suite.ControlPlane)
	verify := []string{"domains_verify_create", "domains_retrieve"}
	// ask verifies a new domain whose record is published while DNS fails in a mode, and once it
	// works again.
	ask := func(s *suite.S, mode string, failing func(answer *suite.Response)) {
		domain := s.NewDomain()
		name, value := s.Challenge(domain)
		session := s.Session("admin")
		beside := s.Beside()
		beside.Put("dns/"+name, suite.JSON{"values": []string{value}})
		beside.Put("dns-mode", suite.JSON{"mode": mode})
		failing(beside.As(session).Undocumented().Post(domain.Path("verify"), nil))
		beside.As(s.Admin()).Get(domain.Path()).Status(200).Has("is_verified", false).Has("verified_at", nil)
		beside.Put("dns-mode", suite.JSON{"mode": "up"})
		beside.As(session).Post(domain.Path("verify"), nil).Status(200).Has("is_verified", true)
	}
	crash := func(answer *suite.Response) { answer.Status(500).Has("type", "server_error").Has("code", "error") }
	unverified := func(answer *suite.Response) { answer.Status(200).Has("is_verified", false).Has("verified_at", nil) }
	return []suite.Scenario{
		{
			ID: "domains.verify.dns_fails", Title: "DNS that fails is an error of the server, and verifies nothing",
			Covers: verify, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				for _, mode := range []string{"servfail", "timeout", "no_server"} {
					ask(s, mode, crash)
				}
			},
		},
		{
			ID: "domains.verify.no_name_server", Title: "Where no name server can be asked, a domain stays unverified",
			Covers: verify, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				for _, mode := range []string{"no_server", "servfail"} {
					ask(s, mode, unverified)
				}
			},
		},
		{
			ID: "domains.verify.dns_late", Title: "Where DNS answers too late, a domain stays unverified",
			Covers: verify, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) { ask(s, "timeout", unverified) },
		},
		{
			ID: "invites.mail.server_down", Title: "A mail server that is down keeps nobody from inviting",
			Covers: []string{"invites_create", "invites_bulk_create", "invites_list"}, Needs: with(needs, suite.Mail), Access: suite.Write,
			Run: func(s *suite.S) {
				beside := s.Beside()
				beside.Put("mail-mode", suite.JSON{"mode": "down"})
				admin := beside.As(s.Admin())
				one, two := s.Email(), s.Email()
				made := admin.Post(s.Org(suite.Invites), suite.JSON{"target_email": one}).Status(201).Has("emailing_attempt_made", true)
				admin.Post(bulkPath(s), []suite.JSON{{"target_email": two}}).Status(201).Has("0.emailing_attempt_made", true)
				admin.All(s.Org(suite.Invites)).Has(row(made.Text("id"))+".target_email", one)
				s.Expect(beside.Outbox().Body()).NotTo(gomega.Or(gomega.ContainSubstring(one), gomega.ContainSubstring(two)))
				beside.Put("mail-mode", suite.JSON{"mode": "up"})
				again := s.Email()
				admin.Post(s.Org(suite.Invites), suite.JSON{"target_email": again}).Status(201)
				s.Expect(beside.Outbox().Body()).To(gomega.ContainSubstring(again))
			},
		},
	}
}
