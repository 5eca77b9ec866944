package world

import (
	"slices"
	"time"
)

// How the real server keeps the identity settings of a domain and of its identity
// provider config in step while they are linked.
// Source: posthog/models/identity_provider_config.py, posthog/models/organization_domain.py.

// IDs makes identifiers and secrets.
type IDs interface {
	// UUID is a new identifier that sorts by time.
	UUID(now time.Time) string
	// Token is a new secret.
	Token() string
}

// noIdentity is what a domain without a config goes by, whatever it has stored.
var noIdentity = &Identity{}

// EffectiveIdentity is the settings that count for a domain: those of its config,
// which are mirrored into the domain while they are linked. Nobody may change them.
func (d *Domain) EffectiveIdentity() *Identity {
	if d.Config == "" {
		return noIdentity
	}
	return &d.Identity
}

// SwitchSCIM turns SCIM on or off. Turning it on makes a token and returns it, to be
// shown once; what is on already stays as it is.
func (i *Identity) SwitchSCIM(enable bool, ids IDs) (token string) {
	switch {
	case enable == i.SCIMEnabled:
		return ""
	case enable:
		return i.ReplaceSCIMToken(ids)
	}
	i.SCIMEnabled, i.SCIMBearerToken = false, ""
	return ""
}

// ReplaceSCIMToken makes a SCIM token in place of the old one, which stops working.
func (i *Identity) ReplaceSCIMToken(ids IDs) (token string) {
	i.SCIMEnabled, i.SCIMBearerToken = true, ids.Token()
	return i.SCIMBearerToken
}

// Equal reports whether two rows have the same identity settings.
func (i *Identity) Equal(other *Identity) bool {
	return equalText(i.SAMLEntityID, other.SAMLEntityID) && equalText(i.SAMLACSURL, other.SAMLACSURL) &&
		equalText(i.SAMLX509Cert, other.SAMLX509Cert) && i.SCIMEnabled == other.SCIMEnabled &&
		i.SCIMBearerToken == other.SCIMBearerToken && equalText(i.IDJAGIssuerURL, other.IDJAGIssuerURL) &&
		equalText(i.IDJAGJWKSURL, other.IDJAGJWKSURL) && slices.Equal(i.IDJAGAllowedClients, other.IDJAGAllowedClients)
}

func equalText(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// SaveDomain stores a domain and mirrors its settings into its config. When identity
// settings were written and it has none, it gets one named after it.
//
// The real server's save makes that config on any write as long as the domain has
// settings of its own, which would undo an unlinking by null in the same request. The
// documented meaning of null is kept instead.
func (tx *Tx) SaveDomain(d *Domain, wroteIdentity bool, now time.Time, ids IDs) {
	config, ok := tx.Config(d.Organization, d.Config)
	switch {
	case ok && config.Identity.Equal(&d.Identity):
	case ok:
		changed := *config
		changed.Identity, changed.UpdatedAt = d.Identity, now
		tx.SaveConfig(&changed)
	case wroteIdentity && d.Identity.HasSettings():
		d.Config = ids.UUID(now)
		tx.PutConfig(&IdentityProviderConfig{
			ID: d.Config, Organization: d.Organization, Name: d.Domain,
			CreatedAt: now, UpdatedAt: now, Identity: d.Identity,
		})
	}
	tx.PutDomain(d)
}

// SaveConfig stores a config and mirrors its settings onto its domains.
func (tx *Tx) SaveConfig(config *IdentityProviderConfig) {
	tx.PutConfig(config)
	for _, linked := range tx.DomainsOf(config.ID) {
		d := *linked
		d.Identity = config.Identity
		tx.PutDomain(&d)
	}
}
