package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Delegating the set-up of an organization to somebody else.
// Source: the action delegate of posthog/api/organization_invite.py (a branch: the text that
// was merged may differ); posthog/models/onboarding_delegation.py.
//
// Who has delegated is marked by the real server as having skipped the onboarding. Nothing
// of this API shows that, so it is not kept.

// The refusals of delegations, in the order in which they are checked.
var (
	errDelegateLevel  = rest.PermissionDenied("Only organization admins can delegate setup, as delegation grants admin access.")
	errSelfDelegation = rest.Invalid("self_delegation", "You cannot delegate setup to yourself.")
	errDelegateMember = rest.Invalid("existing_member", "A user with this email address is already a member of this organization. Choose a different teammate to invite.")
	errDelegateInvite = rest.Invalid("existing_invite", "There is already a pending invite for this email. Cancel it first if you want to delegate setup.")
)

// delegateBindings are the properties of a delegation, with their rules.
func delegateBindings() []rest.Binding[struct{}, *call] {
	return []rest.Binding[struct{}, *call]{
		{Name: "target_email", Text: refusePlusAddress, Check: checkInvitedAddress},
		{Name: "message", Text: refuseMessage},
		{Name: "step_at_delegation"},
	}
}

// delegateSetup invites an administrator in the caller's place.
func (c *call) delegateSetup() (int, error) {
	attrs, err := validate(c, c.api.delegateSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	invite := c.newInvite(attrs)
	if err := c.checkDelegation(invite.TargetEmail); err != nil {
		return 0, err
	}
	invite.Level, invite.SetupDelegation = world.Administrator, true
	c.replaceInvites(invite, true)
	c.writeInvite(invite)
	return http.StatusCreated, nil
}

// checkDelegation refuses whoever may not delegate to an address.
func (c *call) checkDelegation(email string) error {
	switch {
	case c.membership.Level < world.Administrator:
		return errDelegateLevel
	case strings.ToLower(c.User.Email) == email:
		return errSelfDelegation
	case c.isMember(email):
		return errDelegateMember
	case slices.ContainsFunc(c.view.InvitesTo(c.organization.ID, email), func(i *world.Invite) bool { return !i.Expired(c.now) }):
		return errDelegateInvite
	}
	return nil
}
