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

// pathParameter is a parameter in a path, with the position of its segment from the end: a prefix before the documented path
// does not matter.
type pathParameter struct {
	*openapi3.Parameter
	fromEnd int
}

func newPathParameter(path string, p *openapi3.Parameter) (pathParameter, error) {
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	i := slices.Index(segments, "{"+p.Name+"}")
	if i < 0 {
		return pathParameter{}, fmt.Errorf("parameter %s is not in the path", p.Name)
	}
	return pathParameter{p, len(segments) - i}, nil
}

// checkPath validates the parameters in the path.
func (f *checker) checkPath(path string) {
	path = strings.TrimSuffix(path, "/")
	for _, p := range f.operation.inPath {
		if text, ok := segmentFromEnd(path, p.fromEnd); ok {
			f.checkParameter(inPath, p.Parameter, text)
		}
	}
}

// segmentFromEnd returns the nth segment of a path from its end; the last is 1.
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

// checkQuery compares the query string with the documented parameters.
func (f *checker) checkQuery(raw string) {
	pairs := pytext.ParseQuery(raw)
	for _, pair := range pairs {
		p, ok := f.operation.inQuery[pair.Key]
		switch {
		case ok:
			f.checkParameter(inQuery, p, pair.Value)
		case !slices.Contains(f.operation.keysInQuery, pair.Key):
			f.add(UnknownParameter, inQuery+shortened(pair.Key), "%s is not documented, and nothing reads it. %s Remove it or correct its name.",
				shortened(pair.Key), f.operation.queryText())
		}
	}
	for _, p := range f.operation.required {
		if p.In == openapi3.ParameterInQuery && !slices.ContainsFunc(pairs, func(pair pytext.Pair) bool { return pair.Key == p.Name }) {
			f.addMissing(inQuery, p)
		}
	}
}

// checkHeaders reports missing required headers. Others may be anything: proxies and browsers add their own.
func (f *checker) checkHeaders(header http.Header) {
	for _, p := range f.operation.required {
		if p.In == openapi3.ParameterInHeader && header.Get(p.Name) == "" {
			f.addMissing(inHeader, p)
		}
	}
}

func (f *checker) addMissing(in string, p *openapi3.Parameter) {
	f.add(MissingParameter, in+p.Name, "%s was not sent; the document requires it: %s. Send it.", p.Name, describeParameter(p))
}

// checkParameter validates the text of a parameter.
func (f *checker) checkParameter(in string, p *openapi3.Parameter, text string) {
	if p.Schema == nil {
		return
	}
	schema := p.Schema.Value
	if plainlyValid(schema, text) {
		return
	}
	for _, problem := range validate(schema, parseParameter(schema, text)) {
		if problem.field != "" {
			remedy := "Send such a value"
			if !p.Required {
				remedy += ", or leave the parameter out"
			}
			f.add(InvalidParameter, in+p.Name, "%s is %s; the document says: %s. %s.",
				p.Name, strconv.Quote(shortened(text)), describeParameter(p), remedy)
			return
		}
	}
}

// plainlyValid reports, without validation, whether a text matches a schema that asks for a text or a UUID and nothing else.
func plainlyValid(s *openapi3.Schema, text string) bool {
	if !s.Type.Is(openapi3.TypeString) || s.Enum != nil || s.OneOf != nil || s.AnyOf != nil || s.AllOf != nil || s.Not != nil {
		return false
	}
	return s.Format == "" || s.Format == "uuid" && isUUID(text)
}

// parseParameter converts the text of a parameter to the schema's type. A text that cannot be converted stays one.
func parseParameter(schema *openapi3.Schema, text string) any {
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

// describeParameter describes a parameter for messages: its type and its documented description.
func describeParameter(p *openapi3.Parameter) string {
	text := "any value"
	if p.Schema != nil {
		text = describeSchema(p.Schema.Value)
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
	return o.ID + " has " + joined(sortedKeys(o.inQuery)) + "."
}
