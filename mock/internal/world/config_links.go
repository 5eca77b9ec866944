package world

import (
	"slices"
	"strings"
	"time"
)

// Which domains a config serves. Until the documented revision a domain names its one config;
// in the newest one a config names any number of domains, or serves all of them.
// Source: posthog/models/identity_provider_config.py, posthog/models/organization_domain.py.

// ConfigLink says that a config serves a domain.
type ConfigLink struct{ Config, Domain string }

// What a config may serve; anything else, null as well, is as ScopeSelected.
const (
	ScopeAll      = "all"
	ScopeSelected = "selected"
)

// What a config may be for; null is everything.
const (
	ScopeSAML = "saml"
	ScopeOIDC = "oidc"
	ScopeSCIM = "scim"
	ScopeXAA  = "xaa"
)

// ServesAll reports whether a config serves every domain of its organization.
func (c *IdentityProviderConfig) ServesAll() bool {
	return c.DomainScope != nil && *c.DomainScope == ScopeAll
}

// IsFor reports whether a config is for a purpose: for it alone, or for everything.
func (c *IdentityProviderConfig) IsFor(scope string) bool {
	return c.ConfigScope == nil || *c.ConfigScope == scope
}

// IsOnlyFor reports whether a config is for a purpose alone.
func (c *IdentityProviderConfig) IsOnlyFor(scope string) bool {
	return c.ConfigScope != nil && *c.ConfigScope == scope
}

// HasOIDC reports whether OIDC is usable: issuer, client and secret are set.
func (c *IdentityProviderConfig) HasOIDC() bool {
	return c.OIDCIssuerURL != "" && c.OIDCClientID != "" && c.OIDCClientSecret != ""
}

// LinkedDomains returns the domains that a config names, by name.
func (w *World) LinkedDomains(c *IdentityProviderConfig) []*Domain {
	var found []*Domain
	w.configLinks.primary.from(&ConfigLink{Config: c.ID}, func(l *ConfigLink) bool {
		if l.Config != c.ID {
			return false
		}
		if d, ok := w.Domain(c.Organization, l.Domain); ok {
			found = append(found, d)
		}
		return true
	})
	slices.SortFunc(found, func(a, b *Domain) int { return strings.Compare(a.Domain, b.Domain) })
	return found
}

// ServedDomains returns the domains that a config serves, by name.
func (w *World) ServedDomains(c *IdentityProviderConfig) []*Domain {
	if c.ServesAll() {
		return w.Domains(c.Organization).Rows()
	}
	return w.LinkedDomains(c)
}

// Serves reports whether a config serves a domain of its organization.
func (w *World) Serves(c *IdentityProviderConfig, domain string) bool {
	if c.ServesAll() {
		_, own := w.Domain(c.Organization, domain)
		return own
	}
	_, linked := w.configLinks.primary.get(&ConfigLink{Config: c.ID, Domain: domain})
	return linked
}

// ServesVerified reports whether a config serves a verified domain. It stops at the first.
func (w *World) ServesVerified(c *IdentityProviderConfig) (found bool) {
	if c.ServesAll() {
		w.Domains(c.Organization).All(func(d *Domain) bool { found = d.VerifiedAt != nil; return !found })
		return found
	}
	w.configLinks.primary.from(&ConfigLink{Config: c.ID}, func(l *ConfigLink) bool {
		if l.Config != c.ID {
			return false
		}
		d, ok := w.Domain(c.Organization, l.Domain)
		found = ok && d.VerifiedAt != nil
		return !found
	})
	return found
}

// ConfigsServing returns the configs that serve a domain: first those that name it, then those
// for all domains, each the oldest first.
// Source: identity_provider_configs in posthog/models/organization_domain.py.
func (w *World) ConfigsServing(d *Domain) []*IdentityProviderConfig {
	var found []*IdentityProviderConfig
	w.configLinks.indexes[linkByDomain].from(&ConfigLink{Domain: d.ID}, func(l *ConfigLink) bool {
		if l.Domain != d.ID {
			return false
		}
		if c, ok := w.Config(d.Organization, l.Config); ok && !c.ServesAll() {
			found = append(found, c)
		}
		return true
	})
	slices.SortFunc(found, func(a, b *IdentityProviderConfig) int {
		if oldestFirst(a.CreatedAt, b.CreatedAt, a.ID, b.ID) {
			return -1
		}
		return 1
	})
	all := ScopeAll
	w.configs.indexes[configForAll].from(&IdentityProviderConfig{Organization: d.Organization, DomainScope: &all}, func(c *IdentityProviderConfig) bool {
		if !c.ServesAll() || c.Organization != d.Organization {
			return false
		}
		found = append(found, c)
		return true
	})
	return found
}

// ConfigBySlug finds the config whose SCIM server has a slug.
func (w *World) ConfigBySlug(slug string) (found *IdentityProviderConfig, ok bool) {
	w.configs.indexes[configBySlug].from(&IdentityProviderConfig{Slug: slug}, func(c *IdentityProviderConfig) bool {
		found, ok = c, c.Slug == slug
		return false
	})
	return found, ok
}

// SCIMConfig finds the one config that provisions for a domain: with none, and with several,
// there is none. The domain need not be verified.
// Source: get_scim_base_url in posthog/models/organization_domain.py.
func (w *World) SCIMConfig(d *Domain) (found *IdentityProviderConfig, ok bool) {
	for _, c := range w.ConfigsServing(d) {
		if !c.IsFor(ScopeSCIM) || !c.SCIMEnabled {
			continue
		}
		if found != nil {
			return nil, false
		}
		found = c
	}
	return found, found != nil && found.HasSCIM() && found.Slug != ""
}

// SwitchDomainSCIM turns SCIM for a domain on or off, as nobody but the control plane does: on in
// one config that provisions for it, off in all of them. A domain without one gets one of its
// own. It returns a new token, or "".
func (tx *Tx) SwitchDomainSCIM(d *Domain, enable bool, now time.Time, ids IDs) (token string) {
	var configs []*IdentityProviderConfig
	for _, c := range tx.ConfigsServing(d) {
		if c.IsFor(ScopeSCIM) {
			configs = append(configs, c)
		}
	}
	switch {
	case enable && slices.ContainsFunc(configs, func(c *IdentityProviderConfig) bool { return c.SCIMEnabled }):
		return ""
	case enable && len(configs) == 0:
		scope := ScopeSCIM
		configs = append(configs, &IdentityProviderConfig{
			ID: ids.UUID(now), Organization: d.Organization, Name: d.Domain, CreatedAt: now, ConfigScope: &scope,
			Slug: ids.UUID(now), SAMLRelayState: ids.UUID(now),
		})
		tx.LinkDomains(configs[0].ID, []string{d.ID})
	case enable:
		configs = configs[:1]
	}
	for _, c := range configs {
		changed := *c
		token, changed.UpdatedAt = changed.SwitchSCIM(enable, ids), now
		tx.PutConfig(&changed)
	}
	return token
}

// SCIMBaseURL is where an identity provider finds the SCIM server of the config, below the
// address of the site.
func (c *IdentityProviderConfig) SCIMBaseURL(site string) string { return site + "/scim/v2/" + c.Slug }

// LinkDomains makes a config name these domains and no others.
func (tx *Tx) LinkDomains(config string, domains []string) {
	tx.unlink(&ConfigLink{Config: config})
	for _, domain := range domains {
		edit(tx, &tx.configLinks).put(&ConfigLink{config, domain})
	}
}

// unlink takes away the links of a config, or those of a domain.
func (tx *Tx) unlink(of *ConfigLink) {
	var gone []*ConfigLink
	collect := func(l *ConfigLink) bool {
		if l.Config != of.Config && l.Domain != of.Domain {
			return false
		}
		gone = append(gone, l)
		return true
	}
	if of.Config != "" {
		tx.configLinks.primary.from(of, collect)
	} else {
		tx.configLinks.indexes[linkByDomain].from(of, collect)
	}
	for _, l := range gone {
		edit(tx, &tx.configLinks).remove(l)
	}
}
