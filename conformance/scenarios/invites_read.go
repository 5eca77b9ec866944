package scenarios

import (
	"sort"
	"time"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// longerThanAMoment is a time by which what counts days in seconds would be over.
const longerThanAMoment = 4 * time.Second

func invitesRead() []suite.Scenario {
	list := []string{"invites_list"}
	return []suite.Scenario{
		{
			ID: "invites.list.holds_new", Title: "The list holds what was created",
			Covers: list, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) { s.Lists(s.Admin(), s.Org(suite.Invites), s.NewInvite(nil), true) },
		},
		{
			ID: "invites.list.newest_first", Title: "Invites are listed newest first",
			Covers: list, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewInvite(nil)
				s.NewInvite(nil)
				var times []string
				for _, at := range s.Admin().All(s.Org(suite.Invites)).Get("results.#.created_at").Array() {
					times = append(times, at.Time().UTC().Format("2006-01-02T15:04:05.000000"))
				}
				s.Expect(sort.SliceIsSorted(times, func(i, j int) bool { return times[i] > times[j] })).To(gomega.BeTrue(), "%v", times)
			},
		},
		{
			ID: "invites.list.expired", Title: "Of all invites those are expired that are older than three days", Rules: []string{"invites.expiry.after_three_days"},
			Covers: list, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				const day, around = 24 * time.Hour, time.Hour // how a clock may differ
				answer := s.Admin().All(s.Org(suite.Invites))
				now, ok := answer.ToldAt()
				if !ok {
					s.CannotRun("the target does not say in its answers what time it is")
				}
				for _, invite := range answer.Get("results").Array() {
					age := now.Sub(invite.Get("created_at").Time())
					if age < 3*day-around || age > 3*day+around {
						s.Expect(invite.Get("is_expired").Bool()).To(gomega.Equal(age > 3*day), "is_expired of the invite of %s, %s ago", invite.Get("created_at"), age)
					}
				}
			},
		},
		{
			ID: "invites.list.member", Title: "Members can read invites",
			Covers: list, Needs: []suite.Need{suite.KeyOf("member")}, Access: suite.Read, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Member().Get(s.Org(suite.Invites)).Status(200) },
		},
		{
			ID: "invites.retrieve.impossible", Title: "A single invite cannot be read",
			Covers: list, Needs: adminSession, Access: suite.Write, Aspect: suite.Protocol,
			Run: func(s *suite.S) {
				s.Session("admin").Get(s.NewInvite(nil).Path()).Refused(405, "method_not_allowed", `Method "GET" not allowed.`, "")
			},
		},
		{
			ID: "invites.update.impossible", Title: "An invite cannot be changed",
			Covers: list, Needs: adminSession, Access: suite.Write, Aspect: suite.Protocol,
			Run: func(s *suite.S) {
				s.Session("admin").Patch(s.NewInvite(nil).Path(), suite.JSON{"level": 8}).Refused(405, "method_not_allowed", `Method "PATCH" not allowed.`, "")
			},
		},
		{
			ID: "invites.expiry.lasts", Title: "An invite is good for longer than a moment",
			Covers: append([]string{"signup_retrieve"}, list...), Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				later := func(c *suite.Caller) *suite.Caller { return c }
				if s.Target().Control != "" {
					beside := s.Beside()
					beside.Advance("1h")
					later = beside.As
				} else {
					s.Lapse(longerThanAMoment)
				}
				later(s.Admin()).All(s.Org(suite.Invites)).Has(row(invite.ID)+".is_expired", false)
				later(s.Anonymous()).Get(suite.SignupPath(invite)).Status(200)
			},
		},
		{
			ID: "invites.expiry.after_three_days", Title: "An invite expires after three days",
			Covers: list, Needs: with(admin, suite.ControlPlane), Access: suite.Read,
			Run: func(s *suite.S) {
				for _, invite := range s.Admin().All(s.Org(suite.Invites)).Get("results").Array() {
					age := s.Now().Sub(invite.Get("created_at").Time())
					if off := age - 72*hour; off > -hour && off < hour {
						continue // too close to tell
					}
					s.Expect(invite.Get("is_expired").Bool()).To(gomega.Equal(age > 72*hour), "created at %s", invite.Get("created_at"))
				}
			},
		},
	}
}
