package api

import (
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Which domains an identity provider config serves, and for what, from the newest revision on.
// Source: posthog/api/identity_provider_config.py.

// configScopeBindings are the properties that say what a config serves.
func configScopeBindings() []rest.Binding[configView, *call] {
	return []rest.Binding[configView, *call]{
		{Name: "domain_scope", Write: func(w *rest.Writer, v configView) { w.OptString(v.DomainScope) }},
		{Name: "config_scope", Write: func(w *rest.Writer, v configView) { w.OptString(v.ConfigScope) }},
		{
			Name: "organization_domain_ids", As: rest.RelatedMany, Check: checkConfigDomains,
			Write: func(w *rest.Writer, v configView) {
				w.Strings(domainIDs(v.call.view.ServedDomains(v.IdentityProviderConfig)))
			},
		},
	}
}

func domainIDs(domains []*world.Domain) []string {
	ids := make([]string, 0, len(domains))
	for _, d := range domains {
		ids = append(ids, d.ID)
	}
	return ids
}

// checkConfigDomains wants domains of the organization, verified or not.
func checkConfigDomains(c *call, value any) (any, error) {
	keys, _ := value.([]rest.RelatedKey)
	domains := make([]*world.Domain, 0, len(keys))
	for _, key := range keys {
		d, ok := c.view.Domain(c.organization.ID, key.ID)
		if !ok {
			return nil, key.DoesNotExist()
		}
		domains = append(domains, d)
	}
	return domains, nil
}

// The protocols whose configs may not share a verified domain, as the refusal names them.
const (
	protocolSAML = "SAML"
	protocolOIDC = "OIDC"
)

func errOverlap(protocol string) *rest.Error {
	return rest.InvalidInput("This " + protocol + " configuration overlaps with another " + protocol +
		" configuration on one or more verified domains. Choose different domains before saving.").On("domain_scope")
}

// checkOverlap refuses a config that will be complete and would serve a verified domain that
// another complete one of its protocol serves. domains are those that it will name.
func (c *call) checkOverlap(config *world.IdentityProviderConfig, domains []*world.Domain) error {
	protocol, complete, willBe := protocolSAML, hasSAMLFor, config.HasSAML()
	if config.IsOnlyFor(world.ScopeOIDC) {
		protocol, complete, willBe = protocolOIDC, hasOIDCFor, config.HasOIDC()
	}
	if !willBe {
		return nil
	}
	isOther := func(other *world.IdentityProviderConfig) bool { return other.ID != config.ID && complete(other) }
	if config.ServesAll() {
		domains = c.view.Domains(c.organization.ID).Rows()
	}
	domains = slices.DeleteFunc(slices.Clone(domains), func(d *world.Domain) bool { return d.VerifiedAt == nil })
	overlaps := slices.ContainsFunc(domains, func(d *world.Domain) bool {
		return slices.ContainsFunc(c.view.ConfigsServing(d), isOther)
	})
	if config.ServesAll() && len(domains) > 0 { // any other one will do, wherever it serves
		c.view.Configs(c.organization.ID).All(func(other *world.IdentityProviderConfig) bool {
			overlaps = overlaps || isOther(other)
			return !overlaps
		})
	}
	if overlaps {
		return errOverlap(protocol)
	}
	return nil
}

func hasSAMLFor(c *world.IdentityProviderConfig) bool { return c.IsFor(world.ScopeSAML) && c.HasSAML() }

// hasOIDCFor wants the scope itself: a config for everything is none for OIDC.
func hasOIDCFor(c *world.IdentityProviderConfig) bool {
	return c.IsOnlyFor(world.ScopeOIDC) && c.HasOIDC()
}

var errUnscopedConfig = rest.Invalid("unscoped_config", "This identity provider configuration cannot be deleted until it has a feature scope.")

// The OIDC settings of an identity provider config, from the newest revision on.
// Source: posthog/api/identity_provider_config.py (pull request #97388).

// oidcBindings are the properties of OIDC. The secret is never shown.
func oidcBindings() []rest.Binding[configView, *call] {
	return []rest.Binding[configView, *call]{
		{Name: "has_oidc", Write: func(w *rest.Writer, v configView) { w.Bool(v.HasOIDC()) }},
		{Name: "has_oidc_client_secret", Write: func(w *rest.Writer, v configView) { w.Bool(v.OIDCClientSecret != "") }},
		{Name: "oidc_issuer_url", Check: checkIssuer, Write: func(w *rest.Writer, v configView) { w.String(v.OIDCIssuerURL) }},
		{Name: "oidc_client_id", Write: func(w *rest.Writer, v configView) { w.String(v.OIDCClientID) }},
		{Name: "oidc_client_secret", As: rest.Verbatim},
	}
}

// oidcFields are the properties that OIDC is written by.
var oidcFields = []string{"oidc_issuer_url", "oidc_client_id", "oidc_client_secret"}

var errIssuer = rest.InvalidInput("Use an HTTPS issuer URL without credentials, a query, or a fragment.")

// checkIssuer wants an address that the server may fetch, whatever the plan holds. Slashes at
// its end stay.
func checkIssuer(_ *call, value any) (any, error) {
	text := pytext.Strip(value.(string))
	if text == "" {
		return "", nil
	}
	address, err := url.Parse(text)
	if err != nil || !strings.EqualFold(address.Scheme, "https") || address.Host == "" || address.User != nil ||
		strings.ContainsAny(text, "?#") {
		return nil, errIssuer
	}
	if refusal := checkFetchable(&text); refusal != nil {
		return nil, refusal
	}
	return text, nil
}

// The key of the feature is not known from any source: "oidc" is our decision.
var (
	errOIDCPlan  = rest.Invalid("feature_not_available", "OIDC is not available for this organization.").On("oidc_issuer_url")
	errOIDCScope = rest.InvalidInput("Use an OIDC configuration for OIDC settings.").On("config_scope")
)

// checkOIDC refuses OIDC settings that the plan does not hold, or that are not of a config for
// OIDC; scope is what the config will be for.
func (c *call) checkOIDC(attrs *rest.Attrs, scope *string) error {
	given := false
	for _, field := range oidcFields {
		text, _ := rest.Value[string](attrs, field)
		given = given || text != ""
	}
	switch {
	case !given:
		return nil
	case !c.hasFeature(world.FeatureOIDC):
		return errOIDCPlan
	case scope == nil || *scope != world.ScopeOIDC:
		return errOIDCScope
	}
	return nil
}

// setOIDC changes the settings that were sent.
func setOIDC(attrs *rest.Attrs, to *world.IdentityProviderConfig) {
	rest.Set(attrs, "oidc_issuer_url", &to.OIDCIssuerURL)
	rest.Set(attrs, "oidc_client_id", &to.OIDCClientID)
	rest.Set(attrs, "oidc_client_secret", &to.OIDCClientSecret)
}
