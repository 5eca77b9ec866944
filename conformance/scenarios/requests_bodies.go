package scenarios

import (
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const configsPath = "identity_provider_configs."

// bodies: what a request may look like. Configs take everything, so they serve
// to try it.
func bodies() []suite.Scenario {
	create := []string{"identity_provider_configs_create"}
	list := []suite.Scenario{
		{
			ID: configsPath + "bodies.absent", Title: "An absent body is an empty object",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) { s.Made(suite.Configs, s.Admin().Post(s.Org(suite.Configs), nil)).Has("name", "") },
		},
		{
			ID: configsPath + "bodies.form", Title: "An urlencoded form is a body too",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name() + ": a form & more"
				form := url.Values{"name": {name}, "id_jag_allowed_clients": {"one", "two"}}
				s.Made(suite.Configs, s.Admin().PostForm(s.Org(suite.Configs), form)).
					Has("name", name).Has("id_jag_allowed_clients", []string{"one", "two"})
			},
		},
		{
			ID: configsPath + "bodies.multipart", Title: "A multipart form is a body too",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name()
				s.Made(suite.Configs, s.Admin().PostMultipart(s.Org(suite.Configs), url.Values{"name": {name}})).Has("name", name)
			},
		},
		{
			ID: configsPath + "bodies.form_refused", Title: "Forms are checked as JSON is",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Admin().PostForm(s.Org(suite.Configs), url.Values{"name": {strings.Repeat("x", 256)}}).
					Invalid("max_length", "Ensure this field has no more than 255 characters.", "name")
			},
		},
		{
			ID: configsPath + "bodies.charset", Title: "A charset beside the content type does not matter",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name() + " ü"
				s.Made(suite.Configs, s.Admin().Do("POST", s.Org(suite.Configs), "application/json; charset=utf-8", []byte(`{"name":"`+name+`"}`))).Has("name", name)
			},
		},
		{
			ID: configsPath + "bodies.media_type", Title: "Other content types are refused",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Admin().Do("POST", s.Org(suite.Configs), "text/plain", []byte("name")).
					Refused(415, "unsupported_media_type", `Unsupported media type "text/plain" in request.`, "")
				s.Admin().Do("POST", s.Org(suite.Configs), "application/merge-patch+json", []byte("{}")).
					Refused(415, "unsupported_media_type", `Unsupported media type "application/merge-patch+json" in request.`, "")
			},
		},
		{
			ID: configsPath + "bodies.key_twice", Title: "Of a key that is given twice, the last counts",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				first, last := s.Name(), s.Name()
				s.Made(suite.Configs, s.Admin().Do("POST", s.Org(suite.Configs), "application/json", []byte(`{"name":"`+first+`","name":"`+last+`"}`))).Has("name", last)
			},
		},
		{
			ID: configsPath + "bodies.number_as_text", Title: "Numbers are taken as text",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) { s.NewConfig(suite.JSON{"name": 12.5}).Has("name", "12.5") },
		},
		{
			ID: configsPath + "bodies.unicode", Title: "Text comes back as it was sent",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name() + " 日本 🦔 <b>&amp;</b> \"q\" \\ \t."
				s.NewConfig(suite.JSON{"name": name}).Has("name", name)
			},
		},
		{
			ID: configsPath + "bodies.characters", Title: "Lengths are counted in characters, not in bytes",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				label := s.Name()
				s.NewConfig(suite.JSON{"name": label + strings.Repeat("🦔", 255-len(label))})
			},
		},
		{
			ID: configsPath + "bodies.object_first", Title: "An object that does not exist is found out before the body is read",
			Covers: []string{"identity_provider_configs_partial_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Admin().Do("PATCH", s.Org(suite.Configs, suite.Nowhere), "application/json", []byte(`{`)).NotFound()
			},
		},
	}
	for _, c := range []struct{ id, title, body, code, detail string }{
		{"list", "A list is no body", `[]`, "invalid_input", "Invalid data. Expected a dictionary, but got list."},
		{"text", "A text is no body", `"name"`, "invalid_input", "Invalid data. Expected a dictionary, but got str."},
		{"number", "A number is no body", `5`, "invalid_input", "Invalid data. Expected a dictionary, but got int."},
		{"null", "null is no body", `null`, "null", "No data provided"},
		{"cut_off", "A body that is cut off is refused", `{`, "parse_error", "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{"trailing_comma", "A trailing comma is refused", `{"a":1,}`, "parse_error", "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"},
		{"word", "A bare word is refused", `nope`, "parse_error", "JSON parse error - Expecting value: line 1 column 1 (char 0)"},
		{"nan", "NaN is refused", `{"name": NaN}`, "parse_error", "JSON parse error - Out of range float values are not JSON compliant: 'NaN'"},
		{"encoding", "Broken UTF-8 is refused", "{\"name\": \"a\xff\"}", "parse_error", "JSON parse error - 'utf-8' codec can't decode byte 0xff in position 11: invalid start byte"},
		{"extra", "Nothing may follow the body", `{} {}`, "parse_error", "JSON parse error - Extra data: …"},
	} {
		list = append(list, suite.Scenario{
			ID: configsPath + "bodies." + c.id, Title: c.title, Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Admin().Do("POST", s.Org(suite.Configs), "application/json", []byte(c.body)).Invalid(c.code, c.detail, "")
			},
		})
	}
	return list
}
