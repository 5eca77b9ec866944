package api

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/fetchable"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The identity settings that a domain and an identity provider config share, and
// how the real server keeps the two in step while they are linked.
// Source: posthog/models/identity_provider_config.py, posthog/models/organization_domain.py.

// The refusals of settings that the organization's plan does not hold.
var (
	errNoSCIM         = rest.PermissionDenied("SCIM is not available for this organization")
	errSCIMPlan       = rest.Invalid("feature_not_available", "SCIM provisioning is not available for this organization.").On("scim_enabled")
	errXAAPlan        = rest.Invalid("feature_not_available", "XAA (ID-JAG) is not available for this organization.").On("id_jag_issuer_url")
	errJITPlan        = rest.Invalid("feature_not_available", "Automatic provisioning is not enabled for this organization.").On("jit_provisioning_enabled")
	errNoProvisioning = rest.PermissionDenied("Automatic provisioning is not enabled for this organization.")
)

// identityBindings are the properties that both resources have, between the
// ones that only one of them has.
type identityBindings[T any] struct{ saml, scim, idJAG []rest.Binding[T, *call] }

// identityView is what the shared properties of a row are rendered from.
type identityView struct {
	stored    *world.Identity // the row's own settings
	effective *world.Identity // the ones that count: those of the config
	token     string          // a new SCIM token, shown this once
}

// bindIdentity binds the shared properties; of finds them in a row.
func bindIdentity[T any](of func(T) identityView, checkURL func(*call, any) (any, error)) identityBindings[T] {
	type binding = rest.Binding[T, *call]
	settings := func(row T) *world.Identity { return of(row).stored }
	return identityBindings[T]{
		saml: []binding{
			{Name: "has_saml", Computed: true, Write: func(w *rest.Writer, row T) { w.Bool(of(row).effective.HasSAML()) }},
			{Name: "saml_entity_id", Write: func(w *rest.Writer, row T) { w.OptString(settings(row).SAMLEntityID) }},
			{Name: "saml_acs_url", Write: func(w *rest.Writer, row T) { w.OptString(settings(row).SAMLACSURL) }},
			{Name: "saml_x509_cert", Write: func(w *rest.Writer, row T) { w.OptString(settings(row).SAMLX509Cert) }},
		},
		scim: []binding{
			{Name: "has_scim", Computed: true, Write: func(w *rest.Writer, row T) { w.Bool(of(row).effective.HasSCIM()) }},
			{Name: "scim_enabled", Write: func(w *rest.Writer, row T) { w.Bool(settings(row).SCIMEnabled) }},
			{Name: "scim_bearer_token", Computed: true, Write: func(w *rest.Writer, row T) { w.NonEmpty(of(row).token) }},
		},
		idJAG: []binding{
			{Name: "has_id_jag", Computed: true, Write: func(w *rest.Writer, row T) { w.Bool(of(row).effective.HasIDJAG()) }},
			{Name: "id_jag_issuer_url", Check: checkURL, Write: func(w *rest.Writer, row T) { w.OptString(settings(row).IDJAGIssuerURL) }},
			{Name: "id_jag_jwks_url", Check: checkURL, Write: func(w *rest.Writer, row T) { w.OptString(settings(row).IDJAGJWKSURL) }},
			{Name: "id_jag_allowed_clients", Write: func(w *rest.Writer, row T) { w.Strings(settings(row).IDJAGAllowedClients) }},
		},
	}
}

// normalizeURL trims an address, cuts trailing slashes and makes blank null.
func normalizeURL(_ *call, value any) (any, error) {
	text, _ := value.(string)
	if text = pytext.Strip(text); text == "" {
		return nil, nil
	}
	return strings.TrimRight(text, "/"), nil
}

// checkFetchableURL is normalizeURL, and refuses what the server must not fetch.
func checkFetchableURL(c *call, value any) (any, error) {
	value, _ = normalizeURL(c, value)
	text, _ := value.(string)
	if refusal := checkFetchable(&text); refusal != nil {
		return nil, refusal
	}
	return value, nil
}

// checkFetchable refuses an address that the server must not fetch; nil is no refusal.
func checkFetchable(address *string) *rest.Error {
	if address == nil || *address == "" {
		return nil
	}
	if reason := fetchable.Refusal(*address); reason != "" {
		return rest.InvalidInput("URL is not allowed: " + reason)
	}
	return nil
}

// setIdentity changes the settings that were sent, but for SCIM.
func setIdentity(attrs *rest.Attrs, to *world.Identity) {
	rest.SetText(attrs, "saml_entity_id", &to.SAMLEntityID)
	rest.SetText(attrs, "saml_acs_url", &to.SAMLACSURL)
	rest.SetText(attrs, "saml_x509_cert", &to.SAMLX509Cert)
	rest.SetText(attrs, "id_jag_issuer_url", &to.IDJAGIssuerURL)
	rest.SetText(attrs, "id_jag_jwks_url", &to.IDJAGJWKSURL)
	rest.Set(attrs, "id_jag_allowed_clients", &to.IDJAGAllowedClients)
}

// switchSCIM turns SCIM on or off as sent.
func (c *call) switchSCIM(attrs *rest.Attrs, to *world.Identity) (token string) {
	if enable, sent := rest.Value[bool](attrs, "scim_enabled"); sent {
		return to.SwitchSCIM(enable, c.sandbox.IDs)
	}
	return ""
}

// checkIdentityPlan refuses settings that the organization's plan does not hold.
func (c *call) checkIdentityPlan(attrs *rest.Attrs) error {
	if attrs.Has("scim_enabled") && !c.hasFeature(world.FeatureSCIM) {
		return errSCIMPlan
	}
	if issuer, _ := rest.Value[string](attrs, "id_jag_issuer_url"); issuer != "" && !c.hasFeature(world.FeatureXAA) {
		return errXAAPlan
	}
	return nil
}

// identityFields are the properties that the shared settings are written by.
var identityFields = []string{
	"saml_entity_id", "saml_acs_url", "saml_x509_cert", "scim_enabled",
	"id_jag_issuer_url", "id_jag_jwks_url", "id_jag_allowed_clients",
}

// saveDomain stores a domain, and keeps its config in step with it.
func (c *call) saveDomain(d *world.Domain, wroteIdentity bool) {
	c.tx.SaveDomain(d, wroteIdentity, c.now, c.sandbox.IDs)
}
