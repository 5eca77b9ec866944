package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// What lies outside of the API: DNS, the marketplace that an integration belongs to, and
// the billing service behind it.

// Resolver looks up TXT records for domain verification. A name without records
// is an empty list and no error; an error is a look-up that could not be made.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// worldResolver answers from the TXT records of the current world.
type worldResolver struct{ sandbox *Sandbox }

// ErrChosen is behind what goes wrong as somebody chose that it should: nothing to be looked
// into.
var ErrChosen = errors.New("as chosen")

// Errors of a DNS that fails. None of them takes time: what a caller is answered is the
// same when it comes at once.
var (
	errDNSServFail = fmt.Errorf("the server failed (SERVFAIL), %w", ErrChosen)
	errDNSTimeout  = fmt.Errorf("the server answers too late, %w", ErrChosen)
	errDNSNoServer = fmt.Errorf("there is no server to ask, %w", ErrChosen)
)

func (r worldResolver) LookupTXT(_ context.Context, name string) ([]string, error) {
	switch r.sandbox.Store.View().DNSMode() { //nolint:exhaustive // up is what follows
	case world.DNSServFail:
		return nil, errDNSServFail
	case world.DNSTimeout:
		return nil, errDNSTimeout
	case world.DNSNoServer:
		return nil, errDNSNoServer
	}
	record, ok := r.sandbox.Store.View().TXT(name)
	if !ok {
		return nil, nil
	}
	return record.Values, nil
}

// Upstream answers the calls that the real server makes to a marketplace and to
// its billing service. It is asked before the request changes anything.
type Upstream interface {
	// Call makes a call. [ErrUnpaidInvoices] refuses to end an installation;
	// every other error means that the call did not get through.
	Call(ctx context.Context, call UpstreamCall) error
}

// ErrUnpaidInvoices is how an [Upstream] refuses to end an installation.
var ErrUnpaidInvoices = errors.New("there are unpaid invoices")

// errUpstreamDown is how the world's own upstream is down.
var errUpstreamDown = errors.New("upstream does not answer")

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
	// Outcome is one of the outcomes below.
	Outcome string `json:"outcome"`
	// Problem says why a call failed; "" is no problem.
	Problem string    `json:"problem"`
	MadeAt  time.Time `json:"made_at"`
}

// The actions of an [UpstreamCall].
const (
	// UninstallAction ends the billing of a marketplace installation.
	// Source: BillingManager.deauthorize in ee/billing/billing_manager.py.
	UninstallAction = "uninstall"
	// ImportAction tells the marketplace which project an installation reports
	// to. Source: VercelAPIClient.import_resource in ee/vercel/client.py.
	ImportAction = "import_resource"
)

// The outcomes of an [UpstreamCall].
const (
	OutcomeAccepted = "accepted"
	OutcomeUnpaid   = "unpaid_invoices"
	OutcomeFailed   = "failed"
)

// worldUpstream answers as the world says: up, with unpaid invoices, or down.
type worldUpstream struct{ sandbox *Sandbox }

func (u worldUpstream) Call(_ context.Context, call UpstreamCall) error {
	view := u.sandbox.Store.View()
	mode := view.UpstreamMode()
	if i, ok := view.Integration(call.Organization, call.Integration); ok {
		mode = view.UpstreamModeOf(i)
	}
	switch {
	case mode == world.UpstreamDown:
		return errUpstreamDown
	case mode == world.UpstreamUnpaid && call.Action == UninstallAction:
		return ErrUnpaidInvoices
	}
	return nil
}

// upstreamTimeout is how long a call may take: what the real server waits.
// Source: VercelAPIClient in ee/vercel/client.py; billing_manager.py.
const upstreamTimeout = 30 * time.Second

// CallUpstream makes a call, outside of any transaction, and returns its outcome.
//
// A call is recorded when it was made, in a transaction of its own: upstream
// has heard it, whatever becomes of the request. A refusal of upstream, which
// undoes the request, is so seen too.
func (s *Sandbox) CallUpstream(ctx context.Context, call UpstreamCall, now time.Time) (outcome string, err error) {
	ctx, cancel := context.WithTimeout(ctx, upstreamTimeout)
	defer cancel()
	problem := ""
	switch err := s.upstream.Call(ctx, call); {
	case err == nil:
		outcome = OutcomeAccepted
	case errors.Is(err, ErrUnpaidInvoices):
		outcome, problem = OutcomeUnpaid, err.Error()
	default:
		outcome, problem = OutcomeFailed, err.Error()
	}
	return outcome, s.Store.Update(func(tx *world.Tx) error {
		tx.RecordUpstreamCall(world.UpstreamCall{
			Action: call.Action, Method: call.Method, URL: call.URL, Organization: call.Organization,
			Integration: call.Integration, IntegrationID: call.IntegrationID, Body: call.Body,
			Outcome: outcome, Problem: problem, MadeAt: now,
		})
		return nil
	})
}

// UpstreamCalls are the calls upstream that were made, oldest first.
func (s *Sandbox) UpstreamCalls() []UpstreamCall {
	calls := []UpstreamCall{}
	for _, c := range s.Store.View().UpstreamCalls() {
		calls = append(calls, UpstreamCall{
			Action: c.Action, Method: c.Method, URL: c.URL, Organization: c.Organization,
			Integration: c.Integration, IntegrationID: c.IntegrationID, Body: c.Body,
			Outcome: c.Outcome, Problem: c.Problem, MadeAt: c.MadeAt,
		})
	}
	return calls
}

// LookupTXT asks for the TXT records under a name, as domain verification does.
func (s *Sandbox) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return s.resolver.LookupTXT(ctx, name)
}

// PublishTXT replaces the TXT records that domain verification finds under a
// name. It has no effect on a resolver of the server's own.
func (s *Sandbox) PublishTXT(name string, values ...string) {
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.PutTXT(&world.TXTRecord{Name: name, Values: values})
		return nil
	})
}

// SetDNSMode chooses how DNS answers, and reports whether there is such a way. It has no
// effect on a resolver of the server's own.
func (s *Sandbox) SetDNSMode(mode string) bool {
	known := slices.Contains(world.DNSModes, world.DNSMode(mode))
	if known {
		_ = s.Store.Update(func(tx *world.Tx) error {
			tx.SetDNSMode(world.DNSMode(mode))
			return nil
		})
	}
	return known
}

// SetMailDown chooses whether the mail server takes mail.
func (s *Sandbox) SetMailDown(down bool) {
	mode := world.MailUp
	if down {
		mode = world.MailDown
	}
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.SetMailMode(mode)
		return nil
	})
}

// RemoveTXT removes the TXT records under a name.
func (s *Sandbox) RemoveTXT(name string) {
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.DeleteTXT(name)
		return nil
	})
}

// HasExternalResolver reports whether domain verification asks something else than the
// world.
func (s *Sandbox) HasExternalResolver() bool { return s.registry.config.Resolver != nil }

// HasExternalUpstream reports whether something else than the world answers for upstream.
func (s *Sandbox) HasExternalUpstream() bool { return s.registry.config.Upstream != nil }

// HandsOnMail reports whether mail goes further than the outbox.
func (s *Sandbox) HandsOnMail() bool { return s.registry.delivery != nil }
