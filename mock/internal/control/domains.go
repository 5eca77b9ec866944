package control

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// domainRow is a domain as the control plane shows it.
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
	// IdentityProviderConfig is the config that is linked.
	IdentityProviderConfig *string `json:"identity_provider_config"`
	HasSAML                bool    `json:"has_saml"`
	HasSCIM                bool    `json:"has_scim"`
	HasIDJAG               bool    `json:"has_id_jag"`
	SCIMEnabled            bool    `json:"scim_enabled"`
	SCIMBaseURL            *string `json:"scim_base_url"`
	// SCIMBearerToken is a new token, shown this once.
	SCIMBearerToken string `json:"scim_bearer_token,omitempty"`
}

func showDomainRow(e *edit, d *world.Domain) domainRow {
	effective := d.EffectiveIdentity()
	return domainRow{
		ID: d.ID, Organization: d.Organization, Domain: d.Domain,
		IsVerified: d.VerifiedAt != nil, VerifiedAt: d.VerifiedAt,
		VerificationChallenge: d.VerificationChallenge, TXTName: d.ChallengeName(),
		JITProvisioningEnabled: d.JITProvisioningEnabled, SSOEnforcement: d.SSOEnforcement,
		IdentityProviderConfig: orNull(d.Config),
		HasSAML:                effective.HasSAML(), HasSCIM: effective.HasSCIM(), HasIDJAG: effective.HasIDJAG(),
		SCIMEnabled: d.SCIMEnabled, SCIMBaseURL: orNull(d.SCIMBaseURL(e.publicSite())),
	}
}

var domainKind = kind[world.Domain, domainRow]{
	name: "domain", code: "no_such_domain",
	list: (*world.World).Domains, find: (*world.World).DomainByID,
	row: showDomainRow, delete: (*world.Tx).DeleteDomain,
}

// domainChange is what a test or a developer may change of a domain: they need no
// DNS, and no plan. What is not sent stays.
type domainChange struct {
	Verified               *bool   `json:"verified"`
	JITProvisioningEnabled *bool   `json:"jit_provisioning_enabled"`
	SSOEnforcement         *string `json:"sso_enforcement"`
	SCIMEnabled            *bool   `json:"scim_enabled"`
}

// longestProvider is how many characters sso_enforcement may have.
const longestProvider = 28

func (e *edit) changeDomain(found *world.Domain, change *domainChange) (domainRow, error) {
	if *change == (domainChange{}) {
		return domainRow{}, errors.New(`send one of "verified", "jit_provisioning_enabled", "sso_enforcement", "scim_enabled"`)
	}
	d := *found
	if change.Verified != nil {
		d.SetVerified(*change.Verified, e.now)
	}
	if err := change.check(&d); err != nil {
		return domainRow{}, err
	}
	assign(&d.JITProvisioningEnabled, change.JITProvisioningEnabled)
	assign(&d.SSOEnforcement, change.SSOEnforcement)
	token := ""
	if change.SCIMEnabled != nil {
		token = d.Identity.SwitchSCIM(*change.SCIMEnabled, e.sandbox.IDs)
	}
	e.tx.SaveDomain(&d, change.SCIMEnabled != nil, e.now, e.sandbox.IDs)
	row := showDomainRow(e, &d)
	row.SCIMBearerToken = token
	return row, nil
}

// check refuses what no domain can have: an unverified one has nothing of what it
// needs verification for.
func (change *domainChange) check(d *world.Domain) error {
	switch {
	case change.SSOEnforcement != nil && utf8.RuneCountInString(*change.SSOEnforcement) > longestProvider:
		return fmt.Errorf(`"sso_enforcement" is too long: it has at most %d characters`, longestProvider)
	case d.VerifiedAt != nil:
		return nil
	case isSet(change.JITProvisioningEnabled) || isSet(change.SSOEnforcement) || isSet(change.SCIMEnabled):
		return fmt.Errorf(`%s is not verified, and only a verified domain can have this: send "verified": true with it`, d.Domain)
	}
	return nil
}

// configRow is an identity provider config as the control plane shows it.
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
	// Domains are the names of those that are linked to it.
	Domains []string `json:"domains"`
}

func showConfigRow(e *edit, config *world.IdentityProviderConfig) configRow {
	row := configRow{
		ID: config.ID, Organization: config.Organization, Name: config.Name,
		CreatedAt: config.CreatedAt, UpdatedAt: config.UpdatedAt,
		HasSAML: config.HasSAML(), HasSCIM: config.HasSCIM(), HasIDJAG: config.HasIDJAG(),
		SCIMEnabled: config.SCIMEnabled, Domains: []string{},
	}
	for _, d := range e.view.DomainsOf(config.ID) {
		row.Domains = append(row.Domains, d.Domain)
	}
	return row
}

var configKind = kind[world.IdentityProviderConfig, configRow]{
	name: "identity provider config", code: "no_such_identity_provider_config",
	list: (*world.World).Configs, find: (*world.World).ConfigByID,
	row: showConfigRow, delete: (*world.Tx).DeleteConfig,
}
