package guard_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

func TestBodies(t *testing.T) {
	const login = "/api/login/"
	expectViolations(t, []violating{
		{"another content type", exchange{operation: "invites_create", target: invites, contentType: "text/plain", body: `{"target_email": "a@b.example"}`},
			"content_type header Content-Type", "The body was sent as text/plain; the document has application/json, application/x-www-form-urlencoded, multipart/form-data."},
		{"a form where only JSON will do", exchange{operation: "invites_bulk_create", target: invites + "bulk/", contentType: forms, body: "target_email=a%40b.example"},
			"content_type header Content-Type", "the document has application/json. Send"},
		{"SCIM's content type for the API", exchange{operation: "invites_create", target: invites, contentType: scim, body: `{"target_email": "a@b.example"}`},
			"content_type header Content-Type", ""},
		{"no body", exchange{operation: "invites_create", target: invites},
			"missing_body body", "No body was sent; the document requires one. Send an object."},
		{"half a body", exchange{operation: "invites_create", target: invites, body: `{"target_email":`},
			"malformed_body body", "The body is not application/json: unexpected end of JSON input."},
		{"a multipart body without its boundary", exchange{operation: "invites_create", target: invites, contentType: "multipart/form-data", body: `target_email=a`},
			"malformed_body body", "The body is not multipart/form-data"},
		{"a misspelt field", exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "firstName": "Ada"}`},
			"unread_field body /firstName", "firstName is not documented, and nothing reads it. What may be sent is combine_pending_invites, first_name, level,"},
		{"a misspelt field of a list", exchange{operation: "invites_create", target: invites,
			body: `{"target_email": "a@b.example", "private_project_access": [{"id": 1, "level": "admin"}, {"id": 2, "level": "admin", "role": 1}]}`},
			"unread_field body /private_project_access/1/role", "What may be sent is id, level."},
		{"a field of a schema that is documented in part", exchange{operation: "organizations_projects_partial_update",
			target: "/api/organizations/@current/projects/1/", body: `{"session_recording_opt_in": true}`},
			"unread_field body /session_recording_opt_in", "a deployment may know this one, the fake does not"},
		{"a field that only answers have", exchange{operation: "domains_create", target: domains, body: `{"domain": "a.example", "is_verified": true}`},
			"read_only_field body /is_verified", "is_verified is only in answers"},
		{"an object that is sent back as it came", exchange{operation: "domains_partial_update", target: domains + anID + "/", body: `{"id": "` + anID + `", "scim_enabled": true}`},
			"read_only_field body /id", "what may be sent is domain, id_jag_allowed_clients"},
		{"null for a field that only answers have", exchange{operation: "domains_create", target: domains, body: `{"domain": "a.example", "verified_at": null}`},
			"read_only_field body /verified_at", ""},
		{"an object for a field that only answers have", exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "created_by": {"id": "x", "more": 1}}`},
			"read_only_field body /created_by", ""},
		{"a missing field", exchange{operation: "login_create", target: login, body: `{"email": "a@b.example"}`},
			"missing_field body /password", "password was not sent; the document requires it: a text. Send it."},
		{"a missing field of a list", exchange{operation: "invites_bulk_create", target: invites + "bulk/", body: `[{"target_email": "a@b.example"}, {"level": 1}]`},
			"missing_field body /1/target_email", "target_email was not sent"},
		{"a text for a boolean", exchange{operation: "domains_partial_update", target: domains + anID + "/", body: `{"scim_enabled": "true"}`},
			"wrong_type body /scim_enabled", `scim_enabled is the text "true"; the document says: true or false. Send that. The API takes it all the same, because its framework converts it`},
		{"a text that is no boolean", exchange{operation: "domains_partial_update", target: domains + anID + "/", body: `{"scim_enabled": "perhaps"}`},
			"wrong_type body /scim_enabled", `scim_enabled is the text "perhaps"; the document says: true or false. Send that.`},
		{"a text for a number to choose", exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "level": "8"}`},
			"wrong_type body /level", `level is the text "8"; the document says: an integer, one of 1, 8, 15. Send that. The API takes it`},
		{"a number for a text", exchange{operation: "roles_create", target: "/api/organizations/@current/roles/", body: `{"name": 7}`},
			"wrong_type body /name", "name is a number; the document says: a text. Send that. The API takes it"},
		{"a secret of a wrong type", exchange{operation: "login_create", target: login, body: `{"email": "a@b.example", "password": 12345678}`},
			"wrong_type body /password", "password is a number; the document says: a text."},
		{"null where null is not allowed", exchange{operation: "organizations_create", target: "/api/organizations/", body: `{"name": null}`},
			"wrong_type body /name", "name is null; the document says: a text."},
		{"a text deep inside", exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "private_project_access": [{"id": "1", "level": "admin"}]}`},
			"wrong_type body /private_project_access/0/id", `id is the text "1"; the document says: an integer. Send that.`},
		{"a list for an object", exchange{operation: "invites_create", target: invites, body: `[]`},
			"wrong_type body", "The body is a list of 0; the document says: an object."},
		{"an object for a list", exchange{operation: "invites_bulk_create", target: invites + "bulk/", body: `{"target_email": "a@b.example"}`},
			"wrong_type body", "The body is an object; the document says: a list of at most 20."},
		{"a value that cannot be chosen", exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "level": 3}`},
			"invalid_value body /level", "level is the number 3; the document says: an integer, one of 1, 8, 15."},
		{"a UUID that is none", exchange{operation: "domains_partial_update", target: domains + anID + "/", body: `{"identity_provider_config": "okta"}`},
			"invalid_value body /identity_provider_config", `identity_provider_config is the text "okta"; the document says: a UUID, or null.`},
		{"more items than a list holds", exchange{operation: "invites_bulk_create", target: invites + "bulk/",
			body: `[` + strings.TrimSuffix(strings.Repeat(`{"target_email": "a@b.example"},`, 21), ",") + `]`},
			"invalid_value body", "The body is a list of 21; the document says: a list of at most 20."},
		{"a number beyond all bounds", exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "level": 1e400}`},
			"wrong_type body /level", "level is a number beyond all bounds; the document says: an integer"},
		{"an item of a wrong type", exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "private_project_access": [7]}`},
			"wrong_type body /private_project_access/0", "private_project_access/0 is a number; the document says: an object."},
		{"a field where no body is taken", exchange{operation: "domains_destroy", target: domains + anID + "/", body: `{"force": true}`},
			"unread_field body /force", "domains_destroy takes no body"},
		{"a list where no body is taken", exchange{operation: "domains_destroy", target: domains + anID + "/", body: `[1]`},
			"unread_field body", "domains_destroy takes none"},
		{"something else where no body is taken", exchange{operation: "domains_destroy", target: domains + anID + "/", contentType: "text/plain", body: `now`},
			"unread_field body", ""},
	})
	expectNone(t, map[string]exchange{
		"a body that was not read":       {operation: "invites_create", target: invites, facts: guard.Facts{BodyCut: true}, body: `{"targ`},
		"a charset":                      {operation: "invites_create", target: invites, contentType: "application/json; charset=utf-8", body: `{"target_email": "a@b.example"}`},
		"no body where none is needed":   {operation: "domains_partial_update", target: domains + anID + "/"},
		"no body, and a content type":    {operation: "domains_verify_create", target: domains + anID + "/verify/", contentType: "application/json"},
		"an empty object where no body":  {operation: "logout_create", target: "/logout", body: `{}`},
		"null where no body is taken":    {operation: "logout_create", target: "/logout", body: `null`},
		"a key in the body":              {operation: "domains_create", target: domains, body: `{"domain": "a.example", "personal_api_key": "phx_a"}`},
		"a key in the body of a DELETE":  {operation: "domains_destroy", target: domains + anID + "/", body: `{"personal_api_key": "phx_a"}`},
		"a name that cannot change":      {operation: "domains_partial_update", target: domains + anID + "/", body: `{"domain": "a.example"}`},
		"null where it is allowed":       {operation: "domains_partial_update", target: domains + anID + "/", body: `{"saml_entity_id": null, "identity_provider_config": null}`},
		"a whole number with a fraction": {operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "level": 8.0}`},
		"what people type: no address":   {operation: "invites_create", target: invites, body: `{"target_email": "nobody"}`},
		"what people type: a blank":      {operation: "roles_create", target: "/api/organizations/@current/roles/", body: `{"name": ""}`},
		"what people type: a long text":  {operation: "roles_create", target: "/api/organizations/@current/roles/", body: `{"name": "` + strings.Repeat("x", 500) + `"}`},
		"what people type: another form": {operation: "domains_create", target: domains, body: `{"domain": "HEDGEROW.example"}`},
		"a choice that is an empty text": {operation: "organizations_partial_update", target: "/api/organizations/@current/", body: `{"default_experiment_stats_method": ""}`},
		"an invite with all that there is": {operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "first_name": "Ada", "level": 1, "message": null,
			"private_project_access": null, "send_email": false, "combine_pending_invites": true}`},
	})
}

func TestSeveralMistakesInOneBody(t *testing.T) {
	g := NewWithT(t)

	found := exchange{operation: "invites_create", target: invites + "?dry_run=1", body: `{"level": "8", "colour": "green"}`}.check(t)

	g.Expect(briefs(found)).To(Equal([]string{
		"unknown_parameter query dry_run", "unread_field body /colour", "wrong_type body /level", "missing_field body /target_email",
	}))
}

func TestPlacesAreJSONPointers(t *testing.T) {
	g := NewWithT(t)

	found := exchange{operation: "roles_create", target: "/api/organizations/@current/roles/", body: `{"name": "a", "a/b~c": 1}`}.check(t)

	g.Expect(briefs(found)).To(Equal([]string{"unread_field body /a~1b~0c"}))
}
