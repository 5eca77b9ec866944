package mock_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

const organizationsPath = "/api/organizations/"

func TestNewOrganization(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	created := f.as("outsider").post(organizationsPath, `{"name": " Orchard Labs ", "slug": "mine", "id": "x", "membership_level": 1}`).status(201).
		has("name", `"Orchard Labs"`).has("slug", `"orchard-labs"`).has("membership_level", "15").has("member_count", "1").
		has("created_at", `"2026-03-01T12:00:00Z"`).has("members_can_invite", "true").has("default_experiment_stats_method", `"bayesian"`).
		has("default_role_id", "null").has("available_product_features", "[]")
	id := created.get("id").String()
	g.Expect(created.get("projects").Array()).To(HaveLen(1))
	created.has("projects.0.name", `"Default project"`).has("teams.0.timezone", `"UTC"`).has("teams.0.organization", quote(id))
	g.Expect(created.get("teams.0.api_token").String()).To(HavePrefix("phc_"))
	f.as("outsider").get(in(id)).bytes(200, string(created.body))
	f.as("outsider").get("/api/organizations/@current/").bytes(200, string(created.body))
	f.as("outsider").get("/api/users/@me/").has("organization.id", quote(id)).has("organizations.#", "2")
	f.as("outsider").get(in(id, "members")).has("count", "1").has("results.0.level", "15").has("results.0.user.email", `"outsider@hedgerow.example"`)
	f.as("outsider").get(in(f.known("known.other_organization.id"))).status(200)
	f.as("admin").get(in(id)).missing("Not found.")
	f.as("admin").get(in(id, "members")).denied(noPermission)
}

func TestSlugs(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	for _, tc := range []struct{ name, want string }{
		{"Hedgerow Works", `^hedgerow-works-[a-z]{4}$`},
		{"Fresh", `^fresh$`},
		{"FRESH", `^fresh-[a-z]{4}$`},
		{"Bär & Söhne -- GmbH", `^bar-sohne-gmbh$`},
		{"ﬁne ½ ①", `^fine-12-1$`},
		{"a_b", `^a_b$`},
		{"_-x-_", `^x$`},
		{"東京", `^$`},
		{"大阪", `^-[a-z]{4}$`},
		{strings.Repeat("x", 64), `^x{48}$`},
		{strings.Repeat("x", 60), `^x{43}-[a-z]{4}$`},
	} {
		got := f.as("outsider").post(organizationsPath, `{"name": `+quote(tc.name)+`}`).status(201).get("slug").String()
		g.Expect(got).To(MatchRegexp(tc.want), tc.name)
	}
}

func TestOrganizationFields(t *testing.T) {
	const nowhere = "00000000-0000-4000-8000-000000000000"
	f := newFake(t)
	foreign := f.as("outsider").post(in(f.known("known.other_organization.id"), "roles"), `{"name": "Foreign"}`).status(201).get("id").String()
	home := in(f.known("organization.id"))
	unknown := func(id string) string { return `Invalid pk "` + id + `" - object does not exist.` }
	for _, tc := range []struct{ name, field, value, code, detail string }{
		{"null name", "name", `null`, "null", "This field may not be null."},
		{"blank name", "name", `" "`, "blank", "This field may not be blank."},
		{"long name", "name", `"` + strings.Repeat("é", 65) + `"`, "max_length", "Ensure this field has no more than 64 characters."},
		{"a list of names", "name", `["x"]`, "invalid_input", "Not a valid string."},
		{"unknown logo", "logo_media_id", `"` + nowhere + `"`, "does_not_exist", unknown(nowhere)},
		{"logo that is no UUID", "logo_media_id", `"cat"`, "invalid_input", "“cat” is not a valid UUID."},
		{"join mail null", "is_member_join_email_enabled", `null`, "null", "This field may not be null."},
		{"join mail word", "is_member_join_email_enabled", `"perhaps"`, "invalid_input", "Must be a valid boolean."},
		{"second factor number", "enforce_2fa", `2`, "invalid_input", "Must be a valid boolean."},
		{"invites list", "members_can_invite", `[]`, "invalid_input", "Must be a valid boolean."},
		{"keys null", "members_can_use_personal_api_keys", `null`, "null", "This field may not be null."},
		{"sharing object", "allow_publicly_shared_resources", `{}`, "invalid_input", "Must be a valid boolean."},
		{"unknown method", "default_experiment_stats_method", `"magic"`, "invalid_choice", `"magic" is not a valid choice.`},
		{"method true", "default_experiment_stats_method", `true`, "invalid_choice", `"True" is not a valid choice.`},
		{"blank role", "default_role_id", `""`, "blank", "This field may not be blank."},
		{"unknown role", "default_role_id", `"` + nowhere + `"`, "does_not_exist", unknown(nowhere)},
		{"role that is no UUID", "default_role_id", `"ops"`, "does_not_exist", unknown("ops")},
		{"role of another organization", "default_role_id", `"` + foreign + `"`, "does_not_exist", unknown(foreign)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			body := `{"name": "New", "` + tc.field + `": ` + tc.value + `}`
			before, mine := f.as("admin").get(home), f.as("outsider").get(organizationsPath)
			f.as("outsider").post(organizationsPath, body).invalid(tc.code, tc.detail, tc.field)
			f.as("admin").patch(home, body).invalid(tc.code, tc.detail, tc.field)
			f.as("admin").put(home, body).invalid(tc.code, tc.detail, tc.field)
			f.as("admin").get(home).bytes(200, string(before.body))
			f.as("outsider").get(organizationsPath).bytes(200, string(mine.body))
		})
	}
	f.t = t
	f.as("outsider").post(organizationsPath, `{}`).invalid("required", "This field is required.", "name")
	f.as("admin").put(home, `{}`).invalid("required", "This field is required.", "name")
	f.as("admin").patch(home, `{`).refused(400, "invalid_request", "parse_error", "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)", "")
}

func TestOrganizationSettings(t *testing.T) {
	f := newFake(t)
	home := in(f.known("organization.id"))
	role := f.newRole("Everybody")
	for _, tc := range []struct{ field, value string }{
		{"name", `"Other"`}, {"is_member_join_email_enabled", "false"}, {"enforce_2fa", "true"}, {"enforce_2fa", "null"},
		{"members_can_invite", "false"}, {"members_can_invite", "null"}, {"members_can_use_personal_api_keys", "false"},
		{"allow_publicly_shared_resources", "false"}, {"default_experiment_stats_method", `"frequentist"`}, {"default_experiment_stats_method", `""`},
		{"default_experiment_stats_method", "null"}, {"default_role_id", quote(role)}, {"default_role_id", "null"}, {"logo_media_id", "null"},
	} {
		f.Advance(time.Second)
		changed := f.as("admin").patch(home, `{"`+tc.field+`": `+tc.value+`}`).status(200).has(tc.field, tc.value).has("slug", `"hedgerow-works"`)
		f.as("admin").get(home).bytes(200, string(changed.body))
		f.as("admin").get("/api/users/@me/").has("organization."+tc.field, tc.value)
	}
	f.as("admin").get("/api/users/@me/").has("organizations.0.members_can_use_personal_api_keys", "false")
	f.as("admin").get(home).has("updated_at", `"2026-03-01T12:00:14Z"`).has("created_at", `"2024-01-15T09:00:00Z"`)
	f.as("admin").do("PUT", home, "application/x-www-form-urlencoded", "name=Form&members_can_invite=on").status(200).
		has("name", `"Form"`).has("members_can_invite", "true").has("allow_publicly_shared_resources", "false").has("enforce_2fa", "null")
}

func TestWhoMayChangeOrganizations(t *testing.T) {
	f := newFake(t)
	home := in(f.known("organization.id"))
	for _, method := range []string{"PATCH", "PUT", "DELETE"} {
		f.as("member").do(method, home, "application/json", `{`).denied(lowLevel)
		f.as("outsider").do(method, home, "application/json", `{`).missing("Not found.")
		f.as("other_organization_only").do(method, home, "application/json", `{`).missing("Not found.")
		f.as("project_only").do(method, home, "application/json", `{`).denied("API keys with scoped projects are only supported on project-based endpoints.")
		f.as("read_scopes").do(method, home, "application/json", `{`).denied("API key missing required scope 'organization:write'")
		f.sessionOf("owner", 3*time.Hour).do(method, home, "application/json", `{`).denied(notRecent)
		f.anonymous().do(method, home, "application/json", `{`).unauthenticated("not_authenticated", noCredentials)
		f.as("admin").do(method, in("nothing"), "application/json", `{`).missing("Not found.")
	}
	f.as("admin").delete(home).denied(lowLevel)
	f.session("admin").patch(home, `{"name": "By session"}`).status(200)
	f.as("write_scopes").patch("/api/organizations/@current", `{"name": "By key"}`).status(200).has("id", quote(f.known("organization.id")))

	f.sessionOf("admin", 3*time.Hour).post(organizationsPath, `{"name": "x"}`).denied(notRecent)
	f.as("read_scopes").post(organizationsPath, `{"name": "x"}`).denied("API key missing required scope 'organization:write'")
	f.as("project_only").post(organizationsPath, `{"name": "x"}`).denied("API keys with scoped projects are only supported on project-based endpoints.")
	f.as("admin").patch(organizationsPath, `{}`).refused(405, "invalid_request", "method_not_allowed", `Method "PATCH" not allowed.`, "")
	f.as("admin").delete(organizationsPath).denied("This action does not support personal API key access")
	f.session("admin").delete(organizationsPath).refused(405, "invalid_request", "method_not_allowed", `Method "DELETE" not allowed.`, "")
}

func TestMoreOrganizationsAwayFromTheCloud(t *testing.T) {
	const premium = "You must upgrade your PostHog plan to be able to create and manage multiple organizations."
	world, err := fixtures.Named("default")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	cloud := false
	world.Deployment.Cloud = &cloud
	f := newFake(t, mock.WithWorld(world))
	home := in(f.known("organization.id"))
	f.anonymous().patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organizations_projects": false}}`).status(200)
	f.as("admin").post(organizationsPath, `{`).denied(premium)
	f.as("admin").put(home, `{`).denied(premium)
	f.as("admin").patch(home, `{"name": "Patched"}`).status(200)
	f.anonymous().patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organizations_projects": true}}`).status(200)
	f.as("admin").put(home, `{"name": "Put"}`).status(200)
	f.as("admin").post(organizationsPath, `{"name": "Second"}`).status(201)
	f.newMember("lonely@example.com", "", "1").post(organizationsPath, `{"name": "First"}`).status(201)
}

func TestDeletingAnOrganization(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	home, other := f.known("organization.id"), f.known("known.other_organization.id")
	domain := f.as("admin").get(f.org("domains", f.known("known.verified_domain.id"))).get("domain").String()
	f.newMember("both@example.com", other, "1")
	both := f.newMember("both@example.com", home, "1")
	f.as("owner").delete(in(home)).bytes(204, "")
	f.as("owner").get(in(home)).missing("Not found.")
	for _, collection := range []string{"members", "roles", "domains", "identity_provider_configs", "integrations", "invites"} {
		f.as("owner").get(in(home, collection)).missing("Organization not found.")
	}
	left := f.known("known.featureless_organization.id")
	f.as("owner").get(organizationsPath).has("count", "1").has("results.0.id", quote(left))
	f.as("owner").get("/api/users/@me/").status(200).has("organization.id", quote(left)).has("team.organization", quote(left))
	f.as("member").get("/api/users/@me/").status(200).has("organization", "null").has("team", "null")
	f.as("member").get("/api/organizations/@current/").missing("Current organization not found.")
	both.get("/api/organizations/@current/").status(200).has("id", quote(other))
	f.as("outsider").post(in(other, "domains"), `{"domain": `+quote(domain)+`}`).status(201)
	f.as("outsider").post(organizationsPath, `{"name": "Hedgerow Works"}`).status(201).has("slug", `"hedgerow-works"`)
	f.as("project_only").get("/api/personal_api_keys/@current/").status(200)
	f.Reset()
	g.Expect(f.as("owner").get(in(home)).status(http.StatusOK).get("slug").String()).To(Equal("hedgerow-works"))
}

func TestMembersKeysSwitchedOff(t *testing.T) {
	f := newFake(t)
	home := in(f.known("organization.id"))
	const denied = "Organization 'It's ours' does not allow using personal API keys. Contact an admin to enable personal API keys for this organization."
	f.anonymous().patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organization_security_settings": false}}`).status(200)
	f.as("admin").patch(home, `{"members_can_use_personal_api_keys": false, "name": "It's ours"}`).status(200)
	f.as("member").get(f.org("domains")).status(200)
	f.anonymous().patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organization_security_settings": true}}`).status(200)
	f.as("member").get(f.org("domains")).denied(denied)
	f.as("member").get(home).denied(denied)
	f.as("member").get(organizationsPath).status(200)
	f.as("member").get("/api/users/@me/").status(200)
	f.session("member").get(f.org("domains")).status(200)
	f.as("admin").get(f.org("domains")).status(200)
	f.as("outsider").get(f.org("domains")).denied(noPermission)
}
