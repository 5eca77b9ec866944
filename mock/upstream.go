package mock

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// What lies upstream of the API: the marketplace that an integration belongs
// to, and the billing service behind it.

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
	// Outcome is accepted, unpaid_invoices or failed.
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
	accepted = "accepted"
	unpaid   = "unpaid_invoices"
	failed   = "failed"
)

// worldUpstream answers as the world says: up, with unpaid invoices, or down.
type worldUpstream struct{ sandbox *Sandbox }

func (u worldUpstream) Call(_ context.Context, call UpstreamCall) error {
	view := u.sandbox.store.View()
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

// askUpstream makes a call before the transaction and returns its outcome.
//
// A call is recorded when it was made, in a transaction of its own: upstream
// has heard it, whatever becomes of the request. A refusal of upstream, which
// undoes the request, is so seen too.
func (c *call) askUpstream(call UpstreamCall) (outcome string, err error) {
	ctx, cancel := context.WithTimeout(c.request.Context(), upstreamTimeout)
	defer cancel()
	problem := ""
	switch err := c.sandbox.upstream.Call(ctx, call); {
	case err == nil:
		outcome = accepted
	case errors.Is(err, ErrUnpaidInvoices):
		outcome, problem = unpaid, err.Error()
	default:
		outcome, problem = failed, err.Error()
	}
	return outcome, c.sandbox.store.Update(func(tx *world.Tx) error {
		tx.RecordUpstreamCall(world.UpstreamCall{
			Action: call.Action, Method: call.Method, URL: call.URL, Organization: call.Organization,
			Integration: call.Integration, IntegrationID: call.IntegrationID, Body: call.Body,
			Outcome: outcome, Problem: problem, MadeAt: c.now,
		})
		return nil
	})
}

// UpstreamCalls returns the calls upstream that were made, oldest first.
func (b *Sandbox) UpstreamCalls() []UpstreamCall {
	calls := []UpstreamCall{}
	for _, c := range b.store.View().UpstreamCalls() {
		calls = append(calls, UpstreamCall{
			Action: c.Action, Method: c.Method, URL: c.URL, Organization: c.Organization,
			Integration: c.Integration, IntegrationID: c.IntegrationID, Body: c.Body,
			Outcome: c.Outcome, Problem: c.Problem, MadeAt: c.MadeAt,
		})
	}
	return calls
}
