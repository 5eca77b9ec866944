package scenarios

import (
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func methods() []suite.Scenario {
	var list []suite.Scenario
	for _, c := range collections {
		list = append(list,
			suite.Scenario{
				ID: c.name + ".methods.key", Title: "A method that is not there counts as an action without a scope for keys",
				Rules: []string{"requests.methods.key"}, Covers: []string{c.list}, Needs: admin, Access: suite.Write,
				Run: func(s *suite.S) { s.Admin().Put(s.Org(c.name), suite.JSON{}).Denied(noKeyAccess) },
			},
			suite.Scenario{
				ID: c.name + ".methods.patch_collection", Title: "Only PATCH on a collection reaches 405 with a key",
				Rules: []string{"requests.methods.patch_collection"}, Covers: []string{c.list}, Needs: admin, Access: suite.Write,
				Run: func(s *suite.S) {
					s.Admin().Patch(s.Org(c.name), suite.JSON{}).Refused(405, "method_not_allowed", `Method "PATCH" not allowed.`, "")
				},
			},
			suite.Scenario{
				ID: c.name + ".methods.session", Title: "A method that is not there is refused in a session",
				Rules: []string{"requests.methods.session"}, Covers: []string{c.list}, Needs: adminSession, Access: suite.Write,
				Run: func(s *suite.S) {
					answer := s.Session("admin").Put(s.Org(c.name), suite.JSON{}).Refused(405, "method_not_allowed", `Method "PUT" not allowed.`, "")
					s.Expect(answer.Header("Allow")).To(gomega.ContainSubstring("GET"))
					if slices.Contains([]string{suite.Domains, suite.Configs, suite.Invites}, c.name) {
						s.Expect(answer.Header("Allow")).To(gomega.ContainSubstring("POST"))
					}
				},
			},
			suite.Scenario{
				ID: c.name + ".methods.head", Title: "HEAD works as GET, without a body",
				Rules: []string{"requests.methods.head"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					answer := s.Admin().Head(s.Org(c.name)).Status(200)
					s.Expect(answer.Body()).To(gomega.BeEmpty())
					s.Anonymous().Head(s.Org(c.name)).Status(401)
				},
			},
			suite.Scenario{
				ID: c.name + ".methods.options", Title: "OPTIONS answers metadata",
				Rules: []string{"requests.methods.options"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Admin().Options(s.Org(c.name)).Status(200).That("name", gomega.Not(gomega.BeEmpty())).That("description", gomega.BeAssignableToTypeOf("")).
						That("renders", gomega.ContainElement(suite.MediaJSON)).
						That("parses", gomega.ContainElements(suite.MediaJSON, "application/x-www-form-urlencoded", "multipart/form-data"))
				},
			})
	}
	return append(list, suite.Scenario{
		ID: "domains.methods.options_fields", Title: "OPTIONS shows who may write what can be sent, in the order of the fields",
		Rules: []string{"requests.methods.options_fields"}, Covers: []string{"domains_list", "invites_list"},
		Needs: adminSession, Access: suite.Read,
		Run: func(s *suite.S) {
			admin := s.Session("admin")
			admin.Options(s.Org(suite.Domains)).Status(200).Has("actions.POST.domain.type", "string").Has("actions.POST.domain.required", true).
				Has("actions.POST.domain.read_only", false).Has("actions.POST.domain.max_length", 128).Has("actions.POST.is_verified.read_only", true).
				Has("actions.POST.verified_at.type", "datetime").Has("actions.POST.jit_provisioning_enabled.type", "boolean")
			admin.Options(s.Org(suite.Invites)).Status(200).Has("actions.POST.target_email.type", "email").
				Has("actions.POST.level.choices.#.value", []int{1, 8, 15})
		},
	}, suite.Scenario{
		ID: "identity_provider_configs.methods.options_fields", Title: "OPTIONS shows who may write what can be sent, and what a list holds",
		Rules: []string{"requests.methods.options_fields"}, Covers: []string{"identity_provider_configs_list"}, Needs: adminSession, Access: suite.Read,
		Run: func(s *suite.S) {
			s.Session("admin").Options(s.Org(suite.Configs)).Status(200).Has("actions.POST.name.required", false).Has("actions.POST.name.label", "Name").
				Has("actions.POST.id_jag_allowed_clients.child.max_length", 256)
		},
	}, optionsCount("domains", suite.Domains, "OrganizationDomain"), optionsCount("identity_provider_configs", suite.Configs, "IdentityProviderConfig"), suite.Scenario{
		ID: "domains.methods.options_reader", Title: "OPTIONS shows who may only read nothing to send",
		Rules: []string{"requests.methods.options_fields"}, Covers: []string{"domains_list"}, Needs: []suite.Need{suite.KeyOf("member")}, Access: suite.Read,
		Run: func(s *suite.S) {
			seen := s.Member().Options(s.Org(suite.Domains)).Status(200)
			s.Expect(seen.Get("actions").Exists()).To(gomega.BeFalse(), "fields that the caller cannot send")
		},
	}, suite.Scenario{
		ID: "organizations.methods.unknown_path", Title: "A path that is not there is not found, by whatever method and whoever asks",
		Covers: []string{"organizations_list"}, Needs: admin, Access: suite.Read,
		Run: func(s *suite.S) {
			for _, caller := range []*suite.Caller{s.Admin(), s.Anonymous()} {
				for _, path := range []string{"/api/understudy-nothing/", "/api/understudy-nothing/1/"} {
					for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
						caller.Undocumented().Do(method, path, "application/json", []byte("{}")).Refused(404, "not_found", "Endpoint not found.", "")
					}
				}
			}
		},
	})
}

// optionsCount wants OPTIONS to list every field of a resource in the target's revision, those that
// are only written too, and no other. It is one of the reads by which a revision is told.
func optionsCount(resource, collection, schema string) suite.Scenario {
	return suite.Scenario{
		ID: resource + ".methods.options_count", Title: "OPTIONS lists every field of the revision",
		Rules: []string{"requests.methods.options_count"}, Covers: []string{resource + "_list"}, Needs: adminSession, Access: suite.Read,
		Run: func(s *suite.S) {
			s.Session("admin").Options(s.Org(collection)).Status(200).Keys("actions.POST", s.Declared(schema)...)
		},
	}
}
