package guard_test

import "testing"

func TestForms(t *testing.T) {
	const multipart = "multipart/form-data; boundary=x"
	part := func(name, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	file := "--x\r\nContent-Disposition: form-data; name=\"domain\"; filename=\"a.txt\"\r\n\r\nhello\r\n--x--\r\n"
	domain := domains + anID + "/"
	expectViolations(t, []violating{
		{"a field that is not documented", exchange{operation: "invites_create", target: invites, contentType: forms, body: "target_email=a%40b.example&colour=green"},
			"unread_field body /colour", "colour is not documented"},
		{"a list that is not documented", exchange{operation: "invites_create", target: invites, contentType: forms, body: "target_email=a%40b.example&tags[0]=green"},
			"unread_field body /tags[0]", ""},
		{"an index of what is no list", exchange{operation: "invites_create", target: invites, contentType: forms, body: "target_email=a%40b.example&message[0]=hi"},
			"unread_field body /message[0]", ""},
		{"a missing field", exchange{operation: "login_create", target: "/api/login/", contentType: forms, body: "email=a%40b.example"},
			"missing_field body /password", ""},
		{"a text that is no boolean", exchange{operation: "domains_partial_update", target: domain, contentType: forms, body: "scim_enabled=perhaps"},
			"wrong_type body /scim_enabled", `scim_enabled is the text "perhaps"`},
		{"a number that cannot be chosen", exchange{operation: "invites_create", target: invites, contentType: forms, body: "target_email=a%40b.example&level=3"},
			"invalid_value body /level", "level is the number 3"},
		{"a text that is no JSON", exchange{operation: "invites_create", target: invites, contentType: forms, body: "target_email=a%40b.example&private_project_access=1:admin"},
			"wrong_type body /private_project_access", "the document says: a list, or null"},
		{"JSON of another form", exchange{operation: "invites_create", target: invites, contentType: forms, body: `target_email=a%40b.example&private_project_access=[{"id":1}]`},
			"missing_field body /private_project_access/0/level", ""},
		{"a file", exchange{operation: "domains_create", target: domains, contentType: multipart, body: file},
			"wrong_type body /domain", "domain is a file; the document says: a text."},
		{"the CSRF token, where it is not looked for", exchange{operation: "domains_partial_update", target: domain, contentType: forms, body: "csrfmiddlewaretoken=abc"},
			"unread_field body /csrfmiddlewaretoken", ""},
	})
	expectNone(t, map[string]exchange{
		"an urlencoded form":         {operation: "invites_create", target: invites, contentType: forms, body: "target_email=a%40b.example&level=8&send_email=false&first_name="},
		"a multipart form":           {operation: "invites_create", target: invites, contentType: multipart, body: part("target_email", "a@b.example") + part("level", "8") + part("send_email", "on") + "--x--\r\n"},
		"booleans as browsers send":  {operation: "domains_partial_update", target: domain, contentType: forms, body: "scim_enabled=on&jit_provisioning_enabled=1"},
		"a list as a repeated key":   {operation: "domains_partial_update", target: domain, contentType: forms, body: "id_jag_allowed_clients=a&id_jag_allowed_clients=b"},
		"a list of one":              {operation: "domains_partial_update", target: domain, contentType: forms, body: "id_jag_allowed_clients=a"},
		"a list by index":            {operation: "domains_partial_update", target: domain, contentType: forms, body: "id_jag_allowed_clients[0]=a&id_jag_allowed_clients[1]=b"},
		"a list of objects as JSON":  {operation: "invites_create", target: invites, contentType: forms, body: `target_email=a%40b.example&private_project_access=[{"id":1,"level":"admin"}]`},
		"nothing for a link":         {operation: "domains_partial_update", target: domain, contentType: forms, body: "identity_provider_config="},
		"nothing for a number":       {operation: "integrations_environment_mapping_partial_update", target: "/api/organizations/@current/integrations/" + anID + "/environment-mapping/", contentType: forms, body: "production=1&preview="},
		"the CSRF token":             {operation: "login_create", target: "/api/login/", contentType: forms, body: "email=a%40b.example&password=x&csrfmiddlewaretoken=abc"},
		"the CSRF token of a logout": {operation: "logout_create", target: "/logout", contentType: forms, body: "csrfmiddlewaretoken=abc"},
		"a key":                      {operation: "domains_create", target: domains, contentType: forms, body: "domain=a.example&personal_api_key=phx_a"},
		"an empty form":              {operation: "domains_partial_update", target: domain, contentType: multipart, body: ""},
	})
}
