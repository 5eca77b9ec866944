package scim

import (
	"cmp"
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
	Name, Sub string // as they are written; Sub may be ""
	// Filtered reports whether the path selects values, as emails[type eq "work"] does.
	Filtered bool
	// Value is what the filter compares the sub-attribute value with, by eq. Of several the
	// last counts, as on the real server, which keeps them by their names.
	// Source: params_by_attr_paths in src/scim2_filter_parser/attr_paths.py.
	Value string
}

// Patch is the body of a PATCH. Its operations are read when their turn comes: those before
// one that makes no sense are made.
type Patch struct {
	items []any
	paths map[string]Path // each is parsed once
}

// ReadPatch reads the body of a PATCH. Operations may be absent, and a body needs no
// schemas, as on the real server.
func ReadPatch(body any) (*Patch, error) {
	object, ok := body.(*pyjson.Object)
	if !ok {
		return nil, errors.New("the body is not an object")
	}
	sent, ok := object.Get("Operations")
	if !ok {
		return new(Patch), nil
	}
	list, ok := sent.([]any)
	if !ok {
		return nil, errors.New("there is no list of operations")
	}
	return &Patch{list, map[string]Path{}}, nil
}

// OnlyObjects reports whether all operations are objects.
func (p *Patch) OnlyObjects() bool {
	for _, item := range p.items {
		if _, ok := item.(*pyjson.Object); !ok {
			return false
		}
	}
	return true
}

// Each calls do with every change, in order, until something fails. An operation without a
// path takes an object, which becomes one change for each of its keys. Source:
// handle_operations and parse_path_and_values in django-scim2's adapters.py.
func (p *Patch) Each(do func(Operation) error) error {
	for i, item := range p.items {
		changes, err := p.read(item)
		if err != nil {
			return fmt.Errorf("operation %d: %w", i, err)
		}
		for _, change := range changes {
			if err := do(change); err != nil {
				return err
			}
		}
	}
	return nil
}

// read reads the changes of an operation: all of its paths before its op, which nobody
// asks for where there is nothing to change.
func (p *Patch) read(item any) (changes []Operation, err error) {
	object, ok := item.(*pyjson.Object)
	if !ok {
		return nil, errors.New("it is not an object")
	}
	value, _ := object.Get("value")
	switch path, _ := object.Get("path"); path := path.(type) {
	case nil:
		changes, err = p.spread(value)
	case string:
		if path == "" {
			changes, err = p.spread(value)
		} else {
			changes, err = p.add(nil, path, value)
		}
	default:
		err = errors.New("the path is not a text")
	}
	if err != nil {
		return nil, err
	}
	op, _ := object.Get("op")
	name, _ := op.(string)
	name = strings.ToLower(name) // Entra ID sends Add, Remove and Replace
	if len(changes) > 0 && !slices.Contains([]string{Add, Remove, Replace}, name) {
		return nil, fmt.Errorf("unknown op %v", op)
	}
	for i := range changes {
		changes[i].Op = name
	}
	return changes, nil
}

// spread makes a change of each key of an object.
func (p *Patch) spread(value any) (changes []Operation, err error) {
	object, ok := value.(*pyjson.Object)
	if !ok {
		return nil, errors.New("there is neither a path nor an object")
	}
	for key, value := range object.All() {
		if changes, err = p.add(changes, key, value); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// add appends the change of one path.
func (p *Patch) add(changes []Operation, text string, value any) ([]Operation, error) {
	path, ok := p.paths[text]
	if !ok {
		var err error
		if path, err = ParsePath(text); err != nil {
			return nil, err
		}
		p.paths[text] = path
	}
	return append(changes, Operation{Path: path, Value: value}), nil
}

// ParsePath parses the path of an operation. A schema before the attribute is ignored, as
// on the real server, which knows attributes by one spelling only.
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
		Name: parsed.AttributePath.AttributeName, Sub: parsed.AttributePath.SubAttributeName(),
		Filtered: parsed.ValueExpression != nil,
	}
	if path.Filtered {
		path.Sub = parsed.SubAttributeName()
		path.Value = lastValueIn(parsed.ValueExpression)
	}
	return path, nil
}

func lastValueIn(e grammar.Expression) string {
	switch e := e.(type) {
	case *grammar.AttributeExpression:
		if pathOf(e.AttributePath) == "value" && strings.EqualFold(string(e.Operator), string(grammar.EQ)) && e.CompareValue != nil {
			return fmt.Sprint(e.CompareValue)
		}
	case *grammar.LogicalExpression:
		return cmp.Or(lastValueIn(e.Right), lastValueIn(e.Left))
	}
	return ""
}
