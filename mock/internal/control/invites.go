package control

import (
	"errors"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// inviteRow represents an invite.
type inviteRow struct {
	ID           string    `json:"id"`
	Organization string    `json:"organization"`
	TargetEmail  string    `json:"target_email"`
	FirstName    string    `json:"first_name"`
	Level        int       `json:"level"`
	Message      *string   `json:"message"`
	CreatedBy    string    `json:"created_by"` // an e-mail; "" is nobody
	CreatedAt    time.Time `json:"created_at"`
	ExpiresAt    time.Time `json:"expires_at"`
	IsExpired    bool      `json:"is_expired"`
	// Link is where the invite is accepted.
	Link string `json:"link"`
}

func showInviteRow(c *call, i *world.Invite) inviteRow {
	return inviteRow{
		ID: i.ID, Organization: i.Organization, TargetEmail: i.TargetEmail, FirstName: i.FirstName,
		Level: int(i.Level), Message: i.Message, CreatedBy: c.emailOf(i.CreatedBy),
		CreatedAt: i.CreatedAt, ExpiresAt: i.CreatedAt.Add(world.InviteValidity), IsExpired: i.Expired(c.now),
		Link: i.Link(c.publicSite()),
	}
}

var inviteResource = resource[world.Invite, inviteRow]{
	name: "invite", notFound: "no_such_invite",
	list: (*world.World).Invites, find: (*world.World).InviteByID,
	represent: showInviteRow, delete: (*world.Tx).DeleteInvite,
}

// inviteChange is the body of a change to an invite.
type inviteChange struct {
	Expired *bool `json:"expired"`
}

// changeInvite makes an invite expired, or as new as an invite can be. One that is so
// already does not change.
func (c *call) changeInvite(found *world.Invite, change *inviteChange) (inviteRow, error) {
	if change.Expired == nil {
		return inviteRow{}, errors.New(`send "expired"`)
	}
	if *change.Expired == found.Expired(c.now) {
		return showInviteRow(c, found), nil
	}
	i := *found
	i.CreatedAt, i.UpdatedAt = c.now, c.now
	if *change.Expired {
		i.CreatedAt = c.now.Add(-world.InviteValidity - time.Second)
	}
	c.tx.PutInvite(&i)
	return showInviteRow(c, &i), nil
}
