package guard

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/spec"
)

// Effect is what the API does with a request that has a violation.
type Effect string

// The effects, the worst one first.
const (
	// Refused: the request is refused, or answered as one to nothing.
	Refused Effect = "refused"
	// Ignored: the request is answered as if what the violation is about had not been sent.
	Ignored Effect = "ignored"
	// Taken: the API does what was asked, which its document does not promise.
	Taken Effect = "taken"
)

// Effect is what the API does with the request for the violation.
func (v *Violation) Effect() Effect {
	switch {
	case slices.Contains([]Code{UnknownParameter, UnreadField, ReadOnlyField}, v.Code):
		return Ignored
	case v.Code == InvalidParameter && strings.HasPrefix(v.Where, inQuery):
		return Ignored // a page or a filter that cannot be read is left out
	case v.taken:
		return Taken
	}
	return Refused
}

// markTaken notes that the API takes the value at a place all the same.
func (f *checker) markTaken(where string) {
	for i := range f.found {
		if f.found[i].Where == where {
			f.found[i].taken = true
		}
	}
}

// NewIn returns the violations of a request in another document that it does not have in its own: those at a place where it has
// none, and those that are refused where its own was not. What was refused already costs nothing, and so does all of a request to
// nothing.
func NewIn(other, own []Violation) (found []Violation) {
	if slices.ContainsFunc(own, func(v Violation) bool { return v.Code == UnknownPath || v.Code == UnknownMethod }) {
		return nil
	}
	for _, v := range other {
		at := slices.IndexFunc(own, func(known Violation) bool { return known.Place() == v.Place() })
		if at < 0 || v.Effect() == Refused && own[at].Effect() != Refused {
			found = append(found, v)
		}
	}
	return found
}

// NewRefusedText is the violation of a text in a body that a revision refuses. pointer leads to it (RFC 6901).
func NewRefusedText(o *spec.Operation, method, pointer, name, refusal string) Violation {
	return Violation{
		Code: RefusedText, Operation: o.ID, Method: method, Path: o.Path, Where: inBody + pointer,
		Message: fmt.Sprintf("%s is refused: %s Send another one.", name, refusal),
	}
}

// NewMovedAddress is the violation of a request to a SCIM server that has another address. parameter is the part of the path that
// differs.
func NewMovedAddress(o *spec.Operation, method, parameter, message string) Violation {
	return Violation{Code: MovedAddress, Operation: o.ID, Method: method, Path: o.Path, Where: inPath + parameter, Message: message}
}

// CheckPath returns the violations of a request with the method OPTIONS, which [Guard.Check] lets pass anywhere. path is the
// documented one that it goes to, "" for none.
func (g *Guard) CheckPath(r *http.Request, path string) []Violation {
	if path != "" {
		return nil
	}
	return []Violation{g.unknownOperation(r, path)}
}
