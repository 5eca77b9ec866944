package guard

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// pathParameter is a parameter in a path, and the place of its segment, counted from the end: whatever stands before the
// documented path does not matter.
type pathParameter struct {
	*openapi3.Parameter
	fromEnd int
}

func placeOf(path string, p *openapi3.Parameter) (pathParameter, error) {
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	i := slices.Index(segments, "{"+p.Name+"}")
	if i < 0 {
		return pathParameter{}, fmt.Errorf("parameter %s is not in the path", p.Name)
	}
	return pathParameter{p, len(segments) - i}, nil
}

// path holds the parameters in the path against their types.
func (f *finder) path(path string) {
	path = strings.TrimSuffix(path, "/")
	for _, p := range f.operation.inPath {
		if text, ok := segmentFromEnd(path, p.fromEnd); ok {
			f.parameter(inPath, p.Parameter, text)
		}
	}
}

// segmentFromEnd is the nth segment of a path from its end; the last is 1.
func segmentFromEnd(path string, n int) (string, bool) {
	for {
		i := strings.LastIndexByte(path, '/')
		switch {
		case i < 0:
			return "", false
		case n == 1:
			return path[i+1:], true
		}
		path, n = path[:i], n-1
	}
}

// query holds the query string against the documented parameters.
func (f *finder) query(raw string) {
	pairs := pytext.ParseQuery(raw)
	for _, pair := range pairs {
		p, ok := f.operation.inQuery[pair.Key]
		switch {
		case ok:
			f.parameter(inQuery, p, pair.Value)
		case !slices.Contains(f.operation.keysInQuery, pair.Key):
			f.add(UnknownParameter, inQuery+short(pair.Key), "%s is not documented, and nothing reads it. %s Remove it or correct its name.",
				short(pair.Key), f.operation.queryText())
		}
	}
	for _, p := range f.operation.required {
		if p.In == openapi3.ParameterInQuery && !slices.ContainsFunc(pairs, func(pair pytext.Pair) bool { return pair.Key == p.Name }) {
			f.missing(inQuery, p)
		}
	}
}

// headers looks for the required ones. Others may be anything: proxies and browsers add their own.
func (f *finder) headers(header http.Header) {
	for _, p := range f.operation.required {
		if p.In == openapi3.ParameterInHeader && header.Get(p.Name) == "" {
			f.missing(inHeader, p)
		}
	}
}

func (f *finder) missing(in string, p *openapi3.Parameter) {
	f.add(MissingParameter, in+p.Name, "%s was not sent; the document requires it: %s. Send it.", p.Name, described(p))
}

// parameter holds the text of a parameter against its schema.
func (f *finder) parameter(in string, p *openapi3.Parameter, text string) {
	if p.Schema == nil {
		return
	}
	schema := p.Schema.Value
	if obvious(schema, text) {
		return
	}
	for _, problem := range problems(schema, typed(schema, text)) {
		if problem.field != "" {
			remedy := "Send such a value"
			if !p.Required {
				remedy += ", or leave the parameter out"
			}
			f.add(InvalidParameter, in+p.Name, "%s is %s; the document says: %s. %s.",
				p.Name, strconv.Quote(short(text)), described(p), remedy)
			return
		}
	}
}

// obvious tells, at no cost, that a text is of a schema which asks for a text or a UUID and nothing else.
func obvious(s *openapi3.Schema, text string) bool {
	if !s.Type.Is(openapi3.TypeString) || s.Enum != nil || s.OneOf != nil || s.AnyOf != nil || s.AllOf != nil || s.Not != nil {
		return false
	}
	return s.Format == "" || s.Format == "uuid" && isUUID(text)
}

// typed is the value of a parameter's text, the text itself when it is none of the type.
func typed(schema *openapi3.Schema, text string) any {
	switch {
	case schema.Type.Is(openapi3.TypeInteger):
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil || errors.Is(err, strconv.ErrRange) {
			return n
		}
	case schema.Type.Is(openapi3.TypeNumber):
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	case schema.Type.Is(openapi3.TypeBoolean) && (text == "true" || text == "false"):
		return text == "true"
	}
	return text
}

// described is what the document says of a parameter: its type and its description.
func described(p *openapi3.Parameter) string {
	text := "any value"
	if p.Schema != nil {
		text = expected(p.Schema.Value)
	}
	if said := strings.Join(strings.Fields(p.Description), " "); said != "" {
		text += " (" + strings.TrimSuffix(said, ".") + ")"
	}
	return text
}

// queryText lists the parameters that the operation has in the query.
func (o *operation) queryText() string {
	if len(o.inQuery) == 0 {
		return o.ID + " has no parameters in the query."
	}
	return o.ID + " has " + listed(sortedKeys(o.inQuery)) + "."
}
