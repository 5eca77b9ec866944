package mock_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

// mailerFunc is a function that is a mailer.
type mailerFunc func(context.Context, mock.Message) error

func (m mailerFunc) Deliver(ctx context.Context, message mock.Message) error { return m(ctx, message) }

// logText is a log that can be read while it is written.
type logText struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logText) option() mock.Option { return mock.WithLogger(slog.New(slog.NewTextHandler(l, nil))) }

func TestInviteMail(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	created := f.invite(`{"target_email": "Mail@example.com", "first_name": "<Ada>", "message": "Come & see\n1 < 2"}`).status(201)
	link := "http://fake.test/signup/" + created.get("id").String()
	inviter := created.get("created_by.first_name").String()
	organization := f.as("admin").get("/api/organizations/@current/").get("name").String()
	outbox := f.anonymous().get("/_understudy/outbox").status(200).has("count", "1").
		has("messages.0.recipient", `"mail@example.com"`).has("messages.0.reply_to", quote(f.known("credentials.admin.email"))).
		has("messages.0.subject", quote(inviter+" invited you to join "+organization+" on PostHog")).
		has("messages.0.link", quote(link)).has("messages.0.sent_at", `"2026-03-01T12:00:00Z"`)
	text, page := outbox.get("messages.0.text").String(), outbox.get("messages.0.html").String()
	g.Expect(text).To(And(ContainSubstring("Hello <Ada>,"), ContainSubstring("Come & see\n1 < 2"), ContainSubstring(link),
		ContainSubstring("March 04, 2026 at 12:00 UTC")))
	g.Expect(page).To(And(ContainSubstring("Hello &lt;Ada&gt;,"), ContainSubstring("Come &amp; see\n1 &lt; 2"), ContainSubstring(`<a href="`+link+`">`)))
	g.Expect(page).NotTo(ContainSubstring("<Ada>"))
	f.anonymous().delete("/_understudy/outbox").status(204)
	f.anonymous().get("/_understudy/outbox").status(200).has("count", "0")
}

func TestMailIsHandedOnInOrder(t *testing.T) {
	g := NewWithT(t)
	var got []mock.Message
	f := newFake(t, mock.WithMailer(mailerFunc(func(_ context.Context, m mock.Message) error {
		got = append(got, m)
		return nil
	})))
	for i := range 20 {
		f.invite(fmt.Sprintf(`{"target_email": "order%d@example.com"}`, i)).status(201)
	}
	f.invite(`{"target_email": "quiet@example.com", "send_email": false}`).status(201)
	f.invite(`{"target_email": "refused@example.com", "level": 99}`).status(400)
	g.Expect(f.Close(t.Context())).To(Succeed())
	g.Expect(got).To(Equal(f.Outbox()))
	g.Expect(got).To(HaveLen(20))
}

// A mailer that hangs keeps no request waiting, and what it cannot take is
// logged and stays in the outbox.
func TestMailerThatHangs(t *testing.T) {
	g := NewWithT(t)
	log := &logText{}
	stuck := make(chan struct{})
	f := newFake(t, log.option(), mock.WithMailer(mailerFunc(func(ctx context.Context, _ mock.Message) error {
		close(stuck)
		<-ctx.Done()
		return ctx.Err()
	})))
	f.invite(`{"target_email": "first@example.com"}`).status(201).has("emailing_attempt_made", "true")
	<-stuck
	for i := range 1001 {
		f.invite(fmt.Sprintf(`{"target_email": "m%d@example.com"}`, i)).status(201).has("emailing_attempt_made", "true")
	}
	g.Expect(log.String()).To(And(ContainSubstring("recipient=m1000@example.com"), ContainSubstring("1000 mails are waiting already")))
	g.Expect(log.String()).NotTo(ContainSubstring("recipient=m999@example.com"))
	g.Expect(f.Outbox()).To(HaveLen(1002))
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	g.Expect(f.Close(impatient)).To(MatchError(ContainSubstring("mail is still waiting")))
	g.Expect(f.Close(t.Context())).To(Succeed(), "what was given up on is logged soon")
	g.Expect(log.String()).To(ContainSubstring("recipient=m999@example.com"))
}

func TestMailerThatFails(t *testing.T) {
	g := NewWithT(t)
	log := &logText{}
	f := newFake(t, log.option(), mock.WithMailer(mailerFunc(func(_ context.Context, m mock.Message) error {
		if m.Recipient == "crash@example.com" {
			panic("no paper")
		}
		return errors.New("no stamps")
	})))
	f.invite(`{"target_email": "crash@example.com"}`).status(201).has("emailing_attempt_made", "true")
	f.invite(`{"target_email": "error@example.com"}`).status(201).has("emailing_attempt_made", "true")
	g.Expect(f.Close(t.Context())).To(Succeed())
	g.Expect(log.String()).To(And(ContainSubstring("the mailer crashed: no paper"), ContainSubstring("no stamps")))
	g.Expect(f.Outbox()).To(HaveLen(2))

	f.invite(`{"target_email": "late@example.com"}`).status(201)
	g.Expect(log.String()).To(ContainSubstring("the server is closed"))
	g.Expect(f.Outbox()).To(HaveLen(3))
	g.Expect(f.Close(t.Context())).To(Succeed(), "closing twice is fine")
}

func TestClosingWithoutMailer(t *testing.T) {
	NewWithT(t).Expect(newFake(t).Close(t.Context())).To(Succeed())
}
