package api

// handlers pairs every operation of the OpenAPI document with its code, in the
// order of the documentation.
func handlers() map[string]handler {
	return map[string]handler{
		"organizations_list":           {do: (*call).listOrganizations},
		"organizations_create":         {do: (*call).createOrganization},
		"organizations_retrieve":       {do: (*call).retrieveOrganization},
		"organizations_update":         {do: (*call).updateOrganization},
		"organizations_partial_update": {do: (*call).updateOrganization},
		"organizations_destroy":        {do: (*call).deleteOrganization},

		"users_me_retrieve": {do: (*call).retrieveMe},

		"personal_api_keys_current_retrieve": {do: (*call).retrieveOwnKey},

		"login_create":  {do: (*call).login},
		"logout_create": {do: (*call).logout},

		"domains_list":               {do: (*call).listDomains},
		"domains_create":             {do: (*call).createDomain},
		"domains_retrieve":           {do: (*call).retrieveDomain},
		"domains_update":             {do: (*call).updateDomain},
		"domains_partial_update":     {do: (*call).updateDomain},
		"domains_destroy":            {do: (*call).deleteDomain},
		"domains_scim_logs_retrieve": {do: (*call).listSCIMLogs},
		"domains_scim_token_create":  {do: (*call).regenerateDomainToken},
		"domains_verify_create":      {ask: (*call).verifyDomain},

		"identity_provider_configs_list":              {do: (*call).listConfigs},
		"identity_provider_configs_create":            {do: (*call).createConfig},
		"identity_provider_configs_retrieve":          {do: (*call).retrieveConfig},
		"identity_provider_configs_update":            {do: (*call).updateConfig},
		"identity_provider_configs_partial_update":    {do: (*call).updateConfig},
		"identity_provider_configs_destroy":           {do: (*call).deleteConfig},
		"identity_provider_configs_scim_token_create": {do: (*call).regenerateConfigToken},

		"org_organizations_integrations_list":             {do: (*call).listIntegrations},
		"org_organizations_integrations_retrieve":         {do: (*call).retrieveIntegration},
		"organization_integrations_destroy":               {ask: (*call).disconnect},
		"integrations_environment_mapping_partial_update": {ask: (*call).mapEnvironments},

		"invites_list":    {do: (*call).listInvites},
		"invites_create":  {do: (*call).createInvite},
		"invites_destroy": {do: (*call).deleteInvite},

		"members_list":           {do: (*call).listMembers},
		"members_update":         {do: (*call).updateMember},
		"members_partial_update": {do: (*call).updateMember},
		"members_destroy":        {do: (*call).removeMember},

		"roles_list":           {do: (*call).listRoles},
		"roles_create":         {do: (*call).createRole},
		"roles_retrieve":       {do: (*call).retrieveRole},
		"roles_update":         {do: (*call).updateRole},
		"roles_partial_update": {do: (*call).updateRole},
		"roles_destroy":        {do: (*call).deleteRole},

		"role_memberships_list":     {do: (*call).listRoleMemberships},
		"role_memberships_create":   {do: (*call).createRoleMembership},
		"role_memberships_retrieve": {do: (*call).retrieveRoleMembership},
		"role_memberships_destroy":  {do: (*call).deleteRoleMembership},
		"invites_bulk_create":       {do: (*call).bulkInvite},
		"invites_delegate_create":   {do: (*call).delegateSetup},
		"signup_retrieve":           {do: (*call).showInvite},
		"signup_create":             {do: (*call).acceptInvite},
		"users_me_partial_update":   {do: (*call).updateMe},

		"organizations_projects_list":           {do: (*call).listProjects},
		"organizations_projects_create":         {do: (*call).createProject},
		"organizations_projects_retrieve":       {do: (*call).retrieveProject},
		"organizations_projects_update":         {do: (*call).updateProject},
		"organizations_projects_partial_update": {do: (*call).updateProject},
		"organizations_projects_destroy":        {do: (*call).deleteProject},
		"projects_list":                         {do: (*call).listProjects},
		"projects_create":                       {do: (*call).createProject},
		"projects_retrieve":                     {do: (*call).retrieveProject},
		"projects_update":                       {do: (*call).updateProject},
		"projects_partial_update":               {do: (*call).updateProject},
		"projects_destroy":                      {do: (*call).deleteProject},
	}
}
