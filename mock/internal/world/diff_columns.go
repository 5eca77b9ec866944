package world

import "strconv"

var organizationColumns = &columns[Organization]{
	table: "organization", id: func(o *Organization) string { return o.ID },
	fields: []column[Organization]{
		{name: "name", value: func(o *Organization) any { return o.Name }},
		{name: "slug", value: func(o *Organization) any { return o.Slug }},
		{name: "created_at", value: func(o *Organization) any { return shownTime(o.CreatedAt) }},
		{name: "updated_at", value: func(o *Organization) any { return shownTime(o.UpdatedAt) }},
		{name: "available_product_features", value: func(o *Organization) any { return copyOf(o.Features) }},
		{name: "members_can_invite", value: func(o *Organization) any { return optional(o.MembersCanInvite) }},
		{name: "is_member_join_email_enabled", value: func(o *Organization) any { return o.MemberJoinEmails }},
		{name: "enforce_2fa", value: func(o *Organization) any { return optional(o.Enforce2FA) }},
		{name: "members_can_use_personal_api_keys", value: func(o *Organization) any { return o.MembersCanUseKeys }},
		{name: "allow_publicly_shared_resources", value: func(o *Organization) any { return o.PublicSharing }},
		{name: "members_can_create_projects", value: func(o *Organization) any { return optional(o.MembersCanCreateProjects) }},
		{name: "is_ai_data_processing_approved", value: func(o *Organization) any { return optional(o.AIDataProcessing) }},
		{name: "is_ai_training_opted_in", value: func(o *Organization) any { return optional(o.AITraining) }},
		{name: "is_ai_training_locked", value: func(o *Organization) any { return o.AITrainingLocked }},
		{name: "is_ai_training_cta_shown", value: func(o *Organization) any { return !o.AITrainingHidden }},
		{name: "is_hipaa", value: func(o *Organization) any { return o.HIPAA }},
		{name: "is_pending_deletion", value: func(o *Organization) any { return o.PendingDeletion }},
		{name: "default_anonymize_ips", value: func(o *Organization) any { return o.AnonymizeIPs }},
		{name: "is_active", value: func(o *Organization) any { return !o.Inactive }},
		{name: "is_not_active_reason", value: func(o *Organization) any { return optional(o.NotActiveReason) }},
		{name: "default_experiment_stats_method", value: func(o *Organization) any { return optional(o.ExperimentStats) }},
		{name: "default_role_id", value: func(o *Organization) any { return nullable(o.DefaultRole) }},
		{name: "enforce_verified_domains", value: func(o *Organization) any { return optional(o.EnforceVerifiedDomains) }},
		{name: "members_can_see_org_members", value: func(o *Organization) any { return optional(o.MembersSeeMembers) }},
		{name: "project_limit", value: func(o *Organization) any { return optional(o.ProjectLimit) }},
	},
}

var projectColumns = &columns[Project]{
	table: "project", id: func(p *Project) string { return strconv.Itoa(p.ID) },
	fields: []column[Project]{
		{name: "uuid", value: func(p *Project) any { return p.UUID }},
		{name: "organization", value: func(p *Project) any { return p.Organization }},
		{name: "name", value: func(p *Project) any { return p.Name }},
		{name: "api_token", value: func(p *Project) any { return p.APIToken }}, // public, in every page that is analysed
		{name: "timezone", value: func(p *Project) any { return p.Timezone }},
		{name: "product_description", value: func(p *Project) any { return optional(p.ProductDescription) }},
		{name: "access_control", value: func(p *Project) any { return p.Private }},
		{name: "completed_snippet_onboarding", value: func(p *Project) any { return p.Onboarded }},
		{name: "grants", value: func(p *Project) any { return grantsJSON(p.Grants) }},
		{name: "created_at", value: func(p *Project) any { return shownTime(p.CreatedAt) }},
		{name: "updated_at", value: func(p *Project) any { return shownTime(p.UpdatedAt) }},
		{name: "deletion_started_at", value: func(p *Project) any { return shownOptTime(p.DeletionStartedAt) }},
	},
}

// grantJSON is the JSON of a grant.
type grantJSON struct {
	User  int    `json:"user"`
	Level string `json:"level"`
}

func grantsJSON(grants []Grant) []grantJSON {
	shown := make([]grantJSON, len(grants))
	for i, g := range grants {
		shown[i] = grantJSON(g)
	}
	return shown
}

var inviteColumns = &columns[Invite]{
	table: "invite", id: func(i *Invite) string { return i.ID },
	fields: []column[Invite]{
		{name: "organization", value: func(i *Invite) any { return i.Organization }},
		{name: "target_email", value: func(i *Invite) any { return i.TargetEmail }},
		{name: "first_name", value: func(i *Invite) any { return i.FirstName }},
		{name: "emailing_attempt_made", value: func(i *Invite) any { return i.EmailingAttemptMade }},
		{name: "level", value: func(i *Invite) any { return int(i.Level) }},
		{name: "message", value: func(i *Invite) any { return optional(i.Message) }},
		{name: "private_project_access", value: func(i *Invite) any { return accessesJSON(i.ProjectAccess) }},
		{name: "is_setup_delegation", value: func(i *Invite) any { return i.SetupDelegation }},
		{name: "created_by", value: func(i *Invite) any { return nullable(i.CreatedBy) }},
		{name: "created_at", value: func(i *Invite) any { return shownTime(i.CreatedAt) }},
		{name: "updated_at", value: func(i *Invite) any { return shownTime(i.UpdatedAt) }},
	},
}

// accessJSON is the JSON of the access to a project that comes with an invite.
type accessJSON struct {
	ID    int    `json:"id"`
	Level string `json:"level"`
}

// accessesJSON distinguishes null from the empty list, as the API does.
func accessesJSON(access []ProjectAccess) any {
	if access == nil {
		return nil
	}
	shown := make([]accessJSON, len(access))
	for i, a := range access {
		shown[i] = accessJSON{a.Project, a.Level}
	}
	return shown
}

var userColumns = &columns[User]{
	table: "user", id: func(u *User) string { return strconv.Itoa(u.ID) },
	fields: []column[User]{
		{name: "uuid", value: func(u *User) any { return u.UUID }},
		{name: "distinct_id", value: func(u *User) any { return nullable(u.DistinctID) }},
		{name: "email", value: func(u *User) any { return u.Email }},
		{name: "first_name", value: func(u *User) any { return u.FirstName }},
		{name: "last_name", value: func(u *User) any { return u.LastName }},
		secret("password", func(u *User) any { return nullable(u.Password) }),
		{name: "is_email_verified", value: func(u *User) any { return u.EmailVerified }},
		{name: "has_two_factor", value: func(u *User) any { return u.TwoFactor }},
		{name: "current_organization", value: func(u *User) any { return nullable(u.CurrentOrganization) }},
		{name: "current_project", value: func(u *User) any { return nullable(u.CurrentProject) }},
		{name: "role_at_organization", value: func(u *User) any { return nullable(u.RoleAtOrganization) }},
		{name: "date_joined", value: func(u *User) any { return shownTime(u.JoinedAt) }},
		{name: "last_login", value: func(u *User) any { return shownOptTime(u.LastLogin) }},
	},
}

var membershipColumns = &columns[Membership]{
	table: "organization_member", id: func(m *Membership) string { return m.ID },
	fields: []column[Membership]{
		{name: "id", value: func(m *Membership) any { return m.ID }},
		{name: "organization", value: func(m *Membership) any { return m.Organization }},
		{name: "user", value: func(m *Membership) any { return m.User }},
		{name: "level", value: func(m *Membership) any { return int(m.Level) }},
		{name: "joined_at", value: func(m *Membership) any { return shownTime(m.JoinedAt) }},
		{name: "updated_at", value: func(m *Membership) any { return shownTime(m.UpdatedAt) }},
	},
}

var keyColumns = &columns[Key]{
	table: "personal_api_key", id: func(k *Key) string { return k.ID },
	fields: []column[Key]{
		{name: "id", value: func(k *Key) any { return k.ID }},
		{name: "label", value: func(k *Key) any { return k.Label }},
		secret("value", func(k *Key) any { return k.Value }),
		{name: "user", value: func(k *Key) any { return k.User }},
		{name: "scopes", value: func(k *Key) any { return copyOf(k.Scopes) }},
		{name: "scoped_organizations", value: func(k *Key) any { return copyOf(k.Organizations) }},
		{name: "scoped_teams", value: func(k *Key) any { return copyOf(k.Projects) }},
		{name: "created_at", value: func(k *Key) any { return shownTime(k.CreatedAt) }},
		{name: "last_used_at", value: func(k *Key) any { return shownOptTime(k.LastUsedAt) }},
		{name: "last_rolled_at", value: func(k *Key) any { return shownOptTime(k.LastRolledAt) }},
	},
}

var sessionColumns = &columns[Session]{
	table: "session", id: func(s *Session) string { return fingerprint(s.Key) },
	fields: []column[Session]{
		secret("key", func(s *Session) any { return s.Key }),
		{name: "user", value: func(s *Session) any { return s.User }},
		{name: "is_sso", value: func(s *Session) any { return s.SSO }},
		{name: "logged_in_at", value: func(s *Session) any { return shownTime(s.LoggedInAt) }},
	},
}

var roleColumns = &columns[Role]{
	table: "role", id: func(r *Role) string { return r.ID },
	fields: []column[Role]{
		{name: "organization", value: func(r *Role) any { return r.Organization }},
		{name: "name", value: func(r *Role) any { return r.Name }},
		{name: "created_by", value: func(r *Role) any { return nullable(r.CreatedBy) }},
		{name: "created_at", value: func(r *Role) any { return shownTime(r.CreatedAt) }},
	},
}

var roleMemberColumns = &columns[RoleMembership]{
	table: "role_membership", id: func(m *RoleMembership) string { return m.ID },
	fields: []column[RoleMembership]{
		{name: "role_id", value: func(m *RoleMembership) any { return m.Role }},
		{name: "organization", value: func(m *RoleMembership) any { return m.Organization }},
		{name: "user", value: func(m *RoleMembership) any { return m.User }},
		{name: "joined_at", value: func(m *RoleMembership) any { return shownTime(m.JoinedAt) }},
		{name: "updated_at", value: func(m *RoleMembership) any { return shownTime(m.UpdatedAt) }},
	},
}

var provisionedColumns = &columns[ProvisionedUser]{
	table: "provisioned_user", id: func(p *ProvisionedUser) string { return p.Provisioner + "/" + strconv.Itoa(p.User) },
	fields: []column[ProvisionedUser]{
		{name: "provisioner", value: func(p *ProvisionedUser) any { return p.Provisioner }},
		{name: "user", value: func(p *ProvisionedUser) any { return p.User }},
		{name: "user_name", value: func(p *ProvisionedUser) any { return p.UserName }},
		{name: "left_in", value: func(p *ProvisionedUser) any { return nullable(p.LeftIn) }},
	},
}

// identityColumns are the columns of the settings that domains and configs share.
func identityColumns[T any](of func(*T) *Identity) []column[T] {
	return []column[T]{
		{name: "saml_entity_id", value: func(row *T) any { return optional(of(row).SAMLEntityID) }},
		{name: "saml_acs_url", value: func(row *T) any { return optional(of(row).SAMLACSURL) }},
		{name: "saml_x509_cert", value: func(row *T) any { return optional(of(row).SAMLX509Cert) }},
		{name: "scim_enabled", value: func(row *T) any { return of(row).SCIMEnabled }},
		secret("scim_bearer_token", func(row *T) any { return nullable(of(row).SCIMBearerToken) }),
		{name: "id_jag_issuer_url", value: func(row *T) any { return optional(of(row).IDJAGIssuerURL) }},
		{name: "id_jag_jwks_url", value: func(row *T) any { return optional(of(row).IDJAGJWKSURL) }},
		{name: "id_jag_allowed_clients", value: func(row *T) any { return copyOf(of(row).IDJAGAllowedClients) }},
	}
}

var domainColumns = &columns[Domain]{
	table: "domain", id: func(d *Domain) string { return d.ID },
	fields: append([]column[Domain]{
		{name: "organization", value: func(d *Domain) any { return d.Organization }},
		{name: "domain", value: func(d *Domain) any { return d.Domain }},
		{name: "verified_at", value: func(d *Domain) any { return shownOptTime(d.VerifiedAt) }},
		{name: "verification_challenge", value: func(d *Domain) any { return d.VerificationChallenge }},
		{name: "jit_provisioning_enabled", value: func(d *Domain) any { return d.JITProvisioningEnabled }},
		{name: "sso_enforcement", value: func(d *Domain) any { return d.SSOEnforcement }},
		{name: "identity_provider_config", value: func(d *Domain) any { return nullable(d.Config) }},
	}, identityColumns(func(d *Domain) *Identity { return &d.Identity })...),
}

var configLinkColumns = &columns[ConfigLink]{
	table: "identity_provider_config_domain", id: func(l *ConfigLink) string { return l.Config + "/" + l.Domain },
	fields: []column[ConfigLink]{
		{name: "identity_provider_config", value: func(l *ConfigLink) any { return l.Config }},
		{name: "domain", value: func(l *ConfigLink) any { return l.Domain }},
	},
}

var configColumns = &columns[IdentityProviderConfig]{
	table: "identity_provider_config", id: func(c *IdentityProviderConfig) string { return c.ID },
	fields: append([]column[IdentityProviderConfig]{
		{name: "organization", value: func(c *IdentityProviderConfig) any { return c.Organization }},
		{name: "name", value: func(c *IdentityProviderConfig) any { return c.Name }},
		{name: "created_at", value: func(c *IdentityProviderConfig) any { return shownTime(c.CreatedAt) }},
		{name: "updated_at", value: func(c *IdentityProviderConfig) any { return shownTime(c.UpdatedAt) }},
		{name: "slug", value: func(c *IdentityProviderConfig) any { return c.Slug }},
		{name: "domain_scope", value: func(c *IdentityProviderConfig) any { return optional(c.DomainScope) }},
		{name: "config_scope", value: func(c *IdentityProviderConfig) any { return optional(c.ConfigScope) }},
		{name: "saml_relay_state", value: func(c *IdentityProviderConfig) any { return c.SAMLRelayState }},
		{name: "oidc_issuer_url", value: func(c *IdentityProviderConfig) any { return c.OIDCIssuerURL }},
		{name: "oidc_client_id", value: func(c *IdentityProviderConfig) any { return c.OIDCClientID }},
		secret("oidc_client_secret", func(c *IdentityProviderConfig) any { return c.OIDCClientSecret }),
	}, identityColumns(func(c *IdentityProviderConfig) *Identity { return &c.Identity })...),
}

var scimLogColumns = &columns[SCIMLog]{
	table: "scim_log", id: func(l *SCIMLog) string { return l.ID },
	fields: []column[SCIMLog]{
		{name: "provisioner", value: func(l *SCIMLog) any { return l.Provisioner }},
		{name: "request_method", value: func(l *SCIMLog) any { return l.RequestMethod }},
		{name: "request_path", value: func(l *SCIMLog) any { return l.RequestPath }},
		{name: "request_headers", value: func(l *SCIMLog) any { return rawJSON(l.RequestHeaders) }},
		{name: "request_body", value: func(l *SCIMLog) any { return rawJSON(l.RequestBody) }},
		{name: "response_status", value: func(l *SCIMLog) any { return l.ResponseStatus }},
		{name: "response_body", value: func(l *SCIMLog) any { return rawJSON(l.ResponseBody()) }},
		{name: "identity_provider", value: func(l *SCIMLog) any { return l.IdentityProvider }},
		{name: "duration_ms", value: func(l *SCIMLog) any { return l.DurationMS }},
		{name: "created_at", value: func(l *SCIMLog) any { return shownTime(l.CreatedAt) }},
	},
}

var integrationColumns = &columns[Integration]{
	table: "integration", id: func(i *Integration) string { return i.ID },
	fields: []column[Integration]{
		{name: "organization", value: func(i *Integration) any { return i.Organization }},
		{name: "kind", value: func(i *Integration) any { return i.Kind }},
		{name: "integration_id", value: func(i *Integration) any { return optional(i.IntegrationID) }},
		{name: "config", value: func(i *Integration) any { return rawJSON(i.Config) }},
		{name: "type", value: func(i *Integration) any { return i.Type }},
		secret("access_token", func(i *Integration) any { return nullable(i.AccessToken) }),
		{name: "upstream", value: func(i *Integration) any { return string(i.Mode()) }},
		{name: "created_at", value: func(i *Integration) any { return shownTime(i.CreatedAt) }},
		{name: "updated_at", value: func(i *Integration) any { return shownTime(i.UpdatedAt) }},
		{name: "created_by", value: func(i *Integration) any { return nullable(i.CreatedBy) }},
	},
}

var projectPartColumns = &columns[ProjectIntegration]{
	table: "project_integration", id: func(p *ProjectIntegration) string { return strconv.Itoa(p.Project) + "/" + p.Kind },
	fields: []column[ProjectIntegration]{
		{name: "organization", value: func(p *ProjectIntegration) any { return p.Organization }},
		{name: "project", value: func(p *ProjectIntegration) any { return p.Project }},
		{name: "kind", value: func(p *ProjectIntegration) any { return p.Kind }},
	},
}

var txtColumns = &columns[TXTRecord]{
	table: "txt_record", id: func(r *TXTRecord) string { return r.Name },
	fields: []column[TXTRecord]{
		{name: "values", value: func(r *TXTRecord) any { return copyOf(r.Values) }},
	},
}

var mailColumns = &columns[Mail]{
	table: "mail", id: func(m *Mail) string { return strconv.Itoa(m.Seq) },
	fields: []column[Mail]{
		{name: "recipient", value: func(m *Mail) any { return m.Recipient }},
		{name: "reply_to", value: func(m *Mail) any { return m.ReplyTo }},
		{name: "subject", value: func(m *Mail) any { return m.Subject }},
		{name: "text", value: func(m *Mail) any { return m.Text }},
		{name: "html", value: func(m *Mail) any { return m.HTML }},
		{name: "link", value: func(m *Mail) any { return m.Link }},
		{name: "sent_at", value: func(m *Mail) any { return shownTime(m.SentAt) }},
	},
}

var upstreamCallColumns = &columns[UpstreamCall]{
	table: "upstream_call", id: func(c *UpstreamCall) string { return strconv.Itoa(c.Seq) },
	fields: []column[UpstreamCall]{
		{name: "action", value: func(c *UpstreamCall) any { return c.Action }},
		{name: "method", value: func(c *UpstreamCall) any { return c.Method }},
		{name: "url", value: func(c *UpstreamCall) any { return c.URL }},
		{name: "organization", value: func(c *UpstreamCall) any { return c.Organization }},
		{name: "integration", value: func(c *UpstreamCall) any { return c.Integration }},
		{name: "integration_id", value: func(c *UpstreamCall) any { return c.IntegrationID }},
		{name: "body", value: func(c *UpstreamCall) any { return rawJSON(c.Body) }},
		{name: "outcome", value: func(c *UpstreamCall) any { return c.Outcome }},
		{name: "problem", value: func(c *UpstreamCall) any { return c.Problem }},
		{name: "made_at", value: func(c *UpstreamCall) any { return shownTime(c.MadeAt) }},
	},
}

// compareUpstream compares how the services around the API answer, which are no rows.
func (d *differ) compareUpstream(before, after *World) {
	if was, is := before.DNSMode(), after.DNSMode(); was != is {
		d.add("dns", "", Updated, []FieldChange{{"mode", string(was), string(is)}})
	}
	if was, is := before.MailMode(), after.MailMode(); was != is {
		d.add("mail", "", Updated, []FieldChange{{"mode", string(was), string(is)}})
	}
	if was, is := before.UpstreamMode(), after.UpstreamMode(); was != is {
		d.add("upstream", "", Updated, []FieldChange{{"mode", string(was), string(is)}})
	}
}
