package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// ignoreProjectRefusal lets through what some refusals of the stage "project" would stop.
func ignoreProjectRefusal(when func(*call) bool, refusals ...error) defect {
	return aroundStage("project", func(c *call, next func(*call) error) error {
		err := next(c)
		for _, refusal := range refusals {
			if errors.Is(err, refusal) && when(c) {
				return nil
			}
		}
		return err
	})
}

// projectMutants are about projects.
func projectMutants() []mutantRow {
	const project, row = "Project", "ProjectRow"
	const create, list, retrieve = "organizations_projects_create", "organizations_projects_list", "organizations_projects_retrieve"
	const update, put, destroy = "organizations_projects_partial_update", "organizations_projects_update", "organizations_projects_destroy"
	return []mutantRow{
		{"projects.scopes.organization", "The scope of organizations opens projects.", "projects.scopes.none", forEach([]string{create, list, retrieve, update, destroy}, func(id string) defect {
			return skipStageOf("scope", id)
		})},
		{"projects.scopes.read_writes", "A key that reads may change projects.", "projects.scopes.read", requireScope(update, "project:read")},
		{"projects.keys.other_project", "A key for one project reaches others.", "projects.keys.one_project",
			aroundStage("project", func(c *call, next func(*call) error) error {
				if c.Key != nil && len(c.Key.Projects) > 0 && c.namesProject() {
					own := *c.Key
					own.Projects = nil
					c.Key = &own
				}
				return next(c)
			})},
		{"projects.keys.list", "A key for a project lists projects.", "projects.keys.limited",
			aroundStage("project", func(c *call, next func(*call) error) error {
				if c.Key != nil && !c.namesProject() {
					own := *c.Key
					own.Projects = nil
					c.Key = &own
				}
				return next(c)
			})},
		{"projects.keys.other_organization", "A key for another organization reaches projects.", "projects.keys.other_organization",
			aroundStage("project", func(c *call, next func(*call) error) error {
				if c.Key != nil {
					own := *c.Key
					own.Organizations = nil
					c.Key = &own
				}
				return next(c)
			})},
		{"projects.isolation.foreign", "A project is read through another organization.", "projects.isolation.foreign",
			aroundStage("project", func(c *call, next func(*call) error) error {
				err := next(c)
				if errors.Is(err, rest.ErrNotFound) && isOperation(retrieve)(c) {
					nested := *c.resource
					nested.nested = false
					c.resource = &nested
					_, err = c.findProject()
				}
				return err
			})},
		{"projects.isolation.stranger", "Strangers find projects.", "projects.isolation.stranger",
			around(list, func(c *call, next action) (int, error) {
				if _, member := c.view.Membership(c.User.ID, c.organization.ID); !member {
					return listPage(c, c.view.Projects(c.organization.ID), func(p *world.Project) { c.api.projectRowSerializer.Write(&c.out, p) })
				}
				return next(c)
			})},
		{"projects.access.shut_out", "Who is shut out of a project finds it.", "projects.access.shut_out",
			allOf(ignoreProjectRefusal(isOperation(retrieve), rest.ErrNotFound), around(retrieve, func(c *call, _ action) (int, error) {
				p, err := c.namedProject(c.param("id"))
				if err != nil {
					return 0, err
				}
				c.writeProject(p)
				return http.StatusOK, nil
			}))},
		{"projects.access.member_settings", "Who only uses a project changes its settings.", "projects.access.member",
			around(update, func(c *call, next action) (int, error) {
				status, err := next(c)
				if p, missing := c.findProject(); missing == nil && hasCode(err, "permission_denied") {
					c.writeProject(p)
					return http.StatusOK, nil
				}
				return status, err
			})},
		{"projects.access.member_deletes", "Who only uses a project deletes it.", "projects.access.member", ignoreProjectRefusal(isOperation(destroy), errProjectLevel)},
		{"projects.access.admin", "Who administers a project cannot delete it.", "projects.access.admin",
			around(destroy, func(c *call, next action) (int, error) {
				if m, ok := c.view.Membership(c.User.ID, c.organization.ID); ok && m.Level < world.Administrator {
					return 0, errProjectLevel
				}
				return next(c)
			})},

		{"projects.create.by_member", "Members make projects.", "projects.create.member", ignoreProjectRefusal(isOperation(create), errCreateProject)},
		{"projects.create.unplanned", "An organization has any number of projects.", "projects.create.plan",
			aroundStage("project", func(c *call, next func(*call) error) error {
				err := next(c)
				if errors.Is(err, errProjectLimit) {
					return c.checkMayCreateProject()
				}
				return err
			})},
		{"projects.create.name", "A new project has no name.", "projects.create.defaults", rewriteProperty(project, "name", func(json string) string {
			return strings.Replace(json, `"Default project"`, `""`, 1)
		})},
		{"projects.create.same_token", "Projects share their token.", "projects.create.parallel", writeAlways(project, "api_token", `"phc_shared"`)},
		{"projects.create.zone_lost", "The time zone is not stored.", "projects.create.full", resetTimezone(create)},
		{"projects.create.not_current", "A new project does not become the current one.", "projects.create.root",
			afterWithPrevious("projects_create", func(c *call, previous *world.World) {
				me, _ := previous.User(c.User.ID)
				c.tx.PutUser(me)
			})},
		{"projects.create.raced", "Projects made at the same time go missing.", "projects.create.parallel",
			afterWithPrevious(create, func(c *call, previous *world.World) {
				var last *world.Project
				previous.Projects(c.organization.ID).All(func(p *world.Project) bool { last = p; return true })
				if last != nil && c.now.Sub(last.CreatedAt) < rendezvousTimeout && c.now.Sub(last.CreatedAt) > 0 {
					c.tx.DeleteProject(last)
				}
			})},
		{"projects.create.name_null", "A name may be null.", "projects.fields.name_null", nullable(project, "name")},
		{"projects.create.name_blank", "A name may be blank.", "projects.fields.name_blank", blankable(project, "name", true)},
		{"projects.create.name_long", "A name has any length.", "projects.fields.name_length", maxLength(project, "name", 0)},
		{"projects.create.description_long", "A description has any length.", "projects.fields.description_length", maxLength(project, "product_description", 0)},
		{"projects.retrieve.other_address", "A project reads otherwise at its other address.", "projects.retrieve.same", replaceText("projects_retrieve", `"is_demo":false`, `"is_demo":true`)},
		{"projects.list.hidden", "The last project is not listed.", "projects.list.holds",
			changeRows(list, func(list []any) []any { return list[:max(0, len(list)-1)] })},
		{"projects.list.search", "The search finds everything.", "projects.list.search", changeQuery(list, func(q url.Values) { q.Del("search") })},
		{"projects.list.search_case", "The search cares for case.", "projects.list.search",
			around(list, func(c *call, next action) (int, error) {
				phrase, ok := c.query.Get("search")
				if !ok {
					return next(c)
				}
				var found []*world.Project
				for _, p := range c.view.VisibleProjects(c.User.ID, c.organization.ID) {
					if strings.Contains(p.Name, strings.TrimSpace(phrase)) {
						found = append(found, p)
					}
				}
				return listRows(c, found, func(p *world.Project) { c.api.projectRowSerializer.Write(&c.out, p) })
			})},
		{"projects.pages.offset", "Every page but the first begins a row too early.", "projects.pages.walk", oneRowEarlier(list)},
		{"projects.representation.missing", "A project does not show its time zone.", "projects.create.defaults", omitProperty(project, "timezone")},
		{"projects.representation.row", "A row does not show the token.", "projects.list.holds", omitProperty(row, "api_token")},
		{"projects.representation.number", "The number of a project is a text.", "projects.create.defaults", writeQuoted(project, "id")},
		{"projects.representation.empty", "A description that is not there is an empty text.", "projects.create.defaults", writeInstead(project, "product_description", "null", `""`)},

		{"projects.update.forgotten", "A change is answered and not stored.", "projects.update.name", discardChanges(update)},
		{"projects.update.resets", "PATCH resets the time zone.", "projects.update.name",
			after(update, func(c *call) {
				if p, err := c.findProject(); err == nil && !c.bodyHas("timezone") {
					own := *p
					own.Timezone = world.DefaultTimezone
					c.tx.PutProject(&own)
				}
			})},
		{"projects.update.put_whole", "PUT needs the name.", "projects.update.put_nothing",
			around(put, func(c *call, next action) (int, error) {
				if !c.bodyHas("name") {
					return 0, rest.Invalid("required", "This field is required.").On("name")
				}
				return next(c)
			})},
		{"projects.update.half", "A refused change keeps the name.", "projects.update.refused_whole",
			commitRefused(update, func(c *call) {
				if p, err := c.findProject(); err == nil && c.bodyText("name") != "" {
					own := *p
					own.Name = c.bodyText("name")
					c.tx.PutProject(&own)
				}
			})},
		{"projects.update.token", "The token of a project can be changed.", "projects.fields.read_only",
			after(update, func(c *call) {
				if p, err := c.findProject(); err == nil && c.bodyText("api_token") != "" {
					own := *p
					own.APIToken = c.bodyText("api_token")
					c.tx.PutProject(&own)
				}
			})},
		{"projects.update.description_stays", "A description cannot be taken away.", "projects.update.description_null",
			aroundCheck(project, "product_description", func(c *call, value any, next checker) (any, error) {
				if p, err := c.findProject(); value == nil && err == nil && p.ProductDescription != nil {
					return *p.ProductDescription, nil
				}
				return next(c, value)
			})},
		{"projects.token.pretends", "Resetting the token of a project does nothing.", "projects.token.reset", discardChanges("projects_reset_token_partial_update")},
		{"projects.token.same", "A token that is reset is as before.", "projects.token.reset",
			around("organizations_projects_reset_token_partial_update", func(c *call, _ action) (int, error) { return c.retrieveProject() })},
		{"projects.token.reads_body", "Resetting the token of a project changes what is sent, too.", "projects.token.reset",
			around("projects_reset_token_partial_update", func(c *call, next action) (int, error) {
				if p, err := c.findProject(); err == nil && c.bodyText("name") != "" {
					own := *p
					own.Name = c.bodyText("name")
					c.tx.PutProject(&own)
				}
				return next(c)
			})},
		{"projects.token.by_member", "Who only uses a project resets its token.", "projects.token.refused",
			around("projects_reset_token_partial_update", func(c *call, next action) (int, error) {
				status, err := next(c)
				if p, missing := c.findProject(); missing == nil && errors.Is(err, errProjectLevel) {
					c.writeProject(p)
					return http.StatusOK, nil
				}
				return status, err
			})},
		{"projects.token.key", "A key resets the token of a project.", "callers.actions_need_session", allowKeys("projects_reset_token_partial_update", "project:write")},
		{"projects.delete.pretends", "Deleting a project does nothing.", "projects.delete.gone", discardChanges(destroy)},
		{"projects.delete.root_pretends", "Deleting a project at its other address does nothing.", "projects.update.current_address", discardChanges("projects_destroy")},
		{"projects.delete.twice", "A project can be deleted twice.", "projects.delete.twice",
			around(destroy, func(c *call, next action) (int, error) {
				status, err := next(c)
				if errors.Is(err, errBeingDeleted) {
					return c.noContent()
				}
				return status, err
			})},
		{"projects.delete.unmarked", "A project that is being deleted does not say so.", "projects.delete.pending", writeAlways(project, "is_pending_deletion", "false")},
		{"projects.delete.for_ever", "A project is being deleted from the beginning.", "projects.delete.pending", writeAlways(project, "is_pending_deletion", "true")},
		{"projects.delete.invites_too", "Deleting a project deletes the invites that grant it.", "projects.delete.invites_keep",
			around(destroy, func(c *call, next action) (int, error) {
				p, missing := c.findProject()
				status, err := next(c)
				if err != nil || missing != nil {
					return status, err
				}
				list := c.view.Invites(c.organization.ID)
				for _, i := range list.Rows() {
					for _, access := range i.ProjectAccess {
						if access.Project == p.ID {
							c.tx.DeleteInvite(i)
						}
					}
				}
				return status, nil
			})},
		{"projects.delete.granted", "A deleted project can be granted.", "projects.delete.not_granted",
			aroundCheck("OrganizationInvite", "private_project_access", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if list, bad := parseProjectAccess(value); errors.Is(err, errProjectAccess) && bad == nil && len(list) > 0 && list[0].Project < 1_000_000 {
					if _, there := c.view.Project(list[0].Project); !there {
						return list, nil
					}
				}
				return checked, err
			})},
		{"projects.delete.current", "A deleted project stays the current one.", "projects.delete.next_current",
			changeBody("users_me_retrieve", func(o *pyjson.Object) { o.Set("team", nil) })},
	}
}

// resetTimezone stores another time zone than was sent.
func resetTimezone(id string) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		c.view.Projects(c.organization.ID).All(func(p *world.Project) bool {
			if _, old := previous.Project(p.ID); !old {
				own := *p
				own.Timezone = world.DefaultTimezone
				c.tx.PutProject(&own)
				return false
			}
			return true
		})
	})
}
