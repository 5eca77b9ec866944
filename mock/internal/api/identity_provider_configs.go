package api

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// The identity provider configs of an organization.
// Source: posthog/api/identity_provider_config.py.

// configHandlers are the operations of identity provider configs.
func configHandlers() map[string]handler {
	return map[string]handler{
		"identity_provider_configs_list":               {do: (*call).listConfigs},
		"identity_provider_configs_create":             {do: (*call).createConfig},
		"identity_provider_configs_retrieve":           {do: (*call).retrieveConfig},
		"identity_provider_configs_update":             {do: (*call).updateConfig},
		"identity_provider_configs_partial_update":     {do: (*call).updateConfig},
		"identity_provider_configs_destroy":            {do: (*call).deleteConfig},
		"identity_provider_configs_scim_token_create":  {do: (*call).regenerateConfigToken},
		"identity_provider_configs_scim_logs_retrieve": {do: (*call).listConfigSCIMLogs},
	}
}

// configView is what a config is rendered from.
type configView struct {
	*world.IdentityProviderConfig
	identityView
	call *call
}

// configView gathers what a config is rendered from; token is a new SCIM token or "".
func (c *call) configView(config *world.IdentityProviderConfig, token string) configView {
	return configView{config, identityView{&config.Identity, &config.Identity, token}, c}
}

// configBindings are the properties of a config, with their rules.
func configBindings() []rest.Binding[configView, *call] {
	type binding = rest.Binding[configView, *call]
	shared := bindIdentity(func(v configView) identityView { return v.identityView }, checkFetchableURL)
	return slices.Concat(
		[]binding{
			{Name: "id", Write: func(w *rest.Writer, v configView) { w.String(v.ID) }},
			{Name: "name", Write: func(w *rest.Writer, v configView) { w.String(v.Name) }},
			{Name: "created_at", Write: func(w *rest.Writer, v configView) { w.Time(v.CreatedAt) }},
			{Name: "updated_at", Write: func(w *rest.Writer, v configView) { w.Time(v.UpdatedAt) }},
			{Name: "saml_relay_state", Write: func(w *rest.Writer, v configView) { w.String(v.SAMLRelayState) }},
			{Name: "scim_base_url", Write: func(w *rest.Writer, v configView) { w.String(v.SCIMBaseURL(v.call.publicSite())) }},
		},
		configScopeBindings(), oidcBindings(), shared.saml, shared.scim, shared.idJAG,
	)
}

// identityProviderConfig finds the config that the path names.
func (c *call) identityProviderConfig() (*world.IdentityProviderConfig, error) {
	if config, ok := c.view.Config(c.organization.ID, c.id()); ok {
		return config, nil
	}
	return nil, rest.ErrNotFound
}

// writeConfig writes a config without secrets. From the newest revision on it shows domains,
// which change without it, and is never cached.
func (c *call) writeConfig(config *world.IdentityProviderConfig) {
	if c.has(spec.IdentityOnConfigs) {
		c.api.configSerializer.Write(&c.out, c.configView(config, ""))
		return
	}
	show(c, c.api.configSerializer, config, config.Cache, struct{}{}, func() configView { return c.configView(config, "") })
}

// showConfig answers with a config; token is a new SCIM token or "".
func (c *call) showConfig(status int, config *world.IdentityProviderConfig, token string) (int, error) {
	if token == "" {
		c.writeConfig(config)
		return status, nil
	}
	c.api.configSerializer.Write(&c.out, c.configView(config, token))
	return status, nil
}

// listConfigs lists the configs of the organization.
func (c *call) listConfigs() (int, error) {
	return listPage(c, c.view.Configs(c.organization.ID), c.writeConfig)
}

// retrieveConfig shows one config.
func (c *call) retrieveConfig() (int, error) {
	config, err := c.identityProviderConfig()
	if err != nil {
		return 0, err
	}
	return c.showConfig(http.StatusOK, config, "")
}

// createConfig makes a config. Nothing of it is required.
func (c *call) createConfig() (int, error) {
	attrs, err := validate(c, c.api.configSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	config := &world.IdentityProviderConfig{
		ID: c.sandbox.IDs.UUID(c.now), Organization: c.organization.ID, CreatedAt: c.now, UpdatedAt: c.now,
	}
	if c.has(spec.IdentityOnConfigs) {
		config.Slug, config.SAMLRelayState = c.sandbox.IDs.UUID(c.now), c.sandbox.IDs.UUID(c.now)
	}
	token, err := c.changeConfig(attrs, config)
	if err != nil {
		return 0, err
	}
	return c.showConfig(http.StatusCreated, config, token)
}

// updateConfig serves PUT and PATCH. Linked domains follow.
func (c *call) updateConfig() (int, error) {
	found, err := c.identityProviderConfig()
	if err != nil {
		return 0, err
	}
	attrs, err := validate(c, c.api.configSerializer, rest.Mode{Partial: c.op.Method == http.MethodPatch})
	if err != nil {
		return 0, err
	}
	config := *found
	config.UpdatedAt = c.now
	token, err := c.changeConfig(attrs, &config)
	if err != nil {
		return 0, err
	}
	return c.showConfig(http.StatusOK, &config, token)
}

// changeConfig applies what was sent and returns a new SCIM token or "". It fails when the
// plan does not hold it, or the config and its domains do not go together.
func (c *call) changeConfig(attrs *rest.Attrs, config *world.IdentityProviderConfig) (token string, err error) {
	rest.SetText(attrs, "domain_scope", &config.DomainScope)
	rest.SetText(attrs, "config_scope", &config.ConfigScope)
	if err := c.checkOIDC(attrs, config.ConfigScope); err != nil {
		return "", err
	}
	if err := c.checkIdentityPlan(attrs); err != nil {
		return "", err
	}
	rest.Set(attrs, "name", &config.Name)
	setIdentity(attrs, &config.Identity)
	setOIDC(attrs, config)
	domains, named := rest.Value[[]*world.Domain](attrs, "organization_domain_ids")
	if !named {
		domains = c.view.LinkedDomains(config)
	}
	if err := c.checkOverlap(config, domains); err != nil {
		return "", err
	}
	token = c.switchSCIM(attrs, &config.Identity)
	c.tx.SaveConfig(config)
	if named {
		c.tx.LinkDomains(config.ID, domainIDs(domains))
	}
	return token, nil
}

// deleteConfig deletes a config. Its domains stay, without a link.
func (c *call) deleteConfig() (int, error) {
	config, err := c.identityProviderConfig()
	if err != nil {
		return 0, err
	}
	if c.has(spec.ScopesOfConfigs) && config.ConfigScope == nil {
		return 0, errUnscopedConfig
	}
	c.tx.DeleteConfig(config)
	return c.noContent()
}

// regenerateConfigToken replaces the SCIM token of the config and its domains.
func (c *call) regenerateConfigToken() (int, error) {
	found, err := c.identityProviderConfig()
	if err != nil {
		return 0, err
	}
	if !c.hasFeature(world.FeatureSCIM) {
		return 0, errNoSCIM
	}
	if !found.SCIMEnabled {
		return 0, rest.Plain("SCIM is not enabled for this config")
	}
	config := *found
	config.UpdatedAt = c.now
	token := config.Identity.ReplaceSCIMToken(c.sandbox.IDs)
	c.tx.SaveConfig(&config)
	c.out.Object()
	c.out.Key("scim_enabled").Bool(true)
	c.out.Key("scim_bearer_token").String(token)
	c.out.End()
	return http.StatusOK, nil
}
