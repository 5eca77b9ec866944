// Package exchange is what travels with a request: which sandbox it is for, who makes it,
// which steps it has passed, and the worlds around its transaction. What a single
// operation needs to know stays in that operation, and never comes here.
package exchange

import (
	"context"
	"net/http"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Exchange is one request and what becomes known of it on its way. It travels as the
// context of the request.
type Exchange struct {
	context.Context
	Sandbox *sandbox.Sandbox
	Prefix  string // of the path, by which the sandbox was chosen; "" when it was not

	Operation    *spec.Operation // nil when there is none such
	BeganAt      time.Time       // by the sandbox's clock
	ReceivedAt   time.Time       // by the one that durations are measured with
	Body         []byte
	BodyComplete bool        // nothing of the body is missing
	Presented    Credentials // as far as is known before the operation
	Violations   []guard.Violation

	Caller       Caller
	Provisioner  string              // whose token a SCIM request has, by name
	Organization *world.Organization // where the request went
	Membership   *world.Membership   // of the caller there
	Steps        []journal.Step      // on the way in, in order
	RefusedBy    string              // the step that refused the request, "" if none did
	Fault        string              // that refused it in place of all steps, "" if none did

	// Before and After are the worlds around the request's transaction. A request that
	// changed nothing has the same twice.
	Before, After *world.World
	// Start is the state before the request.
	Start *sandbox.State

	site string // see Site
}

type contextKey struct{}

// Value finds the exchange itself, besides what the request's context has.
func (x *Exchange) Value(key any) any {
	if key == (contextKey{}) {
		return x
	}
	return x.Context.Value(key)
}

// Of is the exchange that a request is part of.
func Of(r *http.Request) *Exchange { return r.Context().Value(contextKey{}).(*Exchange) }

// Begin notes the state before the request: as it comes, and again when its operation
// begins, which a fault may delay, or when its transaction does, which may have waited for
// others. What only reads goes by the world of that state.
func (x *Exchange) Begin() { x.Start = x.Sandbox.State() }

// Pass notes a step on the way in, which passed or refused the request.
func (x *Exchange) Pass(step string, passed bool) {
	if !passed && x.RefusedBy == "" {
		x.RefusedBy = step
	}
	if x.Steps == nil {
		x.Steps = make([]journal.Step, 0, usualSteps)
	}
	x.Steps = append(x.Steps, journal.Step{Name: step, Passed: passed})
}

// usualSteps is how many steps there are on the way in, most often.
const usualSteps = 8

// OperationID is the id of the operation, "" when there is none such.
func (x *Exchange) OperationID() string {
	if x.Operation == nil {
		return ""
	}
	return x.Operation.ID
}

// Site is the scheme and host that the caller used, and the prefix of the sandbox.
func (x *Exchange) Site(r *http.Request) string {
	if x.site == "" {
		x.site = scheme(r) + r.Host + x.Prefix
	}
	return x.site
}

// SiteOf is [Exchange.Site] for another prefix.
func (x *Exchange) SiteOf(r *http.Request, prefix string) string { return scheme(r) + r.Host + prefix }

// PublicSite is what links to the site itself begin with: the world's address of the
// site, or the one that the caller used.
func (x *Exchange) PublicSite(r *http.Request, view *world.World) string {
	if view.SiteURL != "" {
		return view.SiteURL
	}
	return x.Site(r)
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https://"
	}
	return "http://"
}

// CallerNames are who called, by e-mail, and with which key, as far as is known.
func (x *Exchange) CallerNames() (email, key string) {
	user, used := x.Caller.User, x.Caller.Key
	if user == nil && used == nil {
		user, used = x.Presented.User, x.Presented.Key
	}
	if x.Provisioner != "" {
		return "", "SCIM token of " + x.Provisioner
	}
	if user != nil {
		email = user.Email
	}
	if used != nil {
		if key = used.Label; key == "" {
			key = used.ID
		}
	}
	return email, key
}
