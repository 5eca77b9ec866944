package generated

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// lives take a thing of each resource through its life, from its creation to its end, as each
// caller who may: what lets an administrator through lets others through as well.
func lives() []family {
	life := func(name, title string, needs []suite.Need, as func(*suite.S) *suite.Caller) family {
		return family{
			name: name, title: title, aspect: suite.Permission, needs: needs, about: ofALife,
			tell: func(s *suite.S, operations []*spec.Operation) { live(s, operations, as(s), s.Target().Organization.ID) },
		}
	}
	inCurrent := life("current", "@current stands for the organization that is current, in every operation", []suite.Need{suite.Colleagues}, nil)
	inCurrent.tell = func(s *suite.S, operations []*spec.Operation) {
		somebody := s.Colleague(administrative).Caller // who is in one organization alone
		somebody.Get(suite.OrgPath("@current")).Status(http.StatusOK).Has("id", s.Target().Organization.ID)
		live(s, operations, somebody, "@current")
	}
	return []family{
		inCurrent,
		life("owner", "An owner does whatever an administrator may", []suite.Need{suite.KeyOf("owner")}, (*suite.S).Owner),
		life("writer", "A key that may write does whatever its scopes name", []suite.Need{suite.KeyOf("write_scopes")}, func(s *suite.S) *suite.Caller { return s.Key("write_scopes") }),
		life("session", "A session does whatever a key may", []suite.Need{suite.SessionOf("admin")}, sessionOf("admin")),
	}
}

// lively are the resources of which an administrator can make one, alone in its collection.
var lively = []string{suite.Domains, suite.Configs, suite.Roles, suite.RoleMemberships, suite.Invites}

// ofALife reports whether an operation is one of those in the life of a thing: of the whole
// collection, or of one of it.
func ofALife(o *spec.Operation) bool {
	return slices.Contains(lively, o.Tag) && o.Scope != "" && (creates(o) || o.Method != http.MethodPost)
}

// creates reports whether an operation makes one of a collection.
func creates(o *spec.Operation) bool {
	return o.Method == http.MethodPost && answers(o, http.StatusCreated) && !isAction(o)
}

// isAction reports whether an operation is about something other than a whole thing or its
// collection, as bulk/ and verify/ are.
func isAction(o *spec.Operation) bool {
	last := lastSegment(o.Path)
	return last != collectionOf(o) && last[0] != '{'
}

// live plays a life. What has no creation that the target offers has none.
func live(s *suite.S, operations []*spec.Operation, caller *suite.Caller, organization string) {
	slices.SortStableFunc(operations, func(a, b *spec.Operation) int { return stageOf(a) - stageOf(b) })
	g := nothing(s, organization)
	if operations[0].Tag == suite.RoleMemberships {
		g.made["role_id"] = s.NewRole().ID
	}
	suite.EachOffered(s, operations, func(o *spec.Operation) {
		if creates(o) {
			made := caller.Post(g.path(o), bodyOf(s, o)).Status(http.StatusCreated)
			g.made["id"] = made.Text("id")
			return
		}
		if !g.complete(o) {
			return
		}
		var body any
		if takesBody(o) {
			body = bodyOf(s, o)
		}
		answer := caller.Send(o.Method, g.path(o), body)
		if o.Method == http.MethodDelete {
			answer.Empty()
			return
		}
		answer.Status(http.StatusOK)
		if lastSegment(o.Path) != collectionOf(o) {
			answer.Has("id", g.made["id"])
		}
	})
}

// stageOf is when in a life an operation has its turn.
func stageOf(o *spec.Operation) int {
	return map[string]int{http.MethodPost: 0, http.MethodGet: 1, http.MethodPut: 2, http.MethodPatch: 3, http.MethodDelete: 4}[o.Method]
}

// bodyOf is a body that an operation takes: what its schema requires, of names that nobody
// else has, and no mail.
func bodyOf(s *suite.S, o *spec.Operation) suite.JSON {
	schema, ok := s.Document().Schema(o.Request)
	body := suite.JSON{}
	if !ok {
		return body
	}
	for _, p := range schema.Properties {
		switch value, known := named(s, p.Name); {
		case p.ReadOnly:
		case p.Name == "send_email":
			body[p.Name] = false
		case p.Name == configScope && creates(o):
			body[p.Name] = "" // one without cannot be deleted
		case p.Required && known:
			body[p.Name] = value
		}
	}
	return body
}

// named is a value for a property by its name, and whether there is one.
func named(s *suite.S, property string) (value any, known bool) {
	switch property {
	case "domain":
		return s.Domain(), true
	case "target_email":
		return s.Email(), true
	case "name", "label":
		return s.Name(), true
	case "user_uuid":
		return s.UUIDOf("admin"), true
	}
	return nil, false
}
