package control

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// domainRow represents a domain.
type domainRow struct {
	ID                    string     `json:"id"`
	Organization          string     `json:"organization"`
	Domain                string     `json:"domain"`
	IsVerified            bool       `json:"is_verified"`
	VerifiedAt            *time.Time `json:"verified_at"`
	VerificationChallenge string     `json:"verification_challenge"`
	// TXTName is where the challenge must be published.
	TXTName                string `json:"txt_name"`
	JITProvisioningEnabled bool   `json:"jit_provisioning_enabled"`
	SSOEnforcement         string `json:"sso_enforcement"`
	// IdentityProviderConfig is the config that is linked; of several that serve the domain the
	// first one.
	IdentityProviderConfig *string `json:"identity_provider_config"`
	HasSAML                bool    `json:"has_saml"`
	HasSCIM                bool    `json:"has_scim"`
	HasIDJAG               bool    `json:"has_id_jag"`
	SCIMEnabled            bool    `json:"scim_enabled"`
	SCIMBaseURL            *string `json:"scim_base_url"`
	// SCIMBearerToken is a new token, shown this once.
	SCIMBearerToken string `json:"scim_bearer_token,omitempty"`
}

func showDomainRow(c *call, d *world.Domain) domainRow {
	effective := d.EffectiveIdentity()
	row := domainRow{
		ID: d.ID, Organization: d.Organization, Domain: d.Domain,
		IsVerified: d.VerifiedAt != nil, VerifiedAt: d.VerifiedAt,
		VerificationChallenge: d.VerificationChallenge, TXTName: d.ChallengeName(),
		JITProvisioningEnabled: d.JITProvisioningEnabled, SSOEnforcement: d.SSOEnforcement,
		IdentityProviderConfig: nilIfEmpty(d.Config),
		HasSAML:                effective.HasSAML(), HasSCIM: effective.HasSCIM(), HasIDJAG: effective.HasIDJAG(),
		SCIMEnabled: d.SCIMEnabled, SCIMBaseURL: nilIfEmpty(d.SCIMBaseURL(c.publicSite())),
	}
	if c.view.Revision.Has(spec.IdentityOnConfigs) {
		row.showConfigs(c, d)
	}
	return row
}

// showConfigs shows what the configs that serve a domain make of it, in the revisions that have
// everything there.
func (r *domainRow) showConfigs(c *call, d *world.Domain) {
	for i, config := range c.view.ConfigsServing(d) {
		if i == 0 {
			r.IdentityProviderConfig = &config.ID
		}
		r.HasSAML = r.HasSAML || config.IsFor(world.ScopeSAML) && config.HasSAML()
		r.HasSCIM = r.HasSCIM || config.IsFor(world.ScopeSCIM) && config.HasSCIM()
		r.HasIDJAG = r.HasIDJAG || config.IsFor(world.ScopeXAA) && config.HasIDJAG()
		r.SCIMEnabled = r.SCIMEnabled || config.IsFor(world.ScopeSCIM) && config.SCIMEnabled
	}
	if config, ok := c.view.SCIMConfig(d); ok {
		r.SCIMBaseURL = nilIfEmpty(config.SCIMBaseURL(c.publicSite()))
	}
}

var domainResource = resource[world.Domain, domainRow]{
	name: "domain", notFound: "no_such_domain",
	list: (*world.World).Domains, find: (*world.World).DomainByID,
	represent: showDomainRow, delete: (*world.Tx).DeleteDomain,
}

// domainChange is the body of a change to a domain, which needs neither DNS nor features.
// Fields that are not sent keep their values.
type domainChange struct {
	Verified               *bool   `json:"verified"`
	JITProvisioningEnabled *bool   `json:"jit_provisioning_enabled"`
	SSOEnforcement         *string `json:"sso_enforcement"`
	SCIMEnabled            *bool   `json:"scim_enabled"`
}

// maxProviderLength is how many characters sso_enforcement may have.
const maxProviderLength = 28

func (c *call) changeDomain(found *world.Domain, change *domainChange) (domainRow, error) {
	if *change == (domainChange{}) {
		return domainRow{}, errors.New(`send one of "verified", "jit_provisioning_enabled", "sso_enforcement", "scim_enabled"`)
	}
	d := *found
	if change.Verified != nil {
		d.SetVerified(*change.Verified, c.now)
	}
	if err := change.check(&d); err != nil {
		return domainRow{}, err
	}
	setIfSent(&d.JITProvisioningEnabled, change.JITProvisioningEnabled)
	setIfSent(&d.SSOEnforcement, change.SSOEnforcement)
	token := c.saveDomain(&d, change.SCIMEnabled)
	row := showDomainRow(c, &d)
	row.SCIMBearerToken = token
	return row, nil
}

// saveDomain stores a domain and switches SCIM for it, nil is as it is. It returns a new token,
// or "".
func (c *call) saveDomain(d *world.Domain, enable *bool) (token string) {
	if c.view.Revision.Has(spec.IdentityOnConfigs) {
		c.tx.PutDomain(d)
		if enable != nil {
			token = c.tx.SwitchDomainSCIM(d, *enable, c.now, c.sandbox.IDs)
		}
		return token
	}
	if enable != nil {
		token = d.Identity.SwitchSCIM(*enable, c.sandbox.IDs)
	}
	c.tx.SaveDomain(d, enable != nil, c.now, c.sandbox.IDs)
	return token
}

// check fails for a change that is invalid after verification has changed: an unverified
// domain cannot have settings that need verification.
func (c *domainChange) check(d *world.Domain) error {
	switch {
	case c.SSOEnforcement != nil && utf8.RuneCountInString(*c.SSOEnforcement) > maxProviderLength:
		return fmt.Errorf(`"sso_enforcement" is too long: it has at most %d characters`, maxProviderLength)
	case d.VerifiedAt != nil:
		return nil
	case isSet(c.JITProvisioningEnabled) || isSet(c.SSOEnforcement) || isSet(c.SCIMEnabled):
		return fmt.Errorf(`%s is not verified, and only a verified domain can have this: send "verified": true with it`, d.Domain)
	}
	return nil
}

// configRow represents an identity provider config.
type configRow struct {
	ID           string    `json:"id"`
	Organization string    `json:"organization"`
	Name         string    `json:"name"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
	HasSAML      bool      `json:"has_saml"`
	HasSCIM      bool      `json:"has_scim"`
	HasIDJAG     bool      `json:"has_id_jag"`
	SCIMEnabled  bool      `json:"scim_enabled"`
	// Domains are the names of those that are linked to it, or that it serves.
	Domains []string `json:"domains"`
}

func showConfigRow(c *call, config *world.IdentityProviderConfig) configRow {
	row := configRow{
		ID: config.ID, Organization: config.Organization, Name: config.Name,
		CreatedAt: config.CreatedAt, UpdatedAt: config.UpdatedAt,
		HasSAML: config.HasSAML(), HasSCIM: config.HasSCIM(), HasIDJAG: config.HasIDJAG(),
		SCIMEnabled: config.SCIMEnabled, Domains: []string{},
	}
	domains := c.view.DomainsOf(config.ID)
	if c.view.Revision.Has(spec.IdentityOnConfigs) {
		domains = c.view.ServedDomains(config)
	}
	for _, d := range domains {
		row.Domains = append(row.Domains, d.Domain)
	}
	return row
}

var configResource = resource[world.IdentityProviderConfig, configRow]{
	name: "identity provider config", notFound: "no_such_identity_provider_config",
	list: (*world.World).Configs, find: (*world.World).ConfigByID,
	represent: showConfigRow, delete: (*world.Tx).DeleteConfig,
}
