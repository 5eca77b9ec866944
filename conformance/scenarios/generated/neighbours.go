package generated

import (
	"net/http"
	"regexp"
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// neighbours change one thing in an organization where nobody else is, in every way, while others
// of each kind stand by there, and in another organization: all of them stay as they are, byte for
// byte, and in their order.
func neighbours(d *spec.Document) []suite.Scenario {
	return family{
		name: "lifecycle.everywhere_neighbours", title: "What is done to one thing changes no other, of no kind, here or elsewhere", rule: "requests.everywhere.neighbours",
		needs: []suite.Need{suite.Organizations}, access: suite.Write,
		about: func(o *spec.Operation) bool {
			project := o.Tag == suite.Projects && o.Method == http.MethodPatch // plans count PUT as making one
			return (slices.Contains(listed, o.Tag) || project) && writes(o) && inside(o) && !isAction(o)
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			tag := operations[0].Tag
			others, o := bystanders(s), organizationFor(s)
			st := settle(s, o, tag)
			g := nothing(s, o.ID)
			if g.by = o.Owner; tag == suite.Projects {
				g.made["id"] = foreignIn(s, o, tag) // its first one
			} else {
				g.made["id"] = makeIn(s, o, tag).ID
			}
			slices.SortStableFunc(operations, func(a, b *spec.Operation) int { return stageOf(a) - stageOf(b) })
			suite.EachOffered(s, operations, func(op *spec.Operation) {
				g.change(op)
				st.stands(g.made["id"])
			})
			stand(s, others)
		},
	}.scenarios(d)
}

// change carries an operation out, in a way that shows.
func (g *ground) change(o *spec.Operation) {
	var body any
	if takesBody(o) {
		sent := bodyOf(g.s, o)
		if text, has := textOf(g.s.Document(), o); has {
			sent[text.Name] = g.s.Name()
			if own, known := named(g.s, text.Name); known {
				sent[text.Name] = own
			}
		}
		body = sent
	}
	done := g.by.Send(o.Method, g.path(o), body)
	switch {
	case creates(o):
		done.Status(http.StatusCreated)
	case o.Method == http.MethodDelete:
		done.Empty()
	default:
		done.Status(http.StatusOK)
	}
}

// street is an organization of the story's own, and how its lists read.
type street struct {
	s     *suite.S
	o     suite.Organization
	lists map[string][]row
}

// row is a row of a list as it reads.
type row struct{ id, raw string }

// settle makes others of each kind that the organization takes.
func settle(s *suite.S, o suite.Organization, tag string) *street {
	st := &street{s, o, map[string][]row{}}
	for _, kind := range []string{suite.Domains, suite.Configs, suite.Roles, suite.Invites} {
		_, configs := s.Document().Schema("IdentityProviderConfig")
		if kind == suite.Configs && !configs || kind == suite.Domains && tag != kind && s.Target().Control == "" {
			continue // there are none, or the plan of a new organization may have none
		}
		st.lists[kind] = nil
		for range 2 {
			makeIn(s, o, kind)
		}
	}
	st.lists[suite.Members], st.lists[suite.Projects] = nil, nil
	for kind := range st.lists {
		st.lists[kind] = st.read(kind)
	}
	return st
}

// read reads a list.
func (st *street) read(kind string) (rows []row) {
	for _, shown := range st.o.Owner.Get(st.o.Path(kind)).Status(http.StatusOK).Get("results").Array() {
		rows = append(rows, row{shown.Get("id").String(), lastLogin.ReplaceAllString(shown.Raw, "")})
	}
	return rows
}

// lastLogin is what changes in the row of a member when they log in, as in another story.
var lastLogin = regexp.MustCompile(`"last_login":\s*("[^"]*"|null)`)

// stands wants everybody who settled to read as they did, in their order, but for one, and whoever
// came since.
func (st *street) stands(but string) {
	for kind, all := range st.lists {
		were := slices.DeleteFunc(slices.Clone(all), func(one row) bool { return one.id == but })
		now := slices.DeleteFunc(st.read(kind), func(one row) bool {
			return !slices.ContainsFunc(were, func(was row) bool { return was.id == one.id })
		})
		st.s.Expect(now).To(gomega.Equal(were), "the others in "+kind)
	}
}
