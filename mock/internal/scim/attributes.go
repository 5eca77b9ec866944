package scim

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// Projection is what a request wants to see of each resource. The zero Projection
// shows everything.
//
// The stored real source reads neither attributes nor excludedAttributes. Identity
// providers send them, and RFC 7644, section 3.9, has both on every operation that
// answers with a resource.
type Projection struct{ only, except selection }

// ReadProjection reads attributes and excludedAttributes. The RFC says that they
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

// Everything tells whether resources are shown as they are.
func (p Projection) Everything() bool { return p.only == nil && p.except == nil }

// always are the attributes that are returned whatever the request wants.
var always = []string{"schemas", "id"}

// Apply returns the part of a resource that is shown. Attributes that nothing is left
// of are absent.
func (p Projection) Apply(resource *pyjson.Object) *pyjson.Object {
	shown := new(pyjson.Object)
	for key, value := range resource.All() {
		name := strings.ToLower(key)
		if slices.Contains(always, name) {
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
	return within(value, func(sub string) bool { return slices.Contains(subs, sub) == keep })
}

// within keeps the sub-attributes of a value, or of each value in a list, that keep
// names. A simple value has none: asked for one it is absent, rid of one it stays.
func within(value any, keep func(sub string) bool) (part any, ok bool) {
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
			if part, ok := within(item, keep); ok {
				kept = append(kept, part)
			}
		}
		return kept, len(kept) > 0 || len(value) == 0
	}
	return value, keep("")
}

// selection holds names of attributes, in lower case, each with its sub-attributes
// that are selected: none where it is selected as a whole.
type selection map[string][]string

// parseSelection reads names between commas, with or without a schema before them.
// A value path such as emails[type eq "work"] selects the attribute. What is no
// name selects nothing.
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

// withoutFilters drops what stands in brackets, where commas, dots and quoted
// brackets mean nothing.
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
