package api

import (
	"strings"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Choosing what @current means. Of the many fields that the real server lets users
// change of themselves, these two are here.
// Source: UserSerializer in posthog/api/user.py.

func currentBindings() []rest.Binding[struct{}, *call] {
	return []rest.Binding[struct{}, *call]{
		{Name: "set_current_organization", Check: ownOrganization},
		{Name: "set_current_team", Check: ownProject},
	}
}

func noObject(id string) *rest.Error {
	return rest.Invalid("does_not_exist", "Object with id="+id+" does not exist.")
}

// ownOrganization wants an organization of the caller. What is no UUID makes the real
// server fail with a 500; here it is an organization that does not exist.
func ownOrganization(c *call, value any) (any, error) {
	text := value.(string)
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, noObject(text)
	}
	organization, ok := c.view.Organization(id.String())
	if !ok {
		return nil, noObject(text)
	}
	if _, member := c.view.Membership(c.User.ID, organization.ID); !member {
		return nil, noObject(text)
	}
	return organization, nil
}

// ownProject wants a project that the caller has access to.
func ownProject(c *call, value any) (any, error) {
	text := value.(string)
	number, _ := pytext.ParseInt(strings.TrimSpace(text))
	id, ok := number.(int64)
	if !ok {
		return nil, noObject(text)
	}
	project, ok := c.view.Project(int(id))
	if !ok {
		return nil, noObject(text)
	}
	if _, ok := c.view.ProjectLevel(c.User.ID, project); !ok {
		return nil, noObject(text)
	}
	return project, nil
}

var errOtherOrganization = rest.InvalidInput("Team must belong to the same organization in set_current_organization.").On("set_current_team")

// updateMe sets the current organization and project. One follows the other where it
// was not sent.
func (c *call) updateMe() (int, error) {
	attrs, err := validate(c, c.api.currentSerializer, rest.Mode{Partial: true})
	if err != nil {
		return 0, err
	}
	organization, chosen := rest.Value[*world.Organization](attrs, "set_current_organization")
	project, entered := rest.Value[*world.Project](attrs, "set_current_team")
	switch {
	case chosen && entered && project.Organization != organization.ID:
		return 0, errOtherOrganization
	case entered:
		me := *c.User
		me.CurrentOrganization, me.CurrentProject = project.Organization, project.ID
		c.tx.PutUser(&me)
		c.User = &me
	case chosen:
		c.User = c.tx.MakeCurrent(c.User, organization)
	}
	return c.retrieveMe()
}
