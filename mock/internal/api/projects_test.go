package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const (
	noPlan          = "You have reached the maximum limit of allowed projects for your current plan. Upgrade your plan to be able to create and manage more projects."
	onlyAdmins      = "You need to be an organization admin or above to create new projects."
	projectLevel    = "You don't have sufficient permissions in the project."
	projectEndpoint = "API keys with scoped projects are only supported on project-based endpoints."
)

// keyOf mints a key of a role with limits of its own.
func keyOf(f *mocktest.Fake, role, limits string) *mocktest.Caller {
	f.T.Helper()
	minted := f.Anonymous().Post("/_understudy/keys", fmt.Sprintf(`{"user": %q, %s}`, f.Known("credentials."+role+".email"), limits)).Status(201)
	return f.With("Authorization", "Bearer "+minted.Get("value").String())
}

func newProject(f *mocktest.Fake, body string) *mocktest.Answer {
	f.T.Helper()
	return f.As("admin").Post(f.Org("projects"), body).Status(http.StatusCreated)
}

// changedWorld changes the default world before the fake starts from it.
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
	f := mocktest.New(t)
	created := newProject(f, `{"name": " Shop front ", "timezone": "Asia/Tokyo", "product_description": "Sells", "api_token": "phc_mine", "id": 1}`)
	g.Expect(created.Keys("")).To(Equal(strings.Fields(`id organization name product_description created_at effective_membership_level
		updated_at uuid api_token completed_snippet_onboarding ingested_event is_demo timezone access_control
		has_completed_onboarding_for is_pending_deletion project_id`)))
	created.Has("id", "6").Has("organization", mocktest.Quote(f.Known("organization.id"))).Has("name", `"Shop front"`).
		Has("timezone", `"Asia/Tokyo"`).Has("product_description", `"Sells"`).Has("created_at", `"2026-03-01T12:00:00Z"`).
		Has("effective_membership_level", "8").Has("ingested_event", "false").Has("access_control", "false").Has("project_id", "6")
	g.Expect(created.Get("api_token").String()).To(MatchRegexp(`^phc_[a-z0-9]{43}$`))
	for _, path := range []string{f.Org("projects", "6"), "/api/projects/6/", "/api/projects/6", "/api/projects/@current/"} {
		f.As("admin").Get(path).Bytes(200, string(created.Body))
	}
	newProject(f, `{}`).Has("name", `"Default project"`).Has("timezone", `"UTC"`).Has("product_description", "null")
	newProject(f, `{"name": "Shop front"}`) // names may be there twice
}

func TestProjectFields(t *testing.T) {
	f := mocktest.New(t)
	path := f.Org("projects", newProject(f, `{"name": "Fields"}`).Get("id").String())
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
			f.T = t
			before := f.As("admin").Get(path)
			f.As("admin").Post(f.Org("projects"), tc.body).Invalid(tc.code, tc.detail, tc.attr)
			f.As("admin").Patch(path, tc.body).Invalid(tc.code, tc.detail, tc.attr)
			f.As("admin").Put(path, tc.body).Invalid(tc.code, tc.detail, tc.attr)
			f.As("admin").Get(path).Bytes(200, string(before.Body))
		})
	}
	f.T = t
	newProject(f, `{"name": "`+strings.Repeat("é", 200)+`"}`)
	f.As("admin").Form(f.Org("projects"), "name=Form&timezone=").Status(201).Has("name", `"Form"`).Has("timezone", `"UTC"`)
}

func TestUpdatingProjects(t *testing.T) {
	f := mocktest.New(t)
	id := newProject(f, `{"name": "Before", "timezone": "Europe/Berlin"}`).Get("id").String()
	f.Advance(time.Minute)
	f.As("admin").Patch(f.Org("projects", id), `{}`).Status(200).Has("updated_at", `"2026-03-01T12:00:00Z"`)
	changed := f.As("admin").Patch(f.Org("projects", id), `{"name": "After"}`).Status(200).
		Has("name", `"After"`).Has("timezone", `"Europe/Berlin"`).Has("updated_at", `"2026-03-01T12:01:00Z"`).Has("created_at", `"2026-03-01T12:00:00Z"`)
	f.As("admin").Get("/api/projects/"+id+"/").Bytes(200, string(changed.Body))
	f.As("admin").Put("/api/projects/"+id+"/", `{"product_description": null}`).Status(200).Has("name", `"After"`)
	f.As("admin").Patch("/api/projects/@current/", `{"timezone": "UTC"}`).Status(200).Has("id", id).Has("timezone", `"UTC"`)
}

func TestListingProjects(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	list := f.As("admin").Get(f.Org("projects")).Status(200).Has("count", "3")
	g.Expect(list.Keys("results.0")).To(Equal(strings.Fields(`id uuid organization api_token name completed_snippet_onboarding
		has_completed_onboarding_for ingested_event is_demo timezone access_control`)))
	list.Has("results.#.id", "[1,2,4]").Has("results.2.access_control", "true")
	f.As("member").Get(f.Org("projects")).Has("results.#.id", "[1,2]")
	f.As("admin").Get(f.Org("projects")+"?limit=1&offset=1").Has("results.#.id", "[2]").
		Has("next", mocktest.Quote("http://fake.test"+f.Org("projects")+"?limit=1&offset=2"))
	f.As("admin").Get(f.Org("projects")+"?search=WEB").Has("results.#.id", "[1]")
	f.As("admin").Get("/api/projects/").Has("results.#.id", "[1,2,4,5]") // of all the caller's organizations
	f.As("outsider").Get("/api/projects/").Has("results.#.id", "[3]")
	f.As("outsider").Get(f.Org("projects")).Status(200).Has("count", "0")
	f.As("admin").Get("/api/organizations/nowhere/projects/").Missing("Organization not found.")
}

func TestProjectsOfOthers(t *testing.T) {
	f := mocktest.New(t)
	foreign := f.Known("known.other_organization.project_id")
	for _, path := range []string{f.Org("projects", foreign), "/api/projects/" + foreign + "/", f.Org("projects", "987654"), "/api/projects/99999999999999999999/"} {
		f.As("admin").Get(path).Missing("Not found.")
		f.As("admin").Patch(path, `{"name": "Mine"}`).Missing("Not found.")
		f.As("admin").Put(path, `[]`).Missing("Not found.") // before the body is looked at
		f.As("admin").Delete(path).Missing("Not found.")
	}
	elsewhere := "/api/organizations/" + f.Known("known.other_organization.id") + "/projects/"
	f.As("admin").Get(elsewhere + foreign + "/").Missing("Not found.")
	f.As("admin").Post(elsewhere, `{}`).Missing("Organization not found.")
	f.As("outsider").Get("/api/projects/"+foreign+"/").Status(200).Has("name", `"Shop"`)
	f.As("admin").Get("/api/projects/abc/").Invalid("invalid_input", "Field 'id' expected a number but got 'abc'.", "")
	f.As("admin").Delete(f.Org("projects", "it's")).Invalid("invalid_input", `Field 'id' expected a number but got "it's".`, "")
}

func TestWhoMayCreateProjects(t *testing.T) {
	f := mocktest.New(t)
	f.As("member").Post(f.Org("projects"), `{"name": null}`).Denied(onlyAdmins)
	f.Session("member").Post(f.Org("projects"), `{}`).Denied(onlyAdmins)
	f.Session("admin").Post("/api/projects/", `{}`).Status(201).Has("organization", mocktest.Quote(f.Known("organization.id")))
	f.As("owner").Post("/api/projects/", `{}`).Status(201)
	f.As("read_scopes").Post("/api/projects/", `{}`).Denied("API key missing required scope 'project:write'")
	f.As("unrelated_scope").Get(f.Org("projects")).Denied("API key missing required scope 'project:read'")
	f.Anonymous().Get("/api/projects/").Unauthenticated("not_authenticated", noCredentials)
}

func TestHowManyProjects(t *testing.T) {
	bare := "/api/organizations/01900000-0001-7000-8000-000000000003/projects/"
	limited := mocktest.New(t, changedWorld(t, func(w *fixtures.World) {
		limit := 4
		w.Organizations[0].ProjectLimit = &limit
	}))
	limited.As("admin").Post(bare, `{}`).Denied(noPlan)     // without the feature there is one
	limited.As("admin").Put(bare+"5/", `{}`).Denied(noPlan) // as the real server has it
	limited.As("admin").Patch(bare+"5/", `{}`).Status(200)
	limited.As("admin").Delete(bare+"5/").Bytes(204, "")
	limited.Advance(10 * time.Minute) // until then it counts
	limited.As("admin").Post(bare, `{}`).Status(201)
	newProject(limited, `{}`)
	limited.As("admin").Post(limited.Org("projects"), `{"timezone": 1}`).Denied(noPlan)
	limited.As("admin").Get("/api/organizations/@current/").Has(`available_product_features.#(key=="organizations_projects").limit`, "4")
}

func TestPrivateProjects(t *testing.T) {
	f := mocktest.New(t, changedWorld(t, func(w *fixtures.World) {
		w.Organizations[0].Projects[1].Private = true
		w.Organizations[0].Projects[1].Members = []string{"member@hedgerow.example"}
	}))
	private, shared, open := f.Org("projects", "4"), f.Org("projects", "2"), f.Org("projects", "1")
	f.As("member").Get(private).Missing("Not found.")
	f.As("member").Delete(private).Missing("Not found.")
	f.As("owner").Get(private).Status(200).Has("effective_membership_level", "8")
	f.As("admin").Get(private).Status(200).Has("effective_membership_level", "8")

	f.As("member").Get(shared).Status(200).Has("effective_membership_level", "1")
	f.As("member").Patch(shared, `{"timezone": "UTC", "name": "Mine"}`).Denied("Only project admins can modify these settings: name, timezone")
	f.As("member").Patch(shared, `{"timezone": "Nowhere"}`).Invalid("invalid_choice", `"Nowhere" is not a valid choice.`, "timezone")
	f.As("member").Patch(shared, `{"product_description": "Ours"}`).Status(200).Has("product_description", `"Ours"`)
	f.As("member").Delete(shared).Denied(projectLevel)

	f.As("member").Get(open).Status(200).Has("effective_membership_level", "8") // open to all who are not named
	f.As("member").Patch(open, `{"name": "Site"}`).Status(200)
	f.As("member").Get("/api/users/@me/").Has("organization.projects.#.id", "[1,2]").Has("organization.teams.#.id", "[1,2]")

	control := "/_understudy/organizations/" + f.Known("organization.id")
	f.Anonymous().Patch(control, `{"feature": {"advanced_permissions": false}}`).Status(200)
	f.As("member").Get(private).Status(200).Has("effective_membership_level", "1") // nothing is private without the feature
	f.As("member").Patch(open, `{"name": "Again"}`).Denied("Only project admins can modify these settings: name")
	f.As("member").Delete(open).Denied(projectLevel)
}

func TestKeysWithLimits(t *testing.T) {
	f := mocktest.New(t)
	project := keyOf(f, "admin", `"projects": [1]`)
	project.Get("/api/projects/1/").Status(200)
	project.Get(f.Org("projects", "1")).Status(200)
	project.Patch("/api/projects/1/", `{}`).Status(200)
	project.Get("/api/projects/2/").Denied("API key does not have access to the requested project: ID 2.")
	project.Delete(f.Org("projects", "2")).Denied("API key does not have access to the requested project: ID 2.")
	project.Get("/api/projects/3/").Missing("Not found.")
	for _, path := range []string{"/api/projects/", f.Org("projects"), f.Org("invites"), f.Org("domains")} {
		project.Get(path).Denied(projectEndpoint)
	}
	project.Post("/api/projects/", `{}`).Denied(projectEndpoint)
	project.Get("/api/users/@me/").Status(200)

	elsewhere := f.As("other_organization_only")
	for _, path := range []string{f.Org("projects"), f.Org("projects", "1"), "/api/projects/", "/api/projects/1/"} {
		elsewhere.Get(path).Denied("API key does not have access to the requested organization: ID " + f.Known("organization.id") + ".")
	}
	here := keyOf(f, "admin", `"organizations": [`+mocktest.Quote(f.Known("organization.id"))+`]`)
	here.Get("/api/projects/").Has("results.#.id", "[1,2,4]")
	here.Get("/api/projects/5/").Missing("Not found.")
	f.As("admin").Get("/api/projects/5/").Status(200)

	reading := keyOf(f, "admin", `"scopes": ["project:read"]`)
	reading.Get("/api/projects/1/").Status(200)
	reading.Patch("/api/projects/1/", `{}`).Denied("API key missing required scope 'project:write'")
	keyOf(f, "admin", `"scopes": ["project:write"]`).Get(f.Org("projects")).Status(200)
}

func TestKeysOfMembersThatAreSwitchedOff(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").Patch("/api/organizations/@current/", `{"members_can_use_personal_api_keys": false}`).Status(200)
	for _, path := range []string{f.Org("projects"), f.Org("projects", "1"), "/api/projects/", "/api/projects/1/"} {
		f.As("member").Get(path).Denied("Organization 'Hedgerow Works' does not allow using personal API keys. " +
			"Contact an admin to enable personal API keys for this organization.")
		f.Session("member").Get(path).Status(200)
		f.As("admin").Get(path).Status(200)
	}
}

func TestDeletingProjects(t *testing.T) {
	f := mocktest.New(t)
	created := newProject(f, `{"name": "Brief"}`)
	id := created.Get("id").String()
	f.As("admin").Get("/api/users/@me/").Has("team.id", id).Has("team.name", `"Brief"`).Has("organization.id", mocktest.Quote(f.Known("organization.id")))
	f.As("owner").Get("/api/users/@me/").Has("team.id", "1")
	f.As("admin").Delete(f.Org("projects", id)).Bytes(204, "")
	for _, path := range []string{f.Org("projects", id), "/api/projects/" + id + "/", "/api/projects/@current/"} {
		f.As("admin").Get(path).Status(200).Has("is_pending_deletion", "true").Has("name", `"Brief"`)
		f.As("admin").Delete(path).Invalid("invalid_input", "This project is already being deleted.", "")
	}
	NewWithT(t).Expect(f.As("admin").Get(f.Org("projects")).Status(200).Get(`results.#(id==` + id + `)`).Exists()).To(BeFalse())
	f.As("admin").Get("/api/users/@me/").Has("team.id", id)
	f.Advance(10 * time.Minute) // in the background
	for _, path := range []string{f.Org("projects", id), "/api/projects/" + id + "/"} {
		f.As("admin").Get(path).Missing("Not found.")
		f.As("admin").Delete(path).Missing("Not found.")
	}
	f.As("admin").Get("/api/users/@me/").Has("team.id", "1")
	f.As("admin").Get("/api/projects/@current/").Has("id", "1")
	newProject(f, `{}`).Has("id", "7") // numbers are not used again

	// Each goes in its time, or when the control plane says so.
	for _, id := range []string{"7", "2"} {
		f.As("admin").Delete("/api/projects/"+id+"/").Bytes(204, "")
		f.Advance(6 * time.Minute)
	}
	f.As("admin").Get("/api/projects/7/").Missing("Not found.")
	f.As("admin").Get("/api/projects/2/").Has("is_pending_deletion", "true")
	f.Anonymous().Delete("/_understudy/projects/2").Bytes(204, "")
	f.As("admin").Get("/api/projects/2/").Missing("Not found.")
	f.Anonymous().Delete("/_understudy/projects/2").Status(404)
	f.Anonymous().Delete("/_understudy/projects/two").Status(404)
	f.Advance(time.Hour)
	f.As("admin").Get("/api/projects/1/").Status(200)
}

// TestWhatStillNamesADeletedProject: numbers stay where they are, and lead nowhere.
func TestWhatStillNamesADeletedProject(t *testing.T) {
	f := mocktest.New(t)
	id := newProject(f, `{"name": "Brief"}`).Get("id").String()
	key := keyOf(f, "admin", `"projects": [`+id+`]`)
	invite := f.Invite(`{"target_email": "n@example.com", "private_project_access": [{"id": ` + id + `, "level": "admin"}]}`).Status(201)
	mapping := f.Org("integrations", f.Known("known.integrations.connectable"))
	f.Session("admin").Patch(mapping+"environment-mapping/", `{"production": `+id+`}`).Status(200)

	f.As("admin").Delete("/api/projects/"+id+"/").Bytes(204, "")
	f.Advance(10 * time.Minute)

	key.Get("/api/projects/" + id + "/").Missing("Not found.")
	key.Get("/api/projects/1/").Denied("API key does not have access to the requested project: ID 1.")
	f.As("admin").Get(f.Org("invites")).Has(`results.#(id==`+mocktest.Quote(invite.Get("id").String())+`).private_project_access.0.id`, id)
	f.As("admin").Get(mapping).Has("config.environment_mapping.production", id)
	f.As("admin").Post(f.Org("invites"), `{"target_email": "o@example.com", "private_project_access": [{"id": `+id+`, "level": "member"}]}`).
		Invalid("invalid_input", "Project does not exist on this organization, or it is private and you do not have access to it.", "private_project_access")
	f.Session("admin").Patch(mapping+"environment-mapping/", `{"production": `+id+`}`).
		Bytes(400, `{"detail":"Project `+id+` does not belong to this organization."}`)
	accept(f, invite, `{"first_name": "New", "password": "long enough"}`).Status(201)
}

func TestNoCurrentProject(t *testing.T) {
	f := mocktest.New(t)
	for _, id := range []string{"1", "2", "4"} {
		f.As("owner").Delete("/api/projects/"+id+"/").Bytes(204, "")
	}
	f.Advance(10 * time.Minute)
	f.As("member").Get("/api/users/@me/").Has("team", "null").Has("organization.id", mocktest.Quote(f.Known("organization.id")))
	f.As("member").Get("/api/projects/@current/").Missing("Not found.")
	f.As("member").Get(f.Org("projects")).Has("count", "0")
}

func TestMethodsOfProjects(t *testing.T) {
	f := mocktest.New(t)
	for _, path := range []string{f.Org("projects"), "/api/projects/"} {
		got := f.As("admin").Patch(path, `{}`).Refused(405, "invalid_request", "method_not_allowed", `Method "PATCH" not allowed.`, "")
		if allow := got.Header.Get("Allow"); allow != "GET, POST, HEAD, OPTIONS" {
			t.Errorf("Allow: %q", allow)
		}
		f.As("admin").Delete(path).Denied(noKeyAccess)
		f.Session("admin").Delete(path).Refused(405, "invalid_request", "method_not_allowed", `Method "DELETE" not allowed.`, "")
	}
	f.Session("admin").Post("/api/projects/1/", `{}`).Refused(405, "invalid_request", "method_not_allowed", `Method "POST" not allowed.`, "")
	f.As("admin").Do("OPTIONS", "/api/projects/1/", "", "").Status(200)
	f.As("admin").Do("HEAD", "/api/projects/1/", "", "").Status(200)
}
