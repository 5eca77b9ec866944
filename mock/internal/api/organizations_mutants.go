package api

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// changeOrganization changes the organization of the call, once an operation has succeeded.
func changeOrganization(id string, change func(*call, *world.Organization)) defect {
	return after(id, func(c *call) {
		if o, ok := c.view.Organization(c.organization.ID); ok {
			own := *o
			change(c, &own)
			c.tx.PutOrganization(&own)
		}
	})
}

// afterNewOrganization does something more with an organization that was made.
func afterNewOrganization(do func(c *call, previous *world.World, o *world.Organization)) defect {
	return afterWithPrevious("organizations_create", func(c *call, previous *world.World) {
		for _, m := range c.view.MembershipsOf(c.User.ID) {
			if _, old := previous.Organization(m.Organization); !old {
				o, _ := c.view.Organization(m.Organization)
				do(c, previous, o)
			}
		}
	})
}

// organizationMutants are about organizations.
func organizationMutants() []mutantRow {
	const organization = "Organization"
	const create, update, put, destroy = "organizations_create", "organizations_partial_update", "organizations_update", "organizations_destroy"
	const list, retrieve = "organizations_list", "organizations_retrieve"
	return []mutantRow{
		{"organizations.list.all", "The list holds organizations of others.", "organizations.list.others",
			around(list, func(c *call, next action) (int, error) {
				if c.Key == nil || len(c.Key.Organizations) > 0 {
					return next(c)
				}
				var found []*world.Organization
				c.view.Organizations().All(func(o *world.Organization) bool { found = append(found, o); return true })
				return listRows(c, found, c.writeOrganization)
			})},
		{"organizations.retrieve.stranger", "Strangers see an organization.", "organizations.retrieve.stranger",
			around(retrieve, func(c *call, next action) (int, error) {
				status, err := next(c)
				if o, ok := c.view.Organization(c.uuid("organization_id")); ok && err != nil {
					c.writeOrganization(o)
					return http.StatusOK, nil //nolint:nilerr // the defect is to ignore the refusal
				}
				return status, err
			})},
		{"organizations.retrieve.closed", "An organization of others is forbidden rather than not found.", "organizations.retrieve.stranger", changeStatus(retrieve, 404, 403)},
		{"organizations.retrieve.current", "@current is any organization of the caller.", "organizations.retrieve.current",
			around(retrieve, func(c *call, next action) (int, error) {
				if c.param("organization_id") == currentAlias {
					return 0, rest.ErrNotFound
				}
				return next(c)
			})},
		{"organizations.representation.missing", "An organization does not count its members.", "organizations.create.defaults", omitProperty(organization, "member_count")},
		{"organizations.representation.count", "The count of members is a text.", "organizations.retrieve.by_id", writeQuoted(organization, "member_count")},
		{"organizations.representation.level", "An organization does not tell the caller's level.", "organizations.retrieve.by_id", writeAlways(organization, "membership_level", "null")},
		{"organizations.representation.role", "No default role is an empty text.", "organizations.create.defaults", writeInstead(organization, "default_role_id", "null", `""`)},

		{"organizations.create.member", "Who makes an organization is no owner of it.", "organizations.create.defaults",
			afterNewOrganization(func(c *call, _ *world.World, o *world.Organization) {
				m, _ := c.view.Membership(c.User.ID, o.ID)
				own := *m
				own.Level = world.Administrator
				c.tx.PutMembership(&own)
			})},
		{"organizations.create.no_project", "A new organization has no project.", "organizations.create.defaults",
			afterNewOrganization(func(c *call, _ *world.World, o *world.Organization) {
				c.view.Projects(o.ID).All(func(p *world.Project) bool { c.tx.DeleteProject(p); return false })
			})},
		{"organizations.create.not_current", "A new organization does not become the current one.", "organizations.create.current",
			afterNewOrganization(func(c *call, previous *world.World, _ *world.Organization) {
				me, _ := previous.User(c.User.ID)
				c.tx.PutUser(me)
			})},
		{"organizations.create.slug", "The slug is the identifier.", "organizations.create.slug", changeBody(create, func(o *pyjson.Object) {
			if id, ok := o.Get("id"); ok {
				o.Set("slug", id)
			}
		})},
		{"organizations.create.settings_lost", "Settings are not stored on creation.", "organizations.create.settings",
			afterNewOrganization(func(c *call, _ *world.World, o *world.Organization) {
				own := *o
				own.PublicSharing, own.MembersCanUseKeys = true, true
				c.tx.PutOrganization(&own)
			})},
		{"organizations.create.scope", "A key that reads may make organizations.", "organizations.create.scope", requireScope(create, "organization:read")},
		{"organizations.create.raced", "Organizations made at the same time share their slug.", "organizations.create.concurrent", staleRead(create)},
		{"organizations.create.recent_login", "Making an organization needs no recent login.", "sessions.recent_login.required",
			before(create, func(c *call) {
				if c.Session != nil {
					own := *c.Session
					own.LoggedInAt = c.now
					c.Session = &own
				}
			})},
		{"organizations.create.no_name", "An organization needs no name.", "organizations.create.no_name", optional(organization, "name")},
		{"organizations.create.blank_name", "A name may be blank.", "organizations.fields.name_blank", blankable(organization, "name", true)},
		{"organizations.create.long_name", "A name has any length.", "organizations.fields.name_length", maxLength(organization, "name", 0)},
		{"organizations.create.null_keys", "Whether members may use keys may be null.", "organizations.fields.keys_null", nullable(organization, "members_can_use_personal_api_keys")},
		{"organizations.create.any_stats", "Any statistical method will do.", "organizations.fields.stats_choice",
			changeConstraint(organization, "default_experiment_stats_method", func(p *spec.Property) { p.Enum = nil })},

		{"organizations.update.forgotten", "A new name is answered and not stored.", "organizations.update.rename", discardChanges(update)},
		{"organizations.update.slug_moves", "The slug follows the name.", "organizations.update.rename",
			changeOrganization(update, func(_ *call, o *world.Organization) { o.Slug = slugify(o.Name) })},
		{"organizations.update.settings_lost", "One setting is not stored.", "organizations.update.settings",
			changeOrganization(update, func(_ *call, o *world.Organization) { o.Enforce2FA = nil })},
		{"organizations.update.put_partial", "PUT needs no name.", "organizations.update.nothing", treatAsMethod(put, http.MethodPatch)},
		{"organizations.update.patch_whole", "PATCH needs the name.", "organizations.update.nothing", treatAsMethod(update, http.MethodPut)},
		{"organizations.update.by_member", "Members may change an organization.", "organizations.update.levels", requireLevel(update, world.Member)},
		{"organizations.update.scope", "A key that reads may change an organization.", "organizations.update.scope", requireScope(update, "organization:read")},
		{"organizations.update.recent_login", "Changing needs no recent login.", "sessions.recent_login.required",
			before(update, func(c *call) {
				if c.Session != nil {
					own := *c.Session
					own.LoggedInAt = c.now
					c.Session = &own
				}
			})},
		{"organizations.update.invite_switch", "Members invite although that is switched off.", "organizations.update.members_can_invite",
			before("invites_create", func(c *call) {
				own := *c.organization
				own.Features = slices.DeleteFunc(slices.Clone(own.Features), func(f string) bool { return f == world.FeatureInviteSettings })
				c.organization = &own
			})},
		{"organizations.update.invite_unplanned", "The switch counts without its feature.", "organizations.update.members_can_invite", grantFeature("invites_create", world.FeatureInviteSettings)},
		{"organizations.update.key_switch", "Members' keys work although that is switched off.", "organizations.update.members_can_use_keys",
			skipStage("key limits", func(c *call) bool {
				return c.Key != nil && c.organization != nil && len(c.Key.Projects) == 0 && keyReaches(c.Key, c.organization)
			})},
		{"organizations.update.long_name", "A name has any length.", "organizations.fields.name_length", maxLength(organization, "name", 0)},
		{"organizations.update.null_name", "A name may be null.", "organizations.fields.name_null", nullable(organization, "name")},

		{"organizations.delete.pretends", "Deleting an organization does nothing.", "organizations.delete.gone", discardChanges(destroy)},
		{"organizations.delete.by_admin", "Administrators may delete an organization.", "organizations.delete.levels", requireLevel(destroy, world.Administrator)},
		{"organizations.delete.names_taken", "The domains of a deleted organization stay taken.", "organizations.delete.frees_domains",
			afterWithPrevious(destroy, func(c *call, previous *world.World) {
				previous.Domains(c.organization.ID).All(func(d *world.Domain) bool { c.tx.PutDomain(d); return true })
			})},
		{"organizations.delete.slug_taken", "The slug of a deleted organization stays taken.", "organizations.delete.frees_slug",
			afterWithPrevious(destroy, func(c *call, previous *world.World) {
				if o, ok := previous.Organization(c.organization.ID); ok {
					own := *o
					own.ID = c.sandbox.IDs.UUID(c.now)
					c.tx.PutOrganization(&own)
				}
			})},
		{"organizations.delete.projects_stay", "The projects of a deleted organization stay.", "organizations.delete.gone",
			afterWithPrevious(destroy, func(c *call, previous *world.World) {
				o, _ := previous.Organization(c.organization.ID)
				c.tx.PutOrganization(o)
				if m, ok := previous.Membership(c.User.ID, o.ID); ok {
					c.tx.PutMembership(m)
				}
			})},
		{"organizations.delete.neighbour", "Deleting an organization empties another one of the caller.", "organizations.delete.neighbour",
			after(destroy, func(c *call) {
				for _, m := range c.view.MembershipsOf(c.User.ID) {
					c.view.Projects(m.Organization).All(func(p *world.Project) bool { c.tx.DeleteProject(p); return false })
					if o, ok := c.view.Organization(m.Organization); ok {
						own := *o
						own.Name = "emptied"
						c.tx.PutOrganization(&own)
					}
				}
			})},
		{"organizations.methods.unknown_path", "A path that is not there answers a page.", "organizations.methods.unknown_path",
			changeAnswerWithStatus("", 404, func(a *mutant.Response) {
				if a.Below("/api/understudy") {
					a.Body, a.Status = []byte(`{}`), 200
				}
			})},
	}
}
