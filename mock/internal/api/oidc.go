package api

import (
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

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
