package control

import (
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

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
