package generated

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// readOnly sends every property that only the server says of a thing, all at once: what is
// derived or given by the server is not taken from a body, whatever stands there.
//
// Source: rest_framework/serializers.py, _read_only_fields and _writable_fields.
func readOnly(d *spec.Document) []suite.Scenario {
	return family{
		name: "fields.everywhere_read_only", title: "What only the server says of a thing is not taken from a body", rule: "requests.everywhere.read_only",
		access: suite.Write, aspect: suite.Validation, rich: true,
		about: func(o *spec.Operation) bool { return len(givenBy(d, o)) > 0 },
		tell: func(s *suite.S, operations []*spec.Operation) {
			g := richGround(s, operations[0].Tag)
			suite.EachOffered(s, operations, g.sendGiven)
		},
	}.scenarios(d)
}

// given are the properties of neighbours that no deployment takes from a body. Of others the
// sources do not say so; a nil list is of a resource that is known in full.
// Source: read_only_fields in posthog/api/organization.py and posthog/api/project.py.
var given = map[string][]string{
	organizations: {
		"id", "slug", "created_at", "updated_at", "membership_level", "plugins_access_level", "teams", "projects", "available_product_features", "metadata",
		"customer_id", "member_count",
	},
	suite.Projects: {"id", "uuid", "organization", "api_token", "created_at"},
}

// givenBy are the properties that the server gives to what an operation makes or changes.
func givenBy(d *spec.Document, o *spec.Operation) (list []spec.Property) {
	whole := creates(o) || o.Method == http.MethodPut || o.Method == http.MethodPatch
	foundsMore := creates(o) && slices.Contains([]string{organizations, suite.Projects}, o.Tag) // one is enough
	if !slices.Contains(writable, o.Tag) || isAction(o) || !readsBody(o) || !whole || foundsMore {
		return nil
	}
	schema, known := answerOf(d, o)
	if !known {
		return nil
	}
	for _, p := range schema.Properties {
		if names := given[o.Tag]; p.ReadOnly && (names == nil || slices.Contains(names, p.Name)) {
			list = append(list, p)
		}
	}
	return list
}

// answerOf is the schema of the thing that an operation answers with.
func answerOf(d *spec.Document, o *spec.Operation) (*spec.Schema, bool) {
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		if shown, has := o.ResponseSchema(status); has && shown.Ref != "" {
			return d.Schema(shown.Ref[strings.LastIndexByte(shown.Ref, '/')+1:])
		}
	}
	return nil, false
}

// sendGiven sends everything that an operation must not take.
func (g *ground) sendGiven(o *spec.Operation) {
	if !g.complete(o) {
		return
	}
	sent := suite.JSON{}
	for _, p := range givenBy(g.s.Document(), o) {
		sent[p.Name] = otherThan(g.thing, p)
	}
	answer := g.caller(o).Send(o.Method, g.path(o), suite.Together(sent, g.required(o)))
	g.takes(answer, sent)
	if creates(o) {
		answer.Status(http.StatusCreated)
		return
	}
	answer.Status(http.StatusOK)
	if g.thing.ID == "" {
		return
	}
	unchanged(answer, g.thing.Response)
	g.takes(g.now(), sent)
	unchanged(g.now(), g.thing.Response)
}

// takes wants an answer to show nothing of what was sent.
func (g *ground) takes(answer *suite.Response, sent suite.JSON) {
	for name, value := range sent {
		raw, _ := json.Marshal(value) // it was made here
		begins := strings.TrimSuffix(string(raw[:min(len(raw), 12)]), `"`)
		g.s.Expect(answer.Get(name).Raw).NotTo(gomega.HavePrefix(begins), "%s, which was sent", name)
	}
}

// otherThan is a value for a property that no thing has, and that a new one has not.
func otherThan(now suite.Thing, p spec.Property) any {
	switch {
	case p.Type == "boolean":
		return now.Response == nil || !now.Get(p.Name).Bool()
	case p.Type == "integer":
		return 987654321
	case p.Type == "array":
		return []string{"one of ours"}
	case p.Type == "object", p.Type == "":
		return suite.JSON{"ours": true}
	case p.Format == "uuid":
		return "12345678-0000-4000-8000-000000000000"
	case p.Format == "date-time":
		return "2001-02-03T04:05:06Z"
	}
	return "https://ours.example.com/" + p.Name
}
