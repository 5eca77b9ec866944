package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func domainsVerify() []suite.Scenario {
	verify := []string{"domains_verify_create"}
	return []suite.Scenario{
		{
			ID: "domains.verify.no_record", Title: "Without its TXT record a domain stays unverified",
			Covers: verify, Needs: adminSession, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				answer := s.Session("admin").Post(domain.Path("verify"), nil).Status(200)
				s.Expect(answer.Body()).To(gomega.MatchJSON(domain.Body()))
			},
		},
		{
			ID: "domains.verify.record", Title: "With its TXT record a domain becomes verified",
			Covers: verify, Needs: verified, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Publish(domain)
				s.Session("admin").Post(domain.Path("verify"), nil).Status(200).Has("is_verified", true).
					That("verified_at", gomega.MatchRegexp(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$`))
				s.Admin().Get(domain.Path()).Has("is_verified", true)
			},
		},
		{
			ID: "domains.verify.among_records", Title: "The TXT record verifies among others of its name",
			Covers: verify, Needs: verified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				name, value := s.Challenge(domain)
				s.PublishTXT(name, "before-"+value, value) // a hook may have one replace the other
				s.Session("admin").Post(domain.Path("verify"), nil).Status(200).Has("is_verified", true)
			},
		},
		{
			ID: "domains.verify.wrong_record", Title: "Another record does not verify",
			Covers: verify, Needs: verified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				name, value := s.Challenge(domain)
				s.PublishTXT(name, value+"-not")
				s.Session("admin").Post(domain.Path("verify"), nil).Status(200).Has("is_verified", false).Has("verified_at", nil)
			},
		},
		{
			ID: "domains.verify.elsewhere", Title: "The challenge at the domain itself, or at another name below it, does not verify",
			Covers: verify, Needs: verified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				_, value := s.Challenge(domain)
				for _, name := range []string{"", "posthog-challenge.", "_posthog-challenge.www."} {
					s.PublishTXT(name+domain.Text("domain"), value)
				}
				s.Session("admin").Post(domain.Path("verify"), nil).Status(200).Has("is_verified", false).Has("verified_at", nil)
			},
		},
		{
			ID: "domains.verify.twice", Title: "A verified domain cannot be verified again",
			Covers: verify, Needs: anyVerified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				s.Session("admin").Post(domain.Path("verify"), nil).Invalid("already_verified", "This domain has already been verified.", "")
			},
		},
		{
			ID: "domains.verify.body_is_ignored", Title: "Verification looks at no body",
			Covers: verify, Needs: adminSession, Access: suite.Write, Aspect: suite.Protocol,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Session("admin").Post(domain.Path("verify"), suite.JSON{"is_verified": true, "domain": 5}).Status(200).Has("is_verified", false)
			},
		},
		{
			ID: "domains.verify.key", Title: "Personal API keys cannot verify, whatever their scopes",
			Covers: verify, Needs: admin, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Admin().Post(s.NewDomain().Path("verify"), nil).Denied(noKeyAccess) },
		},
		{
			ID: "domains.verify.member", Title: "Members cannot verify",
			Covers: verify, Needs: with(admin, suite.SessionOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Session("member").Post(s.NewDomain().Path("verify"), nil).Denied(lowLevel) },
		},
		{
			ID: "domains.verify.unknown", Title: "A domain that does not exist cannot be verified",
			Covers: verify, Needs: adminSession, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Session("admin").Post(s.Org(suite.Domains, suite.Nowhere, "verify"), nil).NotFound()
			},
		},
	}
}
