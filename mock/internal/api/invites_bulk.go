package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// maxBulkInvites is how many invites a single request may make.
const maxBulkInvites = 20

var (
	errNotInvites     = rest.InvalidInput("This endpoint needs an array of data for bulk invite creation.")
	errTooManyInvites = rest.Invalid("max_length", "A maximum of 20 invites can be sent in a single request.")
)

// bulkInvite makes all the invites of a list, or none, one after the other: an
// address that is there twice keeps its last invite, and mail about each. The real
// server fails with a 500 on a number or null in place of the list; here they are
// refused as every other value is.
// Source: OrganizationInviteViewSet.bulk in posthog/api/organization_invite.py.
func (c *call) bulkInvite() (int, error) {
	if err := c.checkMayInvite(); err != nil {
		return 0, err
	}
	in, err := c.parse()
	if err != nil {
		return 0, err
	}
	items, ok := in.Items()
	switch {
	case !ok:
		return 0, errNotInvites
	case len(items) > maxBulkInvites:
		return 0, errTooManyInvites
	}
	list, err := c.api.inviteSerializer.ValidateList(c, items, rest.Mode{})
	if err != nil {
		return 0, err
	}
	invites := make([]*world.Invite, len(list))
	for i, attrs := range list {
		if invites[i], err = c.invite(attrs); err != nil {
			return 0, err
		}
	}
	c.out.Array()
	for _, invite := range invites {
		c.writeInvite(invite)
	}
	c.out.EndArray()
	return http.StatusCreated, nil
}
