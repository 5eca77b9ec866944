package spec_test

import (
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// Every operation of the API can meet these; what else it can meet depends on what it takes.
var always = []int{401, 403, 405, 429}

func TestStatuses(t *testing.T) {
	bodyless := []string{"identity_provider_configs_scim_token_create", "logout_create"}
	exceptions := map[string][]int{
		"login_create":                      {200, 400, 403, 405, 413, 415, 429},
		"logout_create":                     {302, 403, 405},
		"organization_integrations_destroy": {204, 401, 403, 404, 405, 409, 429},
		// Filters that cannot be read, a key that is none, an owner who leaves.
		"members_list":                       {200, 400, 401, 403, 404, 405, 429},
		"personal_api_keys_current_retrieve": {200, 401, 403, 404, 405, 429},
		"members_destroy":                    {204, 400, 401, 403, 404, 405, 429},
		"invites_delegate_create":            {200, 201, 400, 401, 403, 404, 405, 413, 415, 429},
		"organizations_projects_retrieve":    aProjectByNumber(200),
		"organizations_projects_destroy":     aProjectByNumber(204),
		"projects_retrieve":                  aProjectByNumber(200),
		"projects_destroy":                   aProjectByNumber(204),
		"projects_list":                      {200, 401, 403, 404, 405, 429},
		"projects_create":                    {201, 400, 401, 403, 404, 405, 413, 415, 429},
		"signup_retrieve":                    {200, 400, 405, 429},
		"signup_create":                      {201, 400, 403, 405, 413, 415, 429},
	}
	created := []string{
		"domains_create", "identity_provider_configs_create", "invites_create", "invites_bulk_create",
		"organizations_create", "roles_create", "role_memberships_create", "organizations_projects_create",
	}

	for _, operation := range load(t).Operations() {
		if operation.IsSCIM() {
			continue
		}
		t.Run(operation.ID, func(t *testing.T) {
			g := NewWithT(t)
			want, known := exceptions[operation.ID]
			if !known {
				want = slices.Clone(always)
				switch {
				case slices.Contains(created, operation.ID):
					want = append(want, 201)
				case operation.Method == "DELETE":
					want = append(want, 204)
				default:
					want = append(want, 200)
				}
				if strings.Contains(operation.Path, "{") {
					want = append(want, 404)
				}
				if !operation.Reads() && operation.Method != "DELETE" {
					want = append(want, 400)
					if !slices.Contains(bodyless, operation.ID) {
						want = append(want, 413, 415)
					}
				}
			}

			g.Expect(operation.Statuses()).To(ConsistOf(want))
		})
	}
}

// aProjectByNumber: what is no number is a bad request, whatever the method.
func aProjectByNumber(success int) []int { return []int{success, 400, 401, 403, 404, 405, 429} }
func TestStatusesOfSCIM(t *testing.T) {
	always := []int{401, 403, 405, 406}
	for _, operation := range load(t).Operations() {
		if !operation.IsSCIM() {
			continue
		}
		t.Run(operation.ID, func(t *testing.T) {
			g := NewWithT(t)
			want := slices.Clone(always)
			one := strings.HasSuffix(operation.Path, "{id}")
			switch operation.Method {
			case "POST":
				want = append(want, 201)
			case "DELETE":
				want = append(want, 204)
			default:
				want = append(want, 200)
			}
			if one {
				want = append(want, 404)
			}
			if operation.Request != "" {
				want = append(want, 400, 413, 415)
			}
			switch operation.ID {
			case "scim_users_create":
				want = append(want, 409)
			case "scim_users_list", "scim_groups_list", "scim_users_destroy":
				want = append(want, 400) // bad pages, owners
			}

			g.Expect(operation.Statuses()).To(ConsistOf(want))
		})
	}
}

func TestSuccessSchemas(t *testing.T) {
	const (
		aDomain       = "OrganizationDomainRepresentation"
		aConfig       = "IdentityProviderConfigRepresentation"
		anIntegration = "OrganizationIntegration"
		organization  = "OrganizationRepresentation"
		aMember       = "OrganizationMemberRepresentation"
		aRole         = "RoleRepresentation"
		inARole       = "RoleMembershipRepresentation"
		anInvite      = "OrganizationInviteRepresentation"
		aProject      = "ProjectRepresentation"
	)
	schemas := map[string]string{
		"organizations_list":                              "PaginatedOrganizationList",
		"organizations_create":                            organization,
		"organizations_retrieve":                          organization,
		"organizations_update":                            organization,
		"organizations_partial_update":                    organization,
		"personal_api_keys_current_retrieve":              "PersonalAPIKey",
		"users_me_retrieve":                               "User",
		"login_create":                                    "LoginSuccess",
		"domains_list":                                    "PaginatedOrganizationDomainList",
		"domains_create":                                  aDomain,
		"domains_retrieve":                                aDomain,
		"domains_update":                                  aDomain,
		"domains_partial_update":                          aDomain,
		"domains_scim_logs_retrieve":                      "PaginatedScimLogList",
		"domains_scim_token_create":                       "DomainScimToken",
		"domains_verify_create":                           aDomain,
		"identity_provider_configs_list":                  "PaginatedIdentityProviderConfigList",
		"identity_provider_configs_create":                aConfig,
		"identity_provider_configs_retrieve":              aConfig,
		"identity_provider_configs_update":                aConfig,
		"identity_provider_configs_partial_update":        aConfig,
		"identity_provider_configs_scim_token_create":     "IdentityProviderConfigScimToken",
		"org_organizations_integrations_list":             "PaginatedOrganizationIntegrationList",
		"org_organizations_integrations_retrieve":         anIntegration,
		"integrations_environment_mapping_partial_update": anIntegration,
		"invites_list":                                    "PaginatedOrganizationInviteList",
		"invites_create":                                  anInvite,
		"members_list":                                    "PaginatedOrganizationMemberList",
		"members_update":                                  aMember,
		"members_partial_update":                          aMember,
		"roles_list":                                      "PaginatedRoleList",
		"roles_create":                                    aRole,
		"roles_retrieve":                                  aRole,
		"roles_update":                                    aRole,
		"roles_partial_update":                            aRole,
		"role_memberships_list":                           "PaginatedRoleMembershipList",
		"role_memberships_create":                         inARole,
		"role_memberships_retrieve":                       inARole,
		"invites_bulk_create":                             "OrganizationInviteList",
		"invites_delegate_create":                         anInvite,
		"users_me_partial_update":                         "User",
		"organizations_projects_list":                     "PaginatedProjectRowList",
		"organizations_projects_create":                   aProject,
		"organizations_projects_retrieve":                 aProject,
		"organizations_projects_update":                   aProject,
		"organizations_projects_partial_update":           aProject,
		"projects_list":                                   "PaginatedProjectRowList",
		"projects_create":                                 aProject,
		"projects_retrieve":                               aProject,
		"projects_update":                                 aProject,
		"projects_partial_update":                         aProject,
		"signup_retrieve":                                 "InviteSummary",
		"signup_create":                                   "SignedUpUser",
		"scim_users_list":                                 "ScimUserList",
		"scim_users_create":                               "ScimUser",
		"scim_users_retrieve":                             "ScimUser",
		"scim_users_update":                               "ScimUser",
		"scim_users_partial_update":                       "ScimUser",
		"scim_groups_list":                                "ScimGroupList",
		"scim_groups_create":                              "ScimGroup",
		"scim_groups_retrieve":                            "ScimGroup",
		"scim_groups_update":                              "ScimGroup",
		"scim_groups_partial_update":                      "ScimGroup",
		"scim_service_provider_config_retrieve":           "ScimServiceProviderConfig",
		"scim_resource_types_retrieve":                    "ScimResourceTypeList",
		"scim_schemas_retrieve":                           "ScimSchemaList",
	}
	for _, operation := range load(t).Operations() {
		t.Run(operation.ID, func(t *testing.T) {
			g := NewWithT(t)
			success := operation.Statuses()[0]

			schema, ok := operation.ResponseSchema(success)

			name, hasBody := schemas[operation.ID]
			g.Expect(ok).To(Equal(hasBody), "a body with status %d", success)
			if hasBody {
				g.Expect(schema.Ref).To(Equal("#/components/schemas/" + name))
			}
		})
	}
}

func TestErrorSchemas(t *testing.T) {
	// The three refusals that the API gives as a plain detail.
	either := []string{"domains_scim_token_create", "identity_provider_configs_scim_token_create", "integrations_environment_mapping_partial_update"}

	for _, operation := range load(t).Operations() {
		t.Run(operation.ID, func(t *testing.T) {
			g := NewWithT(t)
			for _, status := range operation.Statuses() {
				if status < 400 {
					continue
				}
				want := "#/components/schemas/Error"
				if operation.IsSCIM() {
					want = "#/components/schemas/ScimError"
				}
				if status == 400 && slices.Contains(either, operation.ID) {
					want = "#/components/schemas/AnyError"
				}
				schema, ok := operation.ResponseSchema(status)
				g.Expect(ok).To(BeTrue(), "status %d has a body", status)
				g.Expect(schema.Ref).To(Equal(want), "status %d", status)
			}
		})
	}
}

func TestResponseSchemaOfWhatIsNotDocumented(t *testing.T) {
	g := NewWithT(t)
	operation, _ := load(t).Operation("domains_list")

	_, ok := operation.ResponseSchema(418)

	g.Expect(ok).To(BeFalse())
}
