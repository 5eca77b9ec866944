package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// findJoined finds the user who has accepted the invite of the path, and the invite.
func findJoined(c *call, previous *world.World) (*world.User, *world.Invite, bool) {
	invite, ok := previous.InviteByID(c.uuid("invite_id"))
	if !ok {
		return nil, nil, false
	}
	user, ok := c.view.UserByEmail(invite.TargetEmail)
	return user, invite, ok
}

// afterSignup does something more once an invite was accepted.
func afterSignup(do func(c *call, previous *world.World, user *world.User, invite *world.Invite)) defect {
	return afterWithPrevious("signup_create", func(c *call, previous *world.World) {
		if user, invite, ok := findJoined(c, previous); ok {
			do(c, previous, user, invite)
		}
	})
}

// signupMutants are about accepting invites.
func signupMutants() []mutantRow {
	const accept, look = "signup_create", "signup_retrieve"
	return []mutantRow{
		{"invites.accept.hidden", "The link does not tell whom it invites.", "invites.accept.look", replaceText(look, `"target_email"`, `"email"`)},
		{"invites.accept.unknown", "A link that leads nowhere is 404.", "invites.accept.link_gone", changeStatus(look, 400, 404)},
		{"invites.accept.anybody", "Whoever is logged in may use the link.", "invites.accept.recipient",
			before(accept, func(c *call) {
				if i, err := c.inviteByLink(); err == nil && c.Session != nil {
					own := *c.User
					own.Email = i.TargetEmail
					c.User = &own
				}
			})},
		{"invites.accept.expired", "An expired invite can be accepted.", "invites.accept.expired", before(accept, func(c *call) { c.now = c.now.Add(-10 * 24 * time.Hour) })},
		{"invites.accept.expired_look", "An expired invite can be looked at.", "invites.accept.expired", before(look, func(c *call) { c.now = c.now.Add(-10 * 24 * time.Hour) })},
		{"invites.accept.no_member", "Who accepts is no member.", "invites.accept.joins",
			afterSignup(func(c *call, _ *world.World, user *world.User, invite *world.Invite) {
				if m, ok := c.view.Membership(user.ID, invite.Organization); ok {
					c.tx.DeleteMembership(m)
				}
			})},
		{"invites.accept.no_session", "Who signs up is not logged in.", "invites.accept.joins",
			changeAnswerWithStatus(accept, 201, func(a *mutant.Response) { a.Header.Del("Set-Cookie") })},
		{"invites.accept.level", "Who joins is a member, whatever the invite says.", "invites.accept.level",
			afterSignup(func(c *call, _ *world.World, user *world.User, invite *world.Invite) {
				if m, ok := c.view.Membership(user.ID, invite.Organization); ok {
					own := *m
					own.Level = world.Member
					c.tx.PutMembership(&own)
				}
			})},
		{"invites.accept.password", "The password that was chosen is not kept.", "invites.accept.password",
			afterSignup(func(c *call, _ *world.World, user *world.User, _ *world.Invite) {
				own := *user
				own.Password = "understudy-other"
				c.tx.PutUser(&own)
			})},
		{"invites.accept.not_used_up", "An invite stays after it was accepted.", "invites.accept.once",
			afterSignup(func(c *call, _ *world.World, _ *world.User, invite *world.Invite) { c.tx.PutInvite(invite) })},
		{"invites.accept.not_current", "The organization does not become the current one.", "invites.accept.user_joins",
			afterSignup(func(c *call, previous *world.World, user *world.User, _ *world.Invite) {
				if old, ok := previous.User(user.ID); ok {
					c.tx.PutUser(old)
				}
			})},
		{"invites.accept.no_csrf", "A session needs no CSRF token to accept.", "sessions.csrf.token_required",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if !isOperation(accept)(c) {
					return next(c)
				}
				sent, reading := c.request, *c.request
				reading.Method = http.MethodGet
				c.request = &reading
				defer func() { c.request = sent }()
				return next(c)
			})},
		{"invites.accept.second_account", "Who has an account gets a second one.", "invites.accept.account_taken",
			around(accept, func(c *call, next action) (int, error) {
				status, err := next(c)
				if refusal, ok := errors.AsType[*rest.Error](err); ok && strings.Contains(refusal.Detail, "already exists an account") {
					c.out.Object()
					c.out.Key("redirect_url").String("/")
					c.out.End()
					return http.StatusCreated, nil
				}
				return status, err
			})},
		{"invites.accept.no_grants", "Project access is not given.", "invites.accept.grants",
			afterSignup(func(c *call, previous *world.World, _ *world.User, invite *world.Invite) {
				for _, access := range invite.ProjectAccess {
					if p, ok := previous.Project(access.Project); ok {
						c.tx.PutProject(p)
					}
				}
			})},
		{"invites.accept.unannounced", "Nobody is told who joined.", "invites.accept.announced", around(accept, withoutMail)},
		{"invites.accept.short_password", "A password has any length.", "invites.accept.password_length", dropCheck("InviteSignup", "password")},
		{"invites.accept.null_password", "A null password is none.", "invites.accept.password_required", nullable("InviteSignup", "password")},
		{"invites.accept.long_name", "A name has any length.", "invites.accept.name_length", maxLength("InviteSignup", "first_name", 0)},
		{"invites.accept.blank_name", "A name may be blank.", "invites.accept.name_required", blankable("InviteSignup", "first_name", true)},
		{"invites.accept.status", "Accepting answers 200.", "invites.accept.joins", changeStatus(accept, 201, 200)},
		{"invites.accept.raced", "Accepted at the same time, an invite makes several members.", "invites.accept.once", staleRead(accept)},
		{"invites.accept.default_role", "New members do not get the default role.", "invites.accept.default_role",
			afterSignup(func(c *call, _ *world.World, user *world.User, invite *world.Invite) {
				for _, m := range c.view.RolesOf(invite.Organization, user.ID) {
					c.tx.DeleteRoleMembership(m)
				}
			})},
	}
}
