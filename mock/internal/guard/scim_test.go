package guard_test

import "testing"

// What identity providers send, in their own words.
func TestSCIM(t *testing.T) {
	users := "/scim/v2/" + anID + "/Users"
	expectViolations(t, []violating{
		{"a user without addresses", exchange{operation: "scim_users_create", target: users, contentType: scim, body: `{"userName": "a@b.example"}`},
			"missing_field body /emails", "emails was not sent"},
		{"a user with an empty list of addresses", exchange{operation: "scim_users_create", target: users, contentType: scim, body: `{"emails": []}`},
			"invalid_value body /emails", "a list of at least 1"},
		{"a text for a boolean, as Entra ID sends it in a PATCH", exchange{operation: "scim_users_update", target: users + "/1", contentType: scim, body: `{"emails": [{"value": "a@b.example"}], "active": "False"}`},
			"wrong_type body /active", `active is the text "False"; the document says: true or false. Send that. The API takes it`},
		{"a form", exchange{operation: "scim_users_create", target: users, contentType: forms, body: "userName=a"},
			"content_type header Content-Type", "the document has application/json, application/scim+json."},
		{"an operation without op", exchange{operation: "scim_users_partial_update", target: users + "/1", contentType: scim, body: `{"Operations": [{"path": "active", "value": false}]}`},
			"missing_field body /Operations/0/op", ""},
		{"operations that are no list", exchange{operation: "scim_users_partial_update", target: users + "/1", contentType: scim, body: `{"Operations": {"op": "replace"}}`},
			"wrong_type body /Operations", ""},
		{"a group without a name", exchange{operation: "scim_groups_create", target: "/scim/v2/" + anID + "/Groups", contentType: scim, body: `{"members": []}`},
			"missing_field body /displayName", ""},
	})
	expectNone(t, map[string]exchange{
		"a user from Okta": {operation: "scim_users_create", target: users, contentType: "application/scim+json; charset=utf-8", body: `{
			"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "a@b.example", "name": {"givenName": "Ada", "familyName": "Larkin"},
			"emails": [{"primary": true, "value": "a@b.example", "type": "work"}], "displayName": "Ada Larkin", "locale": "en-US",
			"externalId": "00ujl29u0le5T6Aj10h7", "groups": [], "password": "1mz050nq", "active": true}`},
		"a user from Entra ID": {operation: "scim_users_create", target: users, contentType: scim, body: `{
			"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
			"externalId": "0a21f0f2", "userName": "a@b.example", "active": true, "emails": [{"primary": true, "type": "work", "value": "a@b.example"}],
			"meta": {"resourceType": "User"}, "name": {"formatted": "Ada Larkin", "familyName": "Larkin", "givenName": "Ada"}, "roles": [],
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Bees"}}`},
		"attributes without a value":        {operation: "scim_users_update", target: users + "/1", contentType: scim, body: `{"name": null, "active": null, "emails": [{"value": "a@b.example", "primary": null}]}`},
		"plain JSON":                        {operation: "scim_users_create", target: users, body: `{"emails": [{"value": "a@b.example"}]}`},
		"a PATCH from Okta":                 {operation: "scim_users_partial_update", target: users + "/1", contentType: scim, body: `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{"op": "replace", "value": {"active": false}}]}`},
		"a PATCH from Entra ID":             {operation: "scim_users_partial_update", target: users + "/1", contentType: scim, body: `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{"op": "Replace", "path": "active", "value": "False"}, {"op": "Add", "path": "emails[type eq \"work\"].value", "value": "b@b.example"}]}`},
		"a PATCH that removes":              {operation: "scim_groups_partial_update", target: "/scim/v2/" + anID + "/Groups/" + anID, contentType: scim, body: `{"Operations": [{"op": "remove", "path": "members[value eq \"12\"]", "value": null}]}`},
		"a group with members and more":     {operation: "scim_groups_create", target: "/scim/v2/" + anID + "/Groups", contentType: scim, body: `{"displayName": "Beekeepers", "externalId": "x", "members": [{"value": "12", "display": "Ada", "$ref": "Users/12"}]}`},
		"a part of a user":                  {operation: "scim_users_retrieve", target: users + "/1?attributes=userName&excludedAttributes=groups"},
		"a final slash, which is not there": {operation: "scim_users_retrieve", target: users + "/1/"},
	})
}
