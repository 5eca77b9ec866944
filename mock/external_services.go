package mock

import (
	"context"
	"encoding/json"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// Clock tells the time. Everything that the fake dates, expires or throttles
// goes by it.
type Clock interface {
	Now() time.Time
}

// ClockFunc is a function that is a [Clock].
type ClockFunc func() time.Time

// Now calls f.
func (f ClockFunc) Now() time.Time { return f() }

// Resolver looks up TXT records for domain verification. A name without records
// is an empty list and no error; an error is a look-up that could not be made.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Mailer hands a mail on, to a mail server for example. It is called by one
// goroutine at a time, in the order in which the mail was sent. What it returns
// is logged; the outbox keeps the mail whatever happens.
type Mailer interface {
	Deliver(ctx context.Context, m Message) error
}

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

// mailer gives a [Mailer] its messages.
type mailer struct{ Mailer }

func (m mailer) Deliver(ctx context.Context, message sandbox.Message) error {
	return m.Mailer.Deliver(ctx, Message(message))
}

// Upstream answers the calls that the real server makes to what lies upstream of the
// API: the marketplace that an integration belongs to, and the billing service behind
// it. It is asked before the request changes anything.
type Upstream interface {
	// Call makes a call. [ErrUnpaidInvoices] refuses to end an installation;
	// every other error means that the call did not get through.
	Call(ctx context.Context, call UpstreamCall) error
}

// ErrUnpaidInvoices is how an [Upstream] refuses to end an installation.
var ErrUnpaidInvoices = sandbox.ErrUnpaidInvoices

// UpstreamCall is a call to what lies upstream. The bearer token that goes with
// it is not part of it.
type UpstreamCall struct {
	// Action is UninstallAction or ImportAction.
	Action string `json:"action"`
	Method string `json:"method"`
	URL    string `json:"url"`
	// Organization and Integration are ids of this API.
	Organization string `json:"organization"`
	Integration  string `json:"integration"`
	// IntegrationID is what upstream calls the integration.
	IntegrationID string          `json:"integration_id"`
	Body          json.RawMessage `json:"body"`
	// Outcome is accepted, unpaid_invoices or failed.
	Outcome string `json:"outcome"`
	// Problem says why a call failed; "" is no problem.
	Problem string    `json:"problem"`
	MadeAt  time.Time `json:"made_at"`
}

// The actions of an [UpstreamCall].
const (
	// UninstallAction ends the billing of a marketplace installation.
	UninstallAction = sandbox.UninstallAction
	// ImportAction tells the marketplace which project an installation reports to.
	ImportAction = sandbox.ImportAction
)

// upstream gives an [Upstream] its calls.
type upstream struct{ Upstream }

func (u upstream) Call(ctx context.Context, call sandbox.UpstreamCall) error {
	return u.Upstream.Call(ctx, UpstreamCall(call))
}
