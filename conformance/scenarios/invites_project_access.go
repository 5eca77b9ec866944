package scenarios

import "github.com/understudy-dev/understudy/conformance/suite"

const (
	accessField   = "private_project_access"
	noSuchProject = "Project does not exist on this organization, or it is private and you do not have access to it."
)

func invitesProjectAccess() []suite.Scenario {
	create := []string{"invites_create"}
	access := func(value any) suite.JSON { return suite.JSON{"target_email": inviteNever, accessField: value} }
	list := []suite.Scenario{
		{
			ID: "invites.project_access.granted", Title: "An administrator may grant any project of the organization",
			Covers: create, Needs: with(admin, suite.KnownProjects(2)), Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.Target().Known.Projects[0], s.Target().Known.Projects[1]
				granted := []suite.JSON{{"id": one, "level": "admin"}, {"id": two, "level": "member"}}
				invite := s.NewInvite(suite.JSON{accessField: granted})
				invite.Has(accessField, granted)
				listed(s, invite)
			},
		},
		{
			ID: "invites.project_access.empty", Title: "An explicitly empty list is stored as null",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) { s.NewInvite(suite.JSON{accessField: []int{}}).Has(accessField, nil) },
		},
		{
			ID: "invites.project_access.foreign", Title: "A project of another organization cannot be granted",
			Covers: create, Needs: with(admin, suite.Known("other_organization.project_id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				foreign := suite.JSON{"id": s.Target().Known.OtherOrganization.ProjectID, "level": "member"}
				postInvite(s, access([]any{foreign})).Invalid("invalid_input", noSuchProject, accessField)
			},
		},
		{
			ID: "invites.project_access.private", Title: "Members cannot grant a private project that they do not administer, administrators can",
			Covers: []string{"invites_create", "invites_bulk_create"}, Needs: with(admin, suite.KeyOf("member"), suite.Known("private_project")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				private := []suite.JSON{{"id": s.Target().Known.PrivateProject, "level": "member"}}
				for _, level := range []string{"member", "admin"} {
					private[0]["level"] = level
					s.Member().Post(s.Org(suite.Invites), silentInvite(s, suite.JSON{accessField: private})).Invalid("invalid_input", noSuchProject, accessField)
				}
				s.Member().Post(s.Org(suite.Invites, "bulk"), []suite.JSON{silentInvite(s, suite.JSON{accessField: private})}).InvalidList()
				s.NewInvite(suite.JSON{accessField: private}).Has(accessField, private)
			},
		},
	}
	list = append(list, refusals("invites.project_access", "invites_create", admin, []refusal{
		{"object", "Project access is a list", access(suite.JSON{}), "invalid_input", "The field must be a list of dictionaries.", accessField},
		{"text", "Project access is not a text", access("all"), "invalid_input", "The field must be a list of dictionaries.", accessField},
		{"numbers", "Project access is a list of objects", access([]any{1}), "invalid_input", "Each item in the list must be a dictionary.", accessField},
		{"no_level", "Each access has a level", access([]any{suite.JSON{"id": 1}}), "invalid_input", `Each dictionary must contain "id" and "level" keys.`, accessField},
		{"no_id", "Each access has a project", access([]any{suite.JSON{"level": "member"}}), "invalid_input", `Each dictionary must contain "id" and "level" keys.`, accessField},
		{"id_text", "A project is a number", access([]any{suite.JSON{"id": "1", "level": "member"}}), "invalid_input", `The "id" field must be an integer.`, accessField},
		{"level_unknown", "A level is member or admin", access([]any{suite.JSON{"id": 1, "level": "owner"}}), "invalid_input", `The "level" field must be a valid access level.`, accessField},
		{"level_none", "An invite shuts nobody out of a project", access([]any{suite.JSON{"id": 1, "level": "none"}}), "invalid_input", `The "level" field must be a valid access level.`, accessField},
		{"level_capitals", "A level is in lower case", access([]any{suite.JSON{"id": 1, "level": "Member"}}), "invalid_input", `The "level" field must be a valid access level.`, accessField},
		{"level_number", "A level is a word", access([]any{suite.JSON{"id": 1, "level": 8}}), "invalid_input", `The "level" field must be a valid access level.`, accessField},
		{"unknown", "A project that does not exist cannot be granted", access([]any{suite.JSON{"id": 987654321, "level": "member"}}), "invalid_input", noSuchProject, accessField},
	}, postInvite)...)
	asking(suite.NotFound, list, "unknown")
	return asking(suite.Behaviour, list, "object", "numbers", "level_capitals", "level_number")
}
