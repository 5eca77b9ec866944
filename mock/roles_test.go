package mock_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

const roleTaken = "There is already a role with this name."

func (f *fake) newRole(name string) string {
	f.t.Helper()
	return f.as("admin").post(f.org("roles"), `{"name": `+quote(name)+`}`).status(http.StatusCreated).get("id").String()
}

func TestNewRole(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	created := f.as("admin").post(f.org("roles"), `{"name": "  Gardeners ", "id": "x", "is_default": true, "members": [1], "created_by": 1}`).status(201)
	g.Expect(created.keys("")).To(Equal(strings.Fields("id name created_at created_by members is_default")))
	created.has("name", `"Gardeners"`).has("created_at", `"2026-03-01T12:00:00Z"`).has("created_by", "null").has("members", "[]").has("is_default", "false")
	id := created.get("id").String()
	f.as("member").get(f.org("roles", id)).bytes(200, string(created.body))
	list := f.as("member").get(f.org("roles")).status(200).has("count", "3")
	g.Expect(list.get("results.2").Raw).To(Equal(string(created.body)), "in the order of their making")
}

func TestRoleNames(t *testing.T) {
	f := newFake(t)
	f.newRole("Ops")
	other := f.newRole("Sales")
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
			f.t = t
			before := f.as("admin").get(f.org("roles"))
			f.as("admin").post(f.org("roles"), tc.body).invalid(tc.code, tc.detail, "name")
			f.as("admin").put(f.org("roles", other), tc.body).invalid(tc.code, tc.detail, "name")
			if tc.name != "no name" {
				f.as("admin").patch(f.org("roles", other), tc.body).invalid(tc.code, tc.detail, "name")
			}
			f.as("admin").get(f.org("roles")).bytes(200, string(before.body))
		})
	}
	f.t = t
	f.as("admin").post(f.org("roles"), `{"name": 12}`).status(201).has("name", `"12"`)
	f.as("admin").form(f.org("roles"), "name=Form").status(201).has("name", `"Form"`)
	f.as("admin").post(f.org("roles"), `{"name": "`+strings.Repeat("ü", 200)+`"}`).status(201)
	f.as("admin").post(f.org("roles"), `[]`).invalid("invalid_input", "Invalid data. Expected a dictionary, but got list.", "")
}

func TestRoleChanges(t *testing.T) {
	f := newFake(t)
	path := f.org("roles", f.newRole("Before"))
	f.Advance(time.Hour)
	f.as("admin").patch(path, `{}`).status(200).has("name", `"Before"`)
	f.as("admin").patch(path, `{"name": "BEFORE"}`).status(200).has("name", `"BEFORE"`).has("created_at", `"2026-03-01T12:00:00Z"`)
	f.as("admin").put(path, `{"name": "After"}`).status(200).has("name", `"After"`)
	f.as("admin").post(f.org("roles"), `{"name": "before"}`).status(201)
	f.as("admin").delete(path).bytes(204, "")
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		f.as("admin").do(method, path, "application/json", `{}`).missing("Not found.")
		f.as("admin").do(method, f.org("roles", "nothing"), "application/json", `{}`).missing("Not found.")
	}
}

func TestWhoMayWriteRoles(t *testing.T) {
	f := newFake(t)
	role := f.newRole("Locked")
	places := f.org("roles", role, "role_memberships")
	place := f.as("admin").post(places, `{"user_uuid": "`+f.uuidOf("member")+`"}`).status(201).get("id").String()
	for _, tc := range []struct{ method, path string }{
		{"POST", f.org("roles")}, {"PUT", f.org("roles", role)}, {"PATCH", f.org("roles", role)}, {"DELETE", f.org("roles", role)},
		{"POST", places}, {"DELETE", places + place + "/"}, {"DELETE", f.org("roles", "nothing")},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			f.t = t
			f.as("member").do(tc.method, tc.path, "application/json", `{`).denied(lowLevel)
			f.as("outsider").do(tc.method, tc.path, "application/json", `{`).denied(noPermission)
			f.as("read_scopes").do(tc.method, tc.path, "application/json", `{`).denied("API key missing required scope 'organization:write'")
			f.sessionOf("admin", 3*time.Hour).do(tc.method, tc.path, "application/json", `{`).denied(notRecent)
			f.anonymous().do(tc.method, tc.path, "application/json", `{`).unauthenticated("not_authenticated", noCredentials)
		})
	}
	f.t = t
	for _, path := range []string{f.org("roles"), f.org("roles", role), places, places + place + "/"} {
		f.as("member").get(path).status(200)
		f.as("read_scopes").get(path).status(200)
		f.sessionOf("admin", 3*time.Hour).get(path).status(200)
		f.as("unrelated_scope").get(path).denied("API key missing required scope 'organization:read'")
	}
	f.session("admin").delete(places+place+"/").bytes(204, "")
}

func TestRoleMemberships(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	role := f.newRole("Walkers")
	places := f.org("roles", role, "role_memberships")
	body := `{"user_uuid": "` + f.uuidOf("member") + `"}`
	created := f.as("admin").post(places, body).status(201).has("role_id", quote(role)).has("joined_at", `"2026-03-01T12:00:00Z"`).
		has("user.email", `"member@hedgerow.example"`).has("organization_member.level", "1").has("organization_member.user.email", `"member@hedgerow.example"`)
	g.Expect(created.keys("")).To(Equal(strings.Fields("id role_id organization_member user joined_at updated_at")))
	g.Expect(created.keys("organization_member")).To(Equal(strings.Fields("id user level joined_at updated_at is_2fa_enabled has_social_auth")))
	place := places + created.get("id").String() + "/"
	f.as("member").get(place).bytes(200, string(created.body))
	f.as("member").get(places).bytes(200, `{"count":1,"next":null,"previous":null,"results":[`+string(created.body)+`]}`)
	f.as("member").get(f.org("roles", role)).has("members", "["+string(created.body)+"]")
	f.as("admin").post(places, body).invalid("invalid_input", "User is already part of the role.", "")

	other := f.org("roles", f.newRole("Others"), "role_memberships")
	f.as("admin").get(other + created.get("id").String() + "/").missing("Not found.")
	f.as("admin").delete(other + created.get("id").String() + "/").missing("Not found.")
	f.as("admin").get(places + "nothing/").missing("Not found.")
	f.as("admin").patch(place, `{}`).denied("This action does not support personal API key access")
	f.session("admin").patch(place, `{}`).refused(405, "invalid_request", "method_not_allowed", `Method "PATCH" not allowed.`, "")
	f.as("admin").delete(place).bytes(204, "")
	f.as("admin").delete(place).missing("Not found.")
	f.as("admin").get(places).has("count", "0")
	f.memberOf("member@hedgerow.example").has("count", "1")
}

func TestRoleMembershipsThatAreRefused(t *testing.T) {
	const nowhere = "00000000-0000-4000-8000-000000000000"
	f := newFake(t)
	role := f.newRole("Walkers")
	for _, tc := range []struct{ name, role, body, code, detail, attr string }{
		{"no user", role, `{}`, "required", "This field is required.", "user_uuid"},
		{"null", role, `{"user_uuid": null}`, "null", "This field may not be null.", "user_uuid"},
		{"blank", role, `{"user_uuid": ""}`, "invalid_input", "Must be a valid UUID.", "user_uuid"},
		{"an address", role, `{"user_uuid": "a@example.com"}`, "invalid_input", "Must be a valid UUID.", "user_uuid"},
		{"a list", role, `{"user_uuid": []}`, "invalid_input", "Must be a valid UUID.", "user_uuid"},
		{"a negative number", role, `{"user_uuid": -1}`, "invalid_input", "Must be a valid UUID.", "user_uuid"},
		{"a number", role, `{"user_uuid": 1}`, "invalid_input", "User does not exist.", ""},
		{"nobody", role, `{"user_uuid": "` + nowhere + `"}`, "invalid_input", "User does not exist.", ""},
		{"a stranger", role, `{"user_uuid": "` + f.uuidOf("outsider") + `"}`, "invalid_input", "User does not exist.", ""},
		{"no role", nowhere, `{"user_uuid": "` + f.uuidOf("member") + `"}`, "invalid_input", "Role does not exist.", ""},
		{"no role and no user", nowhere, `{"user_uuid": "` + nowhere + `"}`, "invalid_input", "Role does not exist.", ""},
		{"no role and nothing", nowhere, `{}`, "required", "This field is required.", "user_uuid"},
		{"a role that is no UUID", "nothing", `{"user_uuid": "` + f.uuidOf("member") + `"}`, "invalid_input", "Role does not exist.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.as("admin").post(f.org("roles", tc.role, "role_memberships"), tc.body).invalid(tc.code, tc.detail, tc.attr)
		})
	}
	f.t = t
	for _, unknown := range []string{nowhere, "nothing"} {
		f.as("admin").get(f.org("roles", unknown, "role_memberships")).bytes(200, `{"count":0,"next":null,"previous":null,"results":[]}`)
		f.as("admin").get(f.org("roles", unknown, "role_memberships", nowhere)).missing("Not found.")
		f.as("admin").delete(f.org("roles", unknown, "role_memberships", nowhere)).missing("Not found.")
	}
}

func TestRolesOfAnotherOrganization(t *testing.T) {
	f := newFake(t)
	other := f.known("known.other_organization.id")
	foreign := f.as("outsider").post(in(other, "roles"), `{"name": "Ops"}`).status(201).get("id").String()
	place := f.as("outsider").post(in(other, "roles", foreign, "role_memberships"), `{"user_uuid": "`+f.uuidOf("outsider")+`"}`).status(201).get("id").String()
	f.newRole("Ops")
	f.as("admin").get(f.org("roles", foreign)).missing("Not found.")
	f.as("admin").patch(f.org("roles", foreign), `{"name": "x"}`).missing("Not found.")
	f.as("admin").delete(f.org("roles", foreign)).missing("Not found.")
	f.as("admin").get(f.org("roles", foreign, "role_memberships")).has("count", "0")
	f.as("admin").get(f.org("roles", foreign, "role_memberships", place)).missing("Not found.")
	f.as("admin").delete(f.org("roles", foreign, "role_memberships", place)).missing("Not found.")
	f.as("admin").post(f.org("roles", foreign, "role_memberships"), `{"user_uuid": "`+f.uuidOf("member")+`"}`).invalid("invalid_input", "Role does not exist.", "")
	f.as("admin").get(in(other, "roles", foreign)).denied(noPermission)
	f.as("outsider").get(in(other, "roles", foreign)).status(200).has("members.#", "1")
}

func TestDeletingRoles(t *testing.T) {
	f := newFake(t)
	role := f.newRole("Walkers")
	place := f.as("admin").post(f.org("roles", role, "role_memberships"), `{"user_uuid": "`+f.uuidOf("member")+`"}`).status(201).get("id").String()
	home := in(f.known("organization.id"))
	f.as("admin").patch(home, `{"default_role_id": "`+role+`"}`).status(200).has("default_role_id", quote(role))
	f.as("admin").get(f.org("roles", role)).has("is_default", "true")
	f.as("admin").delete(f.org("roles", role)).bytes(204, "")
	f.as("admin").get(home).has("default_role_id", "null")
	f.as("admin").get(f.org("roles", role, "role_memberships", place)).missing("Not found.")
	f.newMember("late@example.com", f.known("organization.id"), "1")
	f.memberOf("member@hedgerow.example").has("count", "1")
}

func TestRolesAtTheSameTime(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	role, member := f.newRole("Busy"), f.uuidOf("member")
	codes := make([][2]int, 16)
	var wait sync.WaitGroup
	for i := range codes {
		wait.Go(func() {
			codes[i][0] = f.as("admin").post(f.org("roles"), `{"name": "Race"}`).code
			codes[i][1] = f.as("admin").post(f.org("roles", role, "role_memberships"), `{"user_uuid": "`+member+`"}`).code
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
		f.newRole(fmt.Sprintf("Role %02d", i))
	}
	f.as("admin").get(f.org("roles")+"?limit=10&offset=30").has("count", "34").has("results.#", "4").
		has("previous", `"http://fake.test`+f.org("roles")+`?limit=10&offset=20"`)
}
