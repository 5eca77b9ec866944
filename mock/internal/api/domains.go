package api

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// The domains of an organization.
// Source: posthog/api/organization_domain.py, posthog/models/organization_domain.py.

// domainHandlers are the operations of domains.
func domainHandlers() map[string]handler {
	return map[string]handler{
		"domains_list":              {do: (*call).listDomains},
		"domains_create":            {do: (*call).createDomain},
		"domains_retrieve":          {do: (*call).retrieveDomain},
		"domains_update":            {do: (*call).updateDomain},
		"domains_partial_update":    {do: (*call).updateDomain},
		"domains_destroy":           {do: (*call).deleteDomain},
		"domains_scim_token_create": {do: (*call).regenerateDomainToken},
		"domains_verify_create":     {ask: (*call).verifyDomain},
	}
}

// domainView is what a domain is rendered from.
type domainView struct {
	*world.Domain
	identityView
	scimBaseURL string // "" is none
}

// domainView gathers what a domain is rendered from; token is a new SCIM token or "".
func (c *call) domainView(d *world.Domain, token string) domainView {
	return domainView{d, identityView{&d.Identity, d.EffectiveIdentity(), token}, c.domainSCIMBaseURL(d)}
}

// domainSCIMBaseURL is where an identity provider finds the SCIM server for a domain, "" where
// there is none: that of the domain, from the newest revision on that of its config.
func (c *call) domainSCIMBaseURL(d *world.Domain) string {
	if !c.has(spec.IdentityOnConfigs) {
		return d.SCIMBaseURL(c.publicSite())
	}
	if config, ok := c.view.SCIMConfig(d); ok {
		return config.SCIMBaseURL(c.publicSite())
	}
	return ""
}

// domainBindings are the properties of a domain, with their rules.
func domainBindings() []rest.Binding[domainView, *call] {
	type binding = rest.Binding[domainView, *call]
	// ID-JAG addresses are checked after the plan, unlike those of configs.
	shared := bindIdentity(func(d domainView) identityView { return d.identityView }, normalizeURL)
	return slices.Concat(
		[]binding{
			{Name: "id", Write: func(w *rest.Writer, d domainView) { w.String(d.ID) }},
			{Name: "domain", Check: checkDomainName, Write: func(w *rest.Writer, d domainView) { w.String(d.Domain.Domain) }},
			{Name: "is_verified", Computed: true, Write: func(w *rest.Writer, d domainView) { w.Bool(d.VerifiedAt != nil) }},
			{Name: "verified_at", Write: func(w *rest.Writer, d domainView) { w.OptTime(d.VerifiedAt) }},
			{Name: "verification_challenge", Write: func(w *rest.Writer, d domainView) { w.String(d.VerificationChallenge) }},
			{Name: "jit_provisioning_enabled", Write: func(w *rest.Writer, d domainView) { w.Bool(d.JITProvisioningEnabled) }},
			{Name: "sso_enforcement", Write: func(w *rest.Writer, d domainView) { w.String(d.SSOEnforcement) }},
		},
		shared.saml, shared.scim,
		[]binding{{Name: "scim_base_url", Computed: true, Write: func(w *rest.Writer, d domainView) { w.NonEmpty(d.scimBaseURL) }}},
		shared.idJAG,
		[]binding{{
			Name: "identity_provider_config", As: rest.Related, Check: checkConfigLink,
			Write: func(w *rest.Writer, d domainView) { w.NonEmpty(d.Config) },
		}},
	)
}

var domainName = regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$`)

// checkDomainName wants a name that nobody has, in lower case.
func checkDomainName(c *call, value any) (any, error) {
	name := value.(string)
	if _, taken := c.view.DomainByName(name); taken {
		return nil, rest.Invalid("unique", "domain with this domain already exists.")
	}
	if !domainName.MatchString(name) {
		return nil, rest.InvalidInput("Please enter a valid domain or subdomain name.")
	}
	return name, nil
}

// checkConfigLink wants a config of the same organization, or null.
func checkConfigLink(c *call, value any) (any, error) {
	key, ok := value.(rest.RelatedKey)
	if !ok {
		return nil, nil
	}
	config, ok := c.view.Config(c.organization.ID, key.ID)
	if !ok {
		return nil, key.DoesNotExist()
	}
	return config, nil
}

// domain finds the domain that the path names.
func (c *call) domain() (*world.Domain, error) {
	if d, ok := c.view.Domain(c.organization.ID, c.id()); ok {
		return d, nil
	}
	return nil, rest.ErrNotFound
}

// writeDomain writes a domain without secrets.
func (c *call) writeDomain(d *world.Domain) {
	dependsOn := c.publicSite()
	if c.has(spec.IdentityOnConfigs) {
		dependsOn = c.domainSCIMBaseURL(d) // it changes without the domain
	}
	show(c, c.api.domainSerializer, d, d.Cache, dependsOn, func() domainView { return c.domainView(d, "") })
}

// showDomain answers with a domain; token is a new SCIM token or "".
func (c *call) showDomain(status int, d *world.Domain, token string) (int, error) {
	if token == "" {
		c.writeDomain(d)
		return status, nil
	}
	c.api.domainSerializer.Write(&c.out, c.domainView(d, token))
	return status, nil
}

// listDomains lists the domains of the organization.
func (c *call) listDomains() (int, error) {
	return listPage(c, c.view.Domains(c.organization.ID), c.writeDomain)
}

// retrieveDomain shows one domain.
func (c *call) retrieveDomain() (int, error) {
	d, err := c.domain()
	if err != nil {
		return 0, err
	}
	return c.showDomain(http.StatusOK, d, "")
}

// createDomain claims a domain. It starts unverified: what only a verified
// domain may have is accepted and dropped. A config that is linked at once gives
// the domain its settings, over those in the same request: our decision. PostHog's model writes
// the domain's own settings, sent or empty, over the config's, and from there over those of every
// domain that shares it, as the review of its change #65614 found: nobody wants to lose them.
func (c *call) createDomain() (int, error) {
	attrs, err := validate(c, c.api.domainSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	if c.view.OnCloud && !c.hasFeature(world.FeatureProvisioning) {
		return 0, errNoProvisioning
	}
	d := &world.Domain{
		ID: c.sandbox.IDs.UUID(c.now), Organization: c.organization.ID,
		VerificationChallenge: c.sandbox.IDs.Token(),
	}
	rest.Set(attrs, "domain", &d.Domain)
	rest.SetText(attrs, "saml_entity_id", &d.SAMLEntityID)
	rest.SetText(attrs, "saml_acs_url", &d.SAMLACSURL)
	rest.SetText(attrs, "saml_x509_cert", &d.SAMLX509Cert)
	if config, ok := rest.Value[*world.IdentityProviderConfig](attrs, "identity_provider_config"); ok && config != nil {
		d.Config, d.Identity = config.ID, config.Identity
	}
	c.saveDomain(d, true)
	return c.showDomain(http.StatusCreated, d, "")
}

// verifiedOnlyFields are the settings that only a verified domain may have, in
// the order in which they are refused.
var verifiedOnlyFields = []string{
	"jit_provisioning_enabled", "sso_enforcement", "scim_enabled",
	"id_jag_issuer_url", "id_jag_jwks_url", "id_jag_allowed_clients",
}

var errUnverified = rest.Invalid("verification_required", "This attribute cannot be updated until the domain is verified.")

// checkDomainUpdate holds valid fields against the state of the domain and the
// organization's plan.
func (c *call) checkDomainUpdate(attrs *rest.Attrs, d *world.Domain) error {
	// An unverified domain cannot enforce SSO, nor anything else of these:
	// being named in the request is enough.
	if d.VerifiedAt == nil {
		for _, field := range verifiedOnlyFields {
			if attrs.Has(field) {
				return errUnverified.On(field)
			}
		}
	}
	if jit, _ := rest.Value[bool](attrs, "jit_provisioning_enabled"); jit && !c.hasFeature(world.FeatureProvisioning) {
		return errJITPlan
	}
	return c.checkIdentityPlan(attrs)
}

// updateDomain serves PUT and PATCH. The name cannot be changed.
func (c *call) updateDomain() (int, error) {
	found, err := c.domain()
	if err != nil {
		return 0, err
	}
	attrs, err := validate(c, c.api.domainSerializer, rest.Mode{Partial: c.op.Method == http.MethodPatch, Fixed: "domain"})
	if err != nil {
		return 0, err
	}
	if err := c.checkDomainUpdate(attrs, found); err != nil {
		return 0, err
	}
	d := *found
	linkConfig(attrs, &d)
	setIdentity(attrs, &d.Identity)
	rest.Set(attrs, "jit_provisioning_enabled", &d.JITProvisioningEnabled)
	rest.Set(attrs, "sso_enforcement", &d.SSOEnforcement)
	if err := checkDomainURLs(attrs, &d); err != nil {
		return 0, err
	}
	token := c.switchSCIM(attrs, &d.Identity)
	c.saveDomain(&d, attrs.Any(identityFields...))
	return c.showDomain(http.StatusOK, &d, token)
}

// linkConfig links the config that was sent and adopts its settings, or unlinks.
func linkConfig(attrs *rest.Attrs, d *world.Domain) {
	config, sent := rest.Value[*world.IdentityProviderConfig](attrs, "identity_provider_config")
	switch {
	case !sent:
	case config == nil:
		d.Config = ""
	default:
		d.Config, d.Identity = config.ID, config.Identity
	}
}

// checkDomainURLs refuses ID-JAG addresses that must not be fetched, as the
// model's clean does when any ID-JAG setting was written.
func checkDomainURLs(attrs *rest.Attrs, d *world.Domain) error {
	if !attrs.Any("id_jag_issuer_url", "id_jag_jwks_url", "id_jag_allowed_clients") {
		return nil
	}
	for _, field := range []struct {
		name    string
		address *string
	}{{"id_jag_issuer_url", d.IDJAGIssuerURL}, {"id_jag_jwks_url", d.IDJAGJWKSURL}} {
		if refusal := checkFetchable(field.address); refusal != nil {
			return refusal.On(field.name)
		}
	}
	return nil
}

// deleteDomain frees the name. The config stays.
func (c *call) deleteDomain() (int, error) {
	d, err := c.domain()
	if err != nil {
		return 0, err
	}
	if err := c.checkKeepsCallerIn(d); err != nil {
		return 0, err
	}
	c.tx.DeleteDomain(d)
	c.deleteHiddenConfig(d)
	return c.noContent()
}

// deleteHiddenConfig deletes the config of a domain that is gone, where configs are no part of the
// API: its settings were the domain's own, and nobody could delete them later.
func (c *call) deleteHiddenConfig(d *world.Domain) {
	config, ok := c.tx.Config(d.Organization, d.Config)
	if ok && !c.has(spec.ConfigsShown) && len(c.tx.DomainsOf(config.ID)) == 0 {
		c.tx.DeleteConfig(config)
	}
}

var errVerified = rest.Invalid("already_verified", "This domain has already been verified.")

// verifyDomain asks DNS before the transaction, so that a slow answer keeps nobody
// waiting, and verifies a domain whose challenge it knows. Otherwise the domain comes
// back as it was.
func (c *call) verifyDomain() (action, error) {
	d, err := c.domain()
	if err != nil {
		return nil, err
	}
	var records []string
	if d.VerifiedAt == nil {
		ctx, cancel := context.WithTimeout(c.request.Context(), c.api.ResolveTimeout)
		defer cancel()
		// Until the newest revision the real server lets this crash the request.
		if records, err = c.sandbox.LookupTXT(ctx, d.ChallengeName()); err != nil && !c.has(spec.QuietDNSFailure) {
			return nil, fmt.Errorf("look up %s: %w", d.ChallengeName(), err)
		}
	}
	return func(c *call) (int, error) { return c.verifyWithRecords(records) }, nil
}

// verifyWithRecords verifies a domain whose challenge is among the TXT records.
func (c *call) verifyWithRecords(records []string) (int, error) {
	found, err := c.domain()
	if err != nil {
		return 0, err
	}
	if found.VerifiedAt != nil {
		return 0, errVerified
	}
	d := *found
	if slices.Contains(records, d.VerificationChallenge) {
		d.SetVerified(true, c.now)
		c.tx.PutDomain(&d)
	}
	return c.showDomain(http.StatusOK, &d, "")
}

// regenerateDomainToken replaces the SCIM token of the domain and its config.
func (c *call) regenerateDomainToken() (int, error) {
	found, err := c.domain()
	if err != nil {
		return 0, err
	}
	if !c.hasFeature(world.FeatureSCIM) {
		return 0, errNoSCIM
	}
	if found.Config == "" || !found.SCIMEnabled {
		return 0, rest.Plain("SCIM is not enabled for this domain")
	}
	d := *found
	token := d.Identity.ReplaceSCIMToken(c.sandbox.IDs)
	c.saveDomain(&d, true)
	c.out.Object()
	c.out.Key("scim_enabled").Bool(true)
	c.out.Key("scim_base_url").String(d.SCIMBaseURL(c.publicSite()))
	c.out.Key("scim_bearer_token").String(token)
	c.out.End()
	return http.StatusOK, nil
}
