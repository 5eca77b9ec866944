package scim

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	grammar "github.com/scim2/filter-parser/v2"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// The kinds of operations of a patch.
const (
	Add     = "add"
	Remove  = "remove"
	Replace = "replace"
)

// Operation is one change of one attribute by a patch.
type Operation struct {
	Op    string // Add, Remove or Replace
	Path  Path
	Value any // as sent; nil without one
}

// Path names an attribute, or some of its values.
type Path struct {
	Name, Sub string // in lower case; Sub may be ""
	// Filtered reports whether the path selects values, as emails[type eq "work"] does.
	Filtered bool
	// Values are what the filter compares the sub-attribute value with, by eq.
	Values []string
}

// Operations parses the body of a PATCH. Operations may be absent, and a body needs
// no schemas, as on the real server. An operation without a path takes an object,
// which becomes one change for each of its keys. Source: handle_operations and
// parse_path_and_values in django-scim2's adapters.py.
func Operations(body any) ([]Operation, error) {
	object, ok := body.(*pyjson.Object)
	if !ok {
		return nil, errors.New("the body is not an object")
	}
	sent, ok := object.Get("Operations")
	if !ok {
		return nil, nil
	}
	list, ok := sent.([]any)
	if !ok {
		return nil, errors.New("Operations is not a list")
	}
	reader := operationReader{paths: map[string]Path{}}
	for i, item := range list {
		if err := reader.read(item); err != nil {
			return nil, fmt.Errorf("operation %d: %w", i, err)
		}
	}
	return reader.operations, nil
}

// operationReader collects operations and parses each path once.
type operationReader struct {
	operations []Operation
	paths      map[string]Path
}

func (r *operationReader) read(item any) error {
	object, ok := item.(*pyjson.Object)
	if !ok {
		return errors.New("it is not an object")
	}
	op, _ := object.Get("op")
	name, _ := op.(string)
	name = strings.ToLower(name) // Entra ID sends Add, Remove and Replace
	if !slices.Contains([]string{Add, Remove, Replace}, name) {
		return fmt.Errorf("unknown op %v", op)
	}
	value, _ := object.Get("value")
	path, _ := object.Get("path")
	switch path := path.(type) {
	case nil:
		return r.spread(name, value)
	case string:
		if path == "" {
			return r.spread(name, value)
		}
		return r.add(name, path, value)
	}
	return errors.New("the path is not a text")
}

// spread adds an operation for each key of an object.
func (r *operationReader) spread(op string, value any) error {
	object, ok := value.(*pyjson.Object)
	if !ok {
		return errors.New("there is neither a path nor an object")
	}
	for key, value := range object.All() {
		if err := r.add(op, key, value); err != nil {
			return err
		}
	}
	return nil
}

func (r *operationReader) add(op, text string, value any) error {
	path, ok := r.paths[text]
	if !ok {
		var err error
		if path, err = ParsePath(text); err != nil {
			return err
		}
		r.paths[text] = path
	}
	r.operations = append(r.operations, Operation{op, path, value})
	return nil
}

// ParsePath parses the path of an operation. A schema before the attribute is
// ignored; names are case-insensitive.
func ParsePath(text string) (Path, error) {
	text = strings.Trim(text, " \t")
	if exceedsLimits(text) {
		return Path{}, errFilterLimits
	}
	parsed, err := grammar.ParsePath([]byte(text))
	if err != nil {
		return Path{}, fmt.Errorf("path: %w", err)
	}
	path := Path{
		Name: strings.ToLower(parsed.AttributePath.AttributeName), Sub: strings.ToLower(parsed.AttributePath.SubAttributeName()),
		Filtered: parsed.ValueExpression != nil,
	}
	if path.Filtered {
		path.Sub = strings.ToLower(parsed.SubAttributeName())
		path.Values = valuesIn(parsed.ValueExpression)
	}
	return path, nil
}

func valuesIn(e grammar.Expression) []string {
	switch e := e.(type) {
	case *grammar.AttributeExpression:
		if pathOf(e.AttributePath) == "value" && strings.EqualFold(string(e.Operator), string(grammar.EQ)) && e.CompareValue != nil {
			return []string{fmt.Sprint(e.CompareValue)}
		}
	case *grammar.LogicalExpression:
		return append(valuesIn(e.Left), valuesIn(e.Right)...)
	}
	return nil
}
