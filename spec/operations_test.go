package spec_test

import (
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

const (
	organization = "/api/organizations/{organization_id}/"
	domain       = organization + "domains/{id}/"
	config       = organization + "identity_provider_configs/{id}/"
	integration  = organization + "integrations/{id}/"
	invite       = organization + "invites/{id}/"
	project      = organization + "projects/{id}/"
	rootProject  = "/api/projects/{id}/"
	signup       = "/api/signup/{invite_id}/"
)

const documented, sessionOnly, public, recentLogin = "documented", "session only", "public", "recent login"

// operations is every operation, in the order of the document: the method and path, the scope and level it asks for, and its marks.
var operations = []struct {
	id, method, path string
	scope            string
	level            int
	marks            []string
}{
	{"organizations_list", "GET", "/api/organizations/", "organization:read", 0, nil},
	{"organizations_retrieve", "GET", organization, "organization:read", 1, nil},
	{"users_me_retrieve", "GET", "/api/users/@me/", "user:read", 0, nil},
	{"users_me_partial_update", "PATCH", "/api/users/@me/", "user:write", 0, nil},
	{"login_create", "POST", "/api/login/", "", 0, []string{public}},
	{"logout_create", "POST", "/logout", "", 0, []string{public}},

	{"signup_retrieve", "GET", signup, "", 0, []string{public}},
	{"signup_create", "POST", signup, "", 0, []string{public}},

	{"domains_list", "GET", organization + "domains/", "organization:read", 1, nil},
	{"domains_create", "POST", organization + "domains/", "organization:write", 8, []string{recentLogin}},
	{"domains_retrieve", "GET", domain, "organization:read", 1, nil},
	{"domains_update", "PUT", domain, "organization:write", 8, []string{recentLogin}},
	{"domains_partial_update", "PATCH", domain, "organization:write", 8, []string{documented, recentLogin}},
	{"domains_destroy", "DELETE", domain, "organization:write", 8, []string{documented, recentLogin}},
	{"domains_scim_logs_retrieve", "GET", domain + "scim/logs/", "", 8, []string{documented, sessionOnly}},
	{"domains_scim_token_create", "POST", domain + "scim/token/", "", 8, []string{documented, sessionOnly, recentLogin}},
	{"domains_verify_create", "POST", domain + "verify/", "", 8, []string{documented, sessionOnly, recentLogin}},

	{"identity_provider_configs_list", "GET", organization + "identity_provider_configs/", "organization:read", 1, []string{documented}},
	{"identity_provider_configs_create", "POST", organization + "identity_provider_configs/", "organization:write", 8, []string{documented, recentLogin}},
	{"identity_provider_configs_retrieve", "GET", config, "organization:read", 1, []string{documented}},
	{"identity_provider_configs_update", "PUT", config, "organization:write", 8, []string{recentLogin}},
	{"identity_provider_configs_partial_update", "PATCH", config, "organization:write", 8, []string{documented, recentLogin}},
	{"identity_provider_configs_destroy", "DELETE", config, "organization:write", 8, []string{documented, recentLogin}},
	{"identity_provider_configs_scim_token_create", "POST", config + "scim/token/", "", 8, []string{documented, sessionOnly, recentLogin}},

	{"org_organizations_integrations_list", "GET", organization + "integrations/", "organization_integration:read", 1, []string{documented}},
	{"org_organizations_integrations_retrieve", "GET", integration, "organization_integration:read", 1, []string{documented}},
	{"organization_integrations_destroy", "DELETE", integration, "organization_integration:write", 8, []string{documented}},
	{"integrations_environment_mapping_partial_update", "PATCH", integration + "environment-mapping/", "", 8, []string{documented, sessionOnly}},

	{"organizations_projects_list", "GET", organization + "projects/", "project:read", 1, nil},
	{"organizations_projects_create", "POST", organization + "projects/", "project:write", 8, nil},
	{"organizations_projects_retrieve", "GET", project, "project:read", 1, nil},
	{"organizations_projects_update", "PUT", project, "project:write", 1, nil},
	{"organizations_projects_partial_update", "PATCH", project, "project:write", 1, nil},
	{"organizations_projects_destroy", "DELETE", project, "project:write", 1, nil},
	{"projects_list", "GET", "/api/projects/", "project:read", 0, nil},
	{"projects_create", "POST", "/api/projects/", "project:write", 8, nil},
	{"projects_retrieve", "GET", rootProject, "project:read", 0, nil},
	{"projects_update", "PUT", rootProject, "project:write", 0, nil},
	{"projects_partial_update", "PATCH", rootProject, "project:write", 0, nil},
	{"projects_destroy", "DELETE", rootProject, "project:write", 0, nil},

	{"invites_list", "GET", organization + "invites/", "organization_member:read", 1, []string{documented}},
	{"invites_create", "POST", organization + "invites/", "organization_member:write", 1, []string{documented}},
	{"invites_bulk_create", "POST", organization + "invites/bulk/", "organization_member:write", 1, nil},
	{"invites_delegate_create", "POST", organization + "invites/delegate/", "organization_member:write", 1, nil},
	{"invites_destroy", "DELETE", invite, "organization_member:write", 8, []string{documented}},
}

func TestOperationsInDocumentOrder(t *testing.T) {
	g := NewWithT(t)
	var want, got []string
	for _, operation := range operations {
		want = append(want, operation.id)
	}
	for _, operation := range load(t).Operations() {
		got = append(got, operation.ID)
	}

	g.Expect(got).To(Equal(want))
}

func TestOperationRules(t *testing.T) {
	document := load(t)
	for _, want := range operations {
		t.Run(want.id, func(t *testing.T) {
			g := NewWithT(t)
			got, ok := document.Operation(want.id)
			g.Expect(ok).To(BeTrue())

			g.Expect(got.String()).To(Equal(want.method + " " + want.path))
			g.Expect(got.Scope).To(Equal(want.scope))
			g.Expect(got.Level).To(Equal(want.level))
			g.Expect(got.Documented).To(Equal(slices.Contains(want.marks, documented)), documented)
			g.Expect(got.SessionOnly).To(Equal(slices.Contains(want.marks, sessionOnly)), sessionOnly)
			g.Expect(got.Public).To(Equal(slices.Contains(want.marks, public)), public)
			g.Expect(got.RecentLogin).To(Equal(slices.Contains(want.marks, recentLogin)), recentLogin)
		})
	}
}

func TestEighteenOperationsAreDocumented(t *testing.T) {
	g := NewWithT(t)

	count := 0
	for _, operation := range load(t).Operations() {
		if operation.Documented {
			count++
		}
	}

	g.Expect(count).To(Equal(18))
}

func TestOperationFeatures(t *testing.T) {
	features := map[string][]string{
		"domains_create":                              {"automatic_provisioning"},
		"domains_update":                              {"automatic_provisioning", "scim", "xaa_authentication"},
		"domains_partial_update":                      {"automatic_provisioning", "scim", "xaa_authentication"},
		"domains_scim_token_create":                   {"scim"},
		"identity_provider_configs_create":            {"scim", "xaa_authentication"},
		"identity_provider_configs_update":            {"scim", "xaa_authentication"},
		"identity_provider_configs_partial_update":    {"scim", "xaa_authentication"},
		"identity_provider_configs_scim_token_create": {"scim"},
		"invites_create":                              {"organization_invite_settings"},
		"invites_bulk_create":                         {"organization_invite_settings"},
		"invites_delegate_create":                     {"organization_invite_settings"},
		"organizations_projects_create":               {"organizations_projects"},
		"organizations_projects_update":               {"organizations_projects"},
		"projects_create":                             {"organizations_projects"},
		"projects_update":                             {"organizations_projects"},
	}
	for _, operation := range load(t).Operations() {
		t.Run(operation.ID, func(t *testing.T) {
			g := NewWithT(t)

			g.Expect(operation.Features).To(Equal(features[operation.ID]))
		})
	}
}

func TestSecurityAgreesWithTheRules(t *testing.T) {
	document := load(t)
	for _, operation := range document.Operations() {
		t.Run(operation.ID, func(t *testing.T) {
			g := NewWithT(t)

			var keys, sessions, guarded int
			for _, requirement := range security(document, operation) {
				_, key := requirement["personalApiKey"]
				_, session := requirement["session"]
				_, csrf := requirement["csrfToken"]
				keys, sessions, guarded = keys+count(key), sessions+count(session), guarded+count(csrf)
			}

			g.Expect(keys).To(Equal(count(!operation.SessionOnly && !operation.Public)), "personal API key")
			g.Expect(sessions).To(Equal(count(!operation.Public)), "session")
			g.Expect(guarded).To(Equal(count(!operation.Public && !operation.Reads())), "CSRF token")
		})
	}
}

func security(document *spec.Document, operation *spec.Operation) openapi3.SecurityRequirements {
	if operation.Spec.Security != nil {
		return *operation.Spec.Security
	}
	return document.T.Security
}

func count(present bool) int {
	if present {
		return 1
	}
	return 0
}

func TestOperationsReturnsACopy(t *testing.T) {
	g := NewWithT(t)
	document := load(t)

	document.Operations()[0] = nil

	g.Expect(document.Operations()[0]).NotTo(BeNil())
}
