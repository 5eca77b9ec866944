package scenarios

import (
	"fmt"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// inviting is a sandbox with limits, and invites into the target's organization there. Bodies
// that are refused count as well, so that most of what is sent makes nothing.
type inviting struct {
	*suite.S
	beside  *suite.Beside
	session *suite.Caller // of the administrator, who logged in before the sandbox was made
}

func newInviting(s *suite.S) inviting {
	i := inviting{S: s, session: s.Session("admin")}
	i.beside = s.Beside()
	limits := i.beside.Put("rate-limits", suite.JSON{"mode": "enforce"})
	if limits.Get("invites_per_hour").Int() == 0 { // a fake that was told to limit no invites is told to, here
		inADay := 100
		if s.Has(spec.MoreInvites) {
			inADay = 200
		}
		i.beside.Put("rate-limits", suite.JSON{"mode": "enforce", "invites_per_hour": 50, "invites_per_day": inADay, "delegations_per_hour": 10})
	}
	return i
}

// as is a caller who may be too fast.
func (i inviting) as(c *suite.Caller) *suite.Caller { return i.beside.As(c).Impatient() }

// bad sends a bulk of so many invites, none of which can be made.
func (i inviting) bad(c *suite.Caller, count int) *suite.Response {
	list := make([]suite.JSON, count)
	for n := range list {
		list[n] = suite.JSON{}
	}
	return i.as(c).Post(i.Org(suite.Invites, "bulk"), list)
}

// count has the organization use up so many invites.
func (i inviting) count(count int) {
	for ; count > 0; count -= 10 {
		i.bad(i.Admin(), min(10, count)).Status(400)
	}
}

// throttled wants a refusal for being too many.
func throttled(answer *suite.Response) {
	answer.Refused(429, "throttled", "Request was throttled. Expected available in "+answer.Header("Retry-After")+" seconds.", "")
}

// invitesLimits: how many may be invited. It takes hours to try, by a clock that can be set.
func invitesLimits() []suite.Scenario {
	needs := with(adminSession, suite.ControlPlane, suite.KeyOf("owner"))
	both := []string{"invites_create", "invites_bulk_create"}
	return []suite.Scenario{
		{
			ID: "invites.limits.hour", Title: "An organization invites 50 an hour, whoever invites, by key or in a session",
			Covers: both, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				i := newInviting(s)
				i.count(30)
				i.bad(i.session, 10).Status(400)
				i.bad(s.Owner(), 9).Status(400)
				i.as(s.Admin()).Post(s.Org(suite.Invites), silentInvite(s, nil)).Status(201)
				for _, caller := range []*suite.Caller{s.Admin(), s.Owner(), i.session} {
					throttled(i.as(caller).Post(s.Org(suite.Invites), silentInvite(s, nil)))
				}
				throttled(i.bad(s.Owner(), 1))
				i.as(s.Admin()).Get(s.Org(suite.Invites)).Status(200)
				i.beside.Advance("1h")
				i.as(s.Admin()).Post(s.Org(suite.Invites), silentInvite(s, nil)).Status(201)
			},
		},
		{
			ID: "invites.limits.refused_count", Title: "An invite that is refused counts as one that is made",
			Covers: []string{"invites_create"}, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				i := newInviting(s)
				i.count(49)
				i.as(s.Admin()).Post(s.Org(suite.Invites), suite.JSON{"target_email": "nobody"}).Status(400)
				throttled(i.as(s.Admin()).Post(s.Org(suite.Invites), suite.JSON{"target_email": "nobody"}))
			},
		},
		{
			ID: "invites.limits.whole", Title: "A bulk that would go over the limit is refused whole",
			Covers: append([]string{"invites_list"}, both...), Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				i := newInviting(s)
				i.count(48)
				three := []suite.JSON{silentInvite(s, nil), silentInvite(s, nil), silentInvite(s, nil)}
				throttled(i.as(s.Admin()).Post(bulkPath(s), three))
				listed := i.as(s.Admin()).All(s.Org(suite.Invites))
				s.Expect(listed.Body()).NotTo(gomega.ContainSubstring(fmt.Sprint(three[0]["target_email"])))
				i.beside.Advance("1h")
				i.as(s.Admin()).Post(bulkPath(s), three).Status(201).Has("#", 3)
			},
		},
		inADay("invites.limits.day_100", "An organization invites 100 a day", 100, suite.Scenario{Until: spec.June2026}),
		inADay("invites.limits.day_200", "An organization invites 200 a day", 200, suite.Scenario{From: spec.September2026}),
		{
			ID: "invites.limits.delegations", Title: "Somebody delegates the set-up ten times an hour, which does not count as inviting",
			Covers: []string{"invites_delegate_create", "invites_create"}, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				i := newInviting(s)
				for range 10 {
					i.as(s.Admin()).Post(delegatePath(s), suite.JSON{}).Status(400)
				}
				throttled(i.as(s.Admin()).Post(delegatePath(s), suite.JSON{}))
				i.as(s.Owner()).Post(delegatePath(s), suite.JSON{}).Status(400)
				i.as(s.Admin()).Post(s.Org(suite.Invites), suite.JSON{}).Status(400)
				i.beside.Advance("1h")
				i.as(s.Admin()).Post(delegatePath(s), suite.JSON{}).Status(400)
			},
		},
	}
}

// inADay makes the scenario of a limit of a day: fifty in each hour, until none is left.
func inADay(id, title string, limit int, scenario suite.Scenario) suite.Scenario {
	scenario.ID, scenario.Title, scenario.Covers = id, title, []string{"invites_create", "invites_bulk_create"}
	scenario.Needs, scenario.Access, scenario.Aspect = with(adminSession, suite.ControlPlane), suite.Write, suite.Validation
	scenario.Run = func(s *suite.S) {
		i := newInviting(s)
		hours := limit / 50
		for range hours {
			i.count(50)
			i.beside.Advance("1h")
		}
		throttled(i.bad(s.Admin(), 1))
		i.beside.Advance("23h") // the first of them are forgotten, and what was refused never counted here
		i.as(s.Admin()).Post(s.Org(suite.Invites), silentInvite(s, nil)).Status(201)
	}
	return scenario
}
