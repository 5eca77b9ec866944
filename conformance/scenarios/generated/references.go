package generated

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// reference is a property of bodies that names a thing, and how one of another organization is
// refused there.
type reference struct {
	to     string // the collection
	value  func(id string) any
	code   string // "" where no source has it, nor the words
	detail func(id string) string
	whole  bool // the refusal is of the whole body, not of the property
}

// referring are the properties of bodies that name things, by their names. Where a deployment
// refuses a thing that does not exist, it refuses one of others alike.
// Sources: rest_framework/relations.py; validate_private_project_access in
// posthog/api/organization_invite.py; RoleMembershipSerializer in ee/api/rbac/role.py.
var referring = map[string]reference{
	"identity_provider_config": {suite.Configs, plain, "does_not_exist", noSuchKey, false},
	"organization_domain_ids":  {suite.Domains, func(id string) any { return []string{id} }, "does_not_exist", noSuchKey, false},
	"default_role_id":          {suite.Roles, plain, "", nil, false},
	"user_uuid":                {suite.Members, plain, "invalid_input", func(string) string { return "User does not exist." }, true},
	"private_project_access": {suite.Projects, func(id string) any {
		number, _ := strconv.Atoi(id) // projects are called by numbers
		return []suite.JSON{{"id": number, "level": "member"}}
	}, "invalid_input", func(string) string {
		return "Project does not exist on this organization, or it is private and you do not have access to it."
	}, false},
}

func plain(id string) any { return id }

func noSuchKey(id string) string { return `Invalid pk "` + id + `" - object does not exist.` }

// references name a thing of another organization, which is the story's own, in every body that
// names one.
func references(d *spec.Document) []suite.Scenario {
	return family{
		name: "isolation.everywhere_referred", title: "No body names a thing of another organization", rule: "callers.everywhere_referred",
		needs: []suite.Need{suite.Organizations}, access: suite.Write, aspect: suite.Isolation, rich: true,
		about: func(o *spec.Operation) bool { return len(referredBy(d, o)) > 0 },
		tell: func(s *suite.S, operations []*spec.Operation) {
			o := placeForAll(s, operations)
			g := richGround(s, operations[0].Tag)
			suite.EachOffered(s, operations, func(op *spec.Operation) {
				for _, name := range referredBy(s.Document(), op) {
					if g.complete(op) {
						g.refer(op, name, foreignIn(s, o, referring[name].to))
					}
				}
			})
			g.stands()
		},
	}.scenarios(d)
}

// referredBy are the properties of the body of an operation that name things.
func referredBy(d *spec.Document, o *spec.Operation) (names []string) {
	schema, ok := d.Schema(o.Request)
	if !ok || !slices.Contains(writable, o.Tag) || isAction(o) || o.Tag == organizations && creates(o) {
		return nil
	}
	for _, p := range schema.Properties {
		if _, refers := referring[p.Name]; refers && !p.ReadOnly {
			names = append(names, p.Name)
		}
	}
	return names
}

// placeForAll is an organization in which the story can make what bodies of operations name.
func placeForAll(s *suite.S, operations []*spec.Operation) suite.Organization {
	for _, o := range operations {
		for _, name := range referredBy(s.Document(), o) {
			if referring[name].to == suite.Domains {
				return placeFor(s, suite.Domains)
			}
		}
	}
	return s.NewOrganization()
}

// foreignIn is a thing of a collection in an organization of the story's own: who founded it, its
// first project, or a new one.
func foreignIn(s *suite.S, o suite.Organization, collection string) string {
	switch collection {
	case suite.Members:
		return o.Owner.Get("/api/users/@me/").Status(http.StatusOK).Text("uuid")
	case suite.Projects:
		if first := o.Owner.Get(o.Path(suite.Projects)).Status(http.StatusOK).Text("results.0.id"); first != "" {
			return first
		}
	}
	return makeIn(s, o, collection).ID
}

// refer sends a body that names a thing of another organization.
func (g *ground) refer(o *spec.Operation, property, id string) {
	to := referring[property]
	attr := property
	if to.whole {
		attr = ""
	}
	body := suite.Together(g.required(o), suite.JSON{property: to.value(id)})
	refused := g.caller(o).Send(o.Method, g.path(o), body)
	if to.code == "" {
		refused.InvalidField(attr)
		return
	}
	refused.Invalid(to.code, to.detail(id), attr)
}
