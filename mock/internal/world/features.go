package world

// The features of a plan that rules ask for.
// Source: AvailableFeature in posthog/constants.py.
const (
	FeatureProvisioning     = "automatic_provisioning"
	FeatureSCIM             = "scim"
	FeatureSSO              = "sso_enforcement"
	FeatureSAML             = "saml"
	FeatureXAA              = "xaa_authentication"
	FeatureOIDC             = "oidc" // the key is our decision: no source names it
	FeatureInviteSettings   = "organization_invite_settings"
	FeatureSecuritySettings = "organization_security_settings"
	FeatureTwoFactor        = "2fa_enforcement"
	FeatureProjects         = "organizations_projects" // more than one organization, more than one project
	FeatureAccessControl    = "advanced_permissions"
)
