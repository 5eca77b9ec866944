package api

import (
	"cmp"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// announceMember tells the other members that somebody joined, unless the
// organization has switched that off. Who is told and the subject are as in the real
// mail; the other words are the fake's own.
// Source: send_member_join in posthog/tasks/email.py.
func (c *call) announceMember(joined *world.User, organization string) {
	o, ok := c.view.Organization(organization)
	if !ok || c.api.MailOff || !o.MemberJoinEmails {
		return
	}
	subject := cmp.Or(oneLine(joined.FirstName), "Someone") + " joined you on PostHog"
	link := c.publicSite() + "/organization/members"
	var l letter
	l.say(subject + ".")
	l.ask("Members of "+oneLine(o.Name), link)
	c.view.Members(organization).All(func(m *world.Membership) bool {
		if member, ok := c.view.User(m.User); ok && m.User != joined.ID {
			c.tx.Send(world.Mail{
				Recipient: member.Email, Subject: subject, Link: link, SentAt: c.now,
				Text: l.text.String(), HTML: l.html.String(),
			})
		}
		return true
	})
}
