package mock

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Mailer hands a mail on, to a mail server for example. It is called by one
// goroutine at a time, in the order in which the mail was sent. What it returns
// is logged; the outbox keeps the mail whatever happens.
type Mailer interface {
	Deliver(ctx context.Context, m Message) error
}

const (
	// waitingMail is how much mail may wait for a slow mailer. What comes beyond
	// it stays in the outbox alone.
	waitingMail = 1000
	// deliveryTimeout is how long handing on one mail may take.
	deliveryTimeout = 15 * time.Second
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

// handOnMail starts to hand on what is sent, if there is a mailer.
func (k *core) handOnMail() {
	if k.config.mailer == nil {
		return
	}
	d := &delivery{
		mailer: k.config.mailer, logger: k.config.logger,
		waiting: make(chan Message, waitingMail), done: make(chan struct{}),
	}
	d.ctx, d.giveUp = context.WithCancel(context.Background())
	k.delivery = d
	go d.run()
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
			problem = fmt.Sprintf("%d mails are waiting already", waitingMail)
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
	ctx, cancel := context.WithTimeout(d.ctx, deliveryTimeout)
	defer cancel()
	return d.mailer.Deliver(ctx, m)
}

// Close ends what runs beside the requests: it waits until all mail has been
// handed on, or until ctx ends, when it gives up on the rest and fails. Mail that
// is sent afterwards stays in the outbox. Requests are answered as before.
func (s *Server) Close(ctx context.Context) error {
	if s.core.delivery == nil {
		return nil
	}
	return s.core.delivery.close(ctx)
}

func (d *delivery) close(ctx context.Context) error {
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
