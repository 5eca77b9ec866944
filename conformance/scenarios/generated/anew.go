package generated

import (
	"net/http"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// own are properties that two things never share, be one made in the place of the other.
var own = []string{"id", "verification_challenge", "saml_relay_state", "scim_base_url"}

// anew makes a thing, changes it, deletes it and makes it again with the same words: the second
// one has nothing of the first.
func anew(d *spec.Document) []suite.Scenario {
	return family{
		name: "lifecycle.everywhere_anew", title: "What is deleted and made again is as new", rule: "requests.everywhere.anew",
		access: suite.Write, about: func(o *spec.Operation) bool { return ofALife(o) && creates(o) },
		tell: func(s *suite.S, operations []*spec.Operation) {
			g := nothing(s, s.Target().Organization.ID)
			if operations[0].Tag == suite.RoleMemberships {
				g.made["role_id"] = s.NewRole().ID
			}
			suite.EachOffered(s, operations, g.makeAnew)
		},
	}.scenarios(d)
}

// makeAnew creates by one operation, twice, with a life between.
func (g *ground) makeAnew(o *spec.Operation) {
	body := bodyOf(g.s, o)
	first := g.kept(g.s.Made(o.Tag, g.s.Admin().Post(g.path(o), body)), o)
	at := g.path(o) + first.ID + "/"
	if o.Tag == suite.Domains || o.Tag == suite.Configs {
		g.s.Admin().Patch(at, suite.JSON{"saml_entity_id": "urn:" + g.s.Name()}).Status(http.StatusOK)
	}
	g.s.Admin().Delete(at).Empty()
	second := g.kept(g.s.Made(o.Tag, g.s.Admin().Post(g.path(o), body)), o)
	unchanged(second.Response, first.Response, append([]string{"created_at", "joined_at"}, own...)...)
	for _, name := range own {
		if before := first.Get(name); before.String() != "" {
			second.That(name, gomega.Not(gomega.Equal(before.Value())))
		}
	}
}

// kept is a thing as it reads afterwards, where it can be read by itself.
func (g *ground) kept(made suite.Thing, o *spec.Operation) suite.Thing {
	if o.Tag != suite.Invites && o.Tag != suite.RoleMemberships {
		made.Response = g.s.Admin().Get(made.Path()).Status(http.StatusOK)
	}
	return made
}
