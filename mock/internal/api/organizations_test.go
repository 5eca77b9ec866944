package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const organizationsPath = "/api/organizations/"

func TestNewOrganization(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	created := f.As("outsider").Post(organizationsPath, `{"name": " Orchard Labs ", "slug": "mine", "id": "x", "membership_level": 1}`).Status(201).
		Has("name", `"Orchard Labs"`).Has("slug", `"orchard-labs"`).Has("membership_level", "15").Has("member_count", "1").
		Has("created_at", `"2026-03-01T12:00:00Z"`).Has("members_can_invite", "true").Has("default_experiment_stats_method", `"bayesian"`).
		Has("default_role_id", "null").Has("available_product_features", "[]").
		Has("members_can_create_projects", "false").Has("is_ai_data_processing_approved", "null").Has("default_anonymize_ips", "false").
		Has("is_active", "true").Has("is_not_active_reason", "null")
	id := created.Get("id").String()
	g.Expect(created.Get("projects").Array()).To(HaveLen(1))
	created.Has("projects.0.name", `"Default project"`).Has("teams.0.timezone", `"UTC"`).Has("teams.0.organization", mocktest.Quote(id))
	g.Expect(created.Get("teams.0.api_token").String()).To(HavePrefix("phc_"))
	f.As("outsider").Get(mocktest.Org(id)).Bytes(200, string(created.Body))
	f.As("outsider").Get("/api/organizations/@current/").Bytes(200, string(created.Body))
	f.As("outsider").Get("/api/users/@me/").Has("organization.id", mocktest.Quote(id)).Has("organizations.#", "2")
	f.As("outsider").Get(mocktest.Org(id, "members")).Has("count", "1").Has("results.0.level", "15").Has("results.0.user.email", `"outsider@hedgerow.example"`)
	f.As("outsider").Get(mocktest.Org(f.Known("known.other_organization.id"))).Status(200)
	f.As("admin").Get(mocktest.Org(id)).Missing("Not found.")
	f.As("admin").Get(mocktest.Org(id, "members")).Denied(noPermission)
}

func TestSlugs(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
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
		got := f.As("outsider").Post(organizationsPath, `{"name": `+mocktest.Quote(tc.name)+`}`).Status(201).Get("slug").String()
		g.Expect(got).To(MatchRegexp(tc.want), tc.name)
	}
}

func TestOrganizationFields(t *testing.T) {
	const nowhere = "00000000-0000-4000-8000-000000000000"
	f := mocktest.New(t)
	foreign := f.As("outsider").Post(mocktest.Org(f.Known("known.other_organization.id"), "roles"), `{"name": "Foreign"}`).Status(201).Get("id").String()
	home := mocktest.Org(f.Known("organization.id"))
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
			f.T = t
			body := `{"name": "New", "` + tc.field + `": ` + tc.value + `}`
			before, mine := f.As("admin").Get(home), f.As("outsider").Get(organizationsPath)
			f.As("outsider").Post(organizationsPath, body).Invalid(tc.code, tc.detail, tc.field)
			f.As("admin").Patch(home, body).Invalid(tc.code, tc.detail, tc.field)
			f.As("admin").Put(home, body).Invalid(tc.code, tc.detail, tc.field)
			f.As("admin").Get(home).Bytes(200, string(before.Body))
			f.As("outsider").Get(organizationsPath).Bytes(200, string(mine.Body))
		})
	}
	f.T = t
	f.As("outsider").Post(organizationsPath, `{}`).Invalid("required", "This field is required.", "name")
	f.As("admin").Put(home, `{}`).Invalid("required", "This field is required.", "name")
	f.As("admin").Patch(home, `{`).Refused(400, "invalid_request", "parse_error", "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)", "")
}

func TestOrganizationSettings(t *testing.T) {
	f := mocktest.New(t)
	home := mocktest.Org(f.Known("organization.id"))
	role := f.NewRole("Everybody")
	for _, tc := range []struct{ field, value string }{
		{"name", `"Other"`}, {"is_member_join_email_enabled", "false"}, {"enforce_2fa", "true"}, {"enforce_2fa", "null"},
		{"members_can_create_projects", "true"}, {"members_can_create_projects", "null"}, {"is_ai_data_processing_approved", "true"}, {"is_ai_data_processing_approved", "null"},
		{"is_ai_training_opted_in", "true"}, {"is_ai_training_opted_in", "null"},
		{"default_anonymize_ips", "true"}, {"members_can_invite", "false"}, {"members_can_invite", "null"}, {"members_can_use_personal_api_keys", "false"},
		{"allow_publicly_shared_resources", "false"}, {"default_experiment_stats_method", `"frequentist"`}, {"default_experiment_stats_method", `""`},
		{"default_experiment_stats_method", "null"}, {"default_role_id", mocktest.Quote(role)}, {"default_role_id", "null"}, {"logo_media_id", "null"},
	} {
		f.Advance(time.Second)
		changed := f.As("admin").Patch(home, `{"`+tc.field+`": `+tc.value+`}`).Status(200).Has(tc.field, tc.value).Has("slug", `"hedgerow-works"`)
		f.As("admin").Get(home).Bytes(200, string(changed.Body))
		f.As("admin").Get("/api/users/@me/").Has("organization."+tc.field, tc.value)
	}
	f.As("admin").Get("/api/users/@me/").Has("organizations.0.members_can_use_personal_api_keys", "false")
	f.As("admin").Get(home).Has("updated_at", `"2026-03-01T12:00:21Z"`).Has("created_at", `"2024-01-15T09:00:00Z"`)
	f.As("admin").Do("PUT", home, "application/x-www-form-urlencoded", "name=Form&members_can_invite=on").Status(200).
		Has("name", `"Form"`).Has("members_can_invite", "true").Has("allow_publicly_shared_resources", "false").Has("enforce_2fa", "null")
}

// What only the deployment decides is shown, and cannot be sent.
func TestWhatTheDeploymentSaysOfAnOrganization(t *testing.T) {
	f := mocktest.New(t)
	home := mocktest.Org(f.Known("organization.id"))
	told := map[string]string{
		"is_ai_training_locked": "true", "is_ai_training_cta_shown": "false", "is_hipaa": "true", "is_pending_deletion": "true",
	}
	for field, value := range told {
		before := f.As("admin").Get(home).Status(200).Get(field).Raw
		f.As("admin").Patch(home, `{"`+field+`": `+value+`}`).Status(200).Has(field, before)
		f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"`+field+`": `+value+`}`).Status(200)
		f.As("admin").Get(home).Status(200).Has(field, value)
	}
}

func TestLockedTraining(t *testing.T) {
	f := mocktest.New(t)
	home := mocktest.Org(f.Known("organization.id"))
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"is_ai_training_opted_in": false, "is_ai_training_locked": true}`).Status(200)
	f.As("admin").Patch(home, `{"is_ai_training_opted_in": true}`).
		Invalid("invalid_input", "This setting is locked. Contact support to change it.", "is_ai_training_opted_in")
	f.As("admin").Patch(home, `{"is_ai_training_opted_in": false}`).Status(200)
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"is_ai_training_locked": false}`).Status(200)
	f.As("admin").Patch(home, `{"is_ai_training_opted_in": true}`).Status(200).Has("is_ai_training_opted_in", "true")
}

// From the newest revision on nobody asks whether members want to hear of new ones.
func TestJoinMailIsReadOnlyInTheNewest(t *testing.T) {
	for revision, writable := range map[string]bool{"2026-03": true, "2026-06": true, "2026-09": false} {
		t.Run(revision, func(t *testing.T) {
			f := mocktest.New(t, mock.WithRevision(revision))
			f.As("admin").Patch(mocktest.Org(f.Known("organization.id")), `{"is_member_join_email_enabled": false}`).Status(200).
				Has("is_member_join_email_enabled", strconv.FormatBool(!writable))
		})
	}
}

func TestWhoMayChangeOrganizations(t *testing.T) {
	f := mocktest.New(t)
	home := mocktest.Org(f.Known("organization.id"))
	for _, method := range []string{"PATCH", "PUT", "DELETE"} {
		f.As("member").Do(method, home, "application/json", `{`).Denied(lowLevel)
		f.As("outsider").Do(method, home, "application/json", `{`).Missing("Not found.")
		f.As("other_organization_only").Do(method, home, "application/json", `{`).Missing("Not found.")
		f.As("project_only").Do(method, home, "application/json", `{`).Denied("API keys with scoped projects are only supported on project-based endpoints.")
		f.As("read_scopes").Do(method, home, "application/json", `{`).Denied("API key missing required scope 'organization:write'")
		f.SessionOf("owner", 3*time.Hour).Do(method, home, "application/json", `{`).Denied(notRecent)
		f.Anonymous().Do(method, home, "application/json", `{`).Unauthenticated("not_authenticated", noCredentials)
		f.As("admin").Do(method, mocktest.Org("nothing"), "application/json", `{`).Missing("Not found.")
	}
	f.As("admin").Delete(home).Denied(lowLevel)
	f.Session("admin").Patch(home, `{"name": "By session"}`).Status(200)
	f.As("write_scopes").Patch("/api/organizations/@current", `{"name": "By key"}`).Status(200).Has("id", mocktest.Quote(f.Known("organization.id")))

	f.SessionOf("admin", 3*time.Hour).Post(organizationsPath, `{"name": "x"}`).Denied(notRecent)
	f.As("read_scopes").Post(organizationsPath, `{"name": "x"}`).Denied("API key missing required scope 'organization:write'")
	f.As("project_only").Post(organizationsPath, `{"name": "x"}`).Denied("API keys with scoped projects are only supported on project-based endpoints.")
	f.As("admin").Patch(organizationsPath, `{}`).Refused(405, "invalid_request", "method_not_allowed", `Method "PATCH" not allowed.`, "")
	f.As("admin").Delete(organizationsPath).Denied("This action does not support personal API key access")
	f.Session("admin").Delete(organizationsPath).Refused(405, "invalid_request", "method_not_allowed", `Method "DELETE" not allowed.`, "")
}

func TestMoreOrganizationsAwayFromTheCloud(t *testing.T) {
	const premium = "You must upgrade your PostHog plan to be able to create and manage multiple organizations."
	world, err := fixtures.Named("default")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	cloud := false
	world.Deployment.Cloud = &cloud
	f := mocktest.New(t, mock.WithWorld(world))
	home := mocktest.Org(f.Known("organization.id"))
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organizations_projects": false}}`).Status(200)
	f.As("admin").Post(organizationsPath, `{`).Denied(premium)
	f.As("admin").Put(home, `{`).Denied(premium)
	f.As("admin").Patch(home, `{"name": "Patched"}`).Status(200)
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organizations_projects": true}}`).Status(200)
	f.As("admin").Put(home, `{"name": "Put"}`).Status(200)
	f.As("admin").Post(organizationsPath, `{"name": "Second"}`).Status(201)
	f.NewMember("lonely@example.com", "", "1").Post(organizationsPath, `{"name": "First"}`).Status(201)
}

// A license gives its features to every organization that is made, also after the world was saved and
// loaded again.
func TestNewOrganizationsHaveTheFeaturesOfTheLicense(t *testing.T) {
	g := NewWithT(t)
	world, err := fixtures.Named("default")
	g.Expect(err).NotTo(HaveOccurred())
	world.Deployment.Features = []string{"automatic_provisioning", "scim"}
	f := mocktest.New(t, mock.WithWorld(world))
	hasThem := func(name string) {
		made := f.As("admin").Post(organizationsPath, `{"name": "`+name+`"}`).Status(201)
		g.Expect(made.Get("available_product_features.#.key").Value()).To(ConsistOf("automatic_provisioning", "scim"))
		f.As("admin").Patch(mocktest.Org(made.Get("id").String()), `{"enforce_2fa": true}`).Refused(400, "validation_error", "payment_required", "You must upgrade your plan to enforce 2FA.", "enforce_2fa")
	}
	hasThem("Licensed")
	saved := f.Anonymous().Get("/_understudy/world").Status(200).Body
	f.Anonymous().Put("/_understudy/world", string(saved)).Status(204)
	hasThem("Licensed again")
}

func TestDeletingAnOrganization(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	home, other := f.Known("organization.id"), f.Known("known.other_organization.id")
	domain := f.As("admin").Get(f.Org("domains", f.Known("known.verified_domain.id"))).Get("domain").String()
	f.NewMember("both@example.com", other, "1")
	both := f.NewMember("both@example.com", home, "1")
	f.As("owner").Delete(mocktest.Org(home)).Bytes(204, "")
	f.As("owner").Get(mocktest.Org(home)).Missing("Not found.")
	for _, collection := range []string{"members", "roles", "domains", "identity_provider_configs", "integrations", "invites"} {
		f.As("owner").Get(mocktest.Org(home, collection)).Missing("Organization not found.")
	}
	left := f.Known("known.featureless_organization.id")
	f.As("owner").Get(organizationsPath).Has("count", "1").Has("results.0.id", mocktest.Quote(left))
	f.As("owner").Get("/api/users/@me/").Status(200).Has("organization.id", mocktest.Quote(left)).Has("team.organization", mocktest.Quote(left))
	f.As("member").Get("/api/users/@me/").Status(200).Has("organization", "null").Has("team", "null")
	f.As("member").Get("/api/organizations/@current/").Missing("Current organization not found.")
	both.Get("/api/organizations/@current/").Status(200).Has("id", mocktest.Quote(other))
	f.As("outsider").Post(mocktest.Org(other, "domains"), `{"domain": `+mocktest.Quote(domain)+`}`).Status(201)
	f.As("outsider").Post(organizationsPath, `{"name": "Hedgerow Works"}`).Status(201).Has("slug", `"hedgerow-works"`)
	f.As("project_only").Get("/api/personal_api_keys/@current/").Status(200)
	f.Reset()
	g.Expect(f.As("owner").Get(mocktest.Org(home)).Status(http.StatusOK).Get("slug").String()).To(Equal("hedgerow-works"))
}

func TestMembersKeysSwitchedOff(t *testing.T) {
	f := mocktest.New(t)
	home := mocktest.Org(f.Known("organization.id"))
	const denied = "Organization 'It's ours' does not allow using personal API keys. Contact an admin to enable personal API keys for this organization."
	f.As("admin").Patch(home, `{"members_can_use_personal_api_keys": false, "name": "It's ours"}`).Status(200)
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organization_security_settings": false}}`).Status(200)
	f.As("member").Get(f.Org("domains")).Status(200)
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organization_security_settings": true}}`).Status(200)
	f.As("member").Get(f.Org("domains")).Denied(denied)
	f.As("member").Get(home).Denied(denied)
	f.As("member").Get(organizationsPath).Status(200)
	f.As("member").Get("/api/users/@me/").Status(200)
	f.Session("member").Get(f.Org("domains")).Status(200)
	f.As("admin").Get(f.Org("domains")).Status(200)
	f.As("outsider").Get(f.Org("domains")).Denied(noPermission)
}

// Settings of the plan change only with their feature. The value that is there already is fine.
func TestSettingsOfThePlan(t *testing.T) {
	f := mocktest.New(t)
	home := mocktest.Org(f.Known("organization.id"))
	settings := []struct{ field, feature, other, detail string }{
		{"enforce_2fa", "2fa_enforcement", "true", "You must upgrade your plan to enforce 2FA."},
		{"members_can_invite", "organization_invite_settings", "false", "You must upgrade your plan to configure who can send invites."},
		{"members_can_use_personal_api_keys", "organization_security_settings", "false", "You must upgrade your plan to configure personal API key permissions."},
		{"allow_publicly_shared_resources", "organization_security_settings", "false", "You must upgrade your plan to configure public sharing settings."},
	}
	plan := func(feature, on string) {
		f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"feature": {"`+feature+`": `+on+`}}`).Status(200)
	}
	for _, tc := range settings {
		t.Run(tc.field, func(t *testing.T) {
			f.T = t
			plan(tc.feature, "false")
			before := f.As("admin").Get(home)
			for _, caller := range []*mocktest.Caller{f.As("admin"), f.As("owner")} {
				caller.Patch(home, `{"`+tc.field+`": `+tc.other+`}`).Invalid("payment_required", tc.detail, tc.field)
				caller.Put(home, `{"name": "Other", "`+tc.field+`": `+tc.other+`}`).Invalid("payment_required", tc.detail, tc.field)
				caller.Do("PATCH", home, "application/x-www-form-urlencoded", tc.field+"="+tc.other).Invalid("payment_required", tc.detail, tc.field)
			}
			f.As("admin").Get(home).Bytes(200, string(before.Body))
			f.As("admin").Patch(home, `{"`+tc.field+`": `+before.Get(tc.field).Raw+`}`).Status(200).Has(tc.field, before.Get(tc.field).Raw)
			f.As("member").Patch(home, `{"`+tc.field+`": `+tc.other+`}`).Denied(lowLevel)
			plan(tc.feature, "true")
			f.As("admin").Patch(home, `{"`+tc.field+`": `+tc.other+`}`).Status(200).Has(tc.field, tc.other)
			plan(tc.feature, "false")
			f.As("admin").Patch(home, `{"`+tc.field+`": `+tc.other+`, "name": "Kept"}`).Status(200).Has(tc.field, tc.other).Has("name", `"Kept"`)
			f.As("admin").Patch(home, `{"`+tc.field+`": `+before.Get(tc.field).Raw+`}`).Invalid("payment_required", tc.detail, tc.field)
		})
	}
	f.T = t
	for i, tc := range settings[:3] { // the first in the order of the fields is named, which is not the order in which they are sent
		next := settings[i+1]
		f.As("admin").Patch(home, `{"`+next.field+`": true, "`+tc.field+`": `+map[bool]string{true: "null", false: "true"}[tc.field == "enforce_2fa"]+`}`).
			Invalid("payment_required", tc.detail, tc.field)
	}
	f.As("admin").Patch(home, `{"enforce_2fa": false, "name": ""}`).Invalid("blank", "This field may not be blank.", "name")
	f.As("admin").Patch(home, `{"default_experiment_stats_method": "magic", "enforce_2fa": false}`).Invalid("payment_required", settings[0].detail, "enforce_2fa")
	f.As("outsider").Post(organizationsPath, `{"name": "New", "enforce_2fa": true, "members_can_invite": false}`).Status(201).
		Has("enforce_2fa", "true").Has("members_can_invite", "false")
}

// Whether an organization is active is told, not asked; the API works on.
func TestInactiveOrganization(t *testing.T) {
	f := mocktest.New(t)
	f.As("owner").Patch(f.Org(), `{"is_active": false, "is_not_active_reason": "mine"}`).Status(200).Has("is_active", "true").Has("is_not_active_reason", "null")
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"is_active": false, "is_not_active_reason": "Unpaid."}`).Status(200).
		Has("is_active", "false").Has("is_not_active_reason", `"Unpaid."`)
	f.As("member").Get(f.Org()).Status(200).Has("is_active", "false").Has("is_not_active_reason", `"Unpaid."`)
	f.Session("member").Get(f.Org("members")).Status(200)
	f.As("admin").Post(f.Org("domains"), `{"domain": "inactive.example.com"}`).Status(201)
}

func TestMembersCreateProjects(t *testing.T) {
	const denied = "You need to be an organization admin or above to create new projects."
	f := mocktest.New(t)
	create := func() *mocktest.Answer { return f.As("member").Post(f.Org("projects"), `{"name": "By a member"}`) }
	create().Denied(denied)
	f.As("admin").Patch(f.Org(), `{"members_can_create_projects": true}`).Status(200)
	create().Status(201)
	f.As("member").Post("/api/projects/", `{}`).Status(201)
	f.Anonymous().Patch("/_understudy/organizations/hedgerow-works", `{"feature": {"organization_invite_settings": false}}`).Status(200)
	create().Denied(denied)
	f.As("outsider").Post(f.Org("projects"), `{}`).Missing("Organization not found.")
}

func TestTwoFactors(t *testing.T) {
	const setup = "2FA setup required"
	f := mocktest.New(t)
	member, email := f.Session("member"), f.Known("credentials.member.email")
	second := func(on string) {
		f.Anonymous().Patch("/_understudy/members/"+email, `{"organization": "hedgerow-works", "two_factor": `+on+`}`).Status(200).Has("two_factor", on)
	}
	f.As("admin").Patch(f.Org(), `{"enforce_2fa": true}`).Status(200)
	member.Get(f.Org("members")).Denied(setup)
	member.Get("/api/organizations/").Denied(setup)
	member.Post(f.Org("invites"), `{`).Denied(setup)
	member.Do("OPTIONS", f.Org("domains"), "", "").Denied(setup)
	member.Get(mocktest.Org("nothing", "domains")).Denied(setup)
	f.With("Cookie", member.Header.Get("Cookie")).Post(f.Org("invites"), `{}`).Denied("CSRF Failed: CSRF token missing.")
	member.Get("/api/users/@me/").Status(200)
	member.Patch("/api/users/@me/", `{"first_name": "Open"}`).Status(200)
	f.As("member").Get(f.Org("members")).Status(200)
	sso := f.Anonymous().Post("/_understudy/sessions", `{"user": "`+email+`", "sso": true}`).Status(201)
	f.With("Cookie", sso.Get("cookie").String()).Get(f.Org("members")).Status(200)

	second("true")
	member.Get(f.Org("members")).Status(200)
	f.As("admin").Get(f.Org("members")+"?email="+email).Status(200).Has("results.0.is_2fa_enabled", "true")
	second("false")
	member.Get(f.Org("members")).Denied(setup)

	// What counts is the current organization, whichever the path names.
	f.As("outsider").Patch(mocktest.Org(f.Known("known.other_organization.id")), `{"enforce_2fa": true}`).Status(200)
	f.Session("outsider").Get(f.Org("members")).Denied(setup)
	both := f.NewMember("both@example.com", f.Known("organization.id"), "1")
	f.NewMember("both@example.com", f.Known("known.featureless_organization.id"), "1") // the current one
	session := f.With(mocktest.CookiesOf(f, both)...)
	session.Get(f.Org("members")).Status(200)
	session.Patch("/api/users/@me/", `{"set_current_organization": "`+f.Known("organization.id")+`"}`).Status(200)
	session.Get(f.Org("members")).Denied(setup)
	session.Post("/logout", "").Status(http.StatusFound)

	f.As("admin").Patch(f.Org(), `{"enforce_2fa": false}`).Status(200)
	member.Get(f.Org("members")).Status(200)
}

// Who must log in by single sign-on is asked for no second factor here.
func TestTwoFactorsWhereSSOIsEnforced(t *testing.T) {
	f := mocktest.New(t)
	domain := f.NewVerifiedDomain("sso-two.example.com")
	f.As("admin").Patch(f.Org("domains", domain), `{"saml_entity_id": "e", "saml_acs_url": "u", "saml_x509_cert": "c"}`).Status(200)
	f.As("admin").Patch(f.Org(), `{"enforce_2fa": true}`).Status(200)
	f.NewMember("robin@sso-two.example.com", f.Known("organization.id"), "1")
	s := f.Anonymous().Post("/_understudy/sessions", `{"user": "robin@sso-two.example.com"}`).Status(201)
	robin := f.With("Cookie", s.Get("cookie").String())
	robin.Get(f.Org("members")).Denied("2FA setup required")
	f.As("admin").Patch(f.Org("domains", domain), `{"sso_enforcement": "saml"}`).Status(200)
	robin.Get(f.Org("members")).Status(200)
}
