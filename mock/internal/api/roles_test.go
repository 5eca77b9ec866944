package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const roleTaken = "There is already a role with this name."

func TestNewRole(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	created := f.As("admin").Post(f.Org("roles"), `{"name": "  Gardeners ", "id": "x", "is_default": true, "members": [1], "created_by": 1}`).Status(201)
	g.Expect(created.Keys("")).To(Equal(strings.Fields("id name created_at created_by members is_default")))
	created.Has("name", `"Gardeners"`).Has("created_at", `"2026-03-01T12:00:00Z"`).Has("created_by", "null").Has("members", "[]").Has("is_default", "false")
	id := created.Get("id").String()
	f.As("member").Get(f.Org("roles", id)).Bytes(200, string(created.Body))
	list := f.As("member").Get(f.Org("roles")).Status(200).Has("count", "3")
	g.Expect(list.Get("results.2").Raw).To(Equal(string(created.Body)), "in the order of their making")
}

func TestRoleNames(t *testing.T) {
	f := mocktest.New(t)
	f.NewRole("Ops")
	other := f.NewRole("Sales")
	for _, tc := range []struct{ name, body, code, detail string }{
		{"no name", `{}`, "required", "This field is required."},
		{"null", `{"name": null}`, "null", "This field may not be null."},
		{"blank", `{"name": " "}`, "blank", "This field may not be blank."},
		{"boolean", `{"name": true}`, "invalid_input", "Not a valid string."},
		{"object", `{"name": {}}`, "invalid_input", "Not a valid string."},
		{"long", `{"name": "` + strings.Repeat("ü", 201) + `"}`, "max_length", "Ensure this field has no more than 200 characters."},
		{"null character", `{"name": "a\u0000"}`, "null_characters_not_allowed", "Null characters are not allowed."},
		{"half a character", `{"name": "\ud800"}`, "surrogate_characters_not_allowed", "Surrogate characters are not allowed: U+D800."},
		{"taken", `{"name": "Ops"}`, "unique", roleTaken},
		{"taken in another case", `{"name": " oPS"}`, "unique", roleTaken},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			before := f.As("admin").Get(f.Org("roles"))
			f.As("admin").Post(f.Org("roles"), tc.body).Invalid(tc.code, tc.detail, "name")
			f.As("admin").Put(f.Org("roles", other), tc.body).Invalid(tc.code, tc.detail, "name")
			if tc.name != "no name" {
				f.As("admin").Patch(f.Org("roles", other), tc.body).Invalid(tc.code, tc.detail, "name")
			}
			f.As("admin").Get(f.Org("roles")).Bytes(200, string(before.Body))
		})
	}
	f.T = t
	f.As("admin").Post(f.Org("roles"), `{"name": 12}`).Status(201).Has("name", `"12"`)
	f.As("admin").Form(f.Org("roles"), "name=Form").Status(201).Has("name", `"Form"`)
	f.As("admin").Post(f.Org("roles"), `{"name": "`+strings.Repeat("ü", 200)+`"}`).Status(201)
	f.As("admin").Post(f.Org("roles"), `[]`).Invalid("invalid_input", "Invalid data. Expected a dictionary, but got list.", "")
}

func TestRoleChanges(t *testing.T) {
	f := mocktest.New(t)
	path := f.Org("roles", f.NewRole("Before"))
	f.Advance(time.Hour)
	f.As("admin").Patch(path, `{}`).Status(200).Has("name", `"Before"`)
	f.As("admin").Patch(path, `{"name": "BEFORE"}`).Status(200).Has("name", `"BEFORE"`).Has("created_at", `"2026-03-01T12:00:00Z"`)
	f.As("admin").Put(path, `{"name": "After"}`).Status(200).Has("name", `"After"`)
	f.As("admin").Post(f.Org("roles"), `{"name": "before"}`).Status(201)
	f.As("admin").Delete(path).Bytes(204, "")
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		f.As("admin").Do(method, path, "application/json", `{}`).Missing("Not found.")
		f.As("admin").Do(method, f.Org("roles", "nothing"), "application/json", `{}`).Missing("Not found.")
	}
}

func TestWhoMayWriteRoles(t *testing.T) {
	f := mocktest.New(t)
	role := f.NewRole("Locked")
	places := f.Org("roles", role, "role_memberships")
	place := f.As("admin").Post(places, `{"user_uuid": "`+f.UUIDOf("member")+`"}`).Status(201).Get("id").String()
	for _, tc := range []struct{ method, path string }{
		{"POST", f.Org("roles")}, {"PUT", f.Org("roles", role)}, {"PATCH", f.Org("roles", role)}, {"DELETE", f.Org("roles", role)},
		{"POST", places}, {"DELETE", places + place + "/"}, {"DELETE", f.Org("roles", "nothing")},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			f.T = t
			f.As("member").Do(tc.method, tc.path, "application/json", `{`).Denied(lowLevel)
			f.As("outsider").Do(tc.method, tc.path, "application/json", `{`).Denied(noPermission)
			f.As("read_scopes").Do(tc.method, tc.path, "application/json", `{`).Denied("API key missing required scope 'organization:write'")
			f.SessionOf("admin", 3*time.Hour).Do(tc.method, tc.path, "application/json", `{`).Denied(notRecent)
			f.Anonymous().Do(tc.method, tc.path, "application/json", `{`).Unauthenticated("not_authenticated", noCredentials)
		})
	}
	f.T = t
	for _, path := range []string{f.Org("roles"), f.Org("roles", role), places, places + place + "/"} {
		f.As("member").Get(path).Status(200)
		f.As("read_scopes").Get(path).Status(200)
		f.SessionOf("admin", 3*time.Hour).Get(path).Status(200)
		f.As("unrelated_scope").Get(path).Denied("API key missing required scope 'organization:read'")
	}
	f.Session("admin").Delete(places+place+"/").Bytes(204, "")
}

func TestRoleMemberships(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	role := f.NewRole("Walkers")
	places := f.Org("roles", role, "role_memberships")
	body := `{"user_uuid": "` + f.UUIDOf("member") + `"}`
	created := f.As("admin").Post(places, body).Status(201).Has("role_id", mocktest.Quote(role)).Has("joined_at", `"2026-03-01T12:00:00Z"`).
		Has("user.email", `"member@hedgerow.example"`).Has("organization_member.level", "1").Has("organization_member.user.email", `"member@hedgerow.example"`)
	g.Expect(created.Keys("")).To(Equal(strings.Fields("id role_id organization_member user joined_at updated_at")))
	g.Expect(created.Keys("organization_member")).To(Equal(strings.Fields("id user level joined_at updated_at is_2fa_enabled has_social_auth search_match_type")))
	place := places + created.Get("id").String() + "/"
	f.As("member").Get(place).Bytes(200, string(created.Body))
	f.As("member").Get(places).Bytes(200, `{"count":1,"next":null,"previous":null,"results":[`+string(created.Body)+`]}`)
	f.As("member").Get(f.Org("roles", role)).Has("members", "["+string(created.Body)+"]")
	f.As("admin").Post(places, body).Invalid("invalid_input", "User is already part of the role.", "")

	other := f.Org("roles", f.NewRole("Others"), "role_memberships")
	f.As("admin").Get(other + created.Get("id").String() + "/").Missing("Not found.")
	f.As("admin").Delete(other + created.Get("id").String() + "/").Missing("Not found.")
	f.As("admin").Get(places + "nothing/").Missing("Not found.")
	f.As("admin").Patch(place, `{}`).Denied("This action does not support personal API key access")
	f.Session("admin").Patch(place, `{}`).Refused(405, "invalid_request", "method_not_allowed", `Method "PATCH" not allowed.`, "")
	f.As("admin").Delete(place).Bytes(204, "")
	f.As("admin").Delete(place).Missing("Not found.")
	f.As("admin").Get(places).Has("count", "0")
	memberOf(f, "member@hedgerow.example").Has("count", "1")
}

func TestRoleMembershipsThatAreRefused(t *testing.T) {
	const nowhere = "00000000-0000-4000-8000-000000000000"
	f := mocktest.New(t)
	role := f.NewRole("Walkers")
	for _, tc := range []struct{ name, role, body, code, detail, attr string }{
		{"no user", role, `{}`, "required", "This field is required.", "user_uuid"},
		{"null", role, `{"user_uuid": null}`, "null", "This field may not be null.", "user_uuid"},
		{"blank", role, `{"user_uuid": ""}`, "invalid_input", "Must be a valid UUID.", "user_uuid"},
		{"an address", role, `{"user_uuid": "a@example.com"}`, "invalid_input", "Must be a valid UUID.", "user_uuid"},
		{"a list", role, `{"user_uuid": []}`, "invalid_input", "Must be a valid UUID.", "user_uuid"},
		{"a negative number", role, `{"user_uuid": -1}`, "invalid_input", "Must be a valid UUID.", "user_uuid"},
		{"a number", role, `{"user_uuid": 1}`, "invalid_input", "User does not exist.", ""},
		{"nobody", role, `{"user_uuid": "` + nowhere + `"}`, "invalid_input", "User does not exist.", ""},
		{"a stranger", role, `{"user_uuid": "` + f.UUIDOf("outsider") + `"}`, "invalid_input", "User does not exist.", ""},
		{"no role", nowhere, `{"user_uuid": "` + f.UUIDOf("member") + `"}`, "invalid_input", "Role does not exist.", ""},
		{"no role and no user", nowhere, `{"user_uuid": "` + nowhere + `"}`, "invalid_input", "Role does not exist.", ""},
		{"no role and nothing", nowhere, `{}`, "required", "This field is required.", "user_uuid"},
		{"a role that is no UUID", "nothing", `{"user_uuid": "` + f.UUIDOf("member") + `"}`, "invalid_input", "Role does not exist.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.As("admin").Post(f.Org("roles", tc.role, "role_memberships"), tc.body).Invalid(tc.code, tc.detail, tc.attr)
		})
	}
	f.T = t
	for _, unknown := range []string{nowhere, "nothing"} {
		f.As("admin").Get(f.Org("roles", unknown, "role_memberships")).Bytes(200, `{"count":0,"next":null,"previous":null,"results":[]}`)
		f.As("admin").Get(f.Org("roles", unknown, "role_memberships", nowhere)).Missing("Not found.")
		f.As("admin").Delete(f.Org("roles", unknown, "role_memberships", nowhere)).Missing("Not found.")
	}
}

func TestRolesOfAnotherOrganization(t *testing.T) {
	f := mocktest.New(t)
	other := f.Known("known.other_organization.id")
	foreign := f.As("outsider").Post(mocktest.Org(other, "roles"), `{"name": "Ops"}`).Status(201).Get("id").String()
	place := f.As("outsider").Post(mocktest.Org(other, "roles", foreign, "role_memberships"), `{"user_uuid": "`+f.UUIDOf("outsider")+`"}`).Status(201).Get("id").String()
	f.NewRole("Ops")
	f.As("admin").Get(f.Org("roles", foreign)).Missing("Not found.")
	f.As("admin").Patch(f.Org("roles", foreign), `{"name": "x"}`).Missing("Not found.")
	f.As("admin").Delete(f.Org("roles", foreign)).Missing("Not found.")
	f.As("admin").Get(f.Org("roles", foreign, "role_memberships")).Has("count", "0")
	f.As("admin").Get(f.Org("roles", foreign, "role_memberships", place)).Missing("Not found.")
	f.As("admin").Delete(f.Org("roles", foreign, "role_memberships", place)).Missing("Not found.")
	f.As("admin").Post(f.Org("roles", foreign, "role_memberships"), `{"user_uuid": "`+f.UUIDOf("member")+`"}`).Invalid("invalid_input", "Role does not exist.", "")
	f.As("admin").Get(mocktest.Org(other, "roles", foreign)).Denied(noPermission)
	f.As("outsider").Get(mocktest.Org(other, "roles", foreign)).Status(200).Has("members.#", "1")
}

func TestDeletingRoles(t *testing.T) {
	f := mocktest.New(t)
	role := f.NewRole("Walkers")
	place := f.As("admin").Post(f.Org("roles", role, "role_memberships"), `{"user_uuid": "`+f.UUIDOf("member")+`"}`).Status(201).Get("id").String()
	home := mocktest.Org(f.Known("organization.id"))
	f.As("admin").Patch(home, `{"default_role_id": "`+role+`"}`).Status(200).Has("default_role_id", mocktest.Quote(role))
	f.As("admin").Get(f.Org("roles", role)).Has("is_default", "true")
	f.As("admin").Delete(f.Org("roles", role)).Bytes(204, "")
	f.As("admin").Get(home).Has("default_role_id", "null")
	f.As("admin").Get(f.Org("roles", role, "role_memberships", place)).Missing("Not found.")
	f.NewMember("late@example.com", f.Known("organization.id"), "1")
	memberOf(f, "member@hedgerow.example").Has("count", "1")
}

func TestRolesAtTheSameTime(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	role, member := f.NewRole("Busy"), f.UUIDOf("member")
	codes := make([][2]int, 16)
	var wait sync.WaitGroup
	for i := range codes {
		wait.Go(func() {
			codes[i][0] = f.As("admin").Post(f.Org("roles"), `{"name": "Race"}`).Code
			codes[i][1] = f.As("admin").Post(f.Org("roles", role, "role_memberships"), `{"user_uuid": "`+member+`"}`).Code
		})
	}
	wait.Wait()
	made := [2]int{}
	for _, pair := range codes {
		for i, code := range pair {
			if code == http.StatusCreated {
				made[i]++
			}
		}
	}
	g.Expect(made).To(Equal([2]int{1, 1}))
	for i := range 30 {
		f.NewRole(fmt.Sprintf("Role %02d", i))
	}
	f.As("admin").Get(f.Org("roles")+"?limit=10&offset=30").Has("count", "34").Has("results.#", "4").
		Has("previous", `"http://fake.test`+f.Org("roles")+`?limit=10&offset=20"`)
}
