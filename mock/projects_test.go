package mock_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

const (
	noPlan          = "You have reached the maximum limit of allowed projects for your current plan. Upgrade your plan to be able to create and manage more projects."
	onlyAdmins      = "You need to be an organization admin or above to create new projects."
	projectLevel    = "You don't have sufficient permissions in the project."
	projectEndpoint = "API keys with scoped projects are only supported on project-based endpoints."
)

// keyOf mints a key of a role with limits of its own.
func (f *fake) keyOf(role, limits string) *caller {
	f.t.Helper()
	minted := f.anonymous().post("/_understudy/keys", fmt.Sprintf(`{"user": %q, %s}`, f.known("credentials."+role+".email"), limits)).status(201)
	return f.with("Authorization", "Bearer "+minted.get("value").String())
}

func (f *fake) newProject(body string) *answer {
	f.t.Helper()
	return f.as("admin").post(f.org("projects"), body).status(http.StatusCreated)
}

// world changes the default world before the fake starts from it.
func changedWorld(t *testing.T, change func(*fixtures.World)) mock.Option {
	t.Helper()
	w, err := fixtures.Named("default")
	if err != nil {
		t.Fatal(err)
	}
	change(w)
	return mock.WithWorld(w)
}

func TestNewProject(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	created := f.newProject(`{"name": " Shop front ", "timezone": "Asia/Tokyo", "product_description": "Sells", "api_token": "phc_mine", "id": 1}`)
	g.Expect(created.keys("")).To(Equal(strings.Fields(`id organization name product_description created_at effective_membership_level
		updated_at uuid api_token completed_snippet_onboarding ingested_event is_demo timezone access_control
		has_completed_onboarding_for is_pending_deletion project_id`)))
	created.has("id", "6").has("organization", quote(f.known("organization.id"))).has("name", `"Shop front"`).
		has("timezone", `"Asia/Tokyo"`).has("product_description", `"Sells"`).has("created_at", `"2026-03-01T12:00:00Z"`).
		has("effective_membership_level", "8").has("ingested_event", "false").has("access_control", "false").has("project_id", "6")
	g.Expect(created.get("api_token").String()).To(MatchRegexp(`^phc_[a-z0-9]{43}$`))
	for _, path := range []string{f.org("projects", "6"), "/api/projects/6/", "/api/projects/6", "/api/projects/@current/"} {
		f.as("admin").get(path).bytes(200, string(created.body))
	}
	f.newProject(`{}`).has("name", `"Default project"`).has("timezone", `"UTC"`).has("product_description", "null")
	f.newProject(`{"name": "Shop front"}`) // names may be there twice
}

func TestProjectFields(t *testing.T) {
	f := newFake(t)
	path := f.org("projects", f.newProject(`{"name": "Fields"}`).get("id").String())
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"blank name", `{"name": " "}`, "blank", "This field may not be blank.", "name"},
		{"null name", `{"name": null}`, "null", "This field may not be null.", "name"},
		{"long name", `{"name": "` + strings.Repeat("é", 201) + `"}`, "max_length", "Ensure this field has no more than 200 characters.", "name"},
		{"name list", `{"name": []}`, "invalid_input", "Not a valid string.", "name"},
		{"unknown zone", `{"timezone": "Mars/Base"}`, "invalid_choice", `"Mars/Base" is not a valid choice.`, "timezone"},
		{"zone in another case", `{"timezone": "europe/berlin"}`, "invalid_choice", `"europe/berlin" is not a valid choice.`, "timezone"},
		{"blank zone", `{"timezone": ""}`, "invalid_choice", `"" is not a valid choice.`, "timezone"},
		{"zone number", `{"timezone": 1}`, "invalid_choice", `"1" is not a valid choice.`, "timezone"},
		{"zone list", `{"timezone": ["UTC"]}`, "invalid_choice", `"['UTC']" is not a valid choice.`, "timezone"},
		{"null zone", `{"timezone": null}`, "null", "This field may not be null.", "timezone"},
		{"long description", `{"product_description": "` + strings.Repeat("x", 1001) + `"}`, "max_length", "Ensure this field has no more than 1000 characters.", "product_description"},
		{"first in order", `{"timezone": 1, "name": null}`, "null", "This field may not be null.", "name"},
		{"list", `[]`, "invalid_input", "Invalid data. Expected a dictionary, but got list.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			before := f.as("admin").get(path)
			f.as("admin").post(f.org("projects"), tc.body).invalid(tc.code, tc.detail, tc.attr)
			f.as("admin").patch(path, tc.body).invalid(tc.code, tc.detail, tc.attr)
			f.as("admin").put(path, tc.body).invalid(tc.code, tc.detail, tc.attr)
			f.as("admin").get(path).bytes(200, string(before.body))
		})
	}
	f.t = t
	f.newProject(`{"name": "` + strings.Repeat("é", 200) + `"}`)
	f.as("admin").form(f.org("projects"), "name=Form&timezone=").status(201).has("name", `"Form"`).has("timezone", `"UTC"`)
}

func TestUpdatingProjects(t *testing.T) {
	f := newFake(t)
	id := f.newProject(`{"name": "Before", "timezone": "Europe/Berlin"}`).get("id").String()
	f.Advance(time.Minute)
	f.as("admin").patch(f.org("projects", id), `{}`).status(200).has("updated_at", `"2026-03-01T12:00:00Z"`)
	changed := f.as("admin").patch(f.org("projects", id), `{"name": "After"}`).status(200).
		has("name", `"After"`).has("timezone", `"Europe/Berlin"`).has("updated_at", `"2026-03-01T12:01:00Z"`).has("created_at", `"2026-03-01T12:00:00Z"`)
	f.as("admin").get("/api/projects/"+id+"/").bytes(200, string(changed.body))
	f.as("admin").put("/api/projects/"+id+"/", `{"product_description": null}`).status(200).has("name", `"After"`)
	f.as("admin").patch("/api/projects/@current/", `{"timezone": "UTC"}`).status(200).has("id", id).has("timezone", `"UTC"`)
}

func TestListingProjects(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	list := f.as("admin").get(f.org("projects")).status(200).has("count", "3")
	g.Expect(list.keys("results.0")).To(Equal(strings.Fields(`id uuid organization api_token name completed_snippet_onboarding
		has_completed_onboarding_for ingested_event is_demo timezone access_control`)))
	list.has("results.#.id", "[1,2,4]").has("results.2.access_control", "true")
	f.as("member").get(f.org("projects")).has("results.#.id", "[1,2]")
	f.as("admin").get(f.org("projects")+"?limit=1&offset=1").has("results.#.id", "[2]").
		has("next", quote("http://fake.test"+f.org("projects")+"?limit=1&offset=2"))
	f.as("admin").get(f.org("projects")+"?search=WEB").has("results.#.id", "[1]")
	f.as("admin").get("/api/projects/").has("results.#.id", "[1,2,4,5]") // of all the caller's organizations
	f.as("outsider").get("/api/projects/").has("results.#.id", "[3]")
	f.as("outsider").get(f.org("projects")).status(200).has("count", "0")
	f.as("admin").get("/api/organizations/nowhere/projects/").missing("Organization not found.")
}

func TestProjectsOfOthers(t *testing.T) {
	f := newFake(t)
	foreign := f.known("known.other_organization.project_id")
	for _, path := range []string{f.org("projects", foreign), "/api/projects/" + foreign + "/", f.org("projects", "987654"), "/api/projects/99999999999999999999/"} {
		f.as("admin").get(path).missing("Not found.")
		f.as("admin").patch(path, `{"name": "Mine"}`).missing("Not found.")
		f.as("admin").put(path, `[]`).missing("Not found.") // before the body is looked at
		f.as("admin").delete(path).missing("Not found.")
	}
	elsewhere := "/api/organizations/" + f.known("known.other_organization.id") + "/projects/"
	f.as("admin").get(elsewhere + foreign + "/").missing("Not found.")
	f.as("admin").post(elsewhere, `{}`).missing("Organization not found.")
	f.as("outsider").get("/api/projects/"+foreign+"/").status(200).has("name", `"Shop"`)
	f.as("admin").get("/api/projects/abc/").invalid("invalid_input", "Field 'id' expected a number but got 'abc'.", "")
	f.as("admin").delete(f.org("projects", "it's")).invalid("invalid_input", `Field 'id' expected a number but got "it's".`, "")
}

func TestWhoMayCreateProjects(t *testing.T) {
	f := newFake(t)
	f.as("member").post(f.org("projects"), `{"name": null}`).denied(onlyAdmins)
	f.session("member").post(f.org("projects"), `{}`).denied(onlyAdmins)
	f.session("admin").post("/api/projects/", `{}`).status(201).has("organization", quote(f.known("organization.id")))
	f.as("owner").post("/api/projects/", `{}`).status(201)
	f.as("read_scopes").post("/api/projects/", `{}`).denied("API key missing required scope 'project:write'")
	f.as("unrelated_scope").get(f.org("projects")).denied("API key missing required scope 'project:read'")
	f.anonymous().get("/api/projects/").unauthenticated("not_authenticated", noCredentials)
}

func TestHowManyProjects(t *testing.T) {
	bare := "/api/organizations/01900000-0001-7000-8000-000000000003/projects/"
	limited := newFake(t, changedWorld(t, func(w *fixtures.World) {
		limit := 4
		w.Organizations[0].ProjectLimit = &limit
	}))
	limited.as("admin").post(bare, `{}`).denied(noPlan)     // without the feature there is one
	limited.as("admin").put(bare+"5/", `{}`).denied(noPlan) // as the real server has it
	limited.as("admin").patch(bare+"5/", `{}`).status(200)
	limited.as("admin").delete(bare+"5/").bytes(204, "")
	limited.as("admin").post(bare, `{}`).status(201)
	limited.newProject(`{}`)
	limited.as("admin").post(limited.org("projects"), `{"timezone": 1}`).denied(noPlan)
	limited.as("admin").get("/api/organizations/@current/").has(`available_product_features.#(key=="organizations_projects").limit`, "4")
}

func TestPrivateProjects(t *testing.T) {
	f := newFake(t, changedWorld(t, func(w *fixtures.World) {
		w.Organizations[0].Projects[1].Private = true
		w.Organizations[0].Projects[1].Members = []string{"member@hedgerow.example"}
	}))
	private, shared, open := f.org("projects", "4"), f.org("projects", "2"), f.org("projects", "1")
	f.as("member").get(private).missing("Not found.")
	f.as("member").delete(private).missing("Not found.")
	f.as("owner").get(private).status(200).has("effective_membership_level", "8")
	f.as("admin").get(private).status(200).has("effective_membership_level", "8")

	f.as("member").get(shared).status(200).has("effective_membership_level", "1")
	f.as("member").patch(shared, `{"timezone": "UTC", "name": "Mine"}`).denied("Only project admins can modify these settings: name, timezone")
	f.as("member").patch(shared, `{"timezone": "Nowhere"}`).invalid("invalid_choice", `"Nowhere" is not a valid choice.`, "timezone")
	f.as("member").patch(shared, `{"product_description": "Ours"}`).status(200).has("product_description", `"Ours"`)
	f.as("member").delete(shared).denied(projectLevel)

	f.as("member").get(open).status(200).has("effective_membership_level", "8") // open to all who are not named
	f.as("member").patch(open, `{"name": "Site"}`).status(200)
	f.as("member").get("/api/users/@me/").has("organization.projects.#.id", "[1,2]").has("organization.teams.#.id", "[1,2]")

	control := "/_understudy/organizations/" + f.known("organization.id")
	f.anonymous().patch(control, `{"feature": {"advanced_permissions": false}}`).status(200)
	f.as("member").get(private).status(200).has("effective_membership_level", "1") // nothing is private without the feature
	f.as("member").patch(open, `{"name": "Again"}`).denied("Only project admins can modify these settings: name")
	f.as("member").delete(open).denied(projectLevel)
}

func TestKeysWithLimits(t *testing.T) {
	f := newFake(t)
	project := f.keyOf("admin", `"projects": [1]`)
	project.get("/api/projects/1/").status(200)
	project.get(f.org("projects", "1")).status(200)
	project.patch("/api/projects/1/", `{}`).status(200)
	project.get("/api/projects/2/").denied("API key does not have access to the requested project: ID 2.")
	project.delete(f.org("projects", "2")).denied("API key does not have access to the requested project: ID 2.")
	project.get("/api/projects/3/").missing("Not found.")
	for _, path := range []string{"/api/projects/", f.org("projects"), f.org("invites"), f.org("domains")} {
		project.get(path).denied(projectEndpoint)
	}
	project.post("/api/projects/", `{}`).denied(projectEndpoint)
	project.get("/api/users/@me/").status(200)

	elsewhere := f.as("other_organization_only")
	for _, path := range []string{f.org("projects"), f.org("projects", "1"), "/api/projects/", "/api/projects/1/"} {
		elsewhere.get(path).denied("API key does not have access to the requested organization: ID " + f.known("organization.id") + ".")
	}
	here := f.keyOf("admin", `"organizations": [`+quote(f.known("organization.id"))+`]`)
	here.get("/api/projects/").has("results.#.id", "[1,2,4]")
	here.get("/api/projects/5/").missing("Not found.")
	f.as("admin").get("/api/projects/5/").status(200)

	reading := f.keyOf("admin", `"scopes": ["project:read"]`)
	reading.get("/api/projects/1/").status(200)
	reading.patch("/api/projects/1/", `{}`).denied("API key missing required scope 'project:write'")
	f.keyOf("admin", `"scopes": ["project:write"]`).get(f.org("projects")).status(200)
}

func TestKeysOfMembersThatAreSwitchedOff(t *testing.T) {
	f := newFake(t)
	f.as("admin").patch("/api/organizations/@current/", `{"members_can_use_personal_api_keys": false}`).status(200)
	for _, path := range []string{f.org("projects"), f.org("projects", "1"), "/api/projects/", "/api/projects/1/"} {
		f.as("member").get(path).denied("Organization 'Hedgerow Works' does not allow using personal API keys. " +
			"Contact an admin to enable personal API keys for this organization.")
		f.session("member").get(path).status(200)
		f.as("admin").get(path).status(200)
	}
}

func TestDeletingProjects(t *testing.T) {
	f := newFake(t)
	created := f.newProject(`{"name": "Brief"}`)
	id := created.get("id").String()
	f.as("admin").get("/api/users/@me/").has("team.id", id).has("team.name", `"Brief"`).has("organization.id", quote(f.known("organization.id")))
	f.as("owner").get("/api/users/@me/").has("team.id", "1")
	f.as("admin").delete(f.org("projects", id)).bytes(204, "")
	for _, path := range []string{f.org("projects", id), "/api/projects/" + id + "/"} {
		f.as("admin").get(path).missing("Not found.")
		f.as("admin").delete(path).missing("Not found.")
	}
	f.as("admin").get("/api/users/@me/").has("team.id", "1")
	f.as("admin").get("/api/projects/@current/").has("id", "1")
	f.newProject(`{}`).has("id", "7") // numbers are not used again
}

// TestWhatStillNamesADeletedProject: numbers stay where they are, and lead nowhere.
func TestWhatStillNamesADeletedProject(t *testing.T) {
	f := newFake(t)
	id := f.newProject(`{"name": "Brief"}`).get("id").String()
	key := f.keyOf("admin", `"projects": [`+id+`]`)
	invite := f.invite(`{"target_email": "n@example.com", "private_project_access": [{"id": ` + id + `, "level": "admin"}]}`).status(201)
	mapping := f.org("integrations", f.known("known.integrations.connectable"))
	f.session("admin").patch(mapping+"environment-mapping/", `{"production": `+id+`}`).status(200)

	f.as("admin").delete("/api/projects/"+id+"/").bytes(204, "")

	key.get("/api/projects/" + id + "/").missing("Not found.")
	key.get("/api/projects/1/").denied("API key does not have access to the requested project: ID 1.")
	f.as("admin").get(f.org("invites")).has(`results.#(id==`+quote(invite.get("id").String())+`).private_project_access.0.id`, id)
	f.as("admin").get(mapping).has("config.environment_mapping.production", id)
	f.as("admin").post(f.org("invites"), `{"target_email": "o@example.com", "private_project_access": [{"id": `+id+`, "level": "member"}]}`).
		invalid("invalid_input", "Project does not exist on this organization, or it is private and you do not have access to it.", "private_project_access")
	f.session("admin").patch(mapping+"environment-mapping/", `{"production": `+id+`}`).
		bytes(400, `{"detail":"Project `+id+` does not belong to this organization."}`)
	f.accept(invite, `{"first_name": "New", "password": "long enough"}`).status(201)
}

func TestNoCurrentProject(t *testing.T) {
	f := newFake(t)
	for _, id := range []string{"1", "2", "4"} {
		f.as("owner").delete("/api/projects/"+id+"/").bytes(204, "")
	}
	f.as("member").get("/api/users/@me/").has("team", "null").has("organization.id", quote(f.known("organization.id")))
	f.as("member").get("/api/projects/@current/").missing("Not found.")
	f.as("member").get(f.org("projects")).has("count", "0")
}

func TestMethodsOfProjects(t *testing.T) {
	f := newFake(t)
	for _, path := range []string{f.org("projects"), "/api/projects/"} {
		got := f.as("admin").patch(path, `{}`).refused(405, "invalid_request", "method_not_allowed", `Method "PATCH" not allowed.`, "")
		if allow := got.header.Get("Allow"); allow != "GET, POST, HEAD, OPTIONS" {
			t.Errorf("Allow: %q", allow)
		}
		f.as("admin").delete(path).denied(noKeyAccess)
		f.session("admin").delete(path).refused(405, "invalid_request", "method_not_allowed", `Method "DELETE" not allowed.`, "")
	}
	f.session("admin").post("/api/projects/1/", `{}`).refused(405, "invalid_request", "method_not_allowed", `Method "POST" not allowed.`, "")
	f.as("admin").do("OPTIONS", "/api/projects/1/", "", "").status(200)
	f.as("admin").do("HEAD", "/api/projects/1/", "", "").status(200)
}
