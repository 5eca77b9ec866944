package coverage

import (
	"encoding/json"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

func catalogue(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load(spec.DefaultRevision)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPathsLeadToProperties(t *testing.T) {
	c := catalogue(t)
	for _, test := range []struct {
		name, operation string
		status          int
		path            string
		want            []string
	}{
		{"a property", "domains_retrieve", 200, "is_verified", []string{"is_verified"}},
		{"of an item", "domains_list", 200, "results.0.domain", []string{"results", "results.domain"}},
		{"of all items", "invites_list", 200, "results.#.created_by.email", []string{"results", "results.created_by", "results.created_by.email"}},
		{"of an item that is looked for", "invites_list", 200, `results.#(target_email=="a.b@c").level`, []string{"results", "results.level"}},
		{"of an answer that is a list", "invites_bulk_create", 201, "#.id", []string{"id"}},
		{"of SCIM", "scim_users_list", 200, "Resources.#.id", []string{"Resources", "Resources.id"}},
		{"none", "domains_retrieve", 200, "colour", nil},
		{"of another status", "domains_retrieve", 404, "domain", nil},
		{"as far as it is documented", "org_organizations_integrations_retrieve", 200, "created_by.colour", []string{"created_by"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := NewWithT(t)
			var names []string
			for _, p := range c.Properties(test.operation, test.status, test.path) {
				g.Expect(p.Kind).To(Equal(Property))
				names = append(names, p.Name)
			}
			g.Expect(names).To(Equal(test.want))
		})
	}
}

func TestPoints(t *testing.T) {
	c := catalogue(t)
	for _, test := range []struct {
		name string
		seen Seen
		kind Kind
		want []string
	}{
		{"the status", Seen{Operation: "domains_create", Status: 201}, Status, []string{"201"}},
		{"a status that is not documented", Seen{Operation: "domains_create", Status: 418}, Status, nil},
		{"fields that were sent", Seen{Operation: "domains_create", Status: 201, Body: map[string]any{"domain": "x", "colour": 1, "id": 1}}, Field, []string{"domain"}},
		{"fields of a list", Seen{Operation: "invites_bulk_create", Status: 201, Body: []any{map[string]any{"level": 1}}}, Field, []string{"level"}},
		{
			"values that were wanted",
			Seen{Operation: "domains_list", Status: 200, Wanted: map[string]any{"results.0": map[string]any{"id": "x", "colour": 1}}},
			Property, []string{"results.id"},
		},
		{"a key that is let in", Seen{Operation: "domains_list", Status: 200, Key: true}, Scope, []string{"organization:read granted"}},
		{"a session that is let in", Seen{Operation: "domains_list", Status: 200}, Scope, nil},
		{"a scope that is missing", Seen{Operation: "domains_list", Status: 403, Detail: "API key missing required scope 'organization:read'"}, Scope, []string{"organization:read refused"}},
		{"another scope", Seen{Operation: "domains_list", Status: 403, Detail: "API key missing required scope 'organization:write'"}, Scope, nil},
		{"a level", Seen{Operation: "organizations_destroy", Status: 403, Detail: levelRefusals[0]}, Level, []string{"15"}},
		{"every member may", Seen{Operation: "domains_list", Status: 403, Detail: levelRefusals[0]}, Level, nil},
		{"keys", Seen{Operation: "domains_verify_create", Status: 403, Detail: noKeyAccess}, Credential, []string{NoKey}},
		{"an old session", Seen{Operation: "domains_verify_create", Status: 403, Detail: notRecent}, Credential, []string{RecentLogin}},
		{"a feature by its refusal", Seen{Operation: "domains_update", Status: 400, Detail: featureRefusals["xaa_authentication"][0]}, Feature, []string{"xaa_authentication"}},
		{"a feature that was switched off", Seen{Operation: "scim_users_list", Status: 403, Switched: map[string]bool{"scim": false}}, Feature, []string{"scim"}},
		{"a feature that was switched on", Seen{Operation: "scim_users_list", Status: 200, Switched: map[string]bool{"scim": true}}, Feature, nil},
		{"no operation", Seen{Operation: "nothing", Status: 200}, Status, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(c.Points(test.seen).Names(test.seen.Operation, test.kind)).To(Equal(test.want))
		})
	}
}

func TestSetsSurviveTheLog(t *testing.T) {
	g := NewWithT(t)
	data, err := json.Marshal(catalogue(t).Documented())
	g.Expect(err).NotTo(HaveOccurred())
	var read Set
	g.Expect(json.Unmarshal(data, &read)).To(Succeed())
	g.Expect(read).To(Equal(catalogue(t).Documented()))
}

func TestExceptions(t *testing.T) {
	documented, covered := Set{}, Set{}
	documented.Add("a_list", Point{Status, "200"}, Point{Status, "429"}, Point{Property, "x.y"})
	documented.Add("b_list", Point{Status, "429"})
	covered.Add("a_list", Point{Status, "200"})
	all := Exception{Kind: Status, Names: []string{"429"}, Operations: []string{"*"}, Reason: "limits"}
	for _, test := range []struct {
		name             string
		list             []Exception
		uncovered, stale []string
	}{
		{"none", nil, []string{"a_list: status 429", "a_list: property x.y", "b_list: status 429"}, nil},
		{"wildcards", []Exception{all, {Kind: Property, Names: []string{"x.*"}, Operations: []string{"a_*"}}}, nil, nil},
		{
			"what is covered", []Exception{all, {Kind: Status, Names: []string{"200"}, Operations: []string{"a_list"}}},
			[]string{"a_list: property x.y"}, []string{"a_list: status 200 is covered (200 of a_list)"},
		},
		{
			"what is not documented", []Exception{all, {Kind: Property, Names: []string{"z"}, Operations: []string{"*"}}},
			[]string{"a_list: property x.y"}, []string{"property z of * is not documented"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := NewWithT(t)
			gaps, stale := Except(documented, covered, test.list)
			var uncovered []string
			for _, gap := range gaps {
				uncovered = append(uncovered, gap.String())
			}
			g.Expect(uncovered).To(Equal(test.uncovered))
			g.Expect(stale).To(Equal(test.stale))
		})
	}
}

func TestExceptionsAreReadStrictly(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"an unknown field":  {"exceptions:\n  - {kind: status, name: x}\n", "unknown field"},
		"an unknown kind":   {"exceptions:\n  - {kind: colour, names: [x], operations: [y], reason: z}\n", "kind: want one of"},
		"no reason":         {"exceptions:\n  - {kind: status, names: [x], operations: [y]}\n", "reason are needed"},
		"a broken wildcard": {"exceptions:\n  - {kind: status, names: ['['], operations: [y], reason: z}\n", "syntax error in pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := readExceptions([]byte(test.text))
			g.Expect(err).To(MatchError(ContainSubstring(test.want)))
		})
	}
}
