package scenarios

import (
	"strconv"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func invitesReplace() []suite.Scenario {
	create := []string{"invites_create"}
	return []suite.Scenario{
		{
			ID: "invites.replace.same_address", Title: "A new invite replaces the earlier ones to the address",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				first := s.NewInvite(suite.JSON{"level": 8})
				email := first.Text("target_email")
				second := s.NewInvite(suite.JSON{"target_email": email}).Has("level", 1)
				s.Expect(invitesTo(s, email)).To(gomega.Equal([]string{second.Text("id")}))
			},
		},
		{
			ID: "invites.replace.case", Title: "The case of an address does not matter to replacement",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				email := s.NewInvite(nil).Text("target_email")
				s.NewInvite(suite.JSON{"target_email": strings.ToUpper(email)})
				s.Expect(invitesTo(s, email)).To(gomega.HaveLen(1))
			},
		},
		{
			ID: "invites.replace.of_others", Title: "A new invite replaces those that somebody else sent to the address",
			Covers: create, Needs: with(admin, suite.KeyOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				sent := s.Member().Post(s.Org(suite.Invites), silentInvite(s, nil))
				if sent.Code() == 403 {
					s.CannotRun("members may not invite there")
				}
				first := s.Made(suite.Invites, sent)
				second := s.NewInvite(suite.JSON{"target_email": first.Text("target_email")})
				s.Expect(invitesTo(s, first.Text("target_email"))).To(gomega.Equal([]string{second.ID}))
			},
		},
		{
			ID: "invites.replace.refused_keeps", Title: "A refused invite leaves the earlier one alone",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				first := s.NewInvite(nil)
				postInvite(s, suite.JSON{"target_email": first.Text("target_email"), "level": 3}).Status(400)
				s.Expect(invitesTo(s, first.Text("target_email"))).To(gomega.Equal([]string{first.ID}))
			},
		},
		{
			ID: "invites.combine.level", Title: "Combining keeps the highest level",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				email := s.NewInvite(suite.JSON{"level": 8}).Text("target_email")
				s.NewInvite(suite.JSON{"target_email": email, "level": 1, "combine_pending_invites": true}).Has("level", 8)
				s.Expect(invitesTo(s, email)).To(gomega.HaveLen(1))
				other := s.NewInvite(suite.JSON{"level": 1}).Text("target_email")
				s.NewInvite(suite.JSON{"target_email": other, "level": 8, "combine_pending_invites": true}).Has("level", 8)
			},
		},
		{
			ID: "invites.combine.only", Title: "Combining takes over neither name nor message",
			Rules: []string{"invites.combine.level"}, Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				email := s.NewInvite(suite.JSON{"first_name": "Uwe", "message": "Welcome"}).Text("target_email")
				s.NewInvite(suite.JSON{"target_email": email, "combine_pending_invites": true}).Has("first_name", "").Has("message", nil)
			},
		},
		{
			ID: "invites.replace.other_organization", Title: "An invite leaves those of other organizations alone",
			Rules: []string{"invites.replace.same_address"}, Covers: create, Needs: with(admin, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				elsewhere := suite.OrgPath(s.Target().Known.FeaturelessOrganization.ID, suite.Invites)
				email := s.Email()
				first := s.Admin().Post(elsewhere, suite.JSON{"target_email": email, "send_email": false}).Status(201)
				s.NewInvite(suite.JSON{"target_email": email})
				s.Expect(s.Admin().IDs(elsewhere)).To(gomega.ContainElement(first.Text("id")))
			},
		},
		{
			ID: "invites.combine.access", Title: "Combining keeps the highest access to each project",
			Covers: create, Needs: with(admin, suite.KnownProjects(2)), Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.Target().Known.Projects[0], s.Target().Known.Projects[1]
				email := s.NewInvite(suite.JSON{accessField: []suite.JSON{{"id": one, "level": "admin"}, {"id": two, "level": "member"}}}).Text("target_email")
				combined := s.NewInvite(suite.JSON{
					"target_email": email, "combine_pending_invites": true, accessField: []suite.JSON{{"id": one, "level": "member"}, {"id": two, "level": "admin"}},
				})
				levels := map[int64]string{}
				for _, access := range combined.Get(accessField).Array() {
					levels[access.Get("id").Int()] = access.Get("level").String()
				}
				s.Expect(levels).To(gomega.Equal(map[int64]string{int64(one): "admin", int64(two): "admin"}))
			},
		},
		{
			ID: "invites.combine.keeps_access", Title: "Combining keeps the access to every project that one of the invites grants",
			Covers: create, Needs: with(admin, suite.KnownProjects(2)), Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.Target().Known.Projects[0], s.Target().Known.Projects[1]
				email := s.NewInvite(suite.JSON{accessField: []suite.JSON{{"id": one, "level": "admin"}}}).Text("target_email")
				combined := s.NewInvite(suite.JSON{
					"target_email": email, "combine_pending_invites": true, accessField: []suite.JSON{{"id": two, "level": "member"}},
				})
				combined.That(accessField+".#.id", gomega.ConsistOf(float64(one), float64(two)))
				combined.Has(accessField+`.#(id==`+strconv.Itoa(one)+`).level`, "admin").Has(accessField+`.#(id==`+strconv.Itoa(two)+`).level`, "member")
			},
		},
		{
			ID: "invites.combine.nothing", Title: "Combining with nothing is an ordinary invite",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewInvite(suite.JSON{"combine_pending_invites": true}).Has("level", 1).Has(accessField, []int{})
			},
		},
		{
			ID: "invites.replace.concurrent", Title: "Of many invites to one address at the same time, one stays",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				email := s.Email()
				for _, answer := range s.Parallel(8, func(int) *suite.Response {
					return postInvite(s, suite.JSON{"target_email": email, "send_email": false})
				}) {
					s.Made(suite.Invites, answer)
				}
				s.Expect(invitesTo(s, email)).To(gomega.HaveLen(1))
			},
		},
	}
}

// invitesTo are the ids of the invites to an address.
func invitesTo(s *suite.S, email string) (ids []string) {
	for next := s.Org(suite.Invites); next != ""; {
		page := s.Admin().Get(next).Status(200)
		for _, id := range page.Get(`results.#(target_email=="` + email + `")#.id`).Array() {
			ids = append(ids, id.String())
		}
		next = page.Text("next")
	}
	return ids
}
