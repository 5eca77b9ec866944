package guard

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	// HeaderStrict is the header by which a request asks to be refused for a violation: "Understudy-Strict: 1".
	HeaderStrict = "Understudy-Strict"
	// HeaderViolation is the header of an answer that names the codes of the violations of its request.
	HeaderViolation = "Understudy-Violation"
)

// StrictError refuses a request for its violations. It is an answer of the fake, and cannot be mistaken for one of the API: its
// body has the key "understudy", while the API's errors have exactly the keys type, code, detail and attr (or detail alone), and
// SCIM's have schemas; and it carries the header Understudy-Violation, which the API does not know. The status is the one that the
// API would most likely choose, so that clients go the way of an error: 404 for an unknown path, 405 for an unknown method,
// otherwise 400.
type StrictError struct{ Violations []Violation }

// WantsStrict tells whether a request asks to be refused for a violation.
func WantsStrict(header http.Header) bool {
	strict, err := strconv.ParseBool(header.Get(HeaderStrict))
	return err == nil && strict
}

// Error is the detail of the answer.
func (e *StrictError) Error() string {
	n := len(e.Violations)
	first := e.Violations[0].Message
	switch {
	case n == 1:
		return "This request is not what the document of the API describes. " + first
	default:
		return "This request differs from the document of the API in " + strconv.Itoa(n) + " places. The first: " + first
	}
}

// Status is the status of the answer.
func (e *StrictError) Status() int {
	switch e.Violations[0].Code {
	case UnknownPath:
		return http.StatusNotFound
	case UnknownMethod:
		return http.StatusMethodNotAllowed
	}
	return http.StatusBadRequest
}

// Write answers a request.
func (e *StrictError) Write(w http.ResponseWriter) {
	body, err := json.Marshal(struct {
		Understudy string      `json:"understudy"`
		Detail     string      `json:"detail"`
		Violations []Violation `json:"violations"`
	}{"contract_violation", e.Error(), e.Violations})
	if err != nil {
		panic(err) // texts can be written
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set(HeaderViolation, Codes(e.Violations))
	if allow := e.Violations[0].allow; allow != "" {
		header.Set("Allow", allow)
	}
	w.WriteHeader(e.Status())
	_, _ = w.Write(body) // a caller who has gone is nobody to tell
}

// Codes is the value of [HeaderViolation]: each code once, in the order of the violations.
func Codes(violations []Violation) string {
	var codes []string
	for _, v := range violations {
		if code := string(v.Code); !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, ", ")
}
