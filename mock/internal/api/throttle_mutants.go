package api

import (
	"bytes"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// limiter counts a request against the limit of its operation.
type limiter = func(c *call, limits *ratelimit.Policy) (wait time.Duration, refused bool)

// changeLimit changes how operations count against their limit.
func changeLimit(ids []string, change func(next limiter) limiter) defect {
	return forEach(ids, func(id string) defect {
		return changeHandler(id, func(h *handler) { h.limit = change(h.limit) })
	})
}

// sentInvites is how many invites a request asks for.
func (c *call) sentInvites() int {
	if in, err := c.parse(); err == nil {
		if items, ok := in.Items(); ok {
			return max(1, len(items))
		}
	}
	return 1
}

// otherInviteLimits are other limits of invites than the sandbox has, counted by key.
func otherInviteLimits(perHour, perDay int, key func(*call) string) defect {
	var mu sync.Mutex
	counting := map[*ratelimit.Policy]*ratelimit.Limiter{} // one for each sandbox and setting
	return changeLimit(inviteOperations, func(limiter) limiter {
		return func(c *call, limits *ratelimit.Policy) (time.Duration, bool) {
			mu.Lock()
			defer mu.Unlock()
			own, known := counting[limits]
			if !known {
				own = ratelimit.New(c.sandbox.Clock.Now, ratelimit.Window{Requests: perHour, Length: time.Hour}, ratelimit.Window{Requests: perDay, Length: 24 * time.Hour})
				counting[limits] = own
			}
			wait, allowed := own.Take(key(c), c.sentInvites())
			return wait, !allowed
		}
	})
}

// inviteOperations are those that count as inviting.
var inviteOperations = []string{"invites_create", "invites_bulk_create"}

// limitMutants are about how many may be invited, and what is seen of mail that fails.
func limitMutants() []mutantRow {
	const hour, bulk, delegate = "invites.limits.hour", "invites_bulk_create", "invites_delegate_create"
	organization := func(c *call) string { return c.organization.ID }
	unlimited := func(limiter) limiter {
		return func(*call, *ratelimit.Policy) (time.Duration, bool) { return 0, false }
	}
	return []mutantRow{
		{"invites.limits.none", "An organization invites as many as it likes.", hour, changeLimit(inviteOperations, unlimited)},
		{"invites.limits.one_more", "An organization invites 51 an hour.", hour, otherInviteLimits(51, 1000, organization)},
		{"invites.limits.one_less", "An organization invites 49 an hour.", hour, otherInviteLimits(49, 1000, organization)},
		{"invites.limits.by_user", "Everybody invites 50 an hour.", hour, otherInviteLimits(50, 1000, func(c *call) string { return c.User.Email })},
		{"invites.limits.keys_only", "In a session invites are not limited.", hour,
			changeLimit(inviteOperations, func(next limiter) limiter {
				return func(c *call, limits *ratelimit.Policy) (time.Duration, bool) {
					if c.Session != nil {
						return 0, false
					}
					return next(c, limits)
				}
			})},
		{"invites.limits.bulk_as_one", "A bulk counts as one invite.", hour,
			changeLimit([]string{bulk}, func(limiter) limiter { return (*call).limitInvite })},
		{"invites.limits.refused_free", "An invite that is refused does not count.", "invites.limits.refused_count",
			changeLimit([]string{"invites_create"}, func(next limiter) limiter {
				return func(c *call, limits *ratelimit.Policy) (time.Duration, bool) {
					if c.bodyText("target_email") == "nobody" {
						return 0, false
					}
					return next(c, limits)
				}
			})},
		{"invites.limits.in_part", "A bulk passes while there is room for one of its invites.", "invites.limits.whole",
			changeLimit([]string{bulk}, func(next limiter) limiter {
				return func(c *call, limits *ratelimit.Policy) (time.Duration, bool) {
					if wait, refused := c.limitInvite(limits); refused {
						return wait, true
					}
					_, _ = next(c, limits)
					return 0, false
				}
			})},
		{"invites.limits.whole_hour", "A bulk that goes over the limit uses up the hour.", "invites.limits.whole",
			changeLimit([]string{bulk}, func(next limiter) limiter {
				refused := textSet{}
				return func(c *call, limits *ratelimit.Policy) (time.Duration, bool) {
					key := c.sandbox.Name() + " " + c.organization.ID
					wait, over := next(c, limits)
					if over {
						refused.add(key)
					}
					return wait, over || refused.has(key)
				}
			})},
		{"invites.limits.as_later", "An organization invites 200 a day already.", "invites.limits.day_100", otherInviteLimits(50, 200, organization)},
		{"invites.limits.no_day", "Nobody counts the invites of a day.", "invites.limits.day_100", otherInviteLimits(50, 1000, organization)},
		{"invites.limits.as_before", "An organization still invites 100 a day.", "invites.limits.day_200", otherInviteLimits(50, 100, organization)},
		{"invites.limits.any_day", "Nobody counts how many are invited in a day.", "invites.limits.day_200", otherInviteLimits(50, 1000, organization)},
		{"invites.limits.delegations_free", "The set-up is delegated as often as somebody likes.", "invites.limits.delegations", changeLimit([]string{delegate}, unlimited)},
		{"invites.limits.delegations_count", "A delegation counts as an invite alone.", "invites.limits.delegations",
			changeLimit([]string{delegate}, func(limiter) limiter { return (*call).limitInvite })},

		{"invites.mail.down_refused", "While the mail server is down nobody is invited.", "invites.mail.server_down",
			before("invites_create", func(c *call) {
				if c.view.MailMode() == world.MailDown {
					panic("the mail server is down")
				}
			})},
		{"invites.mail.down_untried", "An invite that could not be sent says that nobody tried.", "invites.mail.server_down",
			around("invites_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if c.view.MailMode() == world.MailDown {
					said := bytes.ReplaceAll(c.out.Bytes(), []byte(`"emailing_attempt_made":true`), []byte(`"emailing_attempt_made":false`))
					c.out.Reset()
					c.out.Raw(said)
				}
				return status, err
			})},
	}
}
