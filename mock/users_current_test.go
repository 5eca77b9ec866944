package mock_test

import "testing"

func TestChoosingWhatIsCurrent(t *testing.T) {
	const bare = "01900000-0001-7000-8000-000000000003"
	f := newFake(t)
	me := "/api/users/@me/"
	f.as("admin").patch(me, `{"set_current_organization": "`+bare+`"}`).status(200).has("organization.id", quote(bare)).has("team.id", "5")
	f.as("admin").get("/api/organizations/@current/").has("id", quote(bare))
	f.as("admin").patch(me, `{"set_current_team": 2}`).status(200).has("team.id", "2").has("organization.id", quote(f.known("organization.id")))
	f.session("admin").patch(me, `{"set_current_team": "4", "set_current_organization": "`+f.known("organization.id")+`"}`).status(200).has("team.id", "4")
	before := f.as("admin").get(me)
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"somebody else's organization", `{"set_current_organization": "` + f.known("known.other_organization.id") + `"}`, "does_not_exist", "Object with id=" + f.known("known.other_organization.id") + " does not exist.", "set_current_organization"},
		{"no organization", `{"set_current_organization": "abc"}`, "does_not_exist", "Object with id=abc does not exist.", "set_current_organization"},
		{"somebody else's project", `{"set_current_team": 3}`, "does_not_exist", "Object with id=3 does not exist.", "set_current_team"},
		{"no project", `{"set_current_team": "x"}`, "does_not_exist", "Object with id=x does not exist.", "set_current_team"},
		{"blank", `{"set_current_team": ""}`, "blank", "This field may not be blank.", "set_current_team"},
		{"null", `{"set_current_organization": null}`, "null", "This field may not be null.", "set_current_organization"},
		{"two that do not fit", `{"set_current_organization": "` + bare + `", "set_current_team": 1}`, "invalid_input", "Team must belong to the same organization in set_current_organization.", "set_current_team"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.as("admin").patch(me, tc.body).invalid(tc.code, tc.detail, tc.attr)
		})
	}
	f.t = t
	f.as("admin").patch(me, `{"email": "other@example.com", "is_staff": true}`).bytes(200, string(before.body))
	f.as("member").patch(me, `{"set_current_team": 4}`).invalid("does_not_exist", "Object with id=4 does not exist.", "set_current_team")
	f.keyOf("admin", `"scopes": ["user:read"]`).patch(me, `{}`).denied("API key missing required scope 'user:write'")
	f.as("project_only").patch(me, `{"set_current_team": 1}`).status(200) // limits of keys do not count here
}
