package worldfile

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// A fixture world starts every revision of the API. Its rows are made as the documented one has
// them, and then brought to the one that is to be played.

// enter brings the imported rows to the revision that is to be played.
func (im *importer) enter(w *fixtures.World) error {
	revision := im.revision
	if !revision.Has(spec.SCIMByConfig) {
		if err := im.addProvisioningToDomains(w); err != nil {
			return err
		}
	}
	if !revision.Has(spec.ConfigsShown) {
		im.separateConfigs()
		im.tx.Revision = revision
		return nil
	}
	if err := im.tx.MigrateTo(revision); err != nil {
		return err
	}
	if revision.Has(spec.IdentityOnConfigs) {
		return im.addConfigSettings(w)
	}
	return nil
}

// addProvisioningToDomains gives what configs have provisioned to the first of their domains:
// before the newest revision it is the domain's.
func (im *importer) addProvisioningToDomains(w *fixtures.World) error {
	for i := range w.Organizations {
		o := &w.Organizations[i]
		for j := range o.IdentityProviderConfigs {
			c := &o.IdentityProviderConfigs[j]
			served := im.tx.DomainsOf(c.ID)
			if len(served) == 0 {
				continue
			}
			if err := im.addProvisioning(served[0].ID, c.ProvisionedUsers, c.SCIMLogs); err != nil {
				return fmt.Errorf("identity provider config %s: %w", c.ID, err)
			}
		}
	}
	return nil
}

// separateConfigs gives each domain with identity settings a config of its own, that nobody
// sees, and takes the others away: before the documented revision everything stood on the
// domain.
func (im *importer) separateConfigs() {
	taken := map[string]bool{}
	for _, o := range im.tx.Organizations().Rows() {
		for _, found := range im.tx.Domains(o.ID).Rows() {
			d := *found
			if d.Config != "" && taken[d.Config] {
				d.Config = ""
			}
			taken[d.Config] = true
			d.Identity.IDJAGIssuerURL, d.Identity.IDJAGJWKSURL, d.Identity.IDJAGAllowedClients = nil, nil, nil
			im.tx.SaveDomain(&d, true, im.now, configIDs{o.ID, d.ID})
		}
		for _, c := range im.tx.Configs(o.ID).Rows() {
			if len(im.tx.DomainsOf(c.ID)) == 0 {
				im.tx.DeleteConfig(c)
			}
		}
	}
}

// addConfigSettings gives configs what only the newest revision has.
func (im *importer) addConfigSettings(w *fixtures.World) error {
	for i := range w.Organizations {
		o := &w.Organizations[i]
		for j := range o.IdentityProviderConfigs {
			from := &o.IdentityProviderConfigs[j]
			row, ok := im.tx.Config(o.ID, from.ID)
			if !ok {
				continue
			}
			c := *row
			c.DomainScope, c.ConfigScope = from.DomainScope, from.ConfigScope
			if im.revision.Has(spec.OIDC) {
				c.OIDCIssuerURL, c.OIDCClientID, c.OIDCClientSecret = from.OIDCIssuerURL, from.OIDCClientID, from.OIDCClientSecret
			}
			if from.Slug != "" {
				c.Slug = from.Slug
			}
			if from.SAMLRelayState != "" {
				c.SAMLRelayState = from.SAMLRelayState
			}
			im.tx.PutConfig(&c)
			im.tx.LinkDomains(c.ID, domainsOf(o, from))
			if err := im.addProvisioning(c.ID, from.ProvisionedUsers, from.SCIMLogs); err != nil {
				return fmt.Errorf("identity provider config %s: %w", c.ID, err)
			}
		}
	}
	return nil
}

// domainsOf are the domains that a config serves by name: those that it names, and those that
// name it.
func domainsOf(o *fixtures.Organization, c *fixtures.IdentityProviderConfig) []string {
	ids := append([]string(nil), c.Domains...)
	for i := range o.Domains {
		if o.Domains[i].IdentityProviderConfig == c.ID {
			ids = append(ids, o.Domains[i].ID)
		}
	}
	return ids
}

// configOf is the config that a domain names, while the rows are as the documented revision has
// them. For the newest one, those that name the domain are linked later.
func (im *importer) configOf(o *fixtures.Organization, d *fixtures.Domain) string {
	if im.revision.Has(spec.IdentityOnConfigs) {
		return d.IdentityProviderConfig
	}
	return linkedConfig(o, d)
}

// linkedConfig is the one config of a domain, in the revisions in which it has one: that which
// it names, else the first that names it.
func linkedConfig(o *fixtures.Organization, d *fixtures.Domain) string {
	if d.IdentityProviderConfig != "" {
		return d.IdentityProviderConfig
	}
	for _, c := range configsNaming(o, d) {
		return c.ID
	}
	return ""
}

// configsNaming are the configs that name a domain, or serve all of the organization.
func configsNaming(o *fixtures.Organization, d *fixtures.Domain) (found []*fixtures.IdentityProviderConfig) {
	for i := range o.IdentityProviderConfigs {
		c := &o.IdentityProviderConfigs[i]
		names := c.DomainScope != nil && *c.DomainScope == world.ScopeAll
		for _, id := range c.Domains {
			names = names || id == d.ID
		}
		if names {
			found = append(found, c)
		}
	}
	return found
}

// configIDs makes the ids of configs that nobody sees: the same whenever they are made.
type configIDs struct{ organization, domain string }

func (c configIDs) UUID(time.Time) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(c.organization+"/"+c.domain)).String()
}

func (c configIDs) Token() string { return strings.ReplaceAll(c.UUID(time.Time{}), "-", "") }

// leftOut says what a world has and a revision cannot hold.
func leftOut(w *fixtures.World, r spec.Revision) (sentences []string) {
	say := func(o *fixtures.Organization, format string, args ...any) {
		sentences = append(sentences, fmt.Sprintf("%s: %s; revision %s has no place for it", o.Name, fmt.Sprintf(format, args...), r))
	}
	for i := range w.Organizations {
		o := &w.Organizations[i]
		leftOutOfSettings(o, r, say)
		if !r.Has(spec.IdentityOnConfigs) {
			leftOutOfLinks(o, say)
		}
		if !r.Has(spec.ConfigsShown) {
			leftOutOfConfigs(o, say)
		}
	}
	return sentences
}

func leftOutOfSettings(o *fixtures.Organization, r spec.Revision, say func(*fixtures.Organization, string, ...any)) {
	if o.EnforceVerifiedDomains != nil && !r.Has(spec.MembershipRestricted) {
		say(o, "enforce_verified_domains")
	}
	if o.MembersSeeMembers != nil && !r.Has(spec.MembersHidden) {
		say(o, "members_can_see_org_members")
	}
	for i := range o.IdentityProviderConfigs {
		c := &o.IdentityProviderConfigs[i]
		if !r.Has(spec.OIDC) && (c.OIDCIssuerURL != "" || c.OIDCClientID != "" || c.OIDCClientSecret != "") {
			say(o, "the OIDC settings of the identity provider config %s", c.ID)
		}
	}
}

func leftOutOfLinks(o *fixtures.Organization, say func(*fixtures.Organization, string, ...any)) {
	for i := range o.Domains {
		if d := &o.Domains[i]; len(configsNaming(o, d)) > 1 {
			say(o, "the domain %s has several identity provider configs, all but the first", d.Domain)
		}
	}
	for i := range o.IdentityProviderConfigs {
		c := &o.IdentityProviderConfigs[i]
		if c.DomainScope != nil || c.ConfigScope != nil {
			say(o, "the scopes of the identity provider config %s", c.ID)
		}
	}
}

func leftOutOfConfigs(o *fixtures.Organization, say func(*fixtures.Organization, string, ...any)) {
	linked := map[string]int{}
	for i := range o.Domains {
		d := &o.Domains[i]
		linked[linkedConfig(o, d)]++
		if s := o.Settings(d); s.IDJAGIssuerURL != nil || s.IDJAGJWKSURL != nil || len(s.IDJAGAllowedClients) > 0 {
			say(o, "ID-JAG of the domain %s", d.Domain)
		}
	}
	for i := range o.IdentityProviderConfigs {
		switch c := &o.IdentityProviderConfigs[i]; linked[c.ID] {
		case 0:
			say(o, "the identity provider config %s, which no domain has", c.ID)
		case 1:
		default:
			say(o, "that domains share the identity provider config %s: each has its own settings", c.ID)
		}
	}
}
