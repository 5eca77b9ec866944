package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const keysPath = "/api/personal_api_keys/"

const keyBody = `{"label": "Terraform", "scopes": ["organization:read"], "scoped_teams": [], "scoped_organizations": []}`

func TestMakingKeys(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	member := f.Session("member")
	made := member.Post(keysPath, keyBody).Status(201).Has("label", `"Terraform"`).Has("scopes", `["organization:read"]`).
		Has("scoped_teams", "[]").Has("scoped_organizations", "[]").Has("last_used_at", "null").Has("last_rolled_at", "null").
		Has("created_at", `"2026-03-01T12:00:00Z"`).Has("user_id", member.Get("/api/users/@me/").Get("id").Raw)
	value, path := made.Get("value").String(), keysPath+made.Get("id").String()+"/"
	g.Expect(value).To(MatchRegexp(`^phx_[A-Za-z0-9]{43}$`))
	made.Has("mask_value", mocktest.Quote("phx_..."+value[len(value)-4:]))
	hidden := strings.Replace(string(made.Body), mocktest.Quote(value), "null", 1)
	member.Get(path).Bytes(200, hidden)
	g.Expect(member.Get(keysPath).Status(200).Get("0").Raw).To(Equal(hidden))

	f.Advance(time.Minute)
	key := f.With("Authorization", "Bearer "+value)
	key.Get(f.Org()).Status(200)
	key.Get(f.Org("members")).Denied("API key missing required scope 'organization_member:read'")
	member.Get(path).Has("last_used_at", `"2026-03-01T12:01:00Z"`)
	f.Advance(30 * time.Minute) // uses within an hour are one
	key.Get(f.Org()).Status(200)
	member.Get(path).Has("last_used_at", `"2026-03-01T12:01:00Z"`)
	f.Advance(time.Hour)
	key.Get(f.Org()).Status(200)
	member.Get(path).Has("last_used_at", `"2026-03-01T13:31:00Z"`)

	member.Patch(path, `{"label": "Other", "user_id": 1, "value": "phx_mine"}`).Status(200).Has("label", `"Other"`).Has("scopes", `["organization:read"]`).
		Has("value", "null").Has("last_used_at", `"2026-03-01T13:31:00Z"`)
	rolled := member.Post(path+"roll/", "").Status(200).Has("last_rolled_at", `"2026-03-01T13:31:00Z"`).Has("label", `"Other"`)
	g.Expect(rolled.Get("value").String()).NotTo(Equal(value))
	key.Get(f.Org()).Status(401)
	f.With("Authorization", "Bearer "+rolled.Get("value").String()).Get(f.Org()).Status(200)
	member.Delete(path).Bytes(204, "")
	member.Delete(path).Missing("Not found.")
	member.Get(path).Missing("Not found.")
	f.With("Authorization", "Bearer "+rolled.Get("value").String()).Get(f.Org()).Status(401)
}

func TestKeysThatAreRefused(t *testing.T) {
	f := mocktest.New(t)
	member := f.Session("member")
	other, project := f.Known("known.other_organization.id"), f.Known("known.projects.0")
	with := func(name, value string) string {
		fields := map[string]string{"label": `"x"`, "scopes": `["*"]`, "scoped_teams": "[]", "scoped_organizations": "[]"}
		fields[name] = value
		var parts []string
		for _, field := range []string{"label", "scopes", "scoped_teams", "scoped_organizations"} {
			if fields[field] != "" {
				parts = append(parts, fmt.Sprintf("%q: %s", field, fields[field]))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	const teams = "You must be a member of all teams that you are scoping the key to."
	for _, tc := range []struct{ body, code, detail, attr string }{
		{`{}`, "required", "This field is required.", "label"},
		{`{"label": ""}`, "blank", "This field may not be blank.", "label"},
		{`{"label": "test"}`, "required", "This field is required.", "scopes"},
		{`{"label": "test", "scopes": ["invalid"]}`, "invalid_input", "Invalid scope: invalid", "scopes"},
		{`{"label": "test", "scopes": ["clickhouse_test_cluster_perf:read"]}`, "invalid_input", "Invalid scope: clickhouse_test_cluster_perf:read", "scopes"},
		{with("label", `"`+strings.Repeat("x", 41)+`"`), "max_length", "Ensure this field has no more than 40 characters.", "label"},
		{with("scopes", `[]`), "empty", "This list may not be empty.", "scopes"},
		{with("scopes", `["insight:read:write"]`), "invalid_input", "Invalid scope: insight:read:write", "scopes"},
		{with("scopes", `[null]`), "null", "This field may not be null.", "scopes__0"},
		{with("scopes", `["*", ""]`), "blank", "This field may not be blank.", "scopes__1"},
		{with("scopes", `"*"`), "not_a_list", `Expected a list of items but got type "str".`, "scopes"},
		{with("scopes", `null`), "null", "This field may not be null.", "scopes"},
		{with("scoped_teams", ""), "required", "This field is required.", "scoped_teams"},
		{with("scoped_teams", `[`+project+`, `+project+`]`), "invalid_input", teams, "scoped_teams"},
		{with("scoped_teams", `[987654321]`), "invalid_input", teams, "scoped_teams"},
		{with("scoped_teams", `[123456789012345678901234567890]`), "invalid_input", teams, "scoped_teams"},
		{with("scoped_teams", `["x"]`), "invalid_input", "A valid integer is required.", "scoped_teams__0"},
		{with("scoped_teams", `[1, null]`), "null", "This field may not be null.", "scoped_teams__1"},
		{with("scoped_teams", `{}`), "not_a_list", `Expected a list of items but got type "dict".`, "scoped_teams"},
		{with("scoped_organizations", ""), "required", "This field is required.", "scoped_organizations"},
		{with("scoped_organizations", `["`+other+`"]`), "invalid_input", "You must be a member of all organizations that you are scoping the key to.", "scoped_organizations"},
		{with("scoped_organizations", `["`+other+`", "x"]`), "invalid_input", "Invalid organization UUID", "scoped_organizations"},
		{`[]`, "invalid_input", "Invalid data. Expected a dictionary, but got list.", ""},
	} {
		member.Post(keysPath, tc.body).Invalid(tc.code, tc.detail, tc.attr)
	}
	g := NewWithT(t)
	g.Expect(member.Get(keysPath).Get("#").Int()).To(BeEquivalentTo(1), "the key of the world")
	limited := member.Post(keysPath, with("scoped_teams", `["`+project+`"]`)).Status(201).Has("scoped_teams", "["+project+"]")
	f.With("Authorization", "Bearer "+limited.Get("value").String()).Get(f.Org("members")).
		Denied("API keys with scoped projects are only supported on project-based endpoints.")

	// The keys that the world begins with do not count: the administrator has more than ten.
	admin := f.Session("admin")
	for range 10 {
		admin.Post(keysPath, keyBody).Status(201)
	}
	admin.Post(keysPath, keyBody).Invalid("invalid_input", "You can only have 10 personal API keys. Remove an existing key before creating a new one.", "")
}

func TestWhoseKeys(t *testing.T) {
	f := mocktest.New(t)
	mine := f.Session("admin").Post(keysPath, keyBody).Status(201).Get("id").String()
	path := keysPath + mine + "/"
	stranger := f.Session("member")
	stranger.Get(path).Missing("Not found.")
	stranger.Patch(path, `{}`).Missing("Not found.")
	stranger.Post(path+"roll/", "").Missing("Not found.")
	stranger.Delete(path).Missing("Not found.")
	for _, method := range []string{"GET", "POST"} {
		f.As("admin").Do(method, keysPath, "application/json", keyBody).Denied("This action does not support Personal API Key access")
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		f.As("admin").Do(method, path, "application/json", `{"scopes": ["*"]}`).Denied("This action does not support Personal API Key access")
	}
	own := keysPath + f.As("admin").Get(keysPath+"@current/").Get("id").String() + "/"
	f.As("admin").Get(own).Status(200).Has("value", "null")
	f.As("admin").Get(path).Denied("This action does not support Personal API Key access")
	f.As("member").Get(path).Missing("Not found.")
	f.Session("admin").Put(keysPath, `{}`).Refused(405, "invalid_request", "method_not_allowed", `Method "PUT" not allowed.`, "")
	f.Anonymous().Get(keysPath).Unauthenticated("not_authenticated", noCredentials)
	f.SessionOf("admin", 12*time.Hour).Get(keysPath).Status(200)
	f.SessionOf("admin", 12*time.Hour).Post(keysPath, keyBody).Denied(notRecent)
}

// Which keys of a member reach the organization, and when they were used.
func TestKeysOfMembers(t *testing.T) {
	f := mocktest.New(t)
	robin := f.NewMember("robin@example.com", f.Known("organization.id"), "1")
	path := f.Org("members", robin.UUID, "scoped_api_keys")
	f.Session("member").Get(path).Status(200).Has("has_keys", "true").Has("keys.#", "1") // the one of the control plane
	f.As("member").Get(path).Denied("This action does not support personal API key access")
	admin := f.Org("members", f.UUIDOf("admin"), "scoped_api_keys")
	keys := f.Session("member").Get(admin).Status(200).Has("has_keys_active_last_week", "true")
	NewWithT(t).Expect(keys.Get(`keys.#(name=="other organization only").name`).Exists()).To(BeFalse())
	NewWithT(t).Expect(keys.Get(`keys.#(name=="project only").name`).Exists()).To(BeTrue())
	f.Advance(8 * 24 * time.Hour)
	f.Session("member").Get(admin).Status(200).Has("has_keys", "true").Has("has_keys_active_last_week", "false")
	f.Session("member").Get(f.Org("members", f.UUIDOf("outsider"), "scoped_api_keys")).Missing("Not found.")
	f.Session("outsider").Get(path).Denied(noPermission)
	f.As("member").Get(f.Org("members", robin.UUID, "github_login")).Bytes(200, `{"github_login":null}`)
	f.As("unrelated_scope").Get(f.Org("members", robin.UUID, "github_login")).Denied("API key missing required scope 'organization_member:read'")
	f.As("member").Get(f.Org("members", "nobody", "github_login")).Missing("Not found.")
}

func TestUsers(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	const others = "As a non-staff user you're only allowed to access the `@me` user instance."
	me := f.As("member").Get("/api/users/@me/").Status(200)
	f.As("member").Get("/api/users/"+me.Get("uuid").String()).Bytes(200, string(me.Body))
	f.As("member").Get("/api/users/").Bytes(200, `{"count":1,"next":null,"previous":null,"results":[`+string(me.Body)+`]}`)
	f.As("member").Get("/api/users/?email=admin@hedgerow.example").Has("count", "0")
	f.As("member").Get("/api/users/?is_staff=true").Has("count", "0")
	f.As("member").Get("/api/users/?is_staff=false&email=member@hedgerow.example").Has("count", "1")
	for _, uuid := range []string{f.UUIDOf("admin"), "nobody", "00000000-0000-4000-8000-000000000000"} {
		f.As("member").Get("/api/users/" + uuid).Denied(others)
	}
	f.As("unrelated_scope").Get("/api/users/").Denied("API key missing required scope 'user:read'")
	f.Session("member").Post("/api/users/", `{"email": "x@example.com"}`).Refused(405, "invalid_request", "method_not_allowed", `Method "POST" not allowed.`, "")
	g.Expect(f.Anonymous().Get("/api/users/").Code).To(Equal(401))
}

func TestLoginPrecheck(t *testing.T) {
	f := mocktest.New(t)
	ask := func(email string) *mocktest.Answer {
		return f.Anonymous().Post("/api/login/precheck", `{"email": `+mocktest.Quote(email)+`}`)
	}
	free := `{"sso_enforcement":null,"saml_available":false}`
	ask("any_user_name_here@witw.example").Bytes(200, free)
	ask("admin@hedgerow.example").Bytes(200, `{"sso_enforcement":null,"saml_available":true}`)
	id := f.NewVerifiedDomain("witw.example.com")
	f.As("admin").Patch(f.Org("domains", id), `{"saml_entity_id": "e", "saml_acs_url": "https://idp.example.com", "sso_enforcement": "saml"}`).Status(200)
	ask("ada@witw.example.com").Bytes(200, `{"sso_enforcement":"saml","saml_available":false}`)
	f.As("admin").Patch(f.Org("domains", id), `{"saml_x509_cert": "c"}`).Status(200)
	ask("Ada@WITW.example.com").Bytes(200, `{"sso_enforcement":"saml","saml_available":true}`)
	ask("ada@sub.witw.example.com").Bytes(200, free)
	f.Anonymous().Post("/api/login/precheck/", `{}`).Invalid("required", "This field is required.", "email")
	ask("ada").Invalid("invalid_input", "Enter a valid email address.", "email")
	f.Anonymous().Get("/api/login/precheck/").Refused(405, "invalid_request", "method_not_allowed", `Method "GET" not allowed.`, "")
	f.With("Authorization", "Bearer phx_wrong").Post("/api/login/precheck/", `{"email": "ada@example.com"}`).Status(200)
}

func TestResettingTheTokenOfAProject(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	path := f.Org("projects", "1")
	before := f.As("admin").Get(path).Status(200)
	f.Advance(time.Minute)
	after := f.Session("admin").Patch(path+"reset_token/", `{"name": "no"}`).Status(200).Has("name", before.Get("name").Raw).Has("updated_at", `"2026-03-01T12:01:00Z"`)
	g.Expect(after.Get("api_token").String()).To(And(MatchRegexp(`^phc_[A-Za-z0-9]{43}$`), Not(Equal(before.Get("api_token").String()))))
	f.As("admin").Get("/api/projects/1/").Bytes(200, string(after.Body))
	f.Session("admin").Patch("/api/projects/@current/reset_token", "").Status(200)
	f.As("admin").Patch(path+"reset_token/", "").Denied("This action does not support personal API key access")
	f.Session("outsider").Patch("/api/projects/1/reset_token/", "").Missing("Not found.")
	f.Session("admin").Patch(f.Org("projects", "x", "reset_token"), "").Invalid("invalid_input", "Field 'id' expected a number but got 'x'.", "")
	f.Session("admin").Post(path+"reset_token/", "").Refused(405, "invalid_request", "method_not_allowed", `Method "POST" not allowed.`, "")
}
