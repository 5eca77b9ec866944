package control

import (
	"errors"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// inviteRow is an invite as the control plane shows it.
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

func showInviteRow(e *edit, i *world.Invite) inviteRow {
	return inviteRow{
		ID: i.ID, Organization: i.Organization, TargetEmail: i.TargetEmail, FirstName: i.FirstName,
		Level: int(i.Level), Message: i.Message, CreatedBy: e.emailOf(i.CreatedBy),
		CreatedAt: i.CreatedAt, ExpiresAt: i.CreatedAt.Add(world.InviteValidity), IsExpired: i.Expired(e.now),
		Link: i.Link(e.publicSite()),
	}
}

var inviteKind = kind[world.Invite, inviteRow]{
	name: "invite", code: "no_such_invite",
	list: (*world.World).Invites, find: (*world.World).InviteByID,
	row: showInviteRow, delete: (*world.Tx).DeleteInvite,
}

// inviteChange is what a test or a developer may change of an invite.
type inviteChange struct {
	Expired *bool `json:"expired"`
}

// changeInvite makes an invite as old as an expired one, or as new as one can be. One
// that is so already stays.
func (e *edit) changeInvite(found *world.Invite, change *inviteChange) (inviteRow, error) {
	if change.Expired == nil {
		return inviteRow{}, errors.New(`send "expired"`)
	}
	if *change.Expired == found.Expired(e.now) {
		return showInviteRow(e, found), nil
	}
	i := *found
	i.CreatedAt, i.UpdatedAt = e.now, e.now
	if *change.Expired {
		i.CreatedAt = e.now.Add(-world.InviteValidity - time.Second)
	}
	e.tx.PutInvite(&i)
	return showInviteRow(e, &i), nil
}
