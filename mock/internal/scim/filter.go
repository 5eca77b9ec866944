package scim

import (
	"errors"
	"fmt"
	"strings"

	grammar "github.com/scim2/filter-parser/v2"
)

// Filter is a parsed filter expression.
type Filter struct{ expression grammar.Expression }

// Attribute is the value of a resource at a path: a text or a bool. Comparisons of
// texts are case-sensitive, as in the real server's database, unless Fold is set.
type Attribute struct {
	Value any // string or bool
	Fold  bool
}

// Attributes returns an attribute by its path, such as name.givenName. It is false for a
// path that cannot be filtered by.
type Attributes func(path string) (Attribute, bool)

// The limits of a filter. The real server has none of its own; these keep one request
// from holding up the others.
const (
	maxFilter  = 16 << 10 // bytes
	maxNesting = 64
)

var errFilterLimits = errors.New("the filter is too long or too deep")

// ParseFilter parses a filter. Unlike in RFC 7643 the names of attributes have one spelling,
// without a schema before them: the real server knows no other.
// Source: src/scim2_filter_parser/transpilers/sql.py of scim2-filter-parser.
func ParseFilter(text string) (Filter, error) {
	text = strings.Trim(text, " \t")
	if exceedsLimits(text) {
		return Filter{}, errFilterLimits
	}
	expression, err := grammar.ParseFilter([]byte(text))
	if err != nil {
		if expression, err = grammar.ParseFilter([]byte(subAttributeInside(text))); err != nil {
			return Filter{}, fmt.Errorf("filter: %w", err)
		}
	}
	return Filter{expression}, nil
}

func exceedsLimits(text string) bool {
	if len(text) > maxFilter {
		return true
	}
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[':
			if depth++; depth > maxNesting {
				return true
			}
		case ')', ']':
			depth--
		}
	}
	return false
}

// subAttributeInside rewrites emails[type eq "work"].value eq "x", which Entra ID
// sends although the grammar does not allow it, as emails[type eq "work" and value
// eq "x"].
func subAttributeInside(text string) string {
	head, tail, ok := strings.Cut(text, "].")
	if !ok {
		return text
	}
	return head + " and " + tail + "]"
}

// Matches reports whether a resource matches the filter. Conditions on paths that
// cannot be filtered by are dropped, as on the real server; a filter without any
// other condition matches nothing.
func (f Filter) Matches(resource Attributes) bool {
	return evaluate(f.expression, "", resource) == yes
}

// verdict is the result of a condition.
type verdict int

const (
	unknown verdict = iota
	no
	yes
)

func verdictOf(holds bool) verdict {
	if holds {
		return yes
	}
	return no
}

func evaluate(e grammar.Expression, within string, resource Attributes) verdict {
	switch e := e.(type) {
	case *grammar.AttributeExpression:
		attribute, ok := resource(within + pathOf(e.AttributePath))
		if !ok {
			return unknown
		}
		return verdictOf(attribute.satisfies(e.Operator, e.CompareValue))
	case *grammar.LogicalExpression:
		return combine(e.Operator, evaluate(e.Left, within, resource), evaluate(e.Right, within, resource))
	case *grammar.NotExpression:
		switch evaluate(e.Expression, within, resource) {
		case yes:
			return no
		case no:
			return yes
		default:
			return unknown
		}
	case *grammar.ValuePath:
		return evaluate(e.ValueFilter, pathOf(e.AttributePath)+".", resource)
	}
	return unknown
}

func combine(operator grammar.LogicalOperator, left, right verdict) verdict {
	switch {
	case left == unknown:
		return right
	case right == unknown:
		return left
	case strings.EqualFold(string(operator), string(grammar.AND)):
		return min(left, right)
	}
	return max(left, right)
}

// pathOf returns the path of an attribute as it is written.
func pathOf(p grammar.AttributePath) string { return p.String() }

func (a Attribute) satisfies(operator grammar.CompareOperator, operand any) bool {
	operator = grammar.CompareOperator(strings.ToLower(string(operator)))
	if operator == grammar.PR {
		return true // the real server's columns are never null
	}
	if truth, ok := a.Value.(bool); ok {
		return compareBools(truth, operator, operand)
	}
	text, other := fmt.Sprint(a.Value), fmt.Sprint(operand)
	if operand == nil {
		return operator == grammar.NE
	}
	if a.Fold {
		text, other = strings.ToLower(text), strings.ToLower(other)
	}
	return compareTexts(text, operator, other)
}

func compareBools(truth bool, operator grammar.CompareOperator, operand any) bool {
	wanted, ok := operand.(bool)
	if text, isText := operand.(string); isText {
		wanted, ok = strings.EqualFold(text, "true"), strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
	}
	switch operator {
	case grammar.EQ:
		return ok && truth == wanted
	case grammar.NE:
		return ok && truth != wanted
	}
	return false
}

func compareTexts(text string, operator grammar.CompareOperator, other string) bool {
	switch operator {
	case grammar.EQ:
		return text == other
	case grammar.NE:
		return text != other
	case grammar.CO:
		return strings.Contains(text, other)
	case grammar.SW:
		return strings.HasPrefix(text, other)
	case grammar.EW:
		return strings.HasSuffix(text, other)
	case grammar.GT:
		return text > other
	case grammar.GE:
		return text >= other
	case grammar.LT:
		return text < other
	case grammar.LE:
		return text <= other
	}
	return false
}

// Equal returns the text that the attribute at path must equal, if the filter
// requires one: the resource can then be looked up instead of searched for.
func (f Filter) Equal(path string) (text string, ok bool) { return equal(f.expression, path) }

func equal(e grammar.Expression, path string) (string, bool) {
	switch e := e.(type) {
	case *grammar.AttributeExpression:
		if pathOf(e.AttributePath) == path && strings.EqualFold(string(e.Operator), string(grammar.EQ)) {
			text, ok := e.CompareValue.(string)
			return text, ok
		}
	case *grammar.LogicalExpression:
		if strings.EqualFold(string(e.Operator), string(grammar.AND)) {
			if text, ok := equal(e.Left, path); ok {
				return text, true
			}
			return equal(e.Right, path)
		}
	}
	return "", false
}

// Mentions reports whether the filter has a condition on the attribute at path.
func (f Filter) Mentions(path string) bool {
	found := false
	evaluate(f.expression, "", func(asked string) (Attribute, bool) {
		found = found || asked == path
		return Attribute{}, false
	})
	return found
}
