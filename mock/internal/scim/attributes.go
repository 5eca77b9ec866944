package scim

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// Projection selects the attributes of resources that a request wants to see. The
// zero Projection selects all.
//
// The stored real source reads neither attributes nor excludedAttributes. Identity
// providers send them, and RFC 7644, section 3.9, has both on every operation that
// responds with a resource.
type Projection struct{ only, except selection }

// ReadProjection parses attributes and excludedAttributes. The RFC says that they
// exclude each other without saying what to do with both: attributes wins.
func ReadProjection(q rest.Query) (p Projection) {
	if text, _ := q.Get("attributes"); text != "" {
		p.only = parseSelection(text)
		return p
	}
	if text, _ := q.Get("excludedAttributes"); text != "" {
		p.except = parseSelection(text)
	}
	return p
}

// Everything reports whether all attributes are selected.
func (p Projection) Everything() bool { return p.only == nil && p.except == nil }

// alwaysReturned are the attributes that are returned whatever the request selects.
var alwaysReturned = []string{"schemas", "id"}

// Apply returns the selected part of a resource. Attributes without any selected
// part are absent.
func (p Projection) Apply(resource *pyjson.Object) *pyjson.Object {
	shown := new(pyjson.Object)
	for key, value := range resource.All() {
		name := strings.ToLower(key)
		if slices.Contains(alwaysReturned, name) {
			shown.Set(key, value)
			continue
		}
		if part, ok := p.part(name, value); ok {
			shown.Set(key, part)
		}
	}
	return shown
}

func (p Projection) part(name string, value any) (part any, ok bool) {
	subs, named := p.only[name]
	keep := true
	if p.only == nil {
		subs, named = p.except[name]
		keep = false
	}
	if !named || len(subs) == 0 {
		return value, named == keep
	}
	return selectSubAttributes(value, func(sub string) bool { return slices.Contains(subs, sub) == keep })
}

// selectSubAttributes keeps the sub-attributes of a value, or of each value in a
// list, for which keep is true. A simple value has no sub-attributes: if one is
// selected it is absent, if one is excluded it stays.
func selectSubAttributes(value any, keep func(sub string) bool) (part any, ok bool) {
	switch value := value.(type) {
	case *pyjson.Object:
		kept := new(pyjson.Object)
		for key, sub := range value.All() {
			if keep(strings.ToLower(key)) {
				kept.Set(key, sub)
			}
		}
		return kept, kept.Len() > 0
	case []any:
		kept := []any{}
		for _, item := range value {
			if part, ok := selectSubAttributes(item, keep); ok {
				kept = append(kept, part)
			}
		}
		return kept, len(kept) > 0 || len(value) == 0
	}
	return value, keep("")
}

// selection holds names of attributes, in lower case, each with the selected
// sub-attributes: none if the whole attribute is selected.
type selection map[string][]string

// parseSelection parses comma-separated names, with or without a schema. A value
// path such as emails[type eq "work"] selects the attribute. An invalid name
// selects nothing.
func parseSelection(text string) selection {
	s := selection{}
	for name := range strings.SplitSeq(withoutFilters(text), ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if strings.HasPrefix(name, "urn:") {
			name = name[strings.LastIndexByte(name, ':')+1:]
		}
		name, sub, _ := strings.Cut(name, ".")
		subs, named := s[name]
		switch {
		case sub == "":
			s[name] = nil
		case !named || len(subs) > 0:
			s[name] = append(subs, sub)
		}
	}
	return s
}

// withoutFilters drops what is in brackets, where commas and dots do not separate
// names.
func withoutFilters(text string) string {
	var out strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
		case quoted:
			quoted, escaped = r != '"', r == '\\'
		case r == '"':
			quoted = true
		case r == '[':
			depth++
		case r == ']':
			depth = max(0, depth-1)
		case depth == 0:
			out.WriteRune(r)
		}
	}
	return out.String()
}
