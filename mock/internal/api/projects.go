package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/timezones"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The projects of an organization, under two addresses: below the organization,
// and at the root for the caller's current one. The many settings of a project that
// are not in the document are ignored, as unknown fields are.
// Source: posthog/api/project.py, posthog/api/shared.py.

// projectHandlers are the operations of projects.
func projectHandlers() map[string]handler {
	return map[string]handler{
		"organizations_projects_list":                       {do: (*call).listProjects},
		"organizations_projects_create":                     {do: (*call).createProject},
		"organizations_projects_retrieve":                   {do: (*call).retrieveProject},
		"organizations_projects_update":                     {do: (*call).updateProject},
		"organizations_projects_partial_update":             {do: (*call).updateProject},
		"organizations_projects_destroy":                    {do: (*call).deleteProject},
		"organizations_projects_reset_token_partial_update": {do: (*call).resetProjectToken},
		"projects_reset_token_partial_update":               {do: (*call).resetProjectToken},
		"projects_list":                                     {do: (*call).listProjects},
		"projects_create":                                   {do: (*call).createProject},
		"projects_retrieve":                                 {do: (*call).retrieveProject},
		"projects_update":                                   {do: (*call).updateProject},
		"projects_partial_update":                           {do: (*call).updateProject},
		"projects_destroy":                                  {do: (*call).deleteProject},
	}
}

const defaultProjectName = "Default project"

// projectView is what a project is rendered from.
type projectView struct {
	*world.Project
	level world.Level // the caller's, in the project
}

// projectBindings are the properties of a project, with their rules.
func projectBindings() []rest.Binding[projectView, *call] {
	return []rest.Binding[projectView, *call]{
		{Name: "id", Write: func(w *rest.Writer, p projectView) { w.Int(p.ID) }},
		{Name: "organization", Write: func(w *rest.Writer, p projectView) { w.String(p.Organization) }},
		{Name: "name", Write: func(w *rest.Writer, p projectView) { w.String(p.Name) }},
		{Name: "product_description", Write: func(w *rest.Writer, p projectView) { w.OptString(p.ProductDescription) }},
		{Name: "created_at", Write: func(w *rest.Writer, p projectView) { w.Time(p.CreatedAt) }},
		{Name: "effective_membership_level", Computed: true, Write: func(w *rest.Writer, p projectView) { w.Int(int(p.level)) }},
		{Name: "updated_at", Write: func(w *rest.Writer, p projectView) { w.Time(p.UpdatedAt) }},
		{Name: "uuid", Write: func(w *rest.Writer, p projectView) { w.String(p.UUID) }},
		{Name: "api_token", Write: func(w *rest.Writer, p projectView) { w.String(p.APIToken) }},
		{Name: "completed_snippet_onboarding", Write: func(w *rest.Writer, p projectView) { w.Bool(p.Onboarded) }},
		{Name: "ingested_event", Write: func(w *rest.Writer, p projectView) { w.Bool(p.Onboarded) }},
		{Name: "is_demo", Write: func(w *rest.Writer, _ projectView) { w.Bool(false) }},
		{Name: "timezone", As: rest.Choice(timezones.Known), Write: func(w *rest.Writer, p projectView) { w.String(p.Timezone) }},
		{Name: "access_control", Write: func(w *rest.Writer, p projectView) { w.Bool(p.Private) }},
		{Name: "has_completed_onboarding_for", Write: func(w *rest.Writer, _ projectView) { w.Null() }},
		{Name: "is_pending_deletion", Write: func(w *rest.Writer, p projectView) { w.Bool(p.BeingDeleted()) }},
		{Name: "project_id", Write: func(w *rest.Writer, p projectView) { w.Int(p.ID) }},
	}
}

// writeProject writes a project as the caller sees it.
func (c *call) writeProject(p *world.Project) {
	level, _ := c.view.ProjectLevel(c.User.ID, p)
	c.api.projectSerializer.Write(&c.out, projectView{p, level})
}

// projectRowBindings are the properties that a list shows of each project.
func projectRowBindings() []rest.Binding[*world.Project, *call] {
	return []rest.Binding[*world.Project, *call]{
		{Name: "id", Write: func(w *rest.Writer, p *world.Project) { w.Int(p.ID) }},
		{Name: "uuid", Write: func(w *rest.Writer, p *world.Project) { w.String(p.UUID) }},
		{Name: "organization", Write: func(w *rest.Writer, p *world.Project) { w.String(p.Organization) }},
		{Name: "api_token", Write: func(w *rest.Writer, p *world.Project) { w.String(p.APIToken) }},
		{Name: "name", Write: func(w *rest.Writer, p *world.Project) { w.String(p.Name) }},
		{Name: "completed_snippet_onboarding", Write: func(w *rest.Writer, p *world.Project) { w.Bool(p.Onboarded) }},
		{Name: "has_completed_onboarding_for", Write: func(w *rest.Writer, _ *world.Project) { w.Null() }},
		{Name: "ingested_event", Write: func(w *rest.Writer, p *world.Project) { w.Bool(p.Onboarded) }},
		{Name: "is_demo", Write: func(w *rest.Writer, _ *world.Project) { w.Bool(false) }},
		{Name: "timezone", Write: func(w *rest.Writer, p *world.Project) { w.String(p.Timezone) }},
		{Name: "access_control", Write: func(w *rest.Writer, p *world.Project) { w.Bool(p.Private) }},
	}
}

// listProjects lists the projects that the caller has access to: those of the
// organization in the path, or those of all the caller's organizations. The real
// queryset names no order; numbers give that of creation.
func (c *call) listProjects() (int, error) {
	var found []*world.Project
	if c.resource.nested {
		found = c.view.VisibleProjects(c.User.ID, c.organization.ID)
	} else {
		found = c.allProjects()
	}
	if phrase, ok := c.query.Get("search"); ok {
		found = slices.DeleteFunc(found, func(p *world.Project) bool { return !containsPhrase(p.Name, phrase) })
	}
	return listRows(c, found, func(p *world.Project) { c.api.projectRowSerializer.Write(&c.out, p) })
}

// allProjects are those of every organization of the caller that the key reaches.
func (c *call) allProjects() (found []*world.Project) {
	for _, membership := range c.view.MembershipsOf(c.User.ID) {
		for _, p := range c.view.VisibleProjects(c.User.ID, membership.Organization) {
			if c.reachesProject(p) {
				found = append(found, p)
			}
		}
	}
	slices.SortFunc(found, func(a, b *world.Project) int { return a.ID - b.ID })
	return found
}

// containsPhrase looks for a whole phrase, whatever its case.
// Source: PhraseSearchFilter in posthog/filters.py.
func containsPhrase(text, phrase string) bool {
	phrase = strings.TrimSpace(strings.ReplaceAll(phrase, "\x00", ""))
	return strings.Contains(strings.ToLower(text), strings.ToLower(phrase))
}

// createProject makes a project, which becomes the caller's current one.
func (c *call) createProject() (int, error) {
	attrs, err := validate(c, c.api.projectSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	project := c.newProject(c.organization)
	setProject(attrs, project)
	c.tx.PutProject(project)
	c.enterProject(c.User, project)
	c.writeProject(project)
	return http.StatusCreated, nil
}

// newProject is a project as the model makes it.
func (c *call) newProject(o *world.Organization) *world.Project {
	return &world.Project{
		ID: c.tx.NextProjectID(), UUID: c.sandbox.IDs.UUID(c.now), Organization: o.ID,
		Name: defaultProjectName, APIToken: c.newProjectToken(), Timezone: world.DefaultTimezone,
		CreatedAt: c.now, UpdatedAt: c.now,
	}
}

// newProjectToken is what events are sent to a project with.
func (c *call) newProjectToken() string { return "phc_" + c.sandbox.IDs.Alphanumeric(43) }

// enterProject makes a project the current one of a user, and leaves their current
// organization as it is.
func (c *call) enterProject(user *world.User, project *world.Project) {
	changed := *user
	changed.CurrentProject = project.ID
	c.tx.PutUser(&changed)
}

// setProject changes what was sent.
func setProject(attrs *rest.Attrs, to *world.Project) {
	rest.Set(attrs, "name", &to.Name)
	rest.SetText(attrs, "product_description", &to.ProductDescription)
	rest.Set(attrs, "timezone", &to.Timezone)
}

// retrieveProject shows one project.
func (c *call) retrieveProject() (int, error) {
	project, err := c.findProject()
	if err != nil {
		return 0, err
	}
	c.writeProject(project)
	return http.StatusOK, nil
}

// projectSettings are the fields that only administrators of a project may change,
// sorted. Source: TEAM_CONFIG_ADMIN_FIELDS_SET in posthog/api/team.py.
var projectSettings = []string{"name", "timezone"}

// updateProject changes what was sent; PUT needs no more of it than PATCH.
func (c *call) updateProject() (int, error) {
	found, err := c.findProject()
	if err != nil {
		return 0, err
	}
	attrs, err := validate(c, c.api.projectSerializer, rest.Mode{Partial: c.request.Method == http.MethodPatch})
	if err != nil {
		return 0, err
	}
	if err := c.checkProjectSettings(found, attrs); err != nil {
		return 0, err
	}
	project := *found
	if attrs.Any("name", "product_description", "timezone") {
		setProject(attrs, &project)
		project.UpdatedAt = c.now
		c.tx.PutProject(&project)
	}
	c.writeProject(&project)
	return http.StatusOK, nil
}

// resetProjectToken gives a project a new token, for its administrators. The body is not
// looked at. Source: ProjectViewSet.reset_token in posthog/api/project.py.
func (c *call) resetProjectToken() (int, error) {
	found, err := c.findProject()
	if err != nil {
		return 0, err
	}
	if level, _ := c.view.ProjectLevel(c.User.ID, found); level < world.Administrator {
		return 0, errProjectLevel
	}
	project := *found
	project.APIToken, project.UpdatedAt = c.newProjectToken(), c.now
	c.tx.PutProject(&project)
	c.writeProject(&project)
	return http.StatusOK, nil
}

// checkProjectSettings keeps the settings of a project to its administrators.
func (c *call) checkProjectSettings(p *world.Project, attrs *rest.Attrs) error {
	if level, _ := c.view.ProjectLevel(c.User.ID, p); level >= world.Administrator {
		return nil
	}
	var sent []string
	for _, field := range projectSettings {
		if attrs.Has(field) {
			sent = append(sent, field)
		}
	}
	if len(sent) == 0 {
		return nil
	}
	return rest.PermissionDenied("Only project admins can modify these settings: " + strings.Join(sent, ", "))
}

var errBeingDeleted = rest.InvalidInput("This project is already being deleted.")

// deleteProject marks a project, which the real server then deletes in the background.
// Until that is over it is shown everywhere and works as before: the sources know no other
// refusal than that of deleting it again. Here it takes ten minutes of the sandbox's clock,
// or until the control plane ends it: a choice that leaves tests time to see both.
//
// Where the project is named by number, the number stays, as it does there: in
// invites (accepting one passes over it), in environment mappings and in the limits
// of keys, which reach nothing then. Numbers are not used again.
func (c *call) deleteProject() (int, error) {
	project, err := c.findProject()
	if err != nil {
		return 0, err
	}
	if project.BeingDeleted() {
		return 0, errBeingDeleted
	}
	marked, now := *project, c.now
	marked.DeletionStartedAt = &now
	c.tx.PutProject(&marked)
	return c.noContent()
}
