package sandbox

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Message is a mail that the real API would have sent.
type Message struct {
	Recipient string    `json:"recipient"`
	ReplyTo   string    `json:"reply_to"` // whom an answer goes to; "" is nobody
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	HTML      string    `json:"html"`
	Link      string    `json:"link"` // what the reader is asked to open
	SentAt    time.Time `json:"sent_at"`
}

func messageOf(m *world.Mail) Message {
	return Message{
		Recipient: m.Recipient, ReplyTo: m.ReplyTo, Subject: m.Subject,
		Text: m.Text, HTML: m.HTML, Link: m.Link, SentAt: m.SentAt,
	}
}

// Outbox is what has been sent, oldest first.
func (s *Sandbox) Outbox() []Message {
	messages := []Message{}
	for _, m := range s.Store.View().Mail() {
		messages = append(messages, messageOf(m))
	}
	return messages
}

// Mailer hands a mail on, to a mail server for example. It is called by one
// goroutine at a time, in the order in which the mail was sent. What it returns
// is logged; the outbox keeps the mail whatever happens.
type Mailer interface {
	Deliver(ctx context.Context, m Message) error
}

const (
	// maxWaitingMail is how much mail may wait for a slow mailer. What comes beyond
	// it stays in the outbox alone.
	maxWaitingMail = 1000
	// DeliveryTimeout is how long handing on one mail may take.
	DeliveryTimeout = 15 * time.Second
)

// delivery hands mail on beside the requests, which never wait for it.
type delivery struct {
	mailer Mailer
	logger *slog.Logger
	ctx    context.Context // of every attempt
	giveUp context.CancelFunc

	mu      sync.Mutex
	closed  bool
	waiting chan Message
	done    chan struct{} // closed when nothing is left to do
}

// startDelivery starts to hand on what is sent.
func startDelivery(mailer Mailer, logger *slog.Logger) *delivery {
	d := &delivery{
		mailer: mailer, logger: logger,
		waiting: make(chan Message, maxWaitingMail), done: make(chan struct{}),
	}
	d.ctx, d.giveUp = context.WithCancel(context.Background())
	go d.run()
	return d
}

// offer puts a mail on the way without waiting.
func (d *delivery) offer(m Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	problem := "the server is closed"
	if !d.closed {
		select {
		case d.waiting <- m:
			return
		default:
			problem = fmt.Sprintf("%d mails are waiting already", maxWaitingMail)
		}
	}
	d.logger.Error("mail not handed on", "recipient", m.Recipient, "error", problem)
}

func (d *delivery) run() {
	defer close(d.done)
	for m := range d.waiting {
		if err := d.deliver(m); err != nil {
			d.logger.Error("mail not handed on", "recipient", m.Recipient, "error", err)
		}
	}
}

// deliver hands one mail on. A mailer that crashes takes nothing with it.
func (d *delivery) deliver(m Message) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("the mailer crashed: %v", crash)
		}
	}()
	if err := d.ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(d.ctx, DeliveryTimeout)
	defer cancel()
	return d.mailer.Deliver(ctx, m)
}

// Close waits until all mail has been handed on, or until ctx ends, when it gives up on
// the rest and fails. Mail that is sent afterwards stays in the outbox.
func (r *Registry) Close(ctx context.Context) error {
	d := r.delivery
	if d == nil {
		return nil
	}
	d.mu.Lock()
	if !d.closed {
		d.closed = true
		close(d.waiting)
	}
	d.mu.Unlock()
	defer d.giveUp()
	select {
	case <-d.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("mail is still waiting to be handed on: %w", ctx.Err())
	}
}
