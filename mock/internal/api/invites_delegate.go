package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Delegating the set-up of an organization to somebody else.
//
// The server's view is not in the sources at hand. Fields and answers follow its
// generated types (frontend/src/generated), the rest its
// posthog/models/onboarding_delegation.py and posthog/models/organization_invite.py.
// Decided here, where they are silent: who may invite at all is as for other
// invites; a caller below the administrator that is invited gets the refusal of
// invites above one's level; the address of a member is refused; a delegation that
// is pending is answered with 200.

func delegateBindings() []rest.Binding[struct{}, *call] {
	return []rest.Binding[struct{}, *call]{
		{Name: "target_email", Check: lowerCase},
		{Name: "message"},
		{Name: "step_at_delegation"},
	}
}

// delegateSetup invites an administrator in the caller's place. Each caller has one
// delegation at a time: one that is pending here stays and is the answer, whatever
// was sent; one that is pending in another organization is withdrawn.
func (c *call) delegateSetup() (int, error) {
	if err := c.checkMayInvite(); err != nil {
		return 0, err
	}
	attrs, err := validate(c, c.api.delegateSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	if c.membership.Level < world.Administrator {
		return 0, errInviteLevel
	}
	if pending, ok := c.pendingDelegation(c.organization.ID); ok {
		c.writeInvite(pending)
		return http.StatusOK, nil
	}
	invite := c.newInvite(attrs)
	invite.Level, invite.SetupDelegation = world.Administrator, true
	if c.isMember(invite.TargetEmail) {
		return 0, errAlreadyMember
	}
	c.withdrawDelegations()
	c.replaceInvites(invite, true)
	c.writeInvite(invite)
	return http.StatusCreated, nil
}

// pendingDelegation finds the caller's delegation in an organization that can still
// be accepted.
func (c *call) pendingDelegation(organization string) (pending *world.Invite, ok bool) {
	c.view.Invites(organization).All(func(i *world.Invite) bool {
		if i.SetupDelegation && i.CreatedBy == c.User.ID && !i.Expired(c.now) {
			pending, ok = i, true
		}
		return !ok
	})
	return pending, ok
}

// withdrawDelegations takes back what the caller delegated elsewhere.
func (c *call) withdrawDelegations() {
	for _, membership := range c.view.MembershipsOf(c.User.ID) {
		if pending, ok := c.pendingDelegation(membership.Organization); ok {
			c.tx.DeleteInvite(pending)
		}
	}
}
