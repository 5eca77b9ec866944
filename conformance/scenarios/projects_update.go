package scenarios

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

func projectsUpdate() []suite.Scenario {
	patch := []string{"organizations_projects_partial_update"}
	list := []suite.Scenario{
		{
			ID: "projects.update.name", Title: "PATCH changes what is sent and nothing else",
			Covers: patch, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made, name := s.NewProject(suite.JSON{"timezone": "Europe/Berlin"}), s.Name()
				s.Admin().Patch(made.Path(), suite.JSON{"name": name}).Status(200).
					Has("name", name).Has("timezone", "Europe/Berlin").Has("created_at", made.Text("created_at")).Has("api_token", made.Text("api_token")).
					Lasts(s.Admin(), made.Path())
				s.Admin().Get(made.Root()).Has("name", name)
			},
		},
		{
			ID: "projects.update.root", Title: "The address without organization changes the same project",
			Covers: []string{"projects_partial_update", "projects_update"}, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				s.Admin().Patch(made.Root(), suite.JSON{"timezone": "Asia/Tokyo"}).Status(200).Has("timezone", "Asia/Tokyo").Has("name", made.Text("name"))
				s.Admin().Put(made.Root(), suite.JSON{"timezone": "UTC"}).Status(200).Has("timezone", "UTC").Has("name", made.Text("name"))
				s.Admin().Get(made.Path()).Has("timezone", "UTC")
			},
		},
		{
			ID: "projects.update.put_nothing", Title: "PUT needs nothing, and changes nothing then",
			Covers: []string{"organizations_projects_update"}, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(suite.JSON{"timezone": "Europe/Berlin", "product_description": "Hedges"})
				s.Admin().Put(made.Path(), suite.JSON{}).Status(200).
					Has("name", made.Text("name")).Has("timezone", "Europe/Berlin").Has("product_description", "Hedges")
			},
		},
		{
			ID: "projects.update.description_null", Title: "A description can be taken away",
			Covers: patch, Needs: projectMaker, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				made := s.NewProject(suite.JSON{"product_description": "Hedges"})
				s.Admin().Patch(made.Path(), suite.JSON{"product_description": nil}).Status(200).Has("product_description", nil)
			},
		},
		{
			ID: "projects.update.read_only", Title: "What the server gave stays",
			Covers: patch, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				s.Admin().Patch(made.Path(), suite.JSON{"api_token": "phc_mine", "organization": suite.Nowhere, "uuid": suite.Nowhere, "id": 1}).Status(200).
					Has("api_token", made.Text("api_token")).Has("organization", s.Target().Organization.ID).Has("uuid", made.Text("uuid")).Has("id", made.Get("id").Int()).
					Lasts(s.Admin(), made.Path())
			},
		},
		{
			ID: "projects.update.refused_whole", Title: "A refused change changes nothing",
			Covers: patch, Needs: projectMaker, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				s.Admin().Patch(made.Path(), suite.JSON{"name": s.Name(), "timezone": "Mars/Base"}).Invalid("invalid_choice", notAChoice("Mars/Base"), "timezone")
				s.Admin().Get(made.Path()).Has("name", made.Text("name"))
			},
		},
		{
			ID: "projects.update.list_body", Title: "A change is an object",
			Covers: patch, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Admin().Patch(s.NewProject(nil).Path(), []int{}).Invalid("invalid_input", notDictionary, "")
			},
		},
		{
			ID: "projects.update.parallel", Title: "Changes at once leave one of the names, whole",
			Covers: patch, Needs: projectMaker, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				made, prefix := s.NewProject(suite.JSON{"timezone": "Europe/Berlin"}), s.Name()
				for _, answer := range s.Parallel(4, func(i int) *suite.Response {
					return s.Admin().Patch(made.Path(), suite.JSON{"name": fmt.Sprintf("%s %d", prefix, i)})
				}) {
					answer.Status(200)
				}
				s.Admin().Get(made.Path()).That("name", gomega.MatchRegexp("^"+prefix+" [0-3]$")).Has("timezone", "Europe/Berlin")
			},
		},
	}
	for _, r := range projectRefusals()[:8] {
		list = append(list, suite.Scenario{
			ID: "projects.update." + r.id, Title: r.title + ", in a change too", Covers: patch, Needs: projectMaker, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Admin().Patch(s.NewProject(nil).Path(), r.body).Invalid(r.code, r.detail, r.attr)
			},
		})
	}
	asking(suite.Behaviour, list, "name_blank", "zone_case", "zone_blank")
	robust(list, "name_list", "name_boolean")
	return list
}

func projectsDelete() []suite.Scenario {
	destroy := []string{"organizations_projects_destroy"}
	people := with(projectMaker, suite.Allowed(target.CreateUsers))
	return []suite.Scenario{
		{
			ID: "projects.delete.gone", Title: "A deleted project is not found, nor listed",
			Covers: append([]string{"projects_retrieve", "organizations_projects_list"}, destroy...), Needs: projectMaker, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				s.Admin().Delete(made.Path()).Empty()
				s.Admin().Get(made.Path()).Gone()
				s.Admin().Get(made.Root()).Gone()
			},
		},
		{
			ID: "projects.delete.root", Title: "The address without organization deletes too",
			Covers: []string{"projects_destroy"}, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				s.Admin().Delete(made.Root()).Empty()
				s.Admin().Get(made.Path()).Gone()
			},
		},
		{
			ID: "projects.delete.pending", Title: "A deployment that takes its time shows that a project is being deleted, and then it is gone",
			Covers: append([]string{"projects_retrieve", "organizations_projects_retrieve", "projects_list"}, destroy...), Needs: with(projectMaker, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				made.Has("is_pending_deletion", false)
				s.Admin().Delete(made.Path()).Empty()
				s.Admin().Get(made.Path()).Status(200).Has("is_pending_deletion", true).Has("name", made.Text("name"))
				s.Admin().Get(made.Root()).Status(200).Has("is_pending_deletion", true)
				s.FinishDeleting(made.Response)
				s.Admin().Get(made.Path()).NotFound()
				s.Lists(s.Admin(), s.Org(suite.Projects), made, false)
			},
		},
		{
			ID: "projects.delete.twice", Title: "A project is deleted once",
			Covers: append([]string{"projects_destroy"}, destroy...), Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				s.Admin().Delete(made.Path()).Empty()
				atBothAddresses(s, made, func(path string) {
					if again := s.Admin().Delete(path); again.Code() == 400 {
						again.Invalid("invalid_input", "This project is already being deleted.", "")
					} else {
						again.NotFound()
					}
				})
			},
		},
		{
			ID: "projects.delete.lifecycle", Title: "Made, renamed, listed, deleted",
			Covers: []string{"organizations_projects_create", "organizations_projects_partial_update", "organizations_projects_list", "organizations_projects_destroy", "organizations_retrieve"},
			Needs:  projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made, name := s.NewProject(nil), s.Name()
				s.Admin().Patch(made.Path(), suite.JSON{"name": name}).Status(200)
				s.Admin().Get(s.Org()).Has(`projects.#(id==`+made.ID+`).name`, name).Has(`teams.#(id==`+made.ID+`).timezone`, "UTC")
				s.Admin().Delete(made.Path()).Empty()
				if s.Admin().Get(made.Path()).Gone().Code() == 404 {
					s.Lists(s.Admin(), s.Org(suite.Projects), made, false)
				}
			},
		},
		{
			ID: "projects.delete.next_current", Title: "When the current project is deleted, another one is the current one",
			Covers: append([]string{"users_me_retrieve", "projects_create"}, destroy...), Needs: with(people, suite.ControlPlane, suite.KnownProjects(1)), Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				first := robin.Get("/api/users/@me/").Get("team.id").Int()
				made := robin.Post(suite.RootProjects, suite.JSON{"name": s.Name()}).Status(201)
				robin.Get("/api/users/@me/").Has("team.id", made.Get("id").Int())
				robin.Delete(suite.RootProjects + "@current/").Empty()
				s.FinishDeleting(made)
				robin.Get("/api/users/@me/").Has("team.id", first).Has("organization.id", s.Target().Organization.ID)
			},
		},
		{
			ID: "projects.delete.invites_keep", Title: "An invite that grants a project outlives the project, and can be accepted",
			Covers: append([]string{"invites_list", "signup_create"}, destroy...), Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				id := made.Get("id").Int()
				invite := s.NewInvite(suite.JSON{accessField: []suite.JSON{{"id": id, "level": "admin"}}})
				s.Admin().Delete(made.Path()).Empty()
				s.Admin().All(s.Org(suite.Invites)).Has(`results.#(id=="`+invite.ID+`").`+accessField+`.0.id`, id)
				s.Accept(s.Anonymous(), invite, newcomer(s)).Status(201)
			},
		},
		{
			ID: "projects.delete.not_granted", Title: "A deleted project can be granted no more, nor mapped to",
			Covers: append([]string{"invites_create", "integrations_environment_mapping_partial_update"}, destroy...),
			Needs:  with(projectMaker, suite.ControlPlane, suite.SessionOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				id := made.Get("id").Int()
				mapping := s.ConnectableIntegration().Path("environment-mapping")
				s.Session("admin").Patch(mapping, suite.JSON{"production": id}).Status(200)
				s.Admin().Delete(made.Path()).Empty()
				s.FinishDeleting(made.Response)
				postInvite(s, suite.JSON{"target_email": inviteNever, accessField: []suite.JSON{{"id": id, "level": "member"}}}).
					Invalid("invalid_input", noSuchProject, accessField)
				s.Session("admin").Patch(mapping, suite.JSON{"production": id}).Plain(400, fmt.Sprintf("Project %d does not belong to this organization.", id))
			},
		},
	}
}

// projectsAccess: keys with scopes and limits, and people with access of their own.
func projectsAccess() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "projects.scopes.none", Title: "Projects have a scope of their own",
			Covers: []string{"organizations_projects_list", "organizations_projects_create", "projects_list", "projects_create", "projects_retrieve", "projects_destroy"},
			Needs:  []suite.Need{suite.KeyOf("unrelated_scope")}, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				key := s.Key("unrelated_scope")
				for _, path := range []string{s.Org(suite.Projects), suite.RootProjects} {
					key.Get(path).Denied("API key missing required scope 'project:read'")
					key.Post(path, suite.JSON{"name": nil}).Denied("API key missing required scope 'project:write'")
				}
				key.Get(suite.RootProjects + "@current/").Denied("API key missing required scope 'project:read'")
				key.Delete(suite.RootProjects + strconv.Itoa(noProject) + "/").Denied("API key missing required scope 'project:write'")
			},
		},
		{
			ID: "projects.scopes.read", Title: "A key that reads cannot write, a key that writes can read",
			Covers: []string{"projects_retrieve", "projects_partial_update", "organizations_projects_create"},
			Needs:  with(projectMaker, suite.Minting("admin")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				project := s.NewProject(nil)
				path := project.Root()
				reader, writer := s.NewKey("admin", "project:read"), s.NewKey("admin", "project:write")
				reader.Get(path).Status(200)
				reader.Patch(path, suite.JSON{}).Denied("API key missing required scope 'project:write'")
				reader.Post(s.Org(suite.Projects), suite.JSON{"name": nil}).Denied("API key missing required scope 'project:write'")
				own := project.Path()
				reader.Get(own).Status(200)
				reader.Patch(own, suite.JSON{}).Denied("API key missing required scope 'project:write'")
				reader.Put(own, suite.JSON{}).Denied("API key missing required scope 'project:write'")
				writer.Get(path).Status(200)
				writer.Patch(path, suite.JSON{}).Status(200)
			},
		},
		{
			ID: "projects.keys.one_project", Title: "A key for one project reaches that one, and no list",
			Covers: []string{"projects_retrieve", "organizations_projects_retrieve", "projects_list", "organizations_projects_list", "organizations_projects_create", "invites_list"},
			Needs:  with(newPeople, suite.KnownProjects(2)), Access: suite.Write,
			Run: func(s *suite.S) {
				mine, other := s.Target().Known.Projects[0], s.Target().Known.Projects[1]
				key := projectKey(s, mine)
				key.Get(suite.RootProjects + strconv.Itoa(mine) + "/").Status(200)
				key.Get(s.Org(suite.Projects, strconv.Itoa(mine))).Status(200)
				for _, path := range unknownProject(s, other) {
					key.Get(path).Denied(fmt.Sprintf("API key does not have access to the requested project: ID %d.", other))
				}
				for _, path := range unknownProject(s, noProject) {
					key.Get(path).NotFound()
				}
				for _, path := range []string{suite.RootProjects, s.Org(suite.Projects), s.Org(suite.Invites)} {
					key.Get(path).Denied(projectsOnly)
				}
				key.Post(s.Org(suite.Projects), suite.JSON{"name": nil}).Denied(projectsOnly)
			},
		},
		{
			ID: "projects.keys.project_only", Title: "A key for a project is refused where no project is named",
			Covers: []string{"projects_list", "organizations_projects_list"}, Needs: []suite.Need{suite.KeyOf("project_only")}, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Key("project_only").Get(s.Org(suite.Projects)).Denied(projectsOnly)
				s.Key("project_only").Get(suite.RootProjects).Denied(projectsOnly)
			},
		},
		{
			ID: "projects.keys.other_organization", Title: "A key for another organization does not reach the projects of this one",
			Covers: []string{"organizations_projects_list", "organizations_projects_create"}, Needs: []suite.Need{suite.KeyOf("other_organization_only")}, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				denied := "API key does not have access to the requested organization: ID " + s.Target().Organization.ID + "."
				s.Key("other_organization_only").Get(s.Org(suite.Projects)).Denied(denied)
				s.Key("other_organization_only").Post(s.Org(suite.Projects), suite.JSON{"name": nil}).Denied(denied)
			},
		},
		{
			ID: "projects.access.shut_out", Title: "Who is shut out of a project does not find it, nor see it anywhere",
			Covers: []string{"projects_retrieve", "organizations_projects_retrieve", "organizations_projects_list", "projects_list", "users_me_retrieve"},
			Needs:  with(admin, suite.KeyOf("member"), suite.Known("private_project"), suite.Feature("advanced_permissions")), Access: suite.Read, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				private := s.Known(suite.Projects, strconv.Itoa(s.Target().Known.PrivateProject))
				listed := s.Admin().Get(s.Org()).Status(200).Get(`available_product_features.#(key=="advanced_permissions")`).Exists()
				if !listed && s.Target().Organization.Features == nil {
					s.CannotRun("neither the profile nor the organization says that its plan has advanced_permissions")
				}
				atBothAddresses(s, private, func(path string) {
					s.Admin().Get(path).Status(200)
					s.Member().Get(path).NotFound()
				})
				s.Lists(s.Member(), s.Org(suite.Projects), private, false)
				s.Lists(s.Member(), suite.RootProjects, private, false)
				s.Member().Get("/api/users/@me/").That("organization.projects.#.id", gomega.Not(gomega.ContainElement(float64(s.Target().Known.PrivateProject))))
			},
		},
		{
			ID: "projects.access.member", Title: "Who only uses a project cannot change its settings, nor delete it",
			Covers: []string{"projects_partial_update", "projects_destroy", "signup_create"},
			Needs:  with(projectGrants, suite.ControlPlane), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				robin := s.RecruitWith(suite.JSON{accessField: []suite.JSON{{"id": made.Get("id").Int(), "level": "member"}}})
				robin.Get(made.Root()).Status(200).Has("effective_membership_level", 1)
				atBothAddresses(s, made, func(path string) {
					robin.Patch(path, suite.JSON{"timezone": "Asia/Tokyo"}).Denied("Only project admins can modify these settings: timezone")
				})
				robin.Delete(made.Path()).Denied("You don't have sufficient permissions in the project.")
				s.Admin().Get(made.Path()).Has("timezone", "UTC")
			},
		},
		{
			ID: "projects.token.reset", Title: "The token of a project can be reset, at both of its addresses",
			Covers: []string{"projects_reset_token_partial_update", "organizations_projects_reset_token_partial_update", "projects_retrieve"},
			Needs:  with(projectMaker, suite.SessionOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) {
				made, session := s.NewProject(nil), s.Session("admin")
				last := made.Text("api_token")
				atBothAddresses(s, made, func(path string) {
					reset := session.Patch(path+"reset_token/", suite.JSON{"name": "ignored"}).Status(200).That("api_token", gomega.HavePrefix("phc_")).
						That("updated_at", notBefore(made.Get("updated_at")))
					shows(reset, "", whole(made.Response, ""), "api_token", "updated_at", "group_types", "live_events_token")
					s.Expect(reset.Text("api_token")).NotTo(gomega.Equal(last))
					last = reset.Text("api_token")
					s.Admin().Get(path).Status(200).Has("api_token", last)
				})
			},
		},
		{
			ID: "projects.token.refused", Title: "Only who administers a project resets its token, and only of one that is there",
			Covers: []string{"projects_reset_token_partial_update", "organizations_projects_reset_token_partial_update"},
			Needs:  with(projectMaker, suite.SessionOf("admin"), suite.Allowed(target.CreateUsers), suite.ControlPlane), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				robin := s.RecruitWith(suite.JSON{accessField: []suite.JSON{{"id": made.Get("id").Int(), "level": "member"}}})
				atBothAddresses(s, made, func(path string) {
					robin.Patch(path+"reset_token/", nil).Denied("You don't have sufficient permissions in the project.")
				})
				s.Admin().Get(made.Root()).Status(200).Has("api_token", made.Text("api_token"))
				for _, projects := range []string{suite.RootProjects, s.Org(suite.Projects)} {
					s.Session("admin").Patch(projects+strconv.Itoa(noProject)+"/reset_token/", nil).NotFound()
					s.Session("admin").Patch(projects+"none/reset_token/", nil).Invalid("invalid_input", "Field 'id' expected a number but got 'none'.", "")
				}
			},
		},
		{
			ID: "projects.access.admin", Title: "Who administers a project can delete it, whatever their level in the organization",
			Covers: []string{"projects_partial_update", "projects_destroy", "signup_create"},
			Needs:  with(projectGrants, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				robin := s.RecruitWith(suite.JSON{accessField: []suite.JSON{{"id": made.Get("id").Int(), "level": "admin"}}})
				name := s.Name()
				robin.Patch(made.Root(), suite.JSON{"name": name}).Status(200).Has("name", name)
				robin.Delete(made.Path()).Empty()
			},
		},
	}
}

const projectsOnly = "API keys with scoped projects are only supported on project-based endpoints."

// projectKey makes a key of an administrator that is limited to a project: through the control plane, else
// in the session of somebody new.
func projectKey(s *suite.S, project int) *suite.Caller {
	if s.Target().Control != "" {
		return limitedKey(s, suite.JSON{"projects": []int{project}})
	}
	key := newKey(s, s.Recruit(8).Caller, suite.JSON{"scopes": []string{"*"}, "scoped_teams": []int{project}})
	return s.KeyValue(key.Text("value"), "admin, limited to a project")
}

// limitedKey makes a key of the administrator with limits, through the control plane.
func limitedKey(s *suite.S, limits suite.JSON) *suite.Caller {
	body := suite.JSON{"user": s.Target().Credentials["admin"].Email}
	var names []string
	for name, value := range limits {
		body[name] = value
		names = append(names, name)
	}
	minted := s.Anonymous().Post(s.Target().Control+"/keys", body).Status(201)
	return s.KeyValue(minted.Text("value"), "admin, limited to "+strings.Join(names, ", "))
}
