package scim

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// Error is a refusal in SCIM's form. Unlike the RFC's, its status is a number.
type Error struct {
	Status int
	Detail string
	// Header holds what the answer carries besides the body.
	Header http.Header
}

// The refusals of the real server, in its words.
var (
	ErrNoToken          = &Error{Status: http.StatusUnauthorized, Detail: "No bearer token provided"}
	ErrAuthentication   = &Error{Status: http.StatusForbidden, Detail: "Authentication failed"}
	ErrUserNotFound     = &Error{Status: http.StatusNotFound, Detail: "User not found"}
	ErrGroupNotFound    = &Error{Status: http.StatusNotFound, Detail: "Group not found"}
	ErrUserExists       = &Error{Status: http.StatusConflict, Detail: "User already exists"}
	ErrInvalidUser      = &Error{Status: http.StatusBadRequest, Detail: "Invalid user data"}
	ErrInvalidGroup     = &Error{Status: http.StatusBadRequest, Detail: "Invalid group data"}
	ErrUserNotUpdated   = &Error{Status: http.StatusBadRequest, Detail: "Failed to update user"}
	ErrGroupNotUpdated  = &Error{Status: http.StatusBadRequest, Detail: "Failed to update group"}
	ErrEndpointNotFound = &Error{Status: http.StatusNotFound, Detail: "Endpoint not found."}
)

// Error says status and detail; it is for logs.
func (e *Error) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Detail) }

// Write appends the body of the answer.
func (e *Error) Write(w *rest.Writer) {
	w.Object()
	w.Key("schemas").Strings([]string{SchemaError})
	w.Key("status").Int(e.Status)
	w.Key("detail").String(e.Detail)
	w.End()
}

// BadRequest refuses a request in words of its own.
func BadRequest(detail string) *Error { return &Error{Status: http.StatusBadRequest, Detail: detail} }

// AsError gives any error SCIM's form. The framework's own refusals (a body that
// is no JSON, a method that is not there) keep status, text and headers; the real
// server shows those in the form of its other API, which no SCIM client reads. What
// is not a refusal is nil.
func AsError(err error) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	var general *rest.Error
	if errors.As(err, &general) {
		return &Error{Status: general.Status, Detail: general.Detail, Header: general.Header}
	}
	return nil
}
