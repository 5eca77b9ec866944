package api

import (
	"html"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/safetext"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// The messages that the API sends, as text and as HTML.

// mailDate is how the real mail writes when an invite expires.
const mailDate = "January 02, 2006 at 15:04 UTC"

// inviteMail is the message that an invite sends. Recipient, answer address,
// subject, link and the day of expiry are what the real one has; the other words
// are the fake's own.
// Source: send_invite in posthog/tasks/email.py.
func (c *call) inviteMail(invite *world.Invite) world.Mail {
	inviter := c.mailName(c.User.FirstName, "Someone")
	organization := c.mailName(c.organization.Name, "their organization")
	subject := inviter + " invited you to join " + organization + " on PostHog"
	link := invite.Link(c.publicSite())

	var b mailBody
	if name := c.mailName(invite.FirstName, ""); name != "" {
		b.paragraph("Hello " + name + ",")
	}
	b.paragraph(subject + ".")
	if invite.Message != nil && c.textRules().InMessage(*invite.Message) == safetext.Nothing {
		b.quote(*invite.Message)
	}
	b.link("Accept the invite", link)
	b.paragraph("This invite expires on " + c.now.Add(world.InviteValidity).Format(mailDate) + ".")
	return world.Mail{
		Recipient: invite.TargetEmail, ReplyTo: c.User.Email, Subject: subject, Link: link, SentAt: c.now,
		Text: b.text.String(), HTML: b.html.String(),
	}
}

// mailBody is the body of a message, as text and as HTML.
type mailBody struct{ text, html strings.Builder }

// paragraph adds a paragraph.
func (b *mailBody) paragraph(words string) { b.add(words, "<p>", "</p>") }

// quote adds what somebody else wrote, if anything.
func (b *mailBody) quote(words string) {
	if strings.TrimSpace(words) != "" {
		b.add(words, `<blockquote style="white-space: pre-line">`, "</blockquote>")
	}
}

// link adds what to do, and where.
func (b *mailBody) link(what, link string) {
	b.text.WriteString(what + ": " + link + "\n\n")
	b.html.WriteString(`<p><a href="` + html.EscapeString(link) + `">` + html.EscapeString(what) + "</a></p>\n")
}

func (b *mailBody) add(words, before, after string) {
	b.text.WriteString(words + "\n\n")
	b.html.WriteString(before + html.EscapeString(words) + after + "\n")
}

// oneLine makes a name fit for a subject, which is one line.
func oneLine(name string) string { return strings.Join(strings.Fields(name), " ") }

// announceMember tells the other members that somebody joined, unless the
// organization has switched that off. From the newest revision on it cannot: everybody chooses
// this mail alone, which the fake does not have, and gets it. Who is told and the subject are as in the real
// mail; the other words are the fake's own.
// Source: send_member_join in posthog/tasks/email.py.
func (c *call) announceMember(joined *world.User, organization string) {
	o, ok := c.view.Organization(organization)
	if !ok || c.api.MailOff || !o.MemberJoinEmails && !c.has(spec.JoinMailByPerson) {
		return
	}
	subject := c.mailName(joined.FirstName, "Someone") + " joined you on PostHog"
	link := c.publicSite() + "/organization/members"
	var b mailBody
	b.paragraph(subject + ".")
	b.link("Members of "+c.mailName(o.Name, "your organization"), link)
	c.view.Members(organization).All(func(m *world.Membership) bool {
		if member, ok := c.view.User(m.User); ok && m.User != joined.ID {
			c.tx.Send(world.Mail{
				Recipient: member.Email, Subject: subject, Link: link, SentAt: c.now,
				Text: b.text.String(), HTML: b.html.String(),
			})
		}
		return true
	})
}
