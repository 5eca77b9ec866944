package generated

import (
	"net/http"
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// foreign aims every operation that names a thing at one of another organization, through the
// administrator's own. The thing is the story's own, and so is the organization: what is let
// through harms nobody.
func foreign(d *spec.Document) []suite.Scenario {
	return family{
		name: "isolation.everywhere_foreign", title: "A thing of another organization is not found through one's own, by no method", rule: "callers.everywhere_foreign_object callers.foreign_object",
		needs: []suite.Need{suite.SessionOf("admin"), suite.Organizations}, access: suite.Write, aspect: suite.Isolation,
		about: func(o *spec.Operation) bool {
			return inside(o) && slices.Contains(elsewhere, o.Tag) && namesThing(o) && !creates(o)
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			g, o := groundElsewhere(s, operations[0].Tag)
			g.organization = s.Target().Organization.ID
			suite.EachOffered(s, operations, func(op *spec.Operation) {
				answer := g.send(g.caller(op), op)
				if op.Method == http.MethodGet && isCollection(op) {
					answer.Status(http.StatusOK).Has("count", 0) // it is filtered, and nothing is left
					return
				}
				answer.NotFound()
			})
			if g.thing.ID != "" {
				unchanged(o.Owner.Get(g.thing.Path()).Status(http.StatusOK), g.thing.Response)
			}
		},
	}.scenarios(d)
}

// elsewhere are the resources of which a story makes things in an organization of its own.
var elsewhere = []string{suite.Domains, suite.Configs, suite.Roles, suite.RoleMemberships}

// namesThing reports whether the path of an operation names something within an organization.
func namesThing(o *spec.Operation) bool {
	return slices.ContainsFunc(segments(o.Path), func(segment string) bool { return segment[0] == '{' && segment != inOrganization })
}

// groundElsewhere is a ground in an organization of the story's own.
func groundElsewhere(s *suite.S, tag string) (*ground, suite.Organization) {
	o := placeFor(s, tag)
	g := nothing(s, o.ID)
	g.thing = makeIn(s, o, tag)
	g.made["id"] = g.thing.ID
	if tag == suite.RoleMemberships {
		owner := o.Owner.Get("/api/users/@me/").Status(http.StatusOK).Text("uuid")
		place := o.Owner.Post(g.thing.Path(suite.RoleMemberships), suite.JSON{"user_uuid": owner}).Status(http.StatusCreated)
		g.made = map[string]string{"role_id": g.thing.ID, "id": place.Text("id")}
		g.thing.Response = o.Owner.Get(g.thing.Path()).Status(http.StatusOK)
	}
	return g, o
}

// configScope is what a config is for, from the revision on that knows it.
const configScope = "config_scope"

// organizationFor is an organization of the story's own, whose plan has what a resource takes
// where the story can decide about plans.
func organizationFor(s *suite.S, tag string) suite.Organization {
	o := s.NewOrganization()
	if tag == suite.Domains && s.Target().Control != "" {
		s.SetFeature(o.ID, "automatic_provisioning", true)
	}
	return o
}

// placeFor is an organization in which a story can make a thing of a resource: its own, else that of
// the outsider, whose plan may have what a new one lacks; that one for this story alone.
func placeFor(s *suite.S, tag string) suite.Organization {
	other := s.Target().Known.OtherOrganization
	if tag == suite.Domains && s.Target().Control == "" && other != nil && other.ID != "" && suite.KeyOf("outsider")(s.Target()).Reason == "" {
		s.Alone()
		return suite.Organization{Thing: suite.Thing{ID: other.ID}, Owner: s.Outsider()}
	}
	return organizationFor(s, tag)
}

// makeIn makes a thing of a resource in an organization of the story's own; for memberships of a
// role, the role.
func makeIn(s *suite.S, o suite.Organization, tag string) suite.Thing {
	body := suite.JSON{"name": s.Name()}
	switch tag {
	case suite.Domains:
		body = suite.JSON{"domain": s.Domain()}
	case suite.Invites:
		body = suite.JSON{"target_email": s.Email(), "send_email": false}
	case suite.RoleMemberships:
		tag = suite.Roles
	case suite.Configs:
		if slices.Contains(s.Declared("IdentityProviderConfig"), configScope) {
			body[configScope] = "" // one without cannot be deleted
		}
	}
	made := o.Owner.Post(o.Path(tag), body)
	if made.Code() == http.StatusForbidden && made.Text("detail") == wording.NoProvisioning {
		s.CannotRun("an organization that was just made has no domains there: its plan has no automatic_provisioning")
	}
	return o.MadeIn(tag, made)
}

// lists walk the list of every collection in an organization where nobody else is, so that what
// must be in it is known to the row.
func lists(d *spec.Document) []suite.Scenario {
	return family{
		name: "pages.everywhere_whole", title: "A list holds the rows of its organization alone, each once, in an order that stays", rule: "requests.everywhere.list",
		needs: []suite.Need{suite.Organizations}, access: suite.Write, aspect: suite.Pagination,
		about: func(o *spec.Operation) bool {
			return o.Method == http.MethodGet && slices.Contains(listed, o.Tag) && isCollection(o)
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			tag := operations[0].Tag
			mine := newGround(s, tag)
			if tag == suite.Invites {
				mine.thing = s.NewInvite(nil)
			}
			o := placeFor(s, tag)
			path := o.Path(tag)
			before := o.Owner.IDs(path)
			var made []suite.Thing
			for range 4 {
				made = append(made, makeIn(s, o, tag))
			}
			order := walkIn(s, o.Owner, path, len(before)+len(made))
			s.Expect(order).NotTo(gomega.ContainElement(mine.thing.ID), "a row of another organization")
			s.Expect(s.Admin().IDs(s.Org(tag))).NotTo(gomega.ContainElement(made[0].ID), "a row of another organization")
			o.Owner.Delete(made[1].Path()).Empty()
			made[1] = makeIn(s, o, tag)
			after := walkIn(s, o.Owner, path, len(order))
			s.Expect(after).To(gomega.ContainElement(made[1].ID))
			s.Expect(common(after, order)).To(gomega.Equal(common(order, after)), "the order of rows that were there before and after")
		},
	}.scenarios(d)
}

// listed are the resources whose lists a story can fill in an organization of its own.
var listed = []string{suite.Domains, suite.Configs, suite.Roles, suite.Invites}

func isCollection(o *spec.Operation) bool { return lastSegment(o.Path) == o.Tag }

// walkIn reads a list whole and in pages of several sizes, wants the same rows each time, and
// returns them.
func walkIn(s *suite.S, by *suite.Caller, path string, total int) []string {
	whole := by.IDs(path)
	s.Expect(whole).To(gomega.HaveLen(total), "rows of the list")
	for _, size := range []string{"1", "3"} {
		s.Expect(by.IDs(path+"?limit="+size)).To(gomega.Equal(whole), "the rows in pages of "+size)
	}
	by.Get(path+"?limit=2").Status(http.StatusOK).Has("count", total).Has("results.#", min(2, total))
	by.Get(path+"?limit=2&offset=1").Status(http.StatusOK).Has("count", total).Has("results.0.id", whole[1])
	return whole
}

// common are those of a list that are in another as well.
func common(list, other []string) (both []string) {
	for _, id := range list {
		if slices.Contains(other, id) {
			both = append(both, id)
		}
	}
	return both
}
