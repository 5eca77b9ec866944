package generated

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// bodies send every operation that reads a body each form that a body can have: the
// framework reads them all alike (rest_framework/parsers.py), and refuses alike what it cannot
// read.
func bodies(d *spec.Document) (list []suite.Scenario) {
	for _, f := range []family{
		{
			name: "bodies.everywhere_broken", title: "No operation takes a body that cannot be read, or is no object", rule: "requests.everywhere.broken",
			about: readsBody, tell: refuseBroken,
		},
		{
			name: "bodies.everywhere_media_type", title: "No operation takes a body of another content type than those that it knows", rule: "requests.everywhere.media_type",
			about: readsBody, tell: refuseMediaType,
		},
		{
			name: "bodies.everywhere_forms", title: "Every operation reads a form as it reads JSON", rule: "requests.everywhere.forms",
			about: both(readsBody, both(hasText(d), saysAllInForms(d))), tell: acceptForms,
		},
		{
			name: "bodies.everywhere_absent", title: "To every operation an absent body is an empty object", rule: "requests.everywhere.absent",
			about: both(readsBody, func(o *spec.Operation) bool { return slices.Contains(writable, o.Tag) }), tell: acceptAbsent,
		},
	} {
		f.access, f.aspect, f.rich = suite.Write, suite.Protocol, true
		list = append(list, f.scenarios(d)...)
	}
	return list
}

// saysAllInForms chooses operations for which a form says the same as JSON. A form that is to be
// whole says "no" of every truth value that it leaves out, as a browser does of a box that nobody
// ticked: default_empty_html of BooleanField in rest_framework/fields.py.
func saysAllInForms(d *spec.Document) func(*spec.Operation) bool {
	return func(o *spec.Operation) bool {
		schema, _ := d.Schema(o.Request)
		return o.Method != http.MethodPut || !slices.ContainsFunc(schema.Properties, func(p spec.Property) bool { return p.Type == "boolean" && !p.ReadOnly })
	}
}

// bodyless are operations that are documented with a body and do not look at it: the real
// server's actions read their object alone (posthog/api/organization_domain.py).
var bodyless = []string{"domains_verify_create", "domains_scim_token_create"}

// unreached are operations with a body that a story could only reach with what it cannot make
// everywhere, and that have stories of their own: an invite to accept, an integration.
var unreached = []string{"signup_create", "integrations_environment_mapping_partial_update"}

// readsBody reports whether an operation reads a JSON object, in what a story can reach.
func readsBody(o *spec.Operation) bool {
	return takesBody(o) && !slices.Contains(bodyless, o.ID) && !slices.Contains(unreached, o.ID) && !isList(o)
}

// isList reports whether the body of an operation is a list.
func isList(o *spec.Operation) bool { return o.ID == "invites_bulk_create" }

// hasText chooses operations whose bodies take any text.
func hasText(d *spec.Document) func(*spec.Operation) bool {
	return func(o *spec.Operation) bool {
		_, has := textOf(d, o)
		return has
	}
}

func refuseBroken(s *suite.S, operations []*spec.Operation) {
	g := richGround(s, operations[0].Tag)
	suite.EachOffered(s, operations, func(o *spec.Operation) {
		if !g.complete(o) {
			return
		}
		caller, path := g.caller(o), g.path(o)
		caller.Do(o.Method, path, suite.MediaJSON, []byte(`{`)).
			Invalid("parse_error", "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)", "")
		caller.Do(o.Method, path, suite.MediaJSON, []byte(`[]`)).Invalid("invalid_input", "Invalid data. Expected a dictionary, but got list.", "")
	})
	g.stands()
}

func refuseMediaType(s *suite.S, operations []*spec.Operation) {
	g := richGround(s, operations[0].Tag)
	suite.EachOffered(s, operations, func(o *spec.Operation) {
		if g.complete(o) {
			g.caller(o).Do(o.Method, g.path(o), "text/csv", []byte("name")).
				Refused(http.StatusUnsupportedMediaType, "unsupported_media_type", `Unsupported media type "text/csv" in request.`, "")
		}
	})
	g.stands()
}

func acceptForms(s *suite.S, operations []*spec.Operation) {
	g := richGround(s, operations[0].Tag)
	suite.EachOffered(s, operations, func(o *spec.Operation) {
		if !g.complete(o) {
			return
		}
		field, _ := textOf(s.Document(), o)
		for _, write := range []func(url.Values) (string, []byte){suite.Urlencoded, suite.Multipart} {
			body, text := formOf(bodyOf(s, o)), s.Name()
			if body.Get(field.Name) == "" {
				body.Set(field.Name, text)
			}
			media, data := write(body)
			answer := g.caller(o).Do(o.Method, g.path(o), media, data).Status(success(o)).Has(field.Name, body.Get(field.Name))
			if !creates(o) && g.thing.ID != "" {
				unchanged(answer, g.thing.Response, append(derived(field.Name), field.Name)...)
				g.thing.Response = answer
			}
		}
	})
}

func acceptAbsent(s *suite.S, operations []*spec.Operation) {
	g := richGround(s, operations[0].Tag)
	suite.EachOffered(s, operations, func(o *spec.Operation) {
		if !g.complete(o) {
			return
		}
		answer := g.caller(o).Do(o.Method, g.path(o), "", nil)
		if needed := firstRequired(s.Document(), o); needed != "" {
			answer.Invalid("required", wording.Required, needed)
			return
		}
		answer.Status(success(o))
		if !creates(o) && g.thing.ID != "" {
			unchanged(answer, g.thing.Response)
		}
	})
}

// success is the status of an operation that does what it is for.
func success(o *spec.Operation) int {
	for _, status := range o.Statuses() {
		if status < http.StatusMultipleChoices {
			return status
		}
	}
	return http.StatusOK
}

// firstRequired is the property that a body without any is refused for, "" if it is taken.
func firstRequired(d *spec.Document, o *spec.Operation) string {
	schema, ok := d.Schema(o.Request)
	if !ok {
		return ""
	}
	for _, p := range schema.Properties {
		if p.Required && !p.ReadOnly && o.Method != http.MethodPatch {
			return p.Name
		}
	}
	return ""
}

// formOf is a body as a form.
func formOf(body suite.JSON) url.Values {
	form := url.Values{}
	for name, value := range body {
		form.Set(name, fmt.Sprint(value))
	}
	return form
}
