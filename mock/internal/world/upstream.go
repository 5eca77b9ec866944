package world

import (
	"math"
	"time"
)

// UpstreamMode says how what lies upstream of the API, a marketplace and its
// billing, answers.
type UpstreamMode string

// The ways in which upstream answers.
const (
	UpstreamUp     UpstreamMode = "up"              // it does what it is asked
	UpstreamUnpaid UpstreamMode = "unpaid_invoices" // it refuses to end an installation
	UpstreamDown   UpstreamMode = "down"            // it does not answer
)

// UpstreamModes are all of them, the ordinary one first.
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

// UpstreamMode is the mode of everything upstream. Unless it is [UpstreamUp] it
// goes over what single integrations say.
func (w *World) UpstreamMode() UpstreamMode {
	if w.upstreamMode == "" {
		return UpstreamUp
	}
	return w.upstreamMode
}

// UpstreamModeOf is how upstream answers for one integration.
func (w *World) UpstreamModeOf(i *Integration) UpstreamMode {
	if mode := w.UpstreamMode(); mode != UpstreamUp {
		return mode
	}
	return i.Mode()
}

// Mode is how upstream answers for the integration alone.
func (i *Integration) Mode() UpstreamMode {
	if i.Upstream == "" {
		return UpstreamUp
	}
	return i.Upstream
}

// UpstreamCalls returns every call that was made, oldest first.
func (w *World) UpstreamCalls() []*UpstreamCall { return w.upstreamCalls.primary.page(0, math.MaxInt) }

// SetUpstreamMode changes how everything upstream answers.
func (tx *Tx) SetUpstreamMode(mode UpstreamMode) {
	tx.upstreamMode = mode
	tx.changed = true
}

// RecordUpstreamCall keeps a call that was made.
func (tx *Tx) RecordUpstreamCall(c UpstreamCall) {
	c.Seq = 1
	if last, ok := tx.upstreamCalls.primary.rows.Max(); ok {
		c.Seq = last.Seq + 1
	}
	edit(tx, &tx.upstreamCalls).put(&c)
}

// ClearUpstreamCalls forgets the calls that were made.
func (tx *Tx) ClearUpstreamCalls() {
	tx.upstreamCalls = newTable(upstreamDefinition)
	tx.changed = true
}
