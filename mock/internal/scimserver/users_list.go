package scimserver

import (
	"math"
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Lists of SCIM users, and how they are filtered.
// Source: SCIMUsersView and PostHogUserFilterQuery in ee/api/scim/views.py.

// listUsers lists the members by number, or those whom a filter finds.
func (c *call) listUsers() (int, error) {
	window, err := scim.ReadWindow(c.query)
	if err != nil {
		return 0, err
	}
	if text, _ := c.query.Get("filter"); text != "" {
		found := c.filterUsers(text)
		scim.WriteList(&c.out, window, len(found), scim.Page(window, found), c.writeUser)
		return http.StatusOK, nil
	}
	page := c.members(window.StartIndex-1, window.Count)
	scim.WriteList(&c.out, window, c.tx.Members(c.organization.ID).Len(), page, c.writeUser)
	return http.StatusOK, nil
}

// members are up to most members of the organization by number, after the first few.
func (c *call) members(skip, most int) (users []*world.User) {
	c.tx.ScanMembers(c.organization.ID, func(m *world.Membership) bool {
		if skip > 0 {
			skip--
			return true
		}
		if u, ok := c.tx.User(m.User); ok && most > 0 {
			users = append(users, u)
		}
		return len(users) < most
	})
	return users
}

// filterUsers finds users by a filter; one that cannot be read finds nobody.
//
// The userName is the address, compared without regard to case. Newer servers, which
// keep an identity provider's userName, find by it only users whom the domain made or
// took over.
func (c *call) filterUsers(text string) (found []*world.User) {
	filter, err := scim.ParseFilter(text)
	if err != nil {
		return nil
	}
	for _, u := range c.candidates(filter) {
		if filter.Matches(c.userAttributes(u)) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b *world.User) int { return a.ID - b.ID })
	return found
}

func (c *call) userAttributes(u *world.User) scim.Attributes {
	return func(path string) (scim.Attribute, bool) {
		switch path {
		case "username":
			return scim.Attribute{Value: u.Email, Fold: true}, true
		case "emails.value":
			return scim.Attribute{Value: u.Email}, true
		case "name.givenname", "givenname":
			return scim.Attribute{Value: u.FirstName}, true
		case "name.familyname", "familyname":
			return scim.Attribute{Value: u.LastName}, true
		case "active":
			return scim.Attribute{Value: c.active(u)}, true
		}
		return scim.Attribute{}, false
	}
}

// candidates are the users whom a filter may find: few, where it names one. Users
// who are members no more are found by their userName only, so that the identity
// provider can activate them again.
func (c *call) candidates(filter scim.Filter) []*world.User {
	name, byName := filter.Equal("username")
	email, byEmail := filter.Equal("emails.value")
	var users []*world.User
	switch {
	case byName:
		if u, ok := c.tx.UserByEmail(name); ok && (c.active(u) || c.provisioned(u)) {
			users = append(users, u)
		}
	case byEmail && !filter.Mentions("username"):
		if u, ok := c.tx.UserByEmail(email); ok && c.active(u) {
			users = append(users, u)
		}
	default:
		users = c.members(0, math.MaxInt)
		if filter.Mentions("username") {
			c.tx.Provisioned(c.domain.ID).All(func(p *world.ProvisionedUser) bool {
				if u, ok := c.tx.User(p.User); ok && !c.active(u) {
					users = append(users, u)
				}
				return true
			})
		}
	}
	return users
}
