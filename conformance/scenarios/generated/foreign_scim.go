package generated

import (
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// foreignInSCIM aims every operation of a SCIM server that names a user or a group at one of
// another organization, which is the story's own.
// Source: ee/api/scim/views.py, where every query is filtered by the organization of the token.
func foreignInSCIM(d *spec.Document) []suite.Scenario {
	named := func(o *spec.Operation) bool { return o.IsSCIM() && strings.HasSuffix(o.Path, "/{id}") }
	var covers []string
	for _, o := range d.Operations() {
		if named(o) {
			covers = append(covers, o.ID)
		}
	}
	return []suite.Scenario{{
		ID: "scim.isolation.everywhere_foreign", Title: "A user or a group of another organization is not found, by no method", Rules: []string{"scim.auth.everywhere_foreign"}, Covers: covers,
		Needs:  []suite.Need{suite.KeyOf("admin"), suite.SessionOf("admin"), suite.AnyVerifiedDomain, suite.Feature("scim"), suite.Organizations},
		Access: suite.Write, Aspect: suite.Isolation,
		Run: func(s *suite.S) {
			t, o := openSCIM(s, suite.Domains), s.NewOrganization()
			role := makeIn(s, o, suite.Roles)
			stranger, missed := strangerOf(s, o)
			ids := map[string]string{"Groups": role.ID, "Users": stranger.Text("id")}
			p := s.SCIMOf(t.segment, t.tokens[0])
			for _, op := range t.operations() {
				kind := segments(op.Path)[len(segments(op.Path))-2]
				if !named(op) || kind == "Users" && writes(op) && missed {
					continue
				}
				refusal := map[string]string{"Groups": "Group not found", "Users": "User not found"}[kind]
				p.Send(op.Method, p.Path(kind, ids[kind]), emptyBody(op)).SCIM(http.StatusNotFound, refusal)
			}
			s.Expect(p.Get(p.Path("Groups")).Status(http.StatusOK).Body()).NotTo(gomega.ContainSubstring(role.ID), "a role of another organization")
			s.Expect(p.Get(p.Path("Users")).Status(http.StatusOK).Body()).NotTo(gomega.ContainSubstring(stranger.Text("email")), "a user of another organization")
			unchanged(o.Owner.Get(role.Path()).Status(http.StatusOK), role.Response)
		},
	}}
}
