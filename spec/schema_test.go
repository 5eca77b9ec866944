package spec_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

// The order is that of fields in a response, and that in which a request is checked.
func TestPropertyOrder(t *testing.T) {
	const page = "count next previous results"
	orders := map[string]string{
		"Organization": `id name slug logo_media_id created_at updated_at membership_level plugins_access_level teams projects
			available_product_features is_member_join_email_enabled metadata customer_id enforce_2fa members_can_invite
			members_can_create_projects members_can_use_personal_api_keys allow_publicly_shared_resources member_count
			is_ai_data_processing_approved is_ai_training_opted_in is_ai_training_locked is_ai_training_cta_shown is_hipaa
			default_experiment_stats_method default_anonymize_ips default_role_id is_active is_not_active_reason is_pending_deletion`,
		"OrganizationBasic": "id name slug logo_media_id membership_level members_can_use_personal_api_keys",
		"TeamBasic": `id uuid organization project_id api_token name completed_snippet_onboarding has_completed_onboarding_for
			ingested_event is_demo timezone access_control`,
		"ProjectBasic": "id organization_id name",
		"User": `date_joined uuid distinct_id first_name last_name email is_email_verified id is_staff team organization
			organizations`,
		"UserBasic": "id uuid distinct_id first_name last_name email is_email_verified hedgehog_config role_at_organization",
		"Login":     "email password",
		"OrganizationDomain": `id domain is_verified verified_at verification_challenge jit_provisioning_enabled sso_enforcement
			has_saml saml_entity_id saml_acs_url saml_x509_cert has_scim scim_enabled scim_base_url scim_bearer_token has_id_jag
			id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients identity_provider_config`,
		"PatchedOrganizationDomain": `domain jit_provisioning_enabled sso_enforcement saml_entity_id saml_acs_url saml_x509_cert
			scim_enabled id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients identity_provider_config`,
		"IdentityProviderConfig": `id name created_at updated_at has_saml saml_entity_id saml_acs_url saml_x509_cert has_scim
			scim_enabled scim_bearer_token has_id_jag id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients`,
		"PatchedIdentityProviderConfig": `name saml_entity_id saml_acs_url saml_x509_cert scim_enabled id_jag_issuer_url
			id_jag_jwks_url id_jag_allowed_clients`,
		"OrganizationIntegration":   "id kind integration_id config created_at updated_at created_by",
		"PatchedEnvironmentMapping": "production preview development",
		"OrganizationInvite": `id target_email first_name emailing_attempt_made level is_expired created_by created_at updated_at
			message private_project_access send_email combine_pending_invites`,
		"PrivateProjectAccess": "id level",
		"ScimLog": `id request_method request_path request_headers request_body response_status response_body identity_provider
			duration_ms created_at`,
		"DomainScimToken":                      "scim_enabled scim_base_url scim_bearer_token",
		"IdentityProviderConfigScimToken":      "scim_enabled scim_bearer_token",
		"Error":                                "type code detail attr",
		"PlainError":                           "detail",
		"PaginatedOrganizationList":            page,
		"PaginatedOrganizationDomainList":      page,
		"PaginatedIdentityProviderConfigList":  page,
		"PaginatedOrganizationIntegrationList": page,
		"PaginatedOrganizationInviteList":      page,
		"PaginatedScimLogList":                 page,
	}
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)

			g.Expect(names(schema(t, name).Properties)).To(Equal(strings.Fields(order)))
		})
	}
}

// The fields of another revision stand where the server of that time shows them.
func TestPropertyOrderOfRevisions(t *testing.T) {
	orders := map[spec.Revision]map[string]string{
		spec.March2026: {
			"Organization": `id name slug logo_media_id created_at updated_at membership_level plugins_access_level teams projects
				available_product_features is_member_join_email_enabled metadata customer_id enforce_2fa members_can_invite
				members_can_use_personal_api_keys allow_publicly_shared_resources member_count is_ai_data_processing_approved
				default_experiment_stats_method default_role_id`,
			"OrganizationDomain": `id domain is_verified verified_at verification_challenge jit_provisioning_enabled sso_enforcement
				has_saml saml_entity_id saml_acs_url saml_x509_cert has_scim scim_enabled scim_base_url scim_bearer_token`,
		},
		spec.September2026: {
			"Organization": `id name slug logo_media_id created_at updated_at membership_level plugins_access_level teams projects
				available_product_features is_member_join_email_enabled metadata customer_id enforce_2fa enforce_verified_domains
				members_can_invite members_can_create_projects members_can_use_personal_api_keys members_can_see_org_members
				allow_publicly_shared_resources member_count is_ai_data_processing_approved is_ai_training_opted_in
				is_ai_training_locked is_ai_training_cta_shown is_hipaa default_experiment_stats_method default_anonymize_ips
				default_role_id is_active is_not_active_reason is_pending_deletion`,
			"OrganizationDomain": `id domain is_verified verified_at verification_challenge jit_provisioning_enabled sso_enforcement
				scim_base_url`,
			"IdentityProviderConfig": `id name domain_scope config_scope organization_domain_ids created_at updated_at has_saml has_oidc
				has_oidc_client_secret oidc_issuer_url oidc_client_id oidc_client_secret saml_relay_state saml_entity_id saml_acs_url
				saml_x509_cert has_scim scim_enabled scim_base_url scim_bearer_token has_id_jag id_jag_issuer_url id_jag_jwks_url
				id_jag_allowed_clients`,
			"RemovedMembers": "removed_members",
		},
	}
	for revision, schemas := range orders {
		for name, order := range schemas {
			t.Run(string(revision)+"/"+name, func(t *testing.T) {
				g := NewWithT(t)
				document, err := spec.LoadRevision(revision)
				g.Expect(err).NotTo(HaveOccurred())
				found, ok := document.Schema(name)
				g.Expect(ok).To(BeTrue())
				g.Expect(names(found.Properties)).To(Equal(strings.Fields(order)))
			})
		}
	}
}

func TestPropertyConstraints(t *testing.T) {
	client := &spec.Property{Type: "string", MaxLength: 256}
	cases := []struct {
		schema string
		want   spec.Property
	}{
		{"OrganizationDomain", spec.Property{Name: "id", Type: "string", Format: "uuid", ReadOnly: true, Required: true, AllowBlank: true}},
		{"OrganizationDomain", spec.Property{Name: "domain", Type: "string", MaxLength: 128, Required: true, Pattern: `^([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$`}},
		{"OrganizationDomain", spec.Property{Name: "verified_at", Type: "string", Format: "date-time", Nullable: true, ReadOnly: true, Required: true, AllowBlank: true}},
		{"OrganizationDomain", spec.Property{Name: "jit_provisioning_enabled", Type: "boolean", Default: false}},
		{"OrganizationDomain", spec.Property{Name: "sso_enforcement", Type: "string", MaxLength: 28, AllowBlank: true, Default: ""}},
		{"OrganizationDomain", spec.Property{Name: "saml_entity_id", Type: "string", MaxLength: 512, Nullable: true, AllowBlank: true}},
		{"OrganizationDomain", spec.Property{Name: "saml_acs_url", Type: "string", MaxLength: 512, Nullable: true, AllowBlank: true}},
		{"OrganizationDomain", spec.Property{Name: "saml_x509_cert", Type: "string", Nullable: true, AllowBlank: true}},
		{"OrganizationDomain", spec.Property{Name: "scim_enabled", Type: "boolean", Default: false}},
		{"OrganizationDomain", spec.Property{Name: "scim_bearer_token", Type: "string", Nullable: true, ReadOnly: true, Required: true, AllowBlank: true}},
		{"OrganizationDomain", spec.Property{Name: "id_jag_issuer_url", Type: "string", MaxLength: 512, Nullable: true, AllowBlank: true}},
		{"OrganizationDomain", spec.Property{Name: "id_jag_jwks_url", Type: "string", MaxLength: 512, Nullable: true, AllowBlank: true}},
		{"OrganizationDomain", spec.Property{Name: "id_jag_allowed_clients", Type: "array", Default: []any{}, Items: client}},
		{"OrganizationDomain", spec.Property{Name: "identity_provider_config", Type: "string", Format: "uuid", Nullable: true, AllowBlank: true}},
		{"OrganizationDomainRepresentation", spec.Property{Name: "scim_enabled", Type: "boolean", Required: true, Default: false}},
		{"IdentityProviderConfig", spec.Property{Name: "name", Type: "string", MaxLength: 255, AllowBlank: true, Default: ""}},
		{"IdentityProviderConfig", spec.Property{Name: "has_scim", Type: "boolean", ReadOnly: true, Required: true}},
		{"OrganizationInvite", spec.Property{Name: "target_email", Type: "string", Format: "email", MaxLength: 254, Required: true}},
		{"OrganizationInvite", spec.Property{Name: "first_name", Type: "string", MaxLength: 30, AllowBlank: true, Default: ""}},
		{"OrganizationInvite", spec.Property{Name: "level", Type: "integer", Enum: []any{1, 8, 15}, Default: 1}},
		{"OrganizationInvite", spec.Property{Name: "message", Type: "string", Nullable: true, AllowBlank: true}},
		{"OrganizationInvite", spec.Property{Name: "send_email", Type: "boolean", WriteOnly: true, Default: true}},
		{"OrganizationInvite", spec.Property{Name: "combine_pending_invites", Type: "boolean", WriteOnly: true, Default: false}},
		{"OrganizationInvite", spec.Property{Name: "private_project_access", Type: "array", Nullable: true, Default: []any{}, Items: &spec.Property{
			Type: "object",
			Properties: []spec.Property{
				{Name: "id", Type: "integer", Required: true},
				{Name: "level", Type: "string", Required: true, AllowBlank: true, Enum: []any{"member", "admin"}},
			},
		}}},
		{"PatchedEnvironmentMapping", spec.Property{Name: "production", Type: "integer", Required: true}},
		{"PatchedEnvironmentMapping", spec.Property{Name: "preview", Type: "integer"}},
		{"OrganizationIntegration", spec.Property{Name: "kind", Type: "string", ReadOnly: true, Required: true, AllowBlank: true, Enum: []any{"vercel"}}},
		{"OrganizationIntegration", spec.Property{Name: "config", Type: "object", ReadOnly: true, Required: true}},
		{"Organization", spec.Property{Name: "membership_level", Type: "integer", Nullable: true, ReadOnly: true, Required: true, Enum: []any{1, 8, 15}}},
		{"ScimLog", spec.Property{Name: "request_body", Nullable: true, Required: true}},
		{"ScimLog", spec.Property{Name: "duration_ms", Type: "integer", Nullable: true, ReadOnly: true, Required: true}},
		{"Error", spec.Property{Name: "attr", Type: "string", Nullable: true, Required: true, AllowBlank: true}},
	}
	for _, c := range cases {
		t.Run(c.schema+"."+c.want.Name, func(t *testing.T) {
			g := NewWithT(t)

			got, ok := schema(t, c.schema).Property(c.want.Name)

			g.Expect(ok).To(BeTrue())
			g.Expect(got).To(Equal(c.want))
		})
	}
}

func TestPropertyThatMayBeNullInsteadOfAnObject(t *testing.T) {
	g := NewWithT(t)

	creator, ok := schema(t, "OrganizationInvite").Property("created_by")

	g.Expect(ok).To(BeTrue())
	g.Expect(creator.Type).To(Equal("object"))
	g.Expect(creator.Nullable).To(BeTrue())
	g.Expect(creator.ReadOnly).To(BeTrue())
	g.Expect(names(creator.Properties)).To(Equal(names(schema(t, "UserBasic").Properties)))
}

// A patched schema is the writable part of the full one, with nothing required and no defaults.
func TestPatchedSchemasFollowTheFullOnes(t *testing.T) {
	inEachSchema(t, []string{"OrganizationDomain", "IdentityProviderConfig"}, func(t *testing.T, document *spec.Document, full *spec.Schema) {
		g := NewWithT(t)
		var want []spec.Property
		for _, property := range full.Properties {
			if property.ReadOnly {
				continue
			}
			property.Required, property.Default, property.WriteOnly = false, nil, false
			if property.Name == "domain" { // ignored in an update, so nothing about it is checked
				property = spec.Property{Name: "domain", Type: "string", AllowBlank: true}
			}
			want = append(want, property)
		}

		patched, _ := document.Schema("Patched" + full.Name)
		g.Expect(patched.Properties).To(Equal(want))
	})
}

func TestRepresentationsCarryEveryReadableProperty(t *testing.T) {
	inEachSchema(t, []string{"Organization", "OrganizationDomain", "IdentityProviderConfig", "OrganizationInvite", "OrganizationMember", "Role"},
		func(t *testing.T, document *spec.Document, full *spec.Schema) {
			g := NewWithT(t)
			representation, _ := document.Schema(full.Name + "Representation")

			g.Expect(names(representation.Properties)).To(Equal(names(full.Properties)))
			for _, property := range representation.Properties {
				g.Expect(property.Required).To(Equal(!property.WriteOnly), property.Name)
			}
		})
}

func TestSchemasOfResponsesRequireEveryProperty(t *testing.T) {
	inEachSchema(t, []string{
		"OrganizationBasic", "TeamBasic", "ProjectBasic", "User", "UserBasic", "OrganizationIntegration", "ScimLog",
		"DomainScimToken", "IdentityProviderConfigScimToken", "RoleMember", "RoleMembership", "PersonalAPIKey", "Error", "PlainError", "PaginatedOrganizationDomainList",
	}, func(t *testing.T, _ *spec.Document, schema *spec.Schema) {
		NewWithT(t).Expect(schema.Required).To(Equal(names(schema.Properties)))
	})
}

// inEachSchema runs a test with each of the named schemas in each revision that has it.
func inEachSchema(t *testing.T, schemas []string, test func(*testing.T, *spec.Document, *spec.Schema)) {
	t.Helper()
	inEachRevision(t, func(t *testing.T, document *spec.Document) {
		for _, name := range schemas {
			found, ok := document.Schema(name)
			if !ok && document.Revision == spec.DefaultRevision {
				t.Errorf("components/schemas has no %s", name)
			}
			if ok {
				t.Run(name, func(t *testing.T) { test(t, document, found) })
			}
		}
	})
}

func TestPartialSchemas(t *testing.T) {
	g := NewWithT(t)

	g.Expect(schema(t, "Organization").Partial).To(BeTrue(), "a deployment tells more about an organization")
	g.Expect(schema(t, "User").Partial).To(BeTrue(), "a deployment tells more about a user")
	g.Expect(schema(t, "OrganizationDomain").Partial).To(BeFalse(), "a domain is described whole")
}

func TestSchemaThatDoesNotExist(t *testing.T) {
	g := NewWithT(t)

	_, ok := load(t).Schema("Hedgehog")

	g.Expect(ok).To(BeFalse())
}

func schema(t *testing.T, name string) *spec.Schema {
	t.Helper()
	found, ok := load(t).Schema(name)
	if !ok {
		t.Fatalf("components/schemas has no %s", name)
	}
	return found
}

func names(properties []spec.Property) []string {
	var all []string
	for _, property := range properties {
		all = append(all, property.Name)
	}
	return all
}
