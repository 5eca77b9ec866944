package scimserver

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// cornerMutants are slips that a server gets right in most cases.
func cornerMutants() []planted {
	return []planted{
		{"scim.users.create_json", "A new user comes as JSON.", "scim.users.create", header("scim_users_create", "Content-Type", "application/json")},
		{"scim.users.comes_back_admin", "Who comes back is an administrator.", "scim.users.patch_reactivate",
			after("scim_users_partial_update", func(c *call, was *world.World) {
				user, err := c.scimUser()
				if err != nil {
					return
				}
				_, before := was.Membership(user.ID, c.organization.ID)
				if m, now := c.tx.Membership(user.ID, c.organization.ID); now && !before {
					own := *m
					own.Level = world.Administrator
					c.tx.PutMembership(&own)
				}
			})},
		{"scim.users.filter_family", "A family name is compared with the given one.", "scim.users.filter_and",
			before("scim_users_list", func(c *call) {
				if text, ok := c.query.Get("filter"); ok {
					c.query = rest.ParseQuery(queryOf("filter", strings.ReplaceAll(text, "familyName", "givenName")))
				}
			})},
		{"scim.users.filter_active", "Whether somebody is active does not matter to a filter.", "scim.users.filter_and",
			before("scim_users_list", func(c *call) {
				if text, ok := c.query.Get("filter"); ok {
					c.query = rest.ParseQuery(queryOf("filter", strings.ReplaceAll(text, " and active eq false", "")))
				}
			})},
	}
}
