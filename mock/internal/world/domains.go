package world

import (
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/spec"
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
// the domain's organization: SAML is a feature of its own, and so is OIDC from the newest
// revision on; other providers must be set up in the deployment, as they are on the cloud alone.
// Source: get_sso_enforcement_for_email_address in posthog/models/organization_domain.py;
// pull request #97388.
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
	switch {
	case domain.SSOEnforcement == "saml":
		usable = o.HasFeature(FeatureSAML)
	case domain.SSOEnforcement == "oidc" && w.Revision.Has(spec.OIDC):
		usable = o.HasFeature(FeatureOIDC)
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
	if !ok || domain.VerifiedAt == nil || !w.hasSAML(domain) {
		return false
	}
	o, ok := w.Organization(domain.Organization)
	return ok && o.HasFeature(FeatureSAML)
}

// hasSAML reports whether the SAML settings of a domain are whole: its own, or from the newest
// revision on those of a config that serves it.
func (w *World) hasSAML(d *Domain) bool {
	return d.HasSAML() || slices.ContainsFunc(w.ConfigsServing(d), func(c *IdentityProviderConfig) bool {
		return c.IsFor(ScopeSAML) && c.HasSAML()
	})
}

// SCIMBaseURL is where an identity provider finds the SCIM server of the domain, below
// the address of the site; "" where SCIM is off.
func (d *Domain) SCIMBaseURL(site string) string {
	if !d.EffectiveIdentity().HasSCIM() {
		return ""
	}
	return site + "/scim/v2/" + d.ID
}

// VerifiedDomains returns the verified domains of an organization, by name.
func (w *World) VerifiedDomains(organization string) (verified []*Domain) {
	w.Domains(organization).All(func(d *Domain) bool {
		if d.VerifiedAt != nil {
			verified = append(verified, d)
		}
		return true
	})
	return verified
}

// emailDomain is what an address ends with, in lower case.
func emailDomain(email string) string {
	return strings.ToLower(email[strings.LastIndex(email, "@")+1:])
}

// OnOneOf reports whether an address is on one of the domains; on one below it does not count.
func OnOneOf(domains []*Domain, email string) bool {
	name := emailDomain(email)
	return slices.ContainsFunc(domains, func(d *Domain) bool { return strings.ToLower(d.Domain) == name })
}

// RestrictsMembers reports whether only people with an address on a verified domain are let in.
func (o *Organization) RestrictsMembers() bool {
	return o.EnforceVerifiedDomains != nil && *o.EnforceVerifiedDomains
}

// ShutsOut reports whether an organization does not let a user in for the address.
func (w *World) ShutsOut(o *Organization, u *User) bool {
	return o.RestrictsMembers() && !OnOneOf(w.VerifiedDomains(o.ID), u.Email)
}
