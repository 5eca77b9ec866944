package api_test

import (
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestChoosingWhatIsCurrent(t *testing.T) {
	const bare = "01900000-0001-7000-8000-000000000003"
	f := mocktest.New(t)
	me := "/api/users/@me/"
	f.As("admin").Patch(me, `{"set_current_organization": "`+bare+`"}`).Status(200).Has("organization.id", mocktest.Quote(bare)).Has("team.id", "5")
	f.As("admin").Get("/api/organizations/@current/").Has("id", mocktest.Quote(bare))
	f.As("admin").Patch(me, `{"set_current_team": 2}`).Status(200).Has("team.id", "2").Has("organization.id", mocktest.Quote(f.Known("organization.id")))
	f.Session("admin").Patch(me, `{"set_current_team": "4", "set_current_organization": "`+f.Known("organization.id")+`"}`).Status(200).Has("team.id", "4")
	before := f.As("admin").Get(me)
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"somebody else's organization", `{"set_current_organization": "` + f.Known("known.other_organization.id") + `"}`, "does_not_exist", "Object with id=" + f.Known("known.other_organization.id") + " does not exist.", "set_current_organization"},
		{"no organization", `{"set_current_organization": "abc"}`, "does_not_exist", "Object with id=abc does not exist.", "set_current_organization"},
		{"somebody else's project", `{"set_current_team": 3}`, "does_not_exist", "Object with id=3 does not exist.", "set_current_team"},
		{"no project", `{"set_current_team": "x"}`, "does_not_exist", "Object with id=x does not exist.", "set_current_team"},
		{"blank", `{"set_current_team": ""}`, "blank", "This field may not be blank.", "set_current_team"},
		{"null", `{"set_current_organization": null}`, "null", "This field may not be null.", "set_current_organization"},
		{"two that do not fit", `{"set_current_organization": "` + bare + `", "set_current_team": 1}`, "invalid_input", "Team must belong to the same organization in set_current_organization.", "set_current_team"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.As("admin").Patch(me, tc.body).Invalid(tc.code, tc.detail, tc.attr)
		})
	}
	f.T = t
	f.As("admin").Patch(me, `{"email": "other@example.com", "is_staff": true}`).Bytes(200, string(before.Body))
	f.As("member").Patch(me, `{"set_current_team": 4}`).Invalid("does_not_exist", "Object with id=4 does not exist.", "set_current_team")
	keyOf(f, "admin", `"scopes": ["user:read"]`).Patch(me, `{}`).Denied("API key missing required scope 'user:write'")
	f.As("project_only").Patch(me, `{"set_current_team": 1}`).Status(200) // limits of keys do not count here
}
