package world

import (
	"math"
	"time"
)

// UpstreamMode says how the services upstream of the API answer: a marketplace and its
// billing.
type UpstreamMode string

// The modes of the upstream services.
const (
	UpstreamUp     UpstreamMode = "up"              // it fulfils requests
	UpstreamUnpaid UpstreamMode = "unpaid_invoices" // it refuses to end an installation
	UpstreamDown   UpstreamMode = "down"            // it does not answer
)

// UpstreamModes are all modes, the default first.
var UpstreamModes = []UpstreamMode{UpstreamUp, UpstreamUnpaid, UpstreamDown}

// UpstreamCall is a call that the real server makes to a marketplace or to its
// billing service.
type UpstreamCall struct {
	Seq                 int
	Action, Method, URL string
	Organization        string
	Integration         string // an integration of this API
	IntegrationID       string // what upstream calls it
	Body                []byte // JSON
	Outcome, Problem    string
	MadeAt              time.Time
}

// UpstreamMode is the mode of all upstream services. Unless it is [UpstreamUp] it
// overrides the modes of integrations.
func (w *World) UpstreamMode() UpstreamMode {
	if w.upstreamMode == "" {
		return UpstreamUp
	}
	return w.upstreamMode
}

// UpstreamModeOf is the effective mode for an integration.
func (w *World) UpstreamModeOf(i *Integration) UpstreamMode {
	if mode := w.UpstreamMode(); mode != UpstreamUp {
		return mode
	}
	return i.Mode()
}

// Mode is the integration's own mode.
func (i *Integration) Mode() UpstreamMode {
	if i.Upstream == "" {
		return UpstreamUp
	}
	return i.Upstream
}

// UpstreamCalls returns every call that was made, oldest first.
func (w *World) UpstreamCalls() []*UpstreamCall { return w.upstreamCalls.primary.page(0, math.MaxInt) }

// SetUpstreamMode sets the mode of all upstream services.
func (tx *Tx) SetUpstreamMode(mode UpstreamMode) {
	tx.upstreamMode = mode
	tx.changed = true
}

// RecordUpstreamCall stores a call.
func (tx *Tx) RecordUpstreamCall(c UpstreamCall) {
	c.Seq = 1
	if last, ok := tx.upstreamCalls.primary.rows.Max(); ok {
		c.Seq = last.Seq + 1
	}
	edit(tx, &tx.upstreamCalls).put(&c)
}

// ClearUpstreamCalls deletes all calls.
func (tx *Tx) ClearUpstreamCalls() {
	tx.upstreamCalls = newTable(upstreamDefinition)
	tx.changed = true
}
