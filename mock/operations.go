package mock

// handlers pairs every operation of the OpenAPI document with its code, in the
// order of the documentation.
func handlers() map[string]handler {
	return map[string]handler{
		"organizations_list":     {do: (*call).listOrganizations},
		"organizations_retrieve": {do: (*call).retrieveOrganization},

		"users_me_retrieve": {do: (*call).retrieveMe},

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
		"domains_verify_create":      {do: (*call).verifyDomain, ask: (*call).lookUpChallenge},

		"identity_provider_configs_list":              {do: (*call).listConfigs},
		"identity_provider_configs_create":            {do: (*call).createConfig},
		"identity_provider_configs_retrieve":          {do: (*call).retrieveConfig},
		"identity_provider_configs_update":            {do: (*call).updateConfig},
		"identity_provider_configs_partial_update":    {do: (*call).updateConfig},
		"identity_provider_configs_destroy":           {do: (*call).deleteConfig},
		"identity_provider_configs_scim_token_create": {do: (*call).regenerateConfigToken},

		"org_organizations_integrations_list":             {do: (*call).listIntegrations},
		"org_organizations_integrations_retrieve":         {do: (*call).retrieveIntegration},
		"organization_integrations_destroy":               {do: (*call).deleteIntegration},
		"integrations_environment_mapping_partial_update": {do: (*call).mapEnvironments},

		"invites_bulk_create":     {do: (*call).bulkInvite},
		"invites_delegate_create": {do: (*call).delegateSetup},
		"signup_retrieve":         {do: (*call).showInvite},
		"signup_create":           {do: (*call).acceptInvite},
		"users_me_partial_update": {do: (*call).updateMe},

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

		"invites_list":    {do: (*call).listInvites},
		"invites_create":  {do: (*call).createInvite},
		"invites_destroy": {do: (*call).deleteInvite},
	}
}
