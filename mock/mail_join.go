package mock

import (
	"fmt"
	"html"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// announceMember tells the other members that somebody joined. The words are the
// fake's own; who is told is as in the real one.
// Source: send_member_join in posthog/tasks/email.py.
func (c *call) announceMember(joined *world.User, organization string) {
	o, ok := c.view.Organization(organization)
	if !ok || c.server.config.mailOff {
		return
	}
	subject := fmt.Sprintf("%s joined %s", joined.FirstName, o.Name)
	link := c.publicSite() + "/organization/members"
	c.view.Members(organization).All(func(m *world.Membership) bool {
		member, ok := c.view.User(m.User)
		if ok && m.User != joined.ID {
			c.tx.Send(world.Mail{
				Recipient: member.Email, Subject: subject, Link: link, SentAt: c.now,
				Text: subject + ".\n\nMembers: " + link + "\n",
				HTML: "<p>" + html.EscapeString(subject) + ".</p>\n" + `<p><a href="` + html.EscapeString(link) + `">Members</a></p>` + "\n",
			})
		}
		return true
	})
}
