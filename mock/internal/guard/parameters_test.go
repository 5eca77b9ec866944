package guard_test

import "testing"

func TestParameters(t *testing.T) {
	users := "/scim/v2/" + anID + "/Users"
	logs := domains + anID + "/scim/logs/"
	expectViolations(t, []violating{
		{"a parameter that is not documented", exchange{operation: "domains_list", target: domains + "?search=hedge"},
			"unknown_parameter query search", "search is not documented, and nothing reads it. domains_list has limit, offset."},
		{"a parameter where there are none", exchange{operation: "domains_retrieve", target: domains + anID + "/?expand=1"},
			"unknown_parameter query expand", "domains_retrieve has no parameters in the query."},
		{"a text for a number", exchange{operation: "domains_list", target: domains + "?limit=all"},
			"invalid_parameter query limit", `limit is "all"; the document says: an integer (How many results a page holds.`},
		{"nothing for a number", exchange{operation: "domains_list", target: domains + "?offset="},
			"invalid_parameter query offset", `offset is ""`},
		{"a number below the least", exchange{operation: "scim_users_list", target: users + "?startIndex=0"},
			"invalid_parameter query startIndex", "an integer, 1 or more"},
		{"a word for the last page", exchange{operation: "domains_scim_logs_retrieve", target: logs + "?page=last"},
			"invalid_parameter query page", `page is "last"`},
		{"a day for a time", exchange{operation: "members_list", target: "/api/organizations/@current/members/?updated_after=2026-01-14"},
			"invalid_parameter query updated_after", "a time such as"},
		{"a plus that became a space", exchange{operation: "domains_scim_logs_retrieve", target: logs + "?after=2026-01-14T00:00:00+01:00"},
			"invalid_parameter query after", `after is "2026-01-14T00:00:00 01:00"`},
		{"an identifier that is none", exchange{operation: "domains_retrieve", target: domains + "hedgerow.example/"},
			"invalid_parameter path id", `id is "hedgerow.example"; the document says: a UUID (The domain's UUID.`},
		{"a UUID without its dashes", exchange{operation: "domains_retrieve", target: domains + "0198a1c42b7d7e058f136a9c0d2e4b81/"},
			"invalid_parameter path id", "a UUID"},
		{"an identifier that is none before others", exchange{operation: "role_memberships_list", target: "/api/organizations/@current/roles/nobody/role_memberships/"},
			"invalid_parameter path role_id", `role_id is "nobody"`},
	})
	expectNone(t, map[string]exchange{
		"a page":                            {operation: "domains_list", target: domains + "?limit=20&offset=40"},
		"without the final slash":           {operation: "domains_list", target: "/api/organizations/@current/domains?limit=20"},
		"an identifier, and no final slash": {operation: "domains_retrieve", target: domains + anID},
		"a UUID in upper case":              {operation: "domains_retrieve", target: domains + "0198A1C4-2B7D-7E05-8F13-6A9C0D2E4B81/"},
		"below the path of a sandbox":       {operation: "domains_retrieve", target: "/_sandbox/mine" + domains + anID + "/"},
		"a key in the query":                {operation: "domains_list", target: domains + "?personal_api_key=phx_a"},
		"a number beyond every list":        {operation: "domains_list", target: domains + "?limit=99999999999999999999"},
		"an empty text":                     {operation: "projects_list", target: "/api/projects/?search="},
		"a time":                            {operation: "domains_scim_logs_retrieve", target: logs + "?after=2026-01-14T00%3A00%3A00%2B01%3A00&before=2026-01-15T00:00:00Z"},
		"an alias in the path":              {operation: "members_partial_update", target: "/api/organizations/@current/members/@me/"},
		"a filter of SCIM":                  {operation: "scim_users_list", target: users + "?filter=userName%20eq%20%22a%40b.example%22&startIndex=1&count=0"},
	})
}

func TestAKeyInTheQueryIsNotOfSCIM(t *testing.T) {
	expectViolations(t, []violating{
		{"a key of the API", exchange{operation: "scim_users_list", target: "/scim/v2/" + anID + "/Users?personal_api_key=phx_a"},
			"unknown_parameter query personal_api_key", "is not documented"},
	})
}
