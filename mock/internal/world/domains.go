package world

import (
	"slices"
	"strings"
	"time"
)

// ChallengeName is where the challenge of a domain must be published, as a TXT record.
// Source: posthog/models/organization_domain.py.
func (d *Domain) ChallengeName() string { return "_posthog-challenge." + d.Domain }

// SetVerified verifies a domain now, or takes that back together with what only a
// verified domain may have of its own. The domain must be a copy of the stored row.
func (d *Domain) SetVerified(verified bool, now time.Time) {
	switch {
	case verified && d.VerifiedAt == nil:
		d.VerifiedAt = &now
	case !verified:
		d.VerifiedAt, d.JITProvisioningEnabled, d.SSOEnforcement = nil, false, ""
	}
}

// cloudProviders are what everybody can log in with on the cloud, as domains name
// them. Source: get_instance_available_sso_providers in posthog/utils.py.
var cloudProviders = []string{"github", "gitlab", "google-oauth2"}

// SSOEnforcement is the provider through which people with an e-mail address must log
// in, whoever they are; "" is none. It counts on a verified domain, with the plan of
// the domain's organization: SAML is a feature of its own, other providers must be
// set up in the deployment, as they are on the cloud alone.
// Source: get_sso_enforcement_for_email_address in posthog/models/organization_domain.py.
func (w *World) SSOEnforcement(email string) string {
	_, name, _ := strings.Cut(email, "@")
	domain, ok := w.DomainByName(strings.ToLower(name))
	if !ok || domain.VerifiedAt == nil {
		return ""
	}
	o, ok := w.Organization(domain.Organization)
	if !ok || !o.HasFeature(FeatureSSO) {
		return ""
	}
	usable := w.OnCloud && slices.Contains(cloudProviders, domain.SSOEnforcement)
	if domain.SSOEnforcement == "saml" {
		usable = o.HasFeature(FeatureSAML)
	}
	if !usable {
		return ""
	}
	return domain.SSOEnforcement
}

// SAMLAvailable reports whether people with an e-mail address can log in by SAML: the
// domain is verified, its settings are whole, and the plan has the feature.
// Source: get_is_saml_available_for_email in posthog/models/organization_domain.py.
func (w *World) SAMLAvailable(email string) bool {
	_, name, _ := strings.Cut(email, "@")
	domain, ok := w.DomainByName(strings.ToLower(name))
	if !ok || domain.VerifiedAt == nil || !domain.HasSAML() {
		return false
	}
	o, ok := w.Organization(domain.Organization)
	return ok && o.HasFeature(FeatureSAML)
}

// SCIMBaseURL is where an identity provider finds the SCIM server of the domain, below
// the address of the site; "" where SCIM is off.
func (d *Domain) SCIMBaseURL(site string) string {
	if !d.EffectiveIdentity().HasSCIM() {
		return ""
	}
	return site + "/scim/v2/" + d.ID
}
