package mock

import (
	"fmt"
	"html"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// inviteMail is the message that an invite sends. Its words are the fake's own;
// recipient and link are what the real one has.
func (c *call) inviteMail(invite *world.Invite) world.Mail {
	link := c.publicSite() + "/signup/" + invite.ID
	subject := fmt.Sprintf("%s invited you to join %s", c.user.FirstName, c.organization.Name)
	text := subject + ".\n\n"
	page := "<p>" + html.EscapeString(subject) + ".</p>\n"
	if invite.Message != nil && *invite.Message != "" {
		text += *invite.Message + "\n\n"
		page += "<blockquote>" + html.EscapeString(*invite.Message) + "</blockquote>\n"
	}
	return world.Mail{
		Recipient: invite.TargetEmail, Subject: subject, Link: link, SentAt: c.now,
		Text: text + "Accept the invite: " + link + "\n",
		HTML: page + `<p><a href="` + html.EscapeString(link) + `">Accept the invite</a></p>` + "\n",
	}
}
