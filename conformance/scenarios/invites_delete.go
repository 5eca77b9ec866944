package scenarios

import "github.com/understudy-dev/understudy/conformance/suite"

func invitesDelete() []suite.Scenario {
	destroy := []string{"invites_destroy"}
	return []suite.Scenario{
		{
			ID: "invites.delete.gone", Title: "A deleted invite is gone",
			Covers: destroy, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				s.Admin().Delete(invite.Path()).Empty()
				s.Admin().Delete(invite.Path()).NotFound()
				s.Lists(s.Admin(), s.Org(suite.Invites), invite, false)
			},
		},
		{
			ID: "invites.delete.member", Title: "Members cannot delete invites",
			Covers: destroy, Needs: with(admin, suite.KeyOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				s.Member().Delete(invite.Path()).Denied(lowLevel)
				s.Lists(s.Admin(), s.Org(suite.Invites), invite, true)
			},
		},
		{
			ID: "invites.delete.of_others", Title: "Administrators and owners delete one another's invites", Rules: []string{"invites.delete.gone"},
			Covers: append([]string{"invites_create"}, destroy...), Needs: with(admin, suite.KeyOf("owner")), Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.Made(suite.Invites, s.Owner().Post(s.Org(suite.Invites), silentInvite(s, suite.JSON{"level": 15})))
				s.Admin().Delete(made.Path()).Empty()
				s.Lists(s.Admin(), s.Org(suite.Invites), made, false)
				s.Owner().Delete(s.NewInvite(nil).Path()).Empty()
			},
		},
		{
			ID: "invites.delete.unknown", Title: "An invite that does not exist is not found",
			Covers: destroy, Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Admin().Delete(s.Org(suite.Invites, suite.Nowhere)).NotFound()
				s.Admin().Delete(s.Org(suite.Invites, "nothing")).NotFound()
			},
		},
	}
}
