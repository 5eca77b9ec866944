package scenarios

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

const (
	badChoice     = `"%s" is not a valid choice.`
	onlyAdmins    = "You need to be an organization admin or above to create new projects."
	overPlan      = wording.TooManyProjects
	noProject     = 987654321
	longName      = "Ensure this field has no more than 200 characters."
	longText      = "Ensure this field has no more than 1000 characters."
	notDictionary = "Invalid data. Expected a dictionary, but got list."
)

// projectMaker may make projects.
var projectMaker = with(admin, suite.Allowed(target.CreateProjects))

// projectGrants is what stories need in which somebody new is granted access to a project. Grants
// count where the plan includes them alone.
// Source: posthog/rbac/user_access_control.py, which asks for the feature.
var projectGrants = with(projectMaker, suite.Allowed(target.CreateUsers), suite.Feature("advanced_permissions"))

func notAChoice(value string) string { return strings.Replace(badChoice, "%s", value, 1) }

// atBothAddresses tells a part of a story at each address of a project, of which a target may offer
// one alone.
func atBothAddresses(s *suite.S, project suite.Thing, part func(path string)) {
	suite.EachOffered(s, []string{project.Path(), project.Root()}, part)
}

func projectsCreate() []suite.Scenario {
	create := []string{"organizations_projects_create"}
	list := []suite.Scenario{
		{
			ID: "projects.create.defaults", Title: "A project needs nothing: it gets a name, a time zone and a token",
			Covers: create, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.Made(suite.Projects, s.Admin().Post(s.Org(suite.Projects), suite.JSON{}))
				made.Has("organization", s.Target().Organization.ID).Has("timezone", "UTC").Has("product_description", nil).That("name", gomega.Not(gomega.BeEmpty())).
					That("api_token", gomega.MatchRegexp("^phc_[A-Za-z0-9_]{20,}$"))
				s.Expect(made.Get("id").Raw).To(gomega.MatchRegexp("^[1-9][0-9]*$"), "the id is a number")
			},
		},
		{
			ID: "projects.create.full", Title: "A project has the name, the time zone and the description that it was given",
			Covers: create, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name()
				made := s.NewProject(suite.JSON{"name": "  " + name + " ", "timezone": "Europe/Berlin", "product_description": "Hedges"})
				made.Has("name", name).Has("timezone", "Europe/Berlin").Has("product_description", "Hedges").Lasts(s.Admin(), made.Path())
			},
		},
		{
			ID: "projects.create.read_only", Title: "What the server gives cannot be chosen",
			Covers: create, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(suite.JSON{"id": 1, "uuid": suite.Nowhere, "api_token": "phc_mine", "organization": suite.Nowhere, "colour": "green"})
				made.Has("organization", s.Target().Organization.ID)
				s.Expect([]string{made.Text("uuid"), made.Text("api_token")}).NotTo(gomega.ContainElements(suite.Nowhere, "phc_mine"))
			},
		},
		{
			ID: "projects.create.number_name", Title: "A number is taken as the text of a name",
			Covers: create, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) { s.NewProject(suite.JSON{"name": 20261}).Has("name", "20261") },
		},
		{
			ID: "projects.create.longest", Title: "A name may have 200 characters, whatever they are",
			Covers: create, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name() + " "
				name += strings.Repeat("é", 200-len(name))
				s.NewProject(suite.JSON{"name": name}).Has("name", name)
			},
		},
		{
			ID: "projects.create.form", Title: "A form makes a project too",
			Covers: create, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name()
				s.Made(suite.Projects, s.Admin().PostForm(s.Org(suite.Projects), url.Values{"name": {name}, "timezone": {"Asia/Tokyo"}})).
					Has("name", name).Has("timezone", "Asia/Tokyo")
			},
		},
		{
			ID: "projects.create.root", Title: "Without an organization in the path, the current one gets the project, which becomes the current one",
			Covers: []string{"projects_create", "users_me_retrieve", "projects_retrieve"},
			Needs:  with(projectMaker, suite.Allowed(target.CreateUsers)), Access: suite.Write,
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				made := robin.Post(suite.RootProjects, suite.JSON{"name": s.Name()}).Status(201).Has("organization", s.Target().Organization.ID)
				robin.Get("/api/users/@me/").Has("team.id", made.Get("id").Int()).Has("team.api_token", made.Text("api_token"))
				robin.Get(suite.RootProjects+"@current/").Status(200).Has("id", made.Get("id").Int())
			},
		},
		{
			ID: "projects.create.member", Title: "Members cannot make projects",
			Covers: create, Needs: []suite.Need{suite.KeyOf("member")}, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Member().Post(s.Org(suite.Projects), suite.JSON{"name": nil}).Denied(onlyAdmins)
			},
		},
		{
			ID: "projects.create.stranger", Title: "Strangers cannot make projects",
			Covers: create, Needs: with(admin, suite.Known("other_organization.id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				elsewhere := suite.OrgPath(s.Target().Known.OtherOrganization.ID, suite.Projects)
				s.Expect(s.Admin().Post(elsewhere, suite.JSON{"name": nil}).Code()).To(gomega.BeElementOf(403, 404))
			},
		},
		{
			ID: "projects.create.anonymous", Title: "Without credentials there are no projects",
			Covers: []string{"organizations_projects_create", "organizations_projects_list", "projects_create", "projects_list", "projects_retrieve"}, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				for _, path := range []string{s.Org(suite.Projects), suite.RootProjects} {
					s.Anonymous().Get(path).Unauthenticated()
					s.Anonymous().Post(path, []int{}).Unauthenticated() // which makes no project, whoever lets it in
				}
				s.Anonymous().Get(suite.RootProjects + "@current/").Unauthenticated()
			},
		},
		{
			ID: "projects.create.csrf", Title: "A session needs its CSRF token to make a project",
			Covers: create, Needs: adminSession, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Session("admin").With("X-CSRFToken", "").Post(s.Org(suite.Projects), suite.JSON{"name": nil}).Denied(wording.CSRFRefused)
			},
		},
		{
			ID: "projects.create.plan", Title: "Without the feature an organization has one project",
			Covers: create, Needs: with(projectMaker, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				path := suite.OrgPath(s.Target().Known.FeaturelessOrganization.ID, suite.Projects)
				if len(s.Admin().IDs(path)) == 0 {
					s.Admin().Post(path, suite.JSON{"name": s.Name()}).Status(201)
				}
				s.Admin().Post(path, suite.JSON{"name": s.Name()}).Denied(overPlan)
			},
		},
		{
			ID: "projects.create.parallel", Title: "Projects that are made at once have numbers and tokens of their own",
			Covers: create, Needs: projectMaker, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				answers := s.Parallel(4, func(int) *suite.Response {
					return s.Admin().Post(s.Org(suite.Projects), suite.JSON{"name": s.Name()})
				})
				ids, tokens := map[int64]bool{}, map[string]bool{}
				for _, made := range answers {
					made.Status(201)
					ids[made.Get("id").Int()], tokens[made.Text("api_token")] = true, true
				}
				for _, made := range answers {
					made.Lasts(s.Admin(), s.Org(suite.Projects, made.Get("id").Raw))
				}
				s.Expect(ids).To(gomega.HaveLen(4))
				s.Expect(tokens).To(gomega.HaveLen(4))
			},
		},
	}
	list = append(list, refusals("projects.create", create[0], admin, projectRefusals(), func(s *suite.S, body suite.JSON) *suite.Response {
		return s.Admin().Post(s.Org(suite.Projects), body)
	})...)
	asking(suite.Behaviour, list, "name_blank", "zone_case", "zone_blank", "first_in_order")
	return robust(list, "name_list", "name_boolean")
}

// projectRefusals are bodies that no project can be made of, nor changed by.
func projectRefusals() []refusal {
	return []refusal{
		{"name_null", "A name is not null", suite.JSON{"name": nil}, "null", null, "name"},
		{"name_blank", "A name is not blank", suite.JSON{"name": "  "}, "blank", blank, "name"},
		{"name_long", "A name has 200 characters at most", suite.JSON{"name": strings.Repeat("é", 201)}, "max_length", longName, "name"},
		{"name_list", "A name is a text", suite.JSON{"name": []string{"x"}}, "invalid_input", notText, "name"},
		{"name_boolean", "A name is not a boolean", suite.JSON{"name": true}, "invalid_input", notText, "name"},
		{"zone_unknown", "A time zone is one that there is", suite.JSON{"timezone": "Mars/Base"}, "invalid_choice", notAChoice("Mars/Base"), "timezone"},
		{"zone_case", "Case counts in the name of a time zone", suite.JSON{"timezone": "europe/berlin"}, "invalid_choice", notAChoice("europe/berlin"), "timezone"},
		{"zone_blank", "A time zone is not blank", suite.JSON{"timezone": ""}, "invalid_choice", notAChoice(""), "timezone"},
		{"zone_number", "A time zone is no offset", suite.JSON{"timezone": 2}, "invalid_choice", notAChoice("2"), "timezone"},
		{"zone_null", "A time zone is not null", suite.JSON{"timezone": nil}, "null", null, "timezone"},
		{"description_long", "A description has 1000 characters at most", suite.JSON{"product_description": strings.Repeat("x", 1001)}, "max_length", longText, "product_description"},
		{"first_in_order", "Of several malformed fields the first in order is named", suite.JSON{"timezone": 2, "name": nil}, "null", null, "name"},
	}
}

func projectsRead() []suite.Scenario {
	retrieve := []string{"organizations_projects_retrieve", "projects_retrieve"}
	return []suite.Scenario{
		{
			ID: "projects.retrieve.same", Title: "A project reads as it was made, at both of its addresses",
			Covers: append([]string{"organizations_projects_create"}, retrieve...), Needs: projectMaker, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				made := s.NewProject(suite.JSON{"timezone": "Europe/Berlin"})
				atBothAddresses(s, made, func(path string) {
					made.Lasts(s.Admin(), path)
				})
			},
		},
		{
			ID: "projects.retrieve.known", Title: "Members can read projects that are open",
			Covers: retrieve, Needs: []suite.Need{suite.KeyOf("admin"), suite.KnownProjects(1)}, Access: suite.Read,
			Run: func(s *suite.S) {
				id := s.Target().Known.Projects[0]
				s.Admin().Get(s.Org(suite.Projects, strconv.Itoa(id))).Status(200).Has("id", id).Has("effective_membership_level", 8)
				s.Session("admin").Get(suite.RootProjects+strconv.Itoa(id)+"/").Status(200).Has("organization", s.Target().Organization.ID)
			},
		},
		{
			ID: "projects.retrieve.unknown", Title: "A project that does not exist is not found",
			Covers: []string{
				"organizations_projects_retrieve", "organizations_projects_update", "organizations_projects_partial_update", "organizations_projects_destroy",
				"projects_retrieve", "projects_update", "projects_partial_update", "projects_destroy",
			},
			Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				for _, path := range unknownProject(s, noProject) {
					s.Admin().Get(path).NotFound()
					s.Admin().Patch(path, suite.JSON{"name": nil}).NotFound()
					s.Admin().Put(path, suite.JSON{"name": nil}).NotFound()
					s.Admin().Delete(path).NotFound()
				}
			},
		},
		{
			ID: "projects.retrieve.malformed", Title: "What is no number names no project",
			Covers: retrieve, Needs: admin, Access: suite.Read, Aspect: suite.NotFound, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				for _, path := range []string{s.Org(suite.Projects, "abc"), suite.RootProjects + "abc/"} {
					answer := s.Admin().Get(path)
					if answer.Code() == http.StatusNotFound { // as other malformed ids
						answer.NotFound()
						continue
					}
					answer.Invalid("invalid_input", "…", "")
				}
			},
		},
		{
			ID: "projects.isolation.foreign", Title: "A project of another organization is not found, by any way",
			Covers: []string{"organizations_projects_retrieve", "organizations_projects_partial_update", "organizations_projects_destroy", "projects_retrieve", "projects_partial_update", "projects_destroy"},
			Needs:  with(admin, suite.Foreign("project_id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				foreign := s.ForeignProject()
				for _, path := range []string{s.Org(suite.Projects, foreign.ID), foreign.Root(), foreign.Path()} {
					s.Admin().Get(path).NotFound()
					s.Admin().Patch(path, suite.JSON{"name": nil}).NotFound()
					s.Admin().Delete(path).NotFound()
				}
			},
		},
		{
			ID: "projects.isolation.other_address", Title: "A project is not found through another organization of the same administrator",
			Covers: []string{"organizations_projects_retrieve", "organizations_projects_destroy"}, Needs: with(projectMaker, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				other := suite.OrgPath(s.Target().Known.FeaturelessOrganization.ID, suite.Projects, made.ID)
				s.Admin().Get(other).NotFound()
				s.Admin().Delete(other).NotFound()
				s.Admin().Get(made.Path()).Status(200)
			},
		},
		{
			ID: "projects.isolation.stranger", Title: "Who is no member finds no projects",
			Covers: []string{"organizations_projects_list", "projects_list", "projects_retrieve"}, Needs: []suite.Need{suite.KeyOf("outsider"), suite.KnownProjects(1)}, Access: suite.Read, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				id := strconv.Itoa(s.Target().Known.Projects[0])
				s.Outsider().Get(s.Org(suite.Projects)).Status(200).Has("count", 0)
				s.Outsider().Get(s.Org(suite.Projects, id)).NotFound()
				// The text depends on whether the stranger is in any organization now,
				// which other stories of this run may change.
				s.Outsider().Get(suite.RootProjects+id+"/").Status(404).Has("code", "not_found")
				s.Expect(s.Outsider().IDs(suite.RootProjects)).NotTo(gomega.ContainElement(id))
			},
		},
		{
			ID: "projects.isolation.unknown_organization", Title: "An organization that does not exist has no projects",
			Covers: []string{"organizations_projects_list"}, Needs: admin, Access: suite.Read, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				for _, id := range []string{suite.Nowhere, "nowhere"} {
					s.Admin().Get(suite.OrgPath(id, suite.Projects)).Refused(404, "not_found", noOrganization, "")
				}
			},
		},
		{
			ID: "projects.list.holds", Title: "Both lists hold the project, with what matters of it",
			Covers: []string{"organizations_projects_list", "projects_list"}, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(suite.JSON{"timezone": "Asia/Tokyo"})
				for _, path := range []string{s.Org(suite.Projects), suite.RootProjects} {
					row := s.Admin().Get(path+"?search="+made.Text("name")).Status(200).Has("count", 1)
					row.Holds("results.0", strings.Fields(`id uuid organization api_token name completed_snippet_onboarding
						has_completed_onboarding_for ingested_event is_demo timezone access_control`)...)
					row.Has("results.0.id", made.Get("id").Int()).Has("results.0.organization", s.Target().Organization.ID).
						Has("results.0.timezone", "Asia/Tokyo").Has("results.0.api_token", made.Text("api_token"))
					s.Lists(s.Admin(), path, made, true)
				}
			},
		},
		{
			ID: "projects.list.search", Title: "The list can be searched by a phrase in the name, whatever its case",
			Covers: []string{"organizations_projects_list"}, Needs: projectMaker, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name()
				made := s.NewProject(suite.JSON{"name": name + " Blackthorn hedge"})
				s.NewProject(suite.JSON{"name": name + " Hawthorn"})
				phrase := url.Values{"search": {strings.ToUpper(name + " blackthorn h")}}.Encode()
				s.Expect(s.Admin().IDs(s.Org(suite.Projects) + "?" + phrase)).To(gomega.Equal([]string{made.ID}))
			},
		},
		{
			ID: "projects.pages.walk", Title: "Pages of one hold every project once, with links between them",
			Covers: []string{"organizations_projects_list"}, Needs: projectMaker, Access: suite.Write, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				name := s.Name()
				var made []string
				for range 3 {
					made = append(made, s.NewProject(suite.JSON{"name": name}).ID)
				}
				path := s.Org(suite.Projects) + "?limit=1&search=" + name
				first := s.Admin().Get(path).Status(200).Has("count", 3).Has("previous", nil)
				s.Admin().Get(first.Text("next")).Status(200).That("previous", gomega.ContainSubstring("limit=1"))
				walked := s.Admin().IDs(path)
				slices.Sort(walked)
				slices.Sort(made)
				s.Expect(walked).To(gomega.Equal(made))
			},
		},
		{
			ID: "projects.pages.beyond", Title: "Past the end a page is empty",
			Covers: []string{"organizations_projects_list", "projects_list"}, Needs: admin, Access: suite.Read, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				for _, path := range []string{s.Org(suite.Projects), suite.RootProjects} {
					s.Admin().Get(path+"?limit=5&offset=1000000").Status(200).Has("results", []int{}).Has("next", nil)
				}
			},
		},
		{
			ID: "projects.methods.collection", Title: "Lists know reading and making only",
			Covers: []string{"organizations_projects_list", "projects_list"}, Needs: adminSession, Access: suite.Read, Aspect: suite.Protocol,
			Run: func(s *suite.S) {
				for _, path := range []string{s.Org(suite.Projects), suite.RootProjects} {
					s.Session("admin").Put(path, suite.JSON{}).Refused(405, "method_not_allowed", `Method "PUT" not allowed.`, "")
					s.Admin().Put(path, suite.JSON{}).Denied(noKeyAccess)
				}
			},
		},
	}
}

// unknownProject are the addresses of a project that the administrator has no
// access to.
func unknownProject(s *suite.S, id int) []string {
	number := strconv.Itoa(id)
	return []string{s.Org(suite.Projects, number), suite.RootProjects + number + "/"}
}
