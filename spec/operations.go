package spec

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Operation is one method on one path, with the rules that the document's extensions state about it.
type Operation struct {
	// ID is the operationId, such as domains_verify_create. It is unique.
	ID string
	// Method is in upper case, Path has its parameters in braces and ends as the document writes it.
	Method, Path string
	// Tag is the resource that the operation belongs to, such as domains.
	Tag string
	// Summary says in a few words what the operation does.
	Summary string
	// Documented says that the operation stands on the public page of the API (x-documented).
	Documented bool
	// Scope is what a personal API key needs, such as organization:read (x-required-scope). Empty: none is documented.
	Scope string
	// SessionOnly says that the operation refuses every personal API key, whatever its scopes (x-session-only).
	SessionOnly bool
	// Public says that the operation needs no credentials (x-public).
	Public bool
	// AnyKey says that the operation takes every personal API key, whatever its scopes and limits (x-any-key).
	AnyKey bool
	// Level is the lowest membership level that may call: 1 member, 8 administrator, 15 owner, 0 when no organization is involved
	// (x-membership-level).
	Level int
	// Features are those of the organization that the operation, or some of its fields, need (x-features).
	Features []string
	// RecentLogin says that a session must have signed in recently (x-recent-login).
	RecentLogin bool
	// Request names the schema of the request body. Empty: the operation takes no body.
	Request string
	// Spec is the operation as the document has it.
	Spec *openapi3.Operation
}

// String gives the method and the path, as errors and reports print an operation.
func (o *Operation) String() string { return o.Method + " " + o.Path }

// Statuses returns the documented statuses, lowest first.
func (o *Operation) Statuses() []int {
	var statuses []int
	for code := range o.Spec.Responses.Map() {
		if status, err := strconv.Atoi(code); err == nil {
			statuses = append(statuses, status)
		}
	}
	slices.Sort(statuses)
	return statuses
}

// ResponseSchema returns the schema of the JSON body that is documented for a status, and reports whether there is one: a status
// may not be documented, or have no body.
func (o *Operation) ResponseSchema(status int) (*openapi3.SchemaRef, bool) {
	response := o.Spec.Responses.Status(status)
	if response == nil || response.Value == nil {
		return nil, false
	}
	media := jsonContent(response.Value.Content)
	if media == nil || media.Schema == nil {
		return nil, false
	}
	return media.Schema, true
}

// jsonContent is the media type of a JSON body: SCIM has its own name for it.
func jsonContent(content openapi3.Content) *openapi3.MediaType {
	if media := content["application/json"]; media != nil {
		return media
	}
	return content["application/scim+json"]
}

// tagSCIM marks the operations that speak SCIM instead of the API's own language.
const tagSCIM = "scim"

// IsSCIM reports whether the operation is one of the SCIM server that identity providers call: with a bearer token, media types
// and errors of its own.
func (o *Operation) IsSCIM() bool { return o.Tag == tagSCIM }

// readOperations reads all operations, in the order of the document. Its error names what is wrong with each of them.
func readOperations(paths *openapi3.Paths) ([]*Operation, error) {
	var operations []*Operation
	for path, item := range paths.Map() {
		for method, described := range item.Operations() {
			operations = append(operations, &Operation{
				ID: described.OperationID, Method: method, Path: path, Summary: described.Summary, Spec: described, Request: requestSchema(described),
			})
		}
	}
	slices.SortFunc(operations, func(a, b *Operation) int { return cmp.Compare(line(a.Spec.Origin), line(b.Spec.Origin)) })
	var mistakes []error
	for _, operation := range operations {
		mistakes = append(mistakes, operation.read()...)
	}
	return operations, errors.Join(mistakes...)
}

// read takes over what the operation's own keys say, and returns all that is wrong with them.
func (o *Operation) read() (mistakes []error) {
	if o.ID == "" {
		mistakes = append(mistakes, fmt.Errorf("%s has no operationId: give it one", o))
	}
	if len(o.Spec.Tags) == 1 {
		o.Tag = o.Spec.Tags[0]
	} else {
		mistakes = append(mistakes, fmt.Errorf("%s (%s) has %d tags: give it exactly one, its resource", o, o.ID, len(o.Spec.Tags)))
	}
	if o.Spec.Responses == nil {
		mistakes = append(mistakes, fmt.Errorf("%s (%s) has no responses: list every status that a client can meet", o, o.ID))
	}
	for _, err := range o.readExtensions(o.Spec.Extensions) {
		mistakes = append(mistakes, fmt.Errorf("%s (%s): %w", o, o.ID, err))
	}
	return mistakes
}

// requestSchema names the schema of the body, which every content type of an operation shares.
func requestSchema(spec *openapi3.Operation) string {
	if spec.RequestBody == nil || spec.RequestBody.Value == nil {
		return ""
	}
	media := jsonContent(spec.RequestBody.Value.Content)
	if media == nil || media.Schema == nil {
		return ""
	}
	return strings.TrimPrefix(media.Schema.Ref, "#/components/schemas/")
}

func indexOperations(operations []*Operation) (map[string]*Operation, error) {
	byID := make(map[string]*Operation, len(operations))
	for _, operation := range operations {
		if first, taken := byID[operation.ID]; taken {
			return nil, fmt.Errorf("%s and %s share the operationId %s: rename one", first, operation, operation.ID)
		}
		byID[operation.ID] = operation
	}
	return byID, nil
}

// Reads reports whether the operation changes nothing.
func (o *Operation) Reads() bool { return o.Method == http.MethodGet || o.Method == http.MethodHead }

// readExtensions fills the fields that x-… keys state. A key that it does not know is an error: a misspelt rule must not
// silently be no rule.
func (o *Operation) readExtensions(extensions map[string]any) (mistakes []error) {
	targets := map[string]any{
		"x-documented":       &o.Documented,
		"x-required-scope":   &o.Scope,
		"x-session-only":     &o.SessionOnly,
		"x-public":           &o.Public,
		"x-any-key":          &o.AnyKey,
		"x-membership-level": &o.Level,
		"x-features":         &o.Features,
		"x-recent-login":     &o.RecentLogin,
	}
	for _, key := range slices.Sorted(maps.Keys(extensions)) {
		target, known := targets[key]
		if !known {
			mistakes = append(mistakes, fmt.Errorf("unknown extension %s: use one of %s", key, strings.Join(slices.Sorted(maps.Keys(targets)), ", ")))
		} else if err := assign(target, extensions[key]); err != nil {
			mistakes = append(mistakes, fmt.Errorf("%s %w", key, err))
		}
	}
	return mistakes
}

// assign stores an extension's value in a field, when it is of the field's type. Errors of encoding/json would name types of Go
// instead of what to write.
func assign(target, value any) error {
	switch field := target.(type) {
	case *bool:
		if flag, ok := value.(bool); ok {
			*field = flag
			return nil
		}
		return fmt.Errorf("must be true or false, not %v", value)
	case *string:
		if text, ok := value.(string); ok {
			*field = text
			return nil
		}
		return fmt.Errorf("must be a string, not %v", value)
	case *int:
		if number, ok := wholeAsInt(value).(int); ok {
			*field = number
			return nil
		}
		return fmt.Errorf("must be a whole number, not %v", value)
	case *[]string:
		return assignStrings(field, value)
	default:
		return fmt.Errorf("cannot be stored in %T", target)
	}
}

func assignStrings(field *[]string, value any) error {
	items, ok := value.([]any)
	if !ok {
		return fmt.Errorf("must be a list of strings, not %v", value)
	}
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			return fmt.Errorf("must be a list of strings, but has %v", item)
		}
		*field = append(*field, text)
	}
	return nil
}

// ScopesAllow reports whether the scopes of a personal API key allow what needs a scope. Writing includes reading; * is everything.
func ScopesAllow(scopes []string, required string) bool {
	object, reading := strings.CutSuffix(required, ":read")
	for _, scope := range scopes {
		if scope == "*" || scope == required || (reading && scope == object+":write") {
			return true
		}
	}
	return false
}
