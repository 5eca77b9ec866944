package mocktest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// Answer is a response, with what was asked.
type Answer struct {
	T      testing.TB
	Asked  string // method, path and body
	Code   int
	Header http.Header
	Body   []byte
}

// String is what was asked and answered.
func (a *Answer) String() string { return fmt.Sprintf("%s\n%d %s\n", a.Asked, a.Code, a.Body) }

// Get is the JSON value at a path.
func (a *Answer) Get(path string) gjson.Result { return gjson.GetBytes(a.Body, path) }

// Fail ends the test and shows the answer.
func (a *Answer) Fail(format string, args ...any) {
	a.T.Helper()
	asked := a.Asked
	if len(asked) > 300 {
		asked = asked[:300] + "…"
	}
	a.T.Fatalf("%s\n  %s\n  answer: %d %.600s", asked, fmt.Sprintf(format, args...), a.Code, bytes.TrimSpace(a.Body))
}

// Status wants a status.
func (a *Answer) Status(want int) *Answer {
	a.T.Helper()
	if a.Code != want {
		a.Fail("want status %d", want)
	}
	return a
}

// Has wants a JSON value at a path, written as in the answer.
func (a *Answer) Has(path, want string) *Answer {
	a.T.Helper()
	if got := a.Get(path).Raw; got != want {
		a.Fail("want %s = %s, got %q", path, want, got)
	}
	return a
}

// Refused wants a refusal in the API's form, byte for byte.
func (a *Answer) Refused(status int, kind, code, detail, attr string) *Answer {
	a.T.Helper()
	field := "null"
	if attr != "" {
		field = Quote(attr)
	}
	return a.Bytes(status, fmt.Sprintf(`{"type":%s,"code":%s,"detail":%s,"attr":%s}`, Quote(kind), Quote(code), Quote(detail), field))
}

// Unauthenticated wants a 401 with a challenge for a bearer token.
func (a *Answer) Unauthenticated(code, detail string) *Answer {
	a.T.Helper()
	if got := a.Header.Get("WWW-Authenticate"); got != "Bearer" {
		a.Fail("want a challenge for Bearer, got %q", got)
	}
	return a.Refused(http.StatusUnauthorized, "authentication_error", code, detail, "")
}

// Invalid wants a field refused.
func (a *Answer) Invalid(code, detail, attr string) *Answer {
	a.T.Helper()
	return a.Refused(400, "validation_error", code, detail, attr)
}

// denials are the texts of a 403 that have a code of their own.
var denials = map[string]string{
	"This action requires you to be recently authenticated.": "sensitive_action_required_reauth",
	"2FA setup required": "two_factor_setup_required",
}

// Denied wants a 403 for want of permission.
func (a *Answer) Denied(detail string) *Answer {
	a.T.Helper()
	return a.Refused(403, "authentication_error", cmp.Or(denials[detail], "permission_denied"), detail, "")
}

// Missing wants a 404 in the API's form.
func (a *Answer) Missing(detail string) *Answer {
	a.T.Helper()
	return a.Refused(404, "invalid_request", "not_found", detail, "")
}

// Bytes wants an answer of exactly this body.
func (a *Answer) Bytes(status int, body string) *Answer {
	a.T.Helper()
	if a.Code != status || string(a.Body) != body {
		a.Fail("want: %d %s", status, body)
	}
	return a
}

// Keys are the names of an object's properties, in order.
func (a *Answer) Keys(path string) []string {
	var names []string
	object := a.Get(path)
	if path == "" {
		object = gjson.ParseBytes(a.Body)
	}
	object.ForEach(func(key, _ gjson.Result) bool {
		names = append(names, key.String())
		return true
	})
	return names
}

// Throttled wants a 429 that tells to wait so many seconds.
func (a *Answer) Throttled(seconds int) {
	a.T.Helper()
	unit := "seconds"
	if seconds == 1 {
		unit = "second"
	}
	a.Refused(http.StatusTooManyRequests, "throttled_error", "throttled",
		fmt.Sprintf("Request was throttled. Expected available in %d %s.", seconds, unit), "")
	if got := a.Header.Get("Retry-After"); got != fmt.Sprint(seconds) {
		a.Fail("want Retry-After %d, got %q", seconds, got)
	}
}

// Quote is a text as a JSON string, written as the API writes it.
func Quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSpace(b.String())
}
