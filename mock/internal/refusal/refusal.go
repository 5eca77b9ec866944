// Package refusal has the refusals that the fake gives in its own form, for
// what the real API does not know: hosts, origins, sandboxes, worlds. The API's own
// errors are in package rest, and never here.
package refusal

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/address"
)

// Error is a response in the fake's own form: {"understudy": code, "detail": text}.
type Error struct {
	Status       int // of HTTP
	Code, Detail string
}

// New returns a refusal that only one place needs.
func New(status int, code, detail string) *Error { return &Error{status, code, detail} }

func (r *Error) Error() string { return "mock: " + r.Detail }

// Write writes the refusal as the response.
func (r *Error) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.Status)
	_ = json.NewEncoder(w).Encode(map[string]string{"understudy": r.Code, "detail": r.Detail})
}

// Host refuses a request for a host that the server does not answer for.
func Host(host string) *Error {
	return &Error{http.StatusMisdirectedRequest, "refused_host",
		"understudy does not answer for the host " + host + ". Add it with --allow-host."}
}

// Origin refuses a page of an origin that may not use the API; "" is one that the
// browser does not name.
func Origin(origin string) *Error {
	if origin == "" {
		origin = "ORIGIN"
	}
	return &Error{http.StatusForbidden, "refused_origin",
		"understudy does not answer pages of this other origin. Add it with --cors-origin " + origin + "."}
}

// ControlOrigin refuses a page of another origin that wants to use the control plane.
func ControlOrigin() *Error {
	return &Error{http.StatusForbidden, "cross_origin",
		"The control plane is for pages of its own origin and for programs. Put your page behind it with 'serve --proxy-ui'."}
}

// FaultHeader refuses a request whose header or data ask for a fault that there is not.
func FaultHeader(err error) *Error {
	return &Error{http.StatusBadRequest, "invalid_fault", err.Error()}
}

// SandboxName refuses a name that no sandbox can have.
func SandboxName(name string) *Error {
	return &Error{http.StatusBadRequest, "invalid_sandbox", fmt.Sprintf(
		"%q names no sandbox: use up to 100 letters, digits, dots, dashes and underscores, a letter or a digit first.", name)}
}

// NoSandbox refuses a request for a sandbox that must be made first.
func NoSandbox(name string) *Error {
	return &Error{http.StatusNotFound, "no_such_sandbox", fmt.Sprintf(
		"There is no sandbox %q. Make it with POST %s/sandboxes.", name, address.Control)}
}

// NoSandboxByLink refuses to make a sandbox for somebody who followed a link of another
// page.
func NoSandboxByLink(name string) *Error {
	return &Error{http.StatusNotFound, "no_such_sandbox", fmt.Sprintf(
		"There is no sandbox %q, and a link of another page makes none.", name)}
}

// SandboxExists refuses to make a sandbox of a name that is taken.
func SandboxExists(name string) *Error {
	return &Error{http.StatusConflict, "sandbox_exists", fmt.Sprintf(
		"There is a sandbox %q already. Drop it first, or choose another name.", name)}
}

// TooManySandboxes refuses to make a sandbox beyond the limit while all are in use.
func TooManySandboxes(limit int) *Error {
	return &Error{http.StatusServiceUnavailable, "too_many_sandboxes", fmt.Sprintf(
		"There are %d sandboxes, and all of them are in use. Drop some, or raise the limit.", limit)}
}

// NoWorld refuses to start a sandbox from a world that there is not.
func NoWorld(err error) *Error {
	return &Error{http.StatusBadRequest, "no_such_world", err.Error()}
}

// Revision tells that a revision of the API cannot be played, which is a mistake of the fake.
func Revision(err error) *Error {
	return &Error{http.StatusInternalServerError, "broken_revision", "This revision cannot be played: " + err.Error()}
}

// NoRevision refuses a revision that there is not, or that a sandbox cannot be moved to.
func NoRevision(err error) *Error {
	return &Error{http.StatusBadRequest, "no_such_revision", err.Error() + "."}
}
