package rest

import (
	"fmt"
	"net/http"
	"strconv"
)

// The types of errors of the API.
const (
	typeAuthentication = "authentication_error"
	typeRequest        = "invalid_request"
	typeValidation     = "validation_error"
	typeThrottled      = "throttled_error"
	typeServer         = "server_error"
)

// Error is a refusal in the API's own form: an error that knows its status, its
// body and the headers that go with it.
type Error struct {
	Status             int
	Type, Code, Detail string
	// Attr is the field at fault, nested keys joined by "__"; "" is null.
	Attr string
	// Plain errors have the body {"detail": …} alone.
	Plain bool
	// Header holds further headers of the response.
	Header http.Header
}

// Error returns status, code and detail, for logs.
func (e *Error) Error() string {
	return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Detail)
}

// Write appends the body of the response.
func (e *Error) Write(w *Writer) {
	w.Object()
	if e.Plain {
		w.Key("detail").String(e.Detail)
		w.End()
		return
	}
	w.Key("type").String(e.Type)
	w.Key("code").String(e.Code)
	w.Key("detail").String(e.Detail)
	w.Key("attr")
	if e.Attr == "" {
		w.Null()
	} else {
		w.String(e.Attr)
	}
	w.End()
}

// bearerChallenge is the challenge of the first of the real server's
// authenticators.
var bearerChallenge = http.Header{"Www-Authenticate": {"Bearer"}}

// ErrNotAuthenticated refuses a request without credentials.
var ErrNotAuthenticated = &Error{
	Status: http.StatusUnauthorized, Type: typeAuthentication, Code: "not_authenticated",
	Detail: "Authentication credentials were not provided.", Header: bearerChallenge,
}

// ErrNotFound refuses an object that does not exist, or that the caller may not
// see.
var ErrNotFound = NotFound("Not found.")

// ErrPermission refuses a caller without permission, with the default text.
var ErrPermission = PermissionDenied("You do not have permission to perform this action.")

// ErrLockedOut refuses a login after too many failed attempts.
var ErrLockedOut = &Error{
	Status: http.StatusForbidden, Type: typeAuthentication, Code: "too_many_failed_attempts",
	Detail: "Too many failed login attempts. Please try again in 10 minutes.",
}

// ErrNotAcceptable refuses a request whose Accept header excludes JSON.
var ErrNotAcceptable = &Error{
	Status: http.StatusNotAcceptable, Type: typeRequest, Code: "not_acceptable",
	Detail: "Could not satisfy the request Accept header.",
}

// ErrServer is the response to a crash.
var ErrServer = &Error{
	Status: http.StatusInternalServerError, Type: typeServer, Code: "error",
	Detail: "A server error occurred.",
}

// ErrUpgraded refuses a request that came in while the deployment was moved to another
// revision.
var ErrUpgraded = &Error{
	Status: http.StatusServiceUnavailable, Type: typeServer, Code: "error",
	Detail: "The server was upgraded while the request was on its way. Send it again.",
}

// Responses while the service is unreachable. The form is the API's, the texts are the
// fake's own: in front of the real service, a proxy writes them.
var (
	ErrBadGateway = &Error{
		Status: http.StatusBadGateway, Type: typeServer, Code: "bad_gateway",
		Detail: "The server received no valid response from the service behind it.",
	}
	ErrUnavailable = &Error{
		Status: http.StatusServiceUnavailable, Type: typeServer, Code: "service_unavailable",
		Detail: "Service temporarily unavailable, try again later.",
	}
	ErrGatewayTimeout = &Error{
		Status: http.StatusGatewayTimeout, Type: typeServer, Code: "gateway_timeout",
		Detail: "The service behind the server did not respond in time.",
	}
)

// AuthenticationFailed refuses invalid credentials.
func AuthenticationFailed(detail string) *Error {
	return &Error{
		Status: http.StatusUnauthorized, Type: typeAuthentication, Code: "authentication_failed",
		Detail: detail, Header: bearerChallenge,
	}
}

// PermissionDenied refuses a caller who is authenticated but not allowed.
func PermissionDenied(detail string) *Error {
	return &Error{Status: http.StatusForbidden, Type: typeAuthentication, Code: "permission_denied", Detail: detail}
}

// Denied is PermissionDenied with a code of its own.
func Denied(code, detail string) *Error {
	refusal := PermissionDenied(detail)
	refusal.Code = code
	return refusal
}

// NotFound refuses an object that does not exist, with a text of its own.
func NotFound(detail string) *Error {
	return &Error{Status: http.StatusNotFound, Type: typeRequest, Code: "not_found", Detail: detail}
}

// MethodNotAllowed refuses a method; allow lists the allowed ones.
func MethodNotAllowed(method, allow string) *Error {
	return &Error{
		Status: http.StatusMethodNotAllowed, Type: typeRequest, Code: "method_not_allowed",
		Detail: fmt.Sprintf("Method %q not allowed.", method), Header: http.Header{"Allow": {allow}},
	}
}

// UnsupportedMediaType refuses a body whose content type no parser accepts.
func UnsupportedMediaType(contentType string) *Error {
	return &Error{
		Status: http.StatusUnsupportedMediaType, Type: typeRequest, Code: "unsupported_media_type",
		Detail: `Unsupported media type "` + contentType + `" in request.`,
	}
}

// ParseError refuses a body that cannot be parsed.
func ParseError(detail string) *Error {
	return &Error{Status: http.StatusBadRequest, Type: typeRequest, Code: "parse_error", Detail: detail}
}

// BodyTooLarge refuses a body of more than limit bytes. The text is the fake's own:
// in front of the real service, a proxy cuts the request off.
func BodyTooLarge(limit int64) *Error {
	return &Error{
		Status: http.StatusRequestEntityTooLarge, Type: typeRequest, Code: "request_too_large",
		Detail: "Request body exceeds the limit of " + strconv.FormatInt(limit, 10) + " bytes.",
		Header: http.Header{"Connection": {"close"}},
	}
}

// Throttled refuses a caller who sends too many requests; wait is in seconds.
func Throttled(wait int) *Error {
	unit := "seconds"
	if wait == 1 {
		unit = "second"
	}
	return &Error{
		Status: http.StatusTooManyRequests, Type: typeThrottled, Code: "throttled",
		Detail: fmt.Sprintf("Request was throttled. Expected available in %d %s.", wait, unit),
		Header: http.Header{"Retry-After": {strconv.Itoa(wait)}},
	}
}

// Conflict refuses a change that the current state does not allow.
func Conflict(code, detail string) *Error {
	return &Error{Status: http.StatusConflict, Type: typeServer, Code: code, Detail: detail}
}

// Invalid refuses a value. The serializer adds the field.
func Invalid(code, detail string) *Error {
	return &Error{Status: http.StatusBadRequest, Type: typeValidation, Code: code, Detail: detail}
}

// InvalidInput refuses a value with the framework's default code, which the API
// shows as invalid_input.
func InvalidInput(detail string) *Error { return Invalid("invalid_input", detail) }

// Plain refuses with the body {"detail": …}, as the few views do that write
// responses by hand.
func Plain(detail string) *Error {
	return &Error{Status: http.StatusBadRequest, Detail: detail, Plain: true}
}

// On returns a copy of e that names the field at fault.
func (e *Error) On(attr string) *Error {
	named := *e
	named.Attr = attr
	return &named
}

// within prefixes e's field with attr.
func (e *Error) within(attr string) *Error {
	if e.Attr == "" {
		return e.On(attr)
	}
	return e.On(attr + "__" + e.Attr)
}
