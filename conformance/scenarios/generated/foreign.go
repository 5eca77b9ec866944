package generated

import (
	"net/http"
	"slices"

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
			missed := false
			if g.made["user_uuid"] != "" {
				var stranger *suite.Response
				stranger, missed = strangerOf(s, o)
				g.made["user_uuid"] = stranger.Text("uuid")
			}
			before := o.Owner.Get(g.shownAt).Status(http.StatusOK)
			suite.EachOffered(s, operations, func(op *spec.Operation) {
				if missed && writes(op) {
					return
				}
				answer := g.send(g.caller(op), op)
				if answer.Text("detail") == wording.TooManyProjects {
					return // PUT asks for the plan first, as POST does (PremiumMultiProjectPermission in posthog/api/project.py)
				}
				if op.Method == http.MethodGet && isCollection(op) && answer.Code() != http.StatusNotFound {
					answer.Status(http.StatusOK).Has("count", 0) // it is filtered, and nothing is left
					return
				}
				answer.NotFound()
			})
			unchanged(o.Owner.Get(g.shownAt).Status(http.StatusOK), before)
		},
	}.scenarios(d)
}

// foreignToBoth is foreign, asked by somebody who is an administrator of both organizations, and whose
// current one is the other: the path says which is meant.
func foreignToBoth(d *spec.Document) []suite.Scenario {
	return family{
		name: "isolation.everywhere_both", title: "A thing of another organization of the caller is not found through this one, by no method", rule: "callers.everywhere_both",
		needs: []suite.Need{suite.OwnPeople}, access: suite.Write, aspect: suite.Isolation,
		about: func(o *spec.Operation) bool {
			return inside(o) && slices.Contains(listed, o.Tag) && namesThing(o) && !creates(o)
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			tag, o := operations[0].Tag, s.NewOrganization()
			if tag == suite.Domains {
				o.Equip("automatic_provisioning") // which domains take
			}
			g := nothing(s, s.Target().Organization.ID)
			g.thing = makeIn(s, o, tag)
			g.made["id"] = g.thing.ID
			person := s.Colleague(8)
			s.Enlist(person, o, 8)
			caller := person.InSession()
			before := o.Owner.Get(o.Path(tag)).Status(http.StatusOK)
			suite.EachOffered(s, operations, func(op *spec.Operation) { g.send(caller, op).NotFound() })
			unchanged(o.Owner.Get(o.Path(tag)).Status(http.StatusOK), before)
		},
	}.scenarios(d)
}

// strangerOf is a member of an organization of the story's own who is in no other. Where its founder
// is a person of the profile somebody joins it, or, where nobody may be made, the founder would be
// missed: they are not to be changed.
func strangerOf(s *suite.S, o suite.Organization) (stranger *suite.Response, missed bool) {
	who := o.Owner
	if s.Target().Control == "" {
		if missed = suite.OwnPeople(s.Target()).Reason != ""; !missed {
			who = s.MemberOf(o, 1).Caller
		}
	}
	return who.Get("/api/users/@me/").Status(http.StatusOK), missed
}

// elsewhere are the resources of which a story makes things in an organization of its own.
var elsewhere = []string{suite.Domains, suite.Configs, suite.Roles, suite.RoleMemberships, suite.Invites, suite.Members, suite.Projects}

// namesThing reports whether the path of an operation names something within an organization.
func namesThing(o *spec.Operation) bool {
	return slices.ContainsFunc(segments(o.Path), func(segment string) bool { return segment[0] == '{' && segment != inOrganization })
}

// groundElsewhere is a ground in an organization of the story's own: who founded it is its member,
// and its first project came with it.
func groundElsewhere(s *suite.S, tag string) (*ground, suite.Organization) {
	o := placeFor(s, tag)
	g := nothing(s, o.ID)
	switch tag {
	case suite.Members:
		g.made["user_uuid"], g.shownAt = foreignIn(s, o, tag), o.Path(tag)
		return g, o
	case suite.Projects:
		g.made["id"] = foreignIn(s, o, tag)
		g.shownAt = o.Path(tag, g.made["id"])
		return g, o
	}
	g.thing = makeIn(s, o, tag)
	g.made["id"], g.shownAt = g.thing.ID, g.thing.Path()
	switch tag {
	case suite.Invites:
		g.shownAt = o.Path(tag)
	case suite.RoleMemberships:
		place := o.Owner.Post(g.thing.Path(suite.RoleMemberships), suite.JSON{"user_uuid": foreignIn(s, o, suite.Members)}).Status(http.StatusCreated)
		g.made = map[string]string{"role_id": g.thing.ID, "id": place.Text("id")}
	}
	return g, o
}

// configScope is what a config is for, from the revision on that knows it.
const configScope = "config_scope"

// organizationFor is an organization of the story's own, whose plan has what its resources take
// where the story can decide about plans.
func organizationFor(s *suite.S) suite.Organization {
	o := s.NewOrganization()
	if s.Target().Control != "" {
		s.SetFeature(o.ID, "automatic_provisioning", true) // which domains take
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
	return organizationFor(s)
}

// makeIn makes a thing of a resource in an organization of the story's own; for memberships of a
// role, the role.
func makeIn(s *suite.S, o suite.Organization, tag string) suite.Thing {
	return makeNamed(s, o, tag, "")
}

// makeNamed is makeIn, with a name that begins in a way.
func makeNamed(s *suite.S, o suite.Organization, tag, begin string) suite.Thing {
	body := suite.JSON{"name": begin + s.Name()}
	switch tag {
	case suite.Domains:
		body = suite.JSON{"domain": begin + s.Domain()}
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
