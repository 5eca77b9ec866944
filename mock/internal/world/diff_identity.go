package world

// identityColumns compare the settings that domains and configs both carry.
func identityColumns[T any](of func(*T) *Identity) []column[T] {
	return []column[T]{
		{name: "saml_entity_id", value: func(row *T) any { return optional(of(row).SAMLEntityID) }},
		{name: "saml_acs_url", value: func(row *T) any { return optional(of(row).SAMLACSURL) }},
		{name: "saml_x509_cert", value: func(row *T) any { return optional(of(row).SAMLX509Cert) }},
		{name: "scim_enabled", value: func(row *T) any { return of(row).SCIMEnabled }},
		secret("scim_bearer_token", func(row *T) any { return nullable(of(row).SCIMBearerToken) }),
		{name: "id_jag_issuer_url", value: func(row *T) any { return optional(of(row).IDJAGIssuerURL) }},
		{name: "id_jag_jwks_url", value: func(row *T) any { return optional(of(row).IDJAGJWKSURL) }},
		{name: "id_jag_allowed_clients", value: func(row *T) any { return items(of(row).IDJAGAllowedClients) }},
	}
}

var domainColumns = &columns[Domain]{
	table: "domain", id: func(d *Domain) string { return d.ID },
	fields: append([]column[Domain]{
		{name: "organization", value: func(d *Domain) any { return d.Organization }},
		{name: "domain", value: func(d *Domain) any { return d.Domain }},
		{name: "verified_at", value: func(d *Domain) any { return optMoment(d.VerifiedAt) }},
		{name: "verification_challenge", value: func(d *Domain) any { return d.VerificationChallenge }},
		{name: "jit_provisioning_enabled", value: func(d *Domain) any { return d.JITProvisioningEnabled }},
		{name: "sso_enforcement", value: func(d *Domain) any { return d.SSOEnforcement }},
		{name: "identity_provider_config", value: func(d *Domain) any { return nullable(d.Config) }},
	}, identityColumns(func(d *Domain) *Identity { return &d.Identity })...),
}

var configColumns = &columns[IdentityProviderConfig]{
	table: "identity_provider_config", id: func(c *IdentityProviderConfig) string { return c.ID },
	fields: append([]column[IdentityProviderConfig]{
		{name: "organization", value: func(c *IdentityProviderConfig) any { return c.Organization }},
		{name: "name", value: func(c *IdentityProviderConfig) any { return c.Name }},
		{name: "created_at", value: func(c *IdentityProviderConfig) any { return moment(c.CreatedAt) }},
		{name: "updated_at", value: func(c *IdentityProviderConfig) any { return moment(c.UpdatedAt) }},
	}, identityColumns(func(c *IdentityProviderConfig) *Identity { return &c.Identity })...),
}

var scimLogColumns = &columns[SCIMLog]{
	table: "scim_log", id: func(l *SCIMLog) string { return l.ID },
	fields: []column[SCIMLog]{
		{name: "domain", value: func(l *SCIMLog) any { return l.Domain }},
		{name: "request_method", value: func(l *SCIMLog) any { return l.RequestMethod }},
		{name: "request_path", value: func(l *SCIMLog) any { return l.RequestPath }},
		{name: "request_headers", value: func(l *SCIMLog) any { return raw(l.RequestHeaders) }},
		{name: "request_body", value: func(l *SCIMLog) any { return raw(l.RequestBody) }},
		{name: "response_status", value: func(l *SCIMLog) any { return l.ResponseStatus }},
		{name: "response_body", value: func(l *SCIMLog) any { return raw(l.ResponseBody()) }},
		{name: "identity_provider", value: func(l *SCIMLog) any { return l.IdentityProvider }},
		{name: "duration_ms", value: func(l *SCIMLog) any { return l.DurationMS }},
		{name: "created_at", value: func(l *SCIMLog) any { return moment(l.CreatedAt) }},
	},
}
