package scenarios

import (
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// aim is a request that is refused for its content type alone: what it is about is
// there, and who sends it may.
type aim struct {
	operation, method string
	at                func(s *suite.S) (*suite.Caller, string)
}

func asAdmin(path func(s *suite.S) string) func(*suite.S) (*suite.Caller, string) {
	return func(s *suite.S) (*suite.Caller, string) { return s.Admin(), path(s) }
}

func asAdminSession(path func(s *suite.S) string) func(*suite.S) (*suite.Caller, string) {
	return func(s *suite.S) (*suite.Caller, string) { return s.Session("admin"), path(s) }
}

// mediaTypes: no operation takes a body of a type that it does not know.
func mediaTypes() []suite.Scenario {
	in := func(parts ...string) func(*suite.S) (*suite.Caller, string) {
		return asAdmin(func(s *suite.S) string { return s.Org(parts...) })
	}
	fixed := func(path string) func(*suite.S) (*suite.Caller, string) {
		return asAdmin(func(*suite.S) string { return path })
	}
	domain := func(s *suite.S) string { return s.NewDomain().Path() }
	config := func(s *suite.S) string { return s.NewConfig(nil).Path() }
	role := func(s *suite.S) string { return s.NewRole().Path() }
	project := func(s *suite.S) string { return s.NewProject(nil).Path() }
	root := func(s *suite.S) string { return s.NewProject(nil).Root() }
	member := func(s *suite.S) string { return s.Org(suite.Members, s.UUIDOf("member")) }
	own := func(s *suite.S) (*suite.Caller, string) { o := s.NewOrganization(); return o.Owner, o.Path() }
	list := refuseMedia("organizations", founding,
		aim{"organizations_create", "POST", func(s *suite.S) (*suite.Caller, string) { return s.Founder(), organizationsPath }},
		aim{"organizations_update", "PUT", own}, aim{"organizations_partial_update", "PATCH", own})
	list = append(list, refuseMedia("users", admin, aim{"users_me_partial_update", "PATCH", fixed("/api/users/@me/")})...)
	list = append(list, refuseMedia("sessions", nil,
		aim{"login_create", "POST", func(s *suite.S) (*suite.Caller, string) { return s.Anonymous(), "/api/login/" }},
		aim{"login_precheck_create", "POST", func(s *suite.S) (*suite.Caller, string) { return s.Anonymous(), precheckPath }})...)
	ownKeys := func(s *suite.S) (*suite.Caller, string) { return s.Recruit(1).Caller, keysPath }
	oneKey := func(s *suite.S) (*suite.Caller, string) {
		robin := s.Recruit(1)
		return robin.Caller, keysPath + newKey(s, robin.Caller).Text("id") + "/"
	}
	list = append(list, refuseMedia("personal_api_keys", recruits, aim{"personal_api_keys_create", "POST", ownKeys},
		aim{"personal_api_keys_update", "PUT", oneKey}, aim{"personal_api_keys_partial_update", "PATCH", oneKey})...)
	list = append(list, refuseMedia("domains", admin,
		aim{"domains_create", "POST", in(suite.Domains)},
		aim{"domains_update", "PUT", asAdmin(domain)}, aim{"domains_partial_update", "PATCH", asAdmin(domain)})...)
	list = append(list, refuseMedia(suite.Configs, admin,
		aim{"identity_provider_configs_update", "PUT", asAdmin(config)}, aim{"identity_provider_configs_partial_update", "PATCH", asAdmin(config)})...)
	list = append(list, refuseMedia("integrations", with(adminSession, suite.Integration("connectable")),
		aim{"integrations_environment_mapping_partial_update", "PATCH", asAdminSession(func(s *suite.S) string {
			return s.KnownIntegration("connectable").Path("environment-mapping")
		})})...)
	list = append(list, refuseMedia("invites", admin,
		aim{"invites_create", "POST", in(suite.Invites)}, aim{"invites_bulk_create", "POST", in(suite.Invites, "bulk")})...)
	delegation := refuseMedia("invites", admin, aim{"invites_delegate_create", "POST", in(suite.Invites, "delegate")})
	delegation[0].ID = "invites.bodies.delegation_media_type" // not every revision has it
	list = append(list, delegation...)
	list = append(list, refuseMedia("members", withMember,
		aim{"members_update", "PUT", asAdmin(member)}, aim{"members_partial_update", "PATCH", asAdmin(member)})...)
	list = append(list, refuseMedia("roles", admin,
		aim{"roles_create", "POST", in(suite.Roles)}, aim{"roles_update", "PUT", asAdmin(role)}, aim{"roles_partial_update", "PATCH", asAdmin(role)})...)
	list = append(list, refuseMedia("role_memberships", admin,
		aim{"role_memberships_create", "POST", asAdmin(func(s *suite.S) string { return role(s) + suite.RoleMemberships + "/" })})...)
	list = append(list, refuseMedia("projects", with(admin, suite.Allowed(target.CreateProjects)),
		aim{"organizations_projects_create", "POST", in(suite.Projects)}, aim{"projects_create", "POST", fixed(suite.RootProjects)},
		aim{"organizations_projects_update", "PUT", asAdmin(project)}, aim{"organizations_projects_partial_update", "PATCH", asAdmin(project)},
		aim{"projects_update", "PUT", asAdmin(root)}, aim{"projects_partial_update", "PATCH", asAdmin(root)})...)
	list = append(list, refuseMedia("signup", nil, aim{"signup_create", "POST", func(s *suite.S) (*suite.Caller, string) {
		return s.Anonymous(), "/api/signup/" + suite.Nowhere + "/"
	}})...)
	return append(list, scimMedia())
}

func refuseMedia(resource string, needs []suite.Need, aims ...aim) []suite.Scenario {
	scenario := suite.Scenario{
		ID: resource + ".bodies.media_types", Title: "No operation takes a body of a content type that it does not know", Needs: needs, Access: suite.Write, Aspect: suite.Protocol,
		Run: func(s *suite.S) {
			for _, a := range aims {
				caller, path := a.at(s)
				caller.Do(a.method, path, "text/plain", []byte("name")).Refused(415, "unsupported_media_type", unsupported, "")
			}
		},
	}
	for _, a := range aims {
		scenario.Covers = append(scenario.Covers, a.operation)
	}
	return []suite.Scenario{scenario}
}

const unsupported = `Unsupported media type "text/plain" in request.`

func scimMedia() suite.Scenario {
	return suite.Scenario{
		ID: "scim.bodies.media_types", Title: "No SCIM operation takes a body of a content type that it does not know", Needs: scimPeople, Access: suite.Write, Aspect: suite.Protocol,
		Covers: slices.Concat(
			[]string{"scim_users_create", "scim_users_update", "scim_users_partial_update"},
			[]string{"scim_groups_create", "scim_groups_update", "scim_groups_partial_update"}),
		Run: func(s *suite.S) {
			p := s.SCIM()
			for collection, thing := range map[string]suite.Thing{"Users": p.NewUser(), "Groups": p.NewGroup()} {
				p.Do("POST", p.Path(collection), "text/plain", []byte("name")).Status(415).Has("detail", unsupported)
				p.Do("PUT", thing.Path(), "text/plain", []byte("name")).Status(415).Has("detail", unsupported)
				// A PATCH is read where everything that goes wrong is a failed update (ee/api/scim/views.py).
				s.Expect(p.Do("PATCH", thing.Path(), "text/plain", []byte("name")).Code()).To(gomega.BeElementOf(400, 415))
			}
		},
	}
}
