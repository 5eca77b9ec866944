package guard

import (
	"regexp"
	"strconv"
	"strings"
)

// Code says in which way a request differs from the document.
type Code string

// The ways in which a request can differ.
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
	// Where is the place in the request: "body /items/0", with a JSON pointer, "query limit", "path id", "header Content-Type", or
	// "credentials". It is empty for the request as a whole.
	Where string `json:"where"`
	// Message says what was sent, what the document says, and what to do. It quotes only values that are no secrets.
	Message string `json:"message"`

	allow string // the methods that the path has, for UnknownMethod
}

// place is what violations that say the same have in common: 12 items with one mistake are one mistake.
func (v *Violation) place() string {
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

// The beginnings of [Violation.Where], and the whole of it.
const (
	inBody   = "body "
	inQuery  = "query "
	inPath   = "path "
	inHeader = "header "

	theBody        = "body"
	theCredentials = "credentials"
)

// maxName is how much of a name from a request is kept, in bytes.
const maxName = 80

// keyForm is how keys look wherever they stand, also in the place of a name.
var keyForm = regexp.MustCompile(`ph[abd-z]_[A-Za-z0-9_-]{4,}`)

// short cuts off what is too long to be kept or read, and keys.
func short(text string) string {
	if strings.Contains(text, "ph") { // which few texts do; the pattern costs much more
		text = keyForm.ReplaceAllLiteralString(text, "{key}")
	}
	if len(text) <= maxName {
		return text
	}
	return strings.ToValidUTF8(text[:maxName], "") + "…"
}
