package generated

import (
	"strings"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// itemKind is a property that holds a list: an item that is fine, nil where the profile has none,
// and ones that are refused, which are sent behind it.
type itemKind struct {
	fine func(*suite.S) any
	bad  []badItem
}

// badItem is an item that is refused. The refusal names its place in the list where it is indexed.
type badItem struct {
	value        any
	code, detail string
	indexed      bool
}

// itemsOf are the properties that hold lists, by their names.
// Sources: rest_framework/fields.py (ListField) and rest_framework/relations.py (ManyRelatedField);
// validate_private_project_access in posthog/api/organization_invite.py.
var itemsOf = map[string]itemKind{
	"id_jag_allowed_clients": {
		func(*suite.S) any { return "first" },
		[]badItem{
			{"", "blank", wording.Blank, true},
			{nil, "null", wording.Null, true},
			{suite.JSON{"a": 1}, "invalid_input", wording.NotText, true},
			{strings.Repeat("x", 257), "max_length", wording.TooLong(256), true},
		},
	},
	"organization_domain_ids": {
		func(s *suite.S) any { return s.NewDomain().ID },
		[]badItem{
			{suite.Nowhere, "does_not_exist", noSuchKey(suite.Nowhere), false},
			{"abc", "invalid_input", "“abc” is not a valid UUID.", false},
			{true, "incorrect_type", "Incorrect type. Expected pk value, received bool.", false},
		},
	},
	"private_project_access": {
		func(s *suite.S) any {
			if projects := s.Target().Known.Projects; len(projects) > 0 {
				return suite.JSON{"id": projects[0], "level": "member"}
			}
			return nil
		},
		[]badItem{
			{1, "invalid_input", "Each item in the list must be a dictionary.", false},
			{suite.JSON{"id": 1}, "invalid_input", `Each dictionary must contain "id" and "level" keys.`, false},
			{suite.JSON{"id": "1", "level": "member"}, "invalid_input", `The "id" field must be an integer.`, false},
			{suite.JSON{"id": 1, "level": "owner"}, "invalid_input", `The "level" field must be a valid access level.`, false},
			{suite.JSON{"id": 987654321, "level": "member"}, "invalid_input", referring["private_project_access"].detail(""), false},
		},
	},
}

// items send lists in which an item is wrong that is not the first.
func items(d *spec.Document) []suite.Scenario {
	lists := kind{takes: func(_ *spec.Operation, p spec.Property) bool {
		_, known := itemsOf[p.Name]
		return known && p.Type == "array"
	}}
	return family{
		name: "fields.everywhere_further_items", title: "Every item of a list is looked at, not the first alone", rule: "requests.everywhere.further_items",
		access: suite.Write, aspect: suite.Validation, rich: true,
		about: func(o *spec.Operation) bool { return len(lists.propertiesOf(d, o)) > 0 },
		tell: func(s *suite.S, operations []*spec.Operation) {
			g := richGround(s, operations[0].Tag)
			fine := map[string]any{}
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				for _, p := range lists.propertiesOf(s.Document(), o) {
					if _, made := fine[p.Name]; !made {
						fine[p.Name] = itemsOf[p.Name].fine(s)
					}
					if g.complete(o) && fine[p.Name] != nil {
						g.sendFurther(o, p, fine[p.Name])
					}
				}
			})
			g.stands()
		},
	}.scenarios(d)
}

// sendFurther sends each item that is refused behind one that is fine, and between two.
func (g *ground) sendFurther(o *spec.Operation, p spec.Property, fine any) {
	for i, bad := range itemsOf[p.Name].bad {
		list := []any{fine, bad.value}
		if i%2 == 1 {
			list = append(list, fine)
		}
		attr := p.Name
		if bad.indexed {
			attr += "__1"
		}
		body := suite.Together(g.required(o), suite.JSON{p.Name: list})
		g.caller(o).Send(o.Method, g.path(o), body).Invalid(bad.code, bad.detail, attr)
	}
}
