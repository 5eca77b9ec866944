package scenarios

import (
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func methods() []suite.Scenario {
	var list []suite.Scenario
	for _, c := range collections {
		list = append(list,
			suite.Scenario{
				ID: c.name + ".methods.key", Title: "A method that is not there counts as an action without a scope for keys",
				Rules: []string{"requests.methods.key"}, Covers: []string{c.list}, Needs: admin, Access: suite.Write,
				Run: func(s *suite.S) { s.Admin().Put(s.Org(c.name), suite.JSON{}).Denied(noKeyAccess) },
			},
			suite.Scenario{
				ID: c.name + ".methods.patch_collection", Title: "Only PATCH on a collection reaches 405 with a key",
				Rules: []string{"requests.methods.patch_collection"}, Covers: []string{c.list}, Needs: admin, Access: suite.Write,
				Run: func(s *suite.S) {
					s.Admin().Patch(s.Org(c.name), suite.JSON{}).Refused(405, "method_not_allowed", `Method "PATCH" not allowed.`, "")
				},
			},
			suite.Scenario{
				ID: c.name + ".methods.session", Title: "A method that is not there is refused in a session",
				Rules: []string{"requests.methods.session"}, Covers: []string{c.list}, Needs: adminSession, Access: suite.Write,
				Run: func(s *suite.S) {
					answer := s.Session("admin").Delete(s.Org(c.name)).Refused(405, "method_not_allowed", `Method "DELETE" not allowed.`, "")
					s.Expect(answer.Header("Allow")).To(gomega.ContainSubstring("GET"))
					if slices.Contains([]string{suite.Domains, suite.Configs, suite.Invites}, c.name) {
						s.Expect(answer.Header("Allow")).To(gomega.ContainSubstring("POST"))
					}
				},
			},
			suite.Scenario{
				ID: c.name + ".methods.head", Title: "HEAD works as GET, without a body",
				Rules: []string{"requests.methods.head"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					answer := s.Admin().Head(s.Org(c.name)).Status(200)
					s.Expect(answer.Body()).To(gomega.BeEmpty())
					s.Anonymous().Head(s.Org(c.name)).Status(401)
				},
			},
			suite.Scenario{
				ID: c.name + ".methods.options", Title: "OPTIONS answers metadata",
				Rules: []string{"requests.methods.options"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Admin().Options(s.Org(c.name)).Status(200).That("name", gomega.Not(gomega.BeEmpty()))
				},
			})
	}
	return append(list, suite.Scenario{
		ID: "organizations.methods.unknown_path", Title: "A path that is not there is not found",
		Covers: []string{"organizations_list"}, Needs: admin, Access: suite.Read,
		Run: func(s *suite.S) {
			s.Admin().Get("/api/understudy-nothing/").Refused(404, "not_found", "Endpoint not found.", "")
		},
	})
}
