package api

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Accepting an invite: who holds its link joins, as the user of the session or as a
// new user. Keys do not count here.
// Source: InviteSignupViewset and InviteSignupSerializer in posthog/api/signup.py,
// OrganizationInvite.validate and use in posthog/models/organization_invite.py.
//
// A deployment that can send mail has new users confirm their address before it logs
// them in, unless that is switched off for them. The fake behaves as with it switched
// off: who signs up is logged in at once. Of the passwords only the length is
// checked; a deployment may refuse ones that are easy to guess, too.

// signupHandlers are the operations of accepting an invite.
func signupHandlers() map[string]handler {
	return map[string]handler{
		"signup_retrieve": {do: (*call).showInvite},
		"signup_create":   {do: (*call).acceptInvite},
	}
}

var (
	errNoInvite       = rest.InvalidInput("The provided invite ID is not valid.")
	errWrongRecipient = rest.Invalid("invalid_recipient", "This invite is intended for another email address.")
	errInviteExpired  = rest.Invalid("expired", "This invite has expired. Please ask your admin for a new one.")
	errAlreadyJoined  = rest.Invalid("user_already_member", "You already are a member of this organization.")
	errSSOEnforced    = rest.Invalid("sso_enforced", "Sign up with a password is disabled because SSO login is enforced for this domain. Please log in with your SSO credentials.")
	errPasswordShort  = rest.Invalid("password_too_short", "This password is too short. It must contain at least 8 characters.")
	errSignupMissing  = rest.Invalid("required", "This field is required.")
)

// minPassword is how many characters a password must have.
const minPassword = 8

// signupBindings are what an invite is accepted with, with the rules.
func signupBindings() []rest.Binding[struct{}, *call] {
	return []rest.Binding[struct{}, *call]{
		{Name: "first_name", Text: refuseName},
		{Name: "password", Check: checkPassword},
		{Name: "role_at_organization"},
	}
}

// checkPassword wants a password that is long enough.
func checkPassword(_ *call, value any) (any, error) {
	if pytext.Len(value.(string)) < minPassword {
		return nil, errPasswordShort
	}
	return value, nil
}

// showInvite tells who holds the link what it leads to, or why it leads nowhere.
func (c *call) showInvite() (int, error) {
	invite, err := c.inviteByLink()
	if err != nil {
		return 0, err
	}
	if err := c.checkRecipient(invite, c.sessionUser()); err != nil {
		return 0, err
	}
	organization, _ := c.view.Organization(invite.Organization)
	c.out.Object()
	c.out.Key("id").String(invite.ID)
	c.out.Key("target_email").String(invite.TargetEmail)
	c.out.Key("first_name").String(invite.FirstName)
	c.out.Key("organization_name").String(organization.Name)
	c.out.End()
	return http.StatusOK, nil
}

// inviteByLink finds the invite of the path, in whichever organization.
func (c *call) inviteByLink() (*world.Invite, error) {
	id, err := uuid.Parse(c.param("invite_id"))
	if err != nil {
		return nil, errNoInvite // the real server fails on some of these with a 500
	}
	invite, ok := c.view.InviteByID(id.String())
	if !ok {
		return nil, errNoInvite
	}
	return invite, nil
}

// sessionUser is the user of the session, nil without one.
func (c *call) sessionUser() *world.User {
	if c.Session == nil {
		return nil
	}
	return c.User
}

// checkRecipient tells why a user, or somebody who is none yet, cannot accept.
func (c *call) checkRecipient(invite *world.Invite, user *world.User) error {
	if user != nil && strings.ToLower(user.Email) != invite.TargetEmail {
		return errWrongRecipient
	}
	if invite.Expired(c.now) {
		return errInviteExpired
	}
	if user == nil {
		if _, taken := c.view.UserByEmail(invite.TargetEmail); taken {
			return rest.Invalid("account_exists", "/login?next=/signup/"+invite.ID)
		}
		return nil
	}
	if _, member := c.view.Membership(user.ID, invite.Organization); member {
		return errAlreadyJoined
	}
	return nil
}

// acceptInvite makes a member. It is all or nothing: a refusal leaves no user behind.
func (c *call) acceptInvite() (int, error) {
	attrs, err := validate(c, c.api.signupSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	user := c.sessionUser()
	if user == nil {
		if err := checkNewUser(attrs); err != nil {
			return 0, err
		}
	}
	invite, err := c.inviteByLink()
	if err != nil {
		return 0, err
	}
	isNew := user == nil
	if isNew {
		if user, err = c.newUser(invite, attrs); err != nil {
			return 0, err
		}
	}
	if err := c.checkRecipient(invite, user); err != nil {
		return 0, err
	}
	user = c.redeemInvite(user, invite)
	if isNew {
		c.openSession(user)
	}
	c.writeSignup(user)
	return http.StatusCreated, nil
}

// checkNewUser wants what only a new user must send.
func checkNewUser(attrs *rest.Attrs) error {
	for _, field := range []string{"first_name", "password"} {
		if !attrs.Has(field) {
			return errSignupMissing.On(field)
		}
	}
	return nil
}

// newUser makes the user whom an invite names.
func (c *call) newUser(invite *world.Invite, attrs *rest.Attrs) (*world.User, error) {
	if c.view.SSOEnforcement(invite.TargetEmail) != "" {
		return nil, errSSOEnforced
	}
	if _, taken := c.view.UserByEmail(invite.TargetEmail); taken {
		return nil, rest.InvalidInput("There already exists an account with email address " + invite.TargetEmail + ". Please log in instead.")
	}
	user := &world.User{
		ID: c.tx.NextUserID(), UUID: c.sandbox.IDs.UUID(c.now), DistinctID: c.sandbox.IDs.Alphanumeric(43),
		Email: invite.TargetEmail, JoinedAt: c.now,
	}
	rest.Set(attrs, "first_name", &user.FirstName)
	rest.Set(attrs, "password", &user.Password)
	rest.Set(attrs, "role_at_organization", &user.RoleAtOrganization)
	c.tx.PutUser(user)
	return user, nil
}

// redeemInvite makes a user a member as an invite says, and uses up every invite to the
// address.
func (c *call) redeemInvite(user *world.User, invite *world.Invite) *world.User {
	organization, _ := c.view.Organization(invite.Organization) // invites go with theirs
	joined := c.tx.Join(user, organization, invite.Level, c.now, c.sandbox.IDs)
	c.grantProjects(joined, invite)
	for _, spent := range c.view.InvitesTo(invite.Organization, invite.TargetEmail) {
		c.tx.DeleteInvite(spent)
	}
	c.announceMember(joined, invite.Organization)
	return joined
}

// grantProjects gives the access that comes with an invite. Projects that are gone
// are passed over.
func (c *call) grantProjects(user *world.User, invite *world.Invite) {
	for _, access := range invite.ProjectAccess {
		project, ok := c.view.Project(access.Project)
		if ok && project.Organization == invite.Organization {
			c.tx.PutProject(project.WithGrant(user.ID, access.Level))
		}
	}
}

// writeSignup writes who has joined, and where the browser goes on.
func (c *call) writeSignup(user *world.User) {
	c.out.Object()
	writeUserProperties(&c.out, user)
	c.out.Key("redirect_url").String("/")
	c.out.End()
}
