package api

import (
	"cmp"
	"html"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// mailDate is how the real mail writes when an invite expires.
const mailDate = "January 02, 2006 at 15:04 UTC"

// inviteMail is the message that an invite sends. Recipient, answer address,
// subject, link and the day of expiry are what the real one has; the other words
// are the fake's own.
// Source: send_invite in posthog/tasks/email.py.
func (c *call) inviteMail(invite *world.Invite) world.Mail {
	inviter := cmp.Or(oneLine(c.User.FirstName), "Someone")
	organization := cmp.Or(oneLine(c.organization.Name), "their organization")
	subject := inviter + " invited you to join " + organization + " on PostHog"
	link := invite.Link(c.publicSite())

	var l mailBody
	if name := oneLine(invite.FirstName); name != "" {
		l.paragraph("Hello " + name + ",")
	}
	l.paragraph(subject + ".")
	if invite.Message != nil {
		l.quote(*invite.Message)
	}
	l.link("Accept the invite", link)
	l.paragraph("This invite expires on " + c.now.Add(world.InviteValidity).Format(mailDate) + ".")
	return world.Mail{
		Recipient: invite.TargetEmail, ReplyTo: c.User.Email, Subject: subject, Link: link, SentAt: c.now,
		Text: l.text.String(), HTML: l.html.String(),
	}
}

// mailBody is the body of a message, as text and as HTML.
type mailBody struct{ text, html strings.Builder }

// paragraph adds a paragraph.
func (l *mailBody) paragraph(words string) { l.add(words, "<p>", "</p>") }

// quote adds what somebody else wrote, if anything.
func (l *mailBody) quote(words string) {
	if strings.TrimSpace(words) != "" {
		l.add(words, `<blockquote style="white-space: pre-line">`, "</blockquote>")
	}
}

// link adds what to do, and where.
func (l *mailBody) link(what, link string) {
	l.text.WriteString(what + ": " + link + "\n\n")
	l.html.WriteString(`<p><a href="` + html.EscapeString(link) + `">` + html.EscapeString(what) + "</a></p>\n")
}

func (l *mailBody) add(words, before, after string) {
	l.text.WriteString(words + "\n\n")
	l.html.WriteString(before + html.EscapeString(words) + after + "\n")
}

// oneLine makes a name fit for a subject, which is one line.
func oneLine(name string) string { return strings.Join(strings.Fields(name), " ") }

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
	var l mailBody
	l.paragraph(subject + ".")
	l.link("Members of "+oneLine(o.Name), link)
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
