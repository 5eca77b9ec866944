package mock

import (
	"slices"
	"strings"
)

// cloudProviders are what everybody can log in with on the cloud, as domains name
// them. Source: get_instance_available_sso_providers in posthog/utils.py.
var cloudProviders = []string{"github", "gitlab", "google-oauth2"}

// ssoEnforcement is the provider through which people of an address must log in,
// whoever they are; "" is none. It counts on a verified domain, with the plan of
// the domain's organization: SAML is a feature of its own, other providers must be
// set up in the deployment, as they are on the cloud alone.
// Source: get_sso_enforcement_for_email_address in posthog/models/organization_domain.py.
func (c *call) ssoEnforcement(email string) string {
	_, name, _ := strings.Cut(email, "@")
	domain, ok := c.view.DomainByName(strings.ToLower(name))
	if !ok || domain.VerifiedAt == nil {
		return ""
	}
	o, ok := c.view.Organization(domain.Organization)
	if !ok || !o.HasFeature(featureSSO) {
		return ""
	}
	usable := c.view.OnCloud && slices.Contains(cloudProviders, domain.SSOEnforcement)
	if domain.SSOEnforcement == "saml" {
		usable = o.HasFeature(featureSAML)
	}
	if !usable {
		return ""
	}
	return domain.SSOEnforcement
}
