package scenarios

import (
	"fmt"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const notInteger = "A valid integer is required."

// environmentMapping: which project each environment reports to. The known
// connectable integration keeps the mapping that it has: everything but an empty body
// is tried on one that the scenario installs, or that it may borrow.
func environmentMapping() []suite.Scenario {
	covers := []string{"integrations_environment_mapping_partial_update"}
	known := []suite.Need{suite.SessionOf("admin"), suite.KeyOf("admin"), suite.Integration("connectable")}
	lent := with(adminSession, suite.AnyIntegration("connectable"))
	mine := with(lent, suite.KnownProjects(2))
	list := []suite.Scenario{
		{
			ID: "integrations.environment_mapping.set", Title: "Each environment gets its project",
			Covers: covers, Needs: mine, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.Target().Known.Projects[0], s.Target().Known.Projects[1]
				i := s.ConnectableIntegration()
				if s.Admin().Get(i.Path()).Get("config.environment_mapping.production").Int() == int64(one) {
					one, two = two, one
				}
				s.Session("admin").Patch(i.Path("environment-mapping"), suite.JSON{"production": one, "preview": two, "development": two}).Status(200).
					Keys("", integrationKeys...).Has("config.environment_mapping", map[string]int{"production": one, "preview": two, "development": two})
				s.Admin().Get(i.Path()).Has("config.environment_mapping.preview", two).Has("config.type", "connectable")
			},
		},
		{
			ID: "integrations.environment_mapping.defaults", Title: "Environments that are not named follow production",
			Covers: covers, Needs: mine, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.Target().Known.Projects[0], s.Target().Known.Projects[1]
				path := s.ConnectableIntegration().Path("environment-mapping")
				s.Session("admin").Patch(path, suite.JSON{"production": one, "preview": two}).Status(200).
					Has("config.environment_mapping", map[string]int{"production": one, "preview": two, "development": one})
				s.Session("admin").Patch(path, suite.JSON{"production": two}).Status(200).
					Has("config.environment_mapping", map[string]int{"production": two, "preview": two, "development": two})
			},
		},
		{
			ID: "integrations.environment_mapping.moment", Title: "A mapping is no change of the integration itself: the moment of its last change stays",
			Covers: append([]string{"org_organizations_integrations_retrieve"}, covers...), Needs: mine, Access: suite.Write,
			Run: func(s *suite.S) {
				i := s.ConnectableIntegration()
				before := s.Admin().Get(i.Path()).Status(200)
				s.NextMoment(before.Text("updated_at"))
				mapped := s.Session("admin").Patch(i.Path("environment-mapping"), suite.JSON{"production": s.Target().Known.Projects[1]}).Status(200)
				for _, answer := range []*suite.Response{mapped, s.Admin().Get(i.Path()).Status(200)} {
					for _, name := range []string{"updated_at", "created_at", "integration_id", "kind"} {
						answer.Has(name, before.Get(name).Value())
					}
					for name, value := range before.Get("config").Map() {
						if name != "environment_mapping" {
							answer.Has("config."+gjson.Escape(name), value.Value())
						}
					}
				}
			},
		},
		{
			ID: "integrations.environment_mapping.refused_whole", Title: "A mapping that is refused changes nothing",
			Covers: append([]string{"org_organizations_integrations_retrieve"}, covers...), Needs: mine, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				i, one, two := s.ConnectableIntegration(), s.Target().Known.Projects[0], s.Target().Known.Projects[1]
				s.Session("admin").Patch(i.Path("environment-mapping"), suite.JSON{"production": one}).Status(200)
				before := s.Admin().Get(i.Path()).Status(200)
				for _, body := range []suite.JSON{
					{"production": two, "preview": "x"}, {"production": two, "development": []int{noProject}}, {"preview": two}, {"production": two, "preview": 987654321}, {"production": 987654321, "preview": two, "development": two},
				} {
					s.Session("admin").Patch(i.Path("environment-mapping"), body).Status(400)
					staysAs(s, i, before)
				}
			},
		},
		{
			ID: "integrations.environment_mapping.text_number", Title: "A number may be written as text",
			Covers: covers, Needs: mine, Access: suite.Write,
			Run: func(s *suite.S) {
				one := s.Target().Known.Projects[0]
				s.Session("admin").Patch(s.ConnectableIntegration().Path("environment-mapping"), suite.JSON{"production": fmt.Sprintf("%d", one)}).Status(200).
					Has("config.environment_mapping.production", one)
			},
		},
		{
			ID: "integrations.environment_mapping.unknown_project", Title: "A project that does not exist is refused and nothing changes",
			Covers: covers, Needs: with(lent, suite.KnownProjects(1)), Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				i := s.ConnectableIntegration()
				before := s.Admin().Get(i.Path()).Status(200)
				s.Session("admin").Patch(i.Path("environment-mapping"), suite.JSON{"production": s.Target().Known.Projects[0], "preview": 987654321}).
					Plain(400, "Project 987654321 does not belong to this organization.")
				s.Session("admin").Patch(i.Path("environment-mapping"), suite.JSON{"production": s.Target().Known.Projects[0], "development": 987654321}).
					Plain(400, "Project 987654321 does not belong to this organization.")
				staysAs(s, i, before)
			},
		},
		{
			ID: "integrations.environment_mapping.foreign_project", Title: "A project of another organization is refused",
			Covers: covers, Needs: with(lent, suite.Foreign("project_id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				foreign, _ := strconv.Atoi(s.ForeignProject().ID) // the numbers of projects are what they are called by
				i, refusal := s.ConnectableIntegration(), fmt.Sprintf("Project %d does not belong to this organization.", foreign)
				path, before := i.Path("environment-mapping"), s.Admin().Get(i.Path()).Status(200)
				s.Session("admin").Patch(path, suite.JSON{"production": foreign}).Plain(400, refusal)
				if own := s.Target().Known.Projects; len(own) > 0 {
					s.Session("admin").Patch(path, suite.JSON{"production": own[0], "preview": foreign}).Plain(400, refusal)
				}
				staysAs(s, i, before)
			},
		},
		{
			ID: "integrations.environment_mapping.marketplace", Title: "Only connectable integrations have a mapping, whatever the body",
			Covers: covers, Needs: []suite.Need{suite.SessionOf("admin"), suite.Integration("marketplace")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Session("admin").Patch(s.KnownIntegration("marketplace").Path("environment-mapping"), suite.JSON{}).
					Plain(400, "Environment mapping is only supported for connectable integrations.")
			},
		},
		{
			ID: "integrations.environment_mapping.key", Title: "Personal API keys cannot map environments, whatever their scopes",
			Covers: covers, Needs: known, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Admin().Patch(s.KnownIntegration("connectable").Path("environment-mapping"), suite.JSON{}).Denied(noKeyAccess)
			},
		},
		{
			ID: "integrations.environment_mapping.member", Title: "Members cannot map environments",
			Covers: covers, Needs: []suite.Need{suite.SessionOf("member"), suite.Integration("connectable")}, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Session("member").Patch(s.KnownIntegration("connectable").Path("environment-mapping"), suite.JSON{}).Denied(lowLevel)
			},
		},
		{
			ID: "integrations.environment_mapping.unknown", Title: "An integration that does not exist has no mapping",
			Covers: covers, Needs: adminSession, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Session("admin").Patch(s.Org(suite.Integrations, suite.Nowhere, "environment-mapping"), suite.JSON{}).NotFound()
			},
		},
	}
	list = append(list, refusals("integrations.environment_mapping", covers[0], lent, []refusal{
		{"required", "Production is required", suite.JSON{}, "required", required, "production"},
		{"null", "Production is not null", suite.JSON{"production": nil}, "null", null, "production"},
		{"preview_null", "The preview project is not null", suite.JSON{"production": noProject, "preview": nil}, "null", null, "preview"},
		{"development_null", "Nor is that of development", suite.JSON{"production": noProject, "development": nil}, "null", null, "development"},
		{"boolean", "A project is not a boolean", suite.JSON{"production": true}, "invalid_input", notInteger, "production"},
		{"word", "A project is a number", suite.JSON{"production": "website"}, "invalid_input", notInteger, "production"},
		{"fraction", "A project is a whole number", suite.JSON{"production": noProject + 0.5}, "invalid_input", notInteger, "production"},
		{"list", "A project is one number", suite.JSON{"production": []int{noProject}}, "invalid_input", notInteger, "production"},
		{"preview", "The preview project is a number", suite.JSON{"production": noProject, "preview": "x"}, "invalid_input", notInteger, "preview"},
	}, func(s *suite.S, body suite.JSON) *suite.Response {
		return s.Session("admin").Patch(s.ConnectableIntegration().Path("environment-mapping"), body)
	})...)
	return asking(suite.Behaviour, list, "preview")
}

// staysAs wants an integration to be as it was; who installed it may change meanwhile.
func staysAs(s *suite.S, integration suite.Thing, before *suite.Response) {
	now := s.Admin().Get(integration.Path()).Status(200)
	for _, name := range []string{"config", "updated_at"} {
		now.Has(name, before.Get(name).Value())
	}
}
