package sandbox_test

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
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
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

func TestMailIsHandedOnInOrder(t *testing.T) {
	g := NewWithT(t)
	var got []mock.Message
	f := mocktest.New(t, mock.WithMailer(mailerFunc(func(_ context.Context, m mock.Message) error {
		got = append(got, m)
		return nil
	})))
	for i := range 20 {
		f.Invite(fmt.Sprintf(`{"target_email": "order%d@example.com"}`, i)).Status(201)
	}
	f.Invite(`{"target_email": "quiet@example.com", "send_email": false}`).Status(201)
	f.Invite(`{"target_email": "refused@example.com", "level": 99}`).Status(400)
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
	f := mocktest.New(t, log.option(), mock.WithMailer(mailerFunc(func(ctx context.Context, _ mock.Message) error {
		close(stuck)
		<-ctx.Done()
		return ctx.Err()
	})))
	f.Invite(`{"target_email": "first@example.com"}`).Status(201).Has("emailing_attempt_made", "true")
	<-stuck
	for i := range 1001 {
		f.Invite(fmt.Sprintf(`{"target_email": "m%d@example.com"}`, i)).Status(201).Has("emailing_attempt_made", "true")
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
	f := mocktest.New(t, log.option(), mock.WithMailer(mailerFunc(func(_ context.Context, m mock.Message) error {
		if m.Recipient == "crash@example.com" {
			panic("no paper")
		}
		return errors.New("no stamps")
	})))
	f.Invite(`{"target_email": "crash@example.com"}`).Status(201).Has("emailing_attempt_made", "true")
	f.Invite(`{"target_email": "error@example.com"}`).Status(201).Has("emailing_attempt_made", "true")
	g.Expect(f.Close(t.Context())).To(Succeed())
	g.Expect(log.String()).To(And(ContainSubstring("the mailer crashed: no paper"), ContainSubstring("no stamps")))
	g.Expect(f.Outbox()).To(HaveLen(2))

	f.Invite(`{"target_email": "late@example.com"}`).Status(201)
	g.Expect(log.String()).To(ContainSubstring("the server is closed"))
	g.Expect(f.Outbox()).To(HaveLen(3))
	g.Expect(f.Close(t.Context())).To(Succeed(), "closing twice is fine")
}

func TestClosingWithoutMailer(t *testing.T) {
	NewWithT(t).Expect(mocktest.New(t).Close(t.Context())).To(Succeed())
}
