package generated

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// ground is what operations are aimed at in a story: things that the story made in the
// target's organization, or in one of its own where it is about organizations. What takes more
// than a request to make is not made: there the aim is at an id that nothing has, and nothing
// can be lost.
type ground struct {
	s            *suite.S
	organization string
	made         map[string]string // ids, by the name of the parameter in paths
	thing        suite.Thing       // the last that was made
	by           *suite.Caller     // who made it; nil is the administrator
	shownAt      string            // where its owner sees what was made in another organization
}

// newGround makes what operations of a resource are aimed at.
func newGround(s *suite.S, tag string) *ground {
	g := nothing(s, s.Target().Organization.ID)
	switch tag {
	case suite.Domains:
		g.thing = s.NewDomain()
	case suite.Configs:
		g.thing = s.NewConfig(nil)
	case suite.Roles, suite.RoleMemberships:
		g.thing = s.NewRole()
		g.made["role_id"] = g.thing.ID
	}
	if g.thing.ID != "" && tag != suite.RoleMemberships {
		g.made["id"] = g.thing.ID
	}
	return g
}

// richGround is newGround, with things that only some profiles let a run make: see [rich].
func richGround(s *suite.S, tag string) *ground {
	g := newGround(s, tag)
	switch tag {
	case suite.Projects:
		project := s.NewProject(nil)
		g.thing, g.made["id"] = project, project.ID
	case organizations:
		o := s.NewOrganization()
		g.thing, g.organization, g.by = o.Thing, o.ID, o.Owner
	case suite.Members:
		g.made["user_uuid"] = "@me"
	}
	return g
}

// rich are the needs of a rich ground.
func rich(tag string) []suite.Need {
	switch tag {
	case suite.Projects:
		return []suite.Need{suite.Allowed(target.CreateProjects)}
	case organizations:
		return []suite.Need{suite.Organizations}
	}
	return nil
}

// nothing is a ground where nothing is.
func nothing(s *suite.S, organization string) *ground {
	return &ground{s: s, organization: organization, made: map[string]string{}}
}

const inOrganization = "{organization_id}"

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// noProject is a number that no project has.
const noProject = "987654321"

// path is the address of an operation on the ground.
func (g *ground) path(o *spec.Operation) string {
	path := strings.ReplaceAll(o.Path, inOrganization, g.organization)
	return pathParameter.ReplaceAllStringFunc(path, func(parameter string) string {
		if id := g.made[strings.Trim(parameter, "{}")]; id != "" {
			return id
		}
		if o.Tag == suite.Projects {
			return noProject
		}
		return suite.Nowhere
	})
}

// complete reports whether the ground has everything that the path of an operation names.
func (g *ground) complete(o *spec.Operation) bool {
	for _, parameter := range pathParameter.FindAllStringSubmatch(o.Path, -1) {
		if "{"+parameter[1]+"}" != inOrganization && g.made[parameter[1]] == "" {
			return false
		}
	}
	return true
}

// caller is who may call an operation on the ground: whoever made what is there.
func (g *ground) caller(o *spec.Operation) *suite.Caller {
	switch {
	case o.Public:
		return g.s.Anonymous()
	case o.SessionOnly:
		return g.s.Session("admin")
	case g.by != nil:
		return g.by
	}
	return g.s.Admin()
}

// send makes the request of an operation, with an empty object where there is a body.
func (g *ground) send(c *suite.Caller, o *spec.Operation) *suite.Response {
	return c.Send(o.Method, g.path(o), emptyBody(o))
}

// emptyBody is an empty object for an operation that has a body, and nothing for others.
func emptyBody(o *spec.Operation) any {
	if takesBody(o) {
		return suite.JSON{}
	}
	return nil
}

// now is what was made as it reads now.
func (g *ground) now() *suite.Response {
	reader := g.s.Admin()
	if g.by != nil {
		reader = g.by
	}
	return reader.Get(g.thing.Path()).Status(http.StatusOK)
}

// stands wants what was made to be as it was when it was made, the times of changes aside.
func (g *ground) stands() {
	if g.thing.ID != "" {
		unchanged(g.now(), g.thing.Response)
	}
}

// takesBody reports whether an operation has a body.
func takesBody(o *spec.Operation) bool { return o.Spec.RequestBody != nil }

// inside reports whether an operation works within an organization that its path names.
func inside(o *spec.Operation) bool {
	_, rest, within := strings.Cut(o.Path, inOrganization+"/")
	return within && rest != ""
}

// answers reports whether a status is documented of an operation.
func answers(o *spec.Operation, status int) bool { return o.Spec.Responses.Status(status) != nil }

// moving are properties that may differ between two answers about the same thing: times of
// changes, and what only the answer to a change shows.
var moving = []string{"updated_at", "scim_bearer_token", "value", "last_used_at"}

// unchanged wants an answer to show every property as an earlier one did, but for those that
// move and those that are named.
func unchanged(now, before *suite.Response, but ...string) {
	before.Get("@this").ForEach(func(key, value gjson.Result) bool {
		if name := key.String(); !slices.Contains(moving, name) && !slices.Contains(but, name) {
			now.Has(strings.ReplaceAll(name, ".", `\.`), value.Value())
		}
		return true
	})
}
