package api

import (
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// openSession logs a user in and hands out the cookies. A session that was there
// ends: every login gets a new key and a new CSRF token.
func (c *call) openSession(user *world.User) {
	if c.Session != nil {
		c.tx.DeleteSession(c.Session)
	}
	now := c.now
	seen := *user
	seen.LastLogin = &now
	c.tx.PutUser(&seen)
	session := &world.Session{Key: c.sandbox.IDs.Alphanumeric(32), User: user.ID, LoggedInAt: c.now}
	c.tx.PutSession(session)
	c.setCookie(exchange.SessionCookie, session.Key, int(world.SessionAge.Seconds()), true)
	c.setCookie(exchange.CSRFCookie, c.sandbox.IDs.Alphanumeric(32), int(world.SessionAge.Seconds()), false)
}
