package generated

import (
	"net/http"
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
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
			slices.SortStableFunc(operations, func(a, b *spec.Operation) int { return stageOf(a) - stageOf(b) })
			others := bystanders(s)
			switch all := []string{suite.Domains, suite.Configs, suite.Roles, suite.Invites, suite.Members, suite.Projects}; {
			case s.Target().Control != "":
				abroad(s, all).change(operations)
			case tag == suite.Domains: // which a new organization there may not have
				apart := abroad(s, all[1:])
				if !mayMakeProjects(s) {
					all = all[:5]
				}
				home(s, all).change(operations)
				apart.stands("")
			default:
				abroad(s, all[1:]).change(operations)
				if tag != suite.Projects || mayMakeProjects(s) {
					home(s, all[:1]).change(operations)
				}
			}
			stand(s, others)
		},
	}.scenarios(d)
}

func mayMakeProjects(s *suite.S) bool {
	return suite.Allowed(target.CreateProjects)(s.Target()).Reason == ""
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

// street is an organization, and how what stands there reads.
type street struct {
	s     *suite.S
	o     suite.Organization
	kinds []string
	// own are the identifiers of what counts; nil is everything.
	own   []string
	lists map[string][]row
}

// row is a row of a list as it reads.
type row struct{ id, raw string }

// settle makes two of each kind, as far as there are such, in an organization of the story's own.
func settle(s *suite.S, o suite.Organization, kinds []string) *street {
	st := &street{s: s, o: o}
	for _, kind := range kinds {
		if _, known := s.Document().Schema("IdentityProviderConfig"); kind == suite.Configs && !known {
			continue
		}
		st.kinds = append(st.kinds, kind)
		for range 2 {
			if kind != suite.Members && kind != suite.Projects { // there is one
				st.own = append(st.own, makeIn(s, o, kind).ID)
			}
		}
	}
	return st
}

// abroad is an organization of the story's own, where everything counts.
func abroad(s *suite.S, kinds []string) *street {
	st := settle(s, organizationFor(s), kinds)
	st.own = nil
	st.lists = st.read()
	return st
}

// home is the target's organization, where others make and change things too: what counts is what
// the story makes there, and the administrator.
func home(s *suite.S, kinds []string) *street {
	st := settle(s, suite.Organization{Thing: suite.Thing{ID: s.Target().Organization.ID}, Owner: s.Admin()}, kinds)
	if slices.Contains(kinds, suite.Members) {
		me := s.Admin().Get("/api/users/@me/").Status(http.StatusOK).Text("uuid")
		for _, member := range s.Admin().Rows(st.o.Path(suite.Members)) {
			if member.Get("user.uuid").String() == me {
				st.own = append(st.own, member.Get("id").String())
			}
		}
	}
	if slices.Contains(kinds, suite.Projects) {
		st.own = append(st.own, s.NewProject(nil).ID)
	}
	st.lists = st.read()
	return st
}

// read reads the lists.
func (st *street) read() map[string][]row {
	lists := map[string][]row{}
	for _, kind := range st.kinds {
		for _, shown := range st.o.Owner.Rows(st.o.Path(kind)) {
			id := shown.Get("id").String()
			if st.own != nil && !slices.Contains(st.own, id) {
				continue
			}
			if kind == suite.Members {
				shown = shown.Get("{id,level,joined_at,updated_at}") // their user has a life of its own
			}
			lists[kind] = append(lists[kind], row{id, shown.Raw})
		}
	}
	return lists
}

// change carries operations out on a thing that is made for it. The others stand.
func (st *street) change(operations []*spec.Operation) {
	tag := operations[0].Tag
	g := nothing(st.s, st.o.ID)
	g.by = st.o.Owner
	switch {
	case tag != suite.Projects:
		g.made["id"] = makeIn(st.s, st.o, tag).ID
	case st.own == nil:
		g.made["id"] = foreignIn(st.s, st.o, tag) // its first one
	default:
		g.made["id"] = st.s.NewProject(nil).ID
	}
	suite.EachOffered(st.s, operations, func(op *spec.Operation) {
		g.change(op)
		st.stands(g.made["id"])
	})
}

// stands wants everybody who settled to read as they did, in their order, but for one, and whoever
// came since.
func (st *street) stands(but string) {
	now := st.read()
	for kind, all := range st.lists {
		were := slices.DeleteFunc(slices.Clone(all), func(one row) bool { return one.id == but })
		are := slices.DeleteFunc(now[kind], func(one row) bool {
			return !slices.ContainsFunc(were, func(was row) bool { return was.id == one.id })
		})
		st.s.Expect(are).To(gomega.Equal(were), "the others in "+kind)
	}
}
