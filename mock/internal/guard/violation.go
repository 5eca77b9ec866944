package guard

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Code is the kind of a violation.
type Code string

// The kinds of violations.
const (
	// UnknownPath: the document has no such path.
	UnknownPath Code = "unknown_path"
	// UnknownMethod: the document has the path, without the method.
	UnknownMethod Code = "unknown_method"
	// UnknownParameter: the operation has no such parameter in the query.
	UnknownParameter Code = "unknown_parameter"
	// MissingParameter: a required parameter was not sent.
	MissingParameter Code = "missing_parameter"
	// InvalidParameter: a parameter is not of the documented type.
	InvalidParameter Code = "invalid_parameter"
	// ContentType: the operation does not take bodies of this kind.
	ContentType Code = "content_type"
	// MissingBody: the operation requires a body.
	MissingBody Code = "missing_body"
	// MalformedBody: the body is not what its content type says.
	MalformedBody Code = "malformed_body"
	// UnreadField: the body has a field that nothing reads, because it is not documented.
	UnreadField Code = "unread_field"
	// ReadOnlyField: the body has a field that nothing reads, because only answers have it.
	ReadOnlyField Code = "read_only_field"
	// MissingField: a required field was not sent.
	MissingField Code = "missing_field"
	// WrongType: a field is of another type than the documented one.
	WrongType Code = "wrong_type"
	// InvalidValue: a field is of the documented type, and has a value that the document does not allow.
	InvalidValue Code = "invalid_value"
	// MissingScope: the personal API key lacks the scope that the operation needs.
	MissingScope Code = "missing_scope"
	// SessionOnly: a personal API key was used where the document allows a session only.
	SessionOnly Code = "session_only"
	// RefusedText: a text that the rules of the revision refuse, such as an address with a plus. [Guard.Check] does not look for
	// it: people type it.
	RefusedText Code = "refused_text"
	// MovedAddress: the address of a SCIM server that is another one. [Guard.Check] does not look for it: the world decides.
	MovedAddress Code = "moved_address"
)

// Violation is one way in which a request differs from the document.
type Violation struct {
	Code Code `json:"code"`
	// Operation is the operationId; "" when the document has no such operation.
	Operation string `json:"operation"`
	Method    string `json:"method"`
	// Path is the documented path, with its parameters in braces; for an unknown one the path of the request, with {id} for
	// what looks like an identifier.
	Path string `json:"path"`
	// Where is the location in the request: "body /items/0", with a JSON pointer, "query limit", "path id", "header Content-Type", or
	// "credentials". It is empty for the request as a whole.
	Where string `json:"where"`
	// Message says what was sent, what the document says, and what to do. It never quotes a secret.
	Message string `json:"message"`

	allow string // the methods that the path has, for UnknownMethod
	taken bool   // the API takes it all the same
}

// Place is where equal violations are found: [Violation.Where] without indexes.
func (v *Violation) Place() string { return v.pattern() }

// pattern returns the location without indexes, so that one mistake in 12 items is one violation.
func (v *Violation) pattern() string {
	pointer, ok := strings.CutPrefix(v.Where, inBody)
	if !ok || !strings.ContainsAny(pointer, "0123456789") {
		return v.Where
	}
	segments := strings.Split(pointer, "/")
	for i, segment := range segments {
		if _, err := strconv.ParseUint(segment, 10, 32); err == nil {
			segments[i] = "*"
		}
	}
	return inBody + strings.Join(segments, "/")
}

// Prefixes of [Violation.Where], and values of it.
const (
	inBody   = "body "
	inQuery  = "query "
	inPath   = "path "
	inHeader = "header "

	wholeBody   = "body"
	credentials = "credentials"
)

// maxName is how many bytes of a name from a request are kept.
const maxName = 80

// keyPattern matches API keys, which may also be sent in place of a name.
var keyPattern = regexp.MustCompile(`ph[abd-z]_[A-Za-z0-9_-]{4,}`)

// shortened masks keys in a text and cuts it off where it is too long.
func shortened(text string) string {
	if strings.Contains(text, "ph") { // which few texts do; the pattern costs much more
		text = keyPattern.ReplaceAllLiteralString(text, "{key}")
	}
	if len(text) <= maxName {
		return text
	}
	return strings.ToValidUTF8(text[:maxName], "") + "…"
}

const (
	// HeaderStrict is the header by which a request asks to be refused for a violation: "Understudy-Strict: 1".
	HeaderStrict = "Understudy-Strict"
	// HeaderViolation is the header of an answer that names the codes of the violations of its request.
	HeaderViolation = "Understudy-Violation"
)

// StrictError refuses a request for its violations. It is an answer of the fake that differs from all those of the API: its
// body has the key "understudy", while the API's errors have exactly the keys type, code, detail and attr (or detail alone), and
// SCIM's have schemas; and it carries the header Understudy-Violation, which the API does not know. The status is the one that the
// API would most likely choose, so that clients go the way of an error: 404 for an unknown path, 405 for an unknown method,
// otherwise 400.
type StrictError struct{ Violations []Violation }

// WantsStrict reports whether a request asks to be refused for a violation.
func WantsStrict(header http.Header) bool {
	strict, err := strconv.ParseBool(header.Get(HeaderStrict))
	return err == nil && strict
}

// Error is the detail of the answer.
func (e *StrictError) Error() string {
	n := len(e.Violations)
	first := e.Violations[0].Message
	if n == 1 {
		return "This request is not what the document of the API describes. " + first
	}
	return "This request differs from the document of the API in " + strconv.Itoa(n) + " places. The first: " + first
}

// Status is the status of the answer.
func (e *StrictError) Status() int {
	switch e.Violations[0].Code {
	case UnknownPath:
		return http.StatusNotFound
	case UnknownMethod:
		return http.StatusMethodNotAllowed
	default:
		return http.StatusBadRequest
	}
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
	_, _ = w.Write(body) // the client may have gone
}

// Codes returns the value of [HeaderViolation]: each code once, in the order of the violations.
func Codes(violations []Violation) string {
	var codes []string
	for _, v := range violations {
		if code := string(v.Code); !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, ", ")
}
