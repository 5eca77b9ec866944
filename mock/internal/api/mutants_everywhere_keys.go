package api

import (
	"net/http"
	"regexp"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Defects of where a key is looked for, and of how long what lets somebody in does so, planted at
// every operation.

// places are defects of where an operation looks for a key.
func places() []everywhere {
	const rule = "callers.everywhere_"
	withBody := bothOf(keyedOperation, readsObject)
	return []everywhere{
		{"prefers_queries", "a key in the query wins over the one in the header.", rule + "key_in_header", keyedOperation, func(o *spec.Operation) defect {
			return findKeyBy(o.ID, (*call).keyInQuery)
		}},
		{"skips_bodies", "a key in the query wins over the one in the body.", rule + "key_in_body", withBody, func(o *spec.Operation) defect {
			return findKeyBy(o.ID, func(c *call) (value, source string) {
				if c.request.Header.Get("Authorization") != "" {
					return "", ""
				}
				return c.keyInQuery()
			})
		}},
		{"ignores_queries", "a key in the query is not looked at.", rule + "key_in_query", keyedOperation, func(o *spec.Operation) defect {
			return aroundAuthentication(o.ID, func(c *call, next func(*call) error) error {
				err := next(c)
				if _, source := c.findKey(); source == "query string" {
					c.Caller = exchange.Caller{}
					return rest.ErrNotAuthenticated
				}
				return err
			})
		}},
		{"reads_any_case", "the word before a key may be in any case.", rule + "key_scheme", keyedOperation, func(o *spec.Operation) defect {
			return findKeyBy(o.ID, func(c *call) (value, source string) {
				if match := anyBearer.FindStringSubmatch(c.request.Header.Get("Authorization")); match != nil {
					return match[1], "Authorization header"
				}
				return "", ""
			})
		}},
		{"prefers_sessions", "a session wins over a key.", rule + "key_or_session", keyedOperation, preferSessions},
		{"forgets_keys", "a session wins over a key, which would be refused.", rule + "key_and_session", sessionOperation, preferSessions},
	}
}

var anyBearer = regexp.MustCompile(`(?i)^bearer\s+(\S.+)$`)

// keyInQuery is the key in the query.
func (c *call) keyInQuery() (value, source string) {
	if key, ok := c.query.Get("personal_api_key"); ok {
		return key, "query string"
	}
	return "", ""
}

// aroundAuthentication does something in place of finding out who calls an operation.
func aroundAuthentication(id string, do func(c *call, next func(*call) error) error) defect {
	return ofOperations([]string{id}, aroundStage("authenticate", func(c *call, next func(*call) error) error {
		if !isOperation(id)(c) {
			return next(c)
		}
		return do(c, next)
	}))
}

// findKeyBy takes another key than the right one, where there is one.
func findKeyBy(id string, find func(c *call) (value, source string)) defect {
	return aroundAuthentication(id, func(c *call, next func(*call) error) error {
		value, source := find(c)
		if source == "" || value == "" {
			return next(c)
		}
		c.Caller = exchange.Caller{}
		return c.useKey(value, source)
	})
}

// preferSessions looks at the session first.
func preferSessions(o *spec.Operation) defect {
	return aroundAuthentication(o.ID, func(c *call, next func(*call) error) error {
		c.Caller = exchange.Caller{}
		if err := c.useSession(); err == nil && c.User != nil {
			return nil
		}
		return next(c)
	})
}

// endings are defects of secrets that are over, and still let somebody in.
func endings() []everywhere {
	anySession := func(o *spec.Operation) bool { return keyedOperation(o) || sessionOperation(o) }
	return []everywhere{
		{"takes_ended_keys", "a key that is over may.", "callers.everywhere_ended_key", keyedOperation, takeEndedKeys},
		{"takes_ended_sessions", "a session that was logged out may.", "callers.everywhere_ended_session", anySession, takeEndedSessions},
		{"lets_former_members_in", "who has left may.", "callers.everywhere_left", keyedOperation, admitFormerMembers},
	}
}

// remembering does something at every call whose stage is passed, and something else at those of
// an operation that are refused.
func remembering(stage, id string, passed func(c *call, known *sync.Map), refused func(c *call, known *sync.Map) bool) defect {
	return func(t *Tables) {
		var known sync.Map // of this server
		ofOperations([]string{id}, aroundStage(stage, func(c *call, next func(*call) error) error {
			err := next(c)
			switch {
			case err == nil:
				passed(c, &known)
			case isOperation(id)(c) && refused(c, &known):
				return nil
			}
			return err
		}))(t)
	}
}

// takeEndedKeys goes on taking keys that were right once.
func takeEndedKeys(o *spec.Operation) defect {
	return remembering("authenticate", o.ID, func(c *call, known *sync.Map) {
		if c.Key != nil {
			known.Store(c.Key.Value, c.Key)
		}
	}, func(c *call, known *sync.Map) bool {
		value, _ := c.findKey()
		old, was := known.Load(value)
		if key, ok := old.(*world.Key); was && ok {
			c.Key = key
			c.User, was = c.view.User(key.User)
		}
		return was
	})
}

// takeEndedSessions goes on taking sessions that were open once.
func takeEndedSessions(o *spec.Operation) defect {
	cookie := func(c *call) string {
		if cookie, err := c.request.Cookie(exchange.SessionCookie); err == nil {
			return cookie.Value
		}
		return ""
	}
	return remembering("authenticate", o.ID, func(c *call, known *sync.Map) {
		if c.Session != nil {
			known.Store(cookie(c), c.Session)
		}
	}, func(c *call, known *sync.Map) bool {
		old, was := known.Load(cookie(c))
		if session, ok := old.(*world.Session); was && ok {
			c.Session = session
			c.User, was = c.view.User(session.User)
		}
		return was
	})
}

// admitFormerMembers goes on taking who was a member once for one.
func admitFormerMembers(o *spec.Operation) defect {
	type place struct {
		user         int
		organization string
	}
	return remembering("membership", o.ID, func(c *call, known *sync.Map) {
		if c.membership != nil {
			known.Store(place{c.membership.User, c.membership.Organization}, c.membership)
		}
	}, func(c *call, known *sync.Map) bool {
		old, was := known.Load(place{c.User.ID, c.organization.ID})
		if was {
			c.membership, was = old.(*world.Membership)
		}
		return was
	})
}

// inviteEndings let links of invites lead on that are over.
func inviteEndings() (rows []mutantRow) {
	for _, o := range operationsEverywhere() {
		if o.Tag == "signup" || o.ID == "signup_create" || o.ID == "signup_retrieve" {
			rows = append(rows, mutantRow{
				"invites.takes_ended_links." + o.ID, o.ID + ": the link of an invite that is over leads on.", "invites.accept.everywhere_ended", takeEndedLinks(o.ID),
			})
		}
	}
	return rows
}

// takeEndedLinks remembers invites that were withdrawn or replaced, and answers as if they were
// there.
func takeEndedLinks(id string) defect {
	return func(t *Tables) {
		var known sync.Map // of this server
		remember := func(c *call, previous *world.World) {
			previous.Invites(c.organization.ID).All(func(i *world.Invite) bool { known.Store(i.ID, i); return true })
		}
		for _, ends := range []string{"invites_create", "invites_destroy"} {
			afterWithPrevious(ends, remember)(t)
		}
		around(id, func(c *call, next action) (int, error) {
			status, err := next(c)
			old, was := known.Load(c.uuid("invite_id"))
			if invite, ok := old.(*world.Invite); was && ok && hasCode(err, "invalid_input") {
				c.out.Reset()
				c.out.Object()
				c.out.Key("id").String(invite.ID)
				c.out.Key("target_email").String(invite.TargetEmail)
				c.out.End()
				return http.StatusOK, nil
			}
			return status, err
		})(t)
	}
}
