package world

import "time"

// InviteValidity is how long an invite can be accepted.
// Source: INVITE_DAYS_VALIDITY in posthog/constants.py.
const InviteValidity = 3 * 24 * time.Hour

// Expired reports whether an invite can no longer be accepted.
func (i *Invite) Expired(now time.Time) bool { return i.CreatedAt.Before(now.Add(-InviteValidity)) }

// Link is where the invite is accepted, below the address of the site.
func (i *Invite) Link(site string) string { return site + "/signup/" + i.ID }
