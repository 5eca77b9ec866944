package scimserver

import (
	"math"
	"net/http"

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

// filterUsers finds users by a filter; one that cannot be read finds nobody. A filter with a
// userName in it looks among the names that the provisioner sent, and drops all of its other
// conditions: members whom it never made are not found, others though they left. Every other
// filter looks among the members.
func (c *call) filterUsers(text string) []*world.User {
	filter, err := scim.ParseFilter(text)
	if err != nil {
		return nil
	}
	if filter.Mentions("userName") {
		return c.filterByUserName(filter)
	}
	return c.filterMembers(filter)
}

// filterByUserName finds those whom the provisioner calls by a name, by number.
func (c *call) filterByUserName(filter scim.Filter) (found []*world.User) {
	check := func(p *world.ProvisionedUser) bool {
		u, ok := c.tx.User(p.User)
		if ok && filter.Matches(func(path string) (scim.Attribute, bool) {
			return scim.Attribute{Value: p.UserName, Fold: true}, path == "userName"
		}) {
			found = append(found, u)
		}
		return true
	}
	name, one := filter.Equal("userName")
	if !one {
		c.tx.Provisioned(c.provisioner.id).All(check)
		return found
	}
	for _, p := range c.tx.ProvisionedAs(c.provisioner.id, name) {
		check(p)
	}
	return found
}

// filterMembers finds members by what they have, by number.
func (c *call) filterMembers(filter scim.Filter) (found []*world.User) {
	for _, u := range c.candidates(filter) {
		if filter.Matches(memberAttributes(u)) {
			found = append(found, u)
		}
	}
	return found
}

// memberAttributes are what filters know of a member.
func memberAttributes(u *world.User) scim.Attributes {
	return func(path string) (scim.Attribute, bool) {
		switch path {
		case "emails.value":
			return scim.Attribute{Value: u.Email}, true
		case "name.givenName", "givenName":
			return scim.Attribute{Value: u.FirstName}, true
		case "name.familyName", "familyName":
			return scim.Attribute{Value: u.LastName}, true
		case "active":
			return scim.Attribute{Value: true}, true
		}
		return scim.Attribute{}, false
	}
}

// candidates are the members whom a filter may find: one, where it names an address.
func (c *call) candidates(filter scim.Filter) []*world.User {
	email, one := filter.Equal("emails.value")
	if !one {
		return c.members(0, math.MaxInt)
	}
	if u, ok := c.tx.UserByEmail(email); ok && c.active(u) {
		return []*world.User{u}
	}
	return nil
}
