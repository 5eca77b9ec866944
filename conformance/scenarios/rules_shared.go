package scenarios

// shared are the rules that scenarios of other names check: most of them several,
// each trying another input, or another operation. Scenarios are named by their case
// where resource and topic are those of the rule.
var shared = []struct{ rule, scenarios string }{
	{"organizations.fields.name_null", "organizations.create.null_name organizations.update.null_name"},
	{"organizations.fields.name_blank", "organizations.create.blank_name organizations.update.blank_name"},
	{"organizations.fields.name_text", "organizations.create.object_name organizations.update.object_name"},
	{"organizations.fields.name_length", "organizations.create.long_name organizations.update.long_name"},
	{"organizations.fields.logo_uploaded", "organizations.create.logo_unknown organizations.create.logo_no_uuid organizations.update.logo_unknown " +
		"organizations.update.logo_no_uuid"},
	{"organizations.fields.join_email_null", "organizations.create.join_email_null organizations.update.join_email_null"},
	{"organizations.fields.invite_boolean", "organizations.create.invite_word organizations.update.invite_word"},
	{"organizations.fields.keys_null", "organizations.create.keys_null organizations.update.keys_null"},
	{"organizations.fields.stats_choice", "organizations.create.stats_unknown organizations.update.stats_unknown"},
	{"organizations.fields.role_blank", "organizations.create.role_blank organizations.update.role_blank"},
	{"organizations.fields.role_own", "organizations.create.role_of_nobody"},

	{"invites.create.plus", "invites.create.plus invites.delegate.plus"},

	{"callers.credentials_required", "organizations.retrieve.anonymous organizations.create.anonymous users.me.anonymous invites.bulk.anonymous " +
		"invites.delegate.anonymous projects.create.anonymous users.current.anonymous organizations.authentication.every_operation " +
		"users.authentication.every_operation personal_api_keys.authentication.every_operation domains.authentication.every_operation identity_provider_configs.authentication.every_operation " +
		"integrations.authentication.every_operation invites.authentication.every_operation members.authentication.every_operation roles.authentication.every_operation " +
		"role_memberships.authentication.every_operation projects.authentication.every_operation"},
	{"callers.wrong_key", "personal_api_keys.current.wrong invites.authentication.wrong_key"},
	{"callers.unknown_object", "domains.retrieve.unknown domains.update.unknown domains.verify.unknown domains.scim.token_unknown " +
		"domains.scim_logs.unknown identity_provider_configs.retrieve.unknown identity_provider_configs.update.unknown " +
		"identity_provider_configs.scim.token_unknown integrations.retrieve.unknown integrations.delete.unknown " +
		"integrations.environment_mapping.unknown invites.delete.unknown members.update.unknown roles.retrieve.unknown " +
		"role_memberships.retrieve.unknown"},
	{"callers.actions_need_session", "domains.verify.key domains.scim.token_key domains.scim_logs.key identity_provider_configs.scim.token_key " +
		"integrations.environment_mapping.key members.scopes.session_only projects.scopes.session_only domains.scopes.session_only identity_provider_configs.scopes.session_only integrations.scopes.session_only"},
	{"callers.foreign_object", "members.remove.foreign roles.isolation.foreign_object role_memberships.isolation.foreign_role " +
		"domains.isolation.foreign_object identity_provider_configs.isolation.foreign_object domains.isolation.foreign_actions domains.isolation.foreign_token"},
	{"callers.level_before_object", "roles.levels.before_object domains.levels.before_object"},
	{"callers.membership_required", "invites.bulk.stranger invites.bulk.other_organization invites.delegate.stranger projects.create.stranger"},
	{"callers.key_scheme", "invites.authentication.schemes"},
	{"callers.key_spaces", "invites.authentication.spaces"},
	{"callers.key_in_query", "invites.authentication.query"},
	{"callers.key_in_body", "invites.authentication.body"},
	{"callers.key_header_wins", "invites.authentication.header_wins"},
	{"callers.single_scope", "invites.scopes.single"},
	{"callers.scope_before_level", "domains.levels.scope_before_level domains.levels.scope_first"},

	{"sessions.recent_login.required", "organizations.create.recent_login organizations.update.recent_login domains configs invites invites.recent_login.every_operation " +
		"personal_api_keys.recent_login.every_operation members.update.recent_login roles.recent_login.writes role_memberships.recent_login.writes domains.recent_login.every_operation " +
		"identity_provider_configs.recent_login.every_operation members.recent_login.every_operation roles.recent_login.every_operation role_memberships.recent_login.every_operation"},
	{"sessions.login.credentials_required", "required blank"},
	{"sessions.csrf.token_required", "missing wrong invites.accept.user_csrf projects.create.csrf"},
	{"sessions.csrf.cookie_required", "no_cookie"},
	{"sessions.csrf.forms", "masked form"},

	{"personal_api_keys.fields.label", "label_blank label_missing label_long"},
	{"personal_api_keys.fields.scopes", "scopes_missing scopes_text scope_unknown scope_access changed"},
	{"personal_api_keys.fields.teams", "teams_missing teams_word teams_unknown"},
	{"personal_api_keys.fields.organizations", "organizations_missing organizations_word"},

	{"users.fields.organization_null", "users.current.organization_null"},
	{"users.fields.project_blank", "users.current.project_blank"},

	{"domains.create.name_length", "longest"},
	{"domains.create.name_unique", "taken taken_elsewhere"},
	{"domains.create.name_unique_concurrent", "concurrent"},
	{"domains.create.provisioning_feature", "without_feature"},
	{"domains.create.name_required", "no_name"},
	{"domains.create.name_null", "null_name"},
	{"domains.create.name_blank", "empty_name blank_name"},
	{"domains.create.name_text", "name_object name_list name_boolean"},
	{"domains.create.name_form", "name_number one_label capitals underscore double_dash leading_dash trailing_dash top_digits top_final_digit top_short final_dot address " +
		"umlaut"},
	{"domains.create.name_null_character", "null_character"},
	{"domains.fields.config_id", "domains.create.config_unknown config_text config_number config_boolean domains.config.unknown"},
	{"domains.unverified.jit", "jit jit_off"},
	{"domains.unverified.order", "order order_jit"},
	{"domains.unverified.sso", "sso sso_empty"},
	{"domains.unverified.issuer", "issuer issuer_null"},
	{"domains.unverified.jwks", "jwks jwks_null"},
	{"domains.fields.jit_boolean", "jit_word jit_list"},
	{"domains.fields.sso_text", "sso_object"},
	{"domains.fields.entity_text", "entity_list"},
	{"domains.fields.cert_text", "cert_boolean"},
	{"domains.fields.scim_boolean", "scim_word"},
	{"domains.fields.clients_list", "clients_text clients_object"},
	{"domains.features.provisioning", "domains.update.without_provisioning"},
	{"domains.features.scim", "domains.update.without_scim domains.scim.token_without_feature"},
	{"domains.features.xaa", "domains.update.without_xaa"},
	{"domains.config.own", "elsewhere"},
	{"domains.levels.member_writes", "domains.verify.member domains.scim.token_member member_writes"},
	{"domains.scim_logs.administrators", "member"},

	{"identity_provider_configs.fields.name_length", "name_long"},
	{"identity_provider_configs.fields.name_text", "name_object"},
	{"identity_provider_configs.fields.acs_text", "acs_list"},
	{"identity_provider_configs.fields.scim_boolean", "scim_word"},
	{"identity_provider_configs.fields.clients_list", "clients_text"},
	{"identity_provider_configs.fields.client_text", "client_boolean"},
	{"identity_provider_configs.fields.issuer_loopback", "issuer_loopback issuer_loopback_address issuer_loopback_ipv6 issuer_behind_user"},
	{"identity_provider_configs.fields.issuer_private", "issuer_private issuer_private_192 issuer_link_local"},
	{"identity_provider_configs.fields.issuer_metadata", "issuer_metadata issuer_metadata_name"},
	{"identity_provider_configs.fields.domain_scope_choice", "domain_scope_unknown"},
	{"identity_provider_configs.fields.config_scope_choice", "config_scope_unknown config_scope_capitals"},
	{"identity_provider_configs.fields.domains_list", "domains_text domains_number"},
	{"identity_provider_configs.fields.domains_id", "domains_malformed domains_boolean"},
	{"identity_provider_configs.fields.domains_own", "domains_unknown domains_foreign"},
	{"identity_provider_configs.oidc.issuer", "issuer_http issuer_user issuer_password issuer_query issuer_fragment issuer_word"},
	{"identity_provider_configs.oidc.issuer_fetchable", "issuer_loopback issuer_private"},
	{"identity_provider_configs.oidc.not_null", "issuer_null client_null secret_null"},
	{"identity_provider_configs.oidc.secret_text", "secret_list"},
	{"identity_provider_configs.levels.member_writes", "identity_provider_configs.scim.token_member member_writes"},

	{"integrations.list.known", "known page"},
	{"integrations.environment_mapping.member_writes", "member"},
	{"integrations.environment_mapping.production_required", "required"},
	{"integrations.environment_mapping.production_null", "null preview_null development_null"},
	{"integrations.environment_mapping.whole_number", "boolean word fraction list"},
	{"integrations.environment_mapping.preview_number", "preview"},
	{"integrations.delete.member", "integrations.levels.member_deletes"},

	{"invites.create.level_above", "member_above admin_above"},
	{"invites.create.address_required", "no_address"},
	{"invites.create.address_null", "null_address"},
	{"invites.create.address_blank", "blank_address"},
	{"invites.create.address_form", "malformed_address two_ats no_domain inner_space address_list address_object"},
	{"invites.create.address_length", "long_address"},
	{"invites.create.name_length", "long_name"},
	{"invites.create.level_choice", "level_unknown level_word level_boolean level_fraction"},
	{"invites.create.message_text", "message_list"},
	{"invites.create.send_email_boolean", "send_email_word"},
	{"invites.project_access.project_reachable", "foreign unknown"},
	{"invites.project_access.list", "object text numbers"},
	{"invites.project_access.keys", "no_level no_id"},
	{"invites.project_access.project_number", "id_text"},
	{"invites.project_access.level_choice", "level_unknown level_number level_none level_capitals"},
	{"invites.replace.same_address", "same_address case"},
	{"invites.replace.one_stays", "concurrent"},
	{"invites.read.member", "invites.list.member"},
	{"invites.read.single", "invites.retrieve.impossible"},
	{"invites.delete.level", "member"},
	{"invites.bulk.at_most_twenty", "twenty twenty_one"},
	{"invites.bulk.atomic", "atomic atomic_member"},
	{"invites.bulk.scope", "scope scope_enough"},
	{"invites.bulk.list", "form object nothing"},
	{"invites.delegate.level", "member"},
	{"invites.delegate.address_required", "no_address"},
	{"invites.delegate.address_null", "null_address"},
	{"invites.delegate.address_form", "malformed_address"},
	{"invites.delegate.message_length", "long_message"},
	{"invites.delegate.message_null", "null_message"},
	{"invites.delegate.step_length", "long_step"},
	{"invites.accept.link_gone", "unknown deleted replaced"},
	{"invites.accept.once", "once parallel"},
	{"invites.accept.name_required", "no_name blank_name"},
	{"invites.accept.password_required", "no_password null_password"},
	{"invites.accept.name_length", "long_name"},
	{"invites.accept.password_length", "short_password"},
	{"invites.accept.password_text", "list_password"},

	{"members.list.order", "newest_first oldest_first other_order"},
	{"members.list.search", "search search_typo"},
	{"members.list.search_length", "search_too_long"},
	{"members.update.own_level", "own own_nothing"},
	{"members.update.others", "by_member"},
	{"members.update.above", "higher owner_by_admin"},
	{"members.update.level_choice", "level_3 level_text level_boolean"},
	{"members.remove.above", "higher"},

	{"roles.fields.name_unique", "roles.create.taken roles.update.taken"},
	{"roles.fields.name_required", "roles.create.no_name"},
	{"roles.fields.name_null", "roles.create.null_name"},
	{"roles.fields.name_blank", "roles.create.blank_name"},
	{"roles.fields.name_text", "roles.create.list_name"},
	{"roles.fields.name_length", "roles.create.long_name"},
	{"roles.fields.name_null_character", "roles.create.null_character"},

	{"role_memberships.list.unknown_role", "role_memberships.create.no_role unknown_role"},
	{"role_memberships.create.user_required", "no_user"},
	{"role_memberships.create.user_null", "null_user"},
	{"role_memberships.create.user_id", "blank_user user_no_uuid user_list"},
	{"role_memberships.isolation.own_role", "other_role"},

	{"projects.fields.read_only", "projects.create.read_only projects.update.read_only"},
	{"projects.fields.name_text", "projects.create.number_name projects.create.name_list projects.create.name_boolean projects.update.name_list " +
		"projects.update.name_boolean"},
	{"projects.fields.name_length", "projects.create.longest projects.create.name_long projects.update.name_long"},
	{"projects.fields.name_null", "projects.create.name_null projects.update.name_null"},
	{"projects.fields.name_blank", "projects.create.name_blank projects.update.name_blank"},
	{"projects.fields.zone_choice", "projects.create.zone_unknown projects.create.zone_case projects.create.zone_number projects.update.zone_unknown " +
		"projects.update.zone_case"},
	{"projects.fields.zone_blank", "projects.create.zone_blank projects.update.zone_blank"},
	{"projects.fields.zone_null", "projects.create.zone_null"},
	{"projects.fields.description_length", "projects.create.description_long"},
	{"projects.isolation.foreign", "foreign other_address"},
	{"projects.update.current_address", "root projects.delete.root"},
	{"projects.keys.limited", "project_only"},

	{"scim.auth.token_required", "no_token no_token_writes other_scheme scim.authentication.every_operation"},
	{"scim.auth.wrong_token", "wrong_token unknown_domain personal_key"},
	{"scim.auth.own_domain", "other_domain scim.isolation.other_organization"},
	{"scim.auth.replaced", "regenerated config_token"},
	{"scim.auth.revoked", "disabled deleted"},
	{"scim.users.create", "create create_minimal"},
	{"scim.users.unique", "create_twice create_at_once"},
	{"scim.users.address_verified_domain", "create_other_verified_domain create_unverified_domain create_foreign_email create_below_email create_alike_email create_smuggled_email replace_foreign " +
		"patch_refused_foreign_email scim.isolation.foreign_domain"},
	{"scim.users.address_required", "create_empty create_no_email create_empty_emails create_no_address"},
	{"scim.users.filter_username", "filter_username filter_username_case"},
	{"scim.users.filter_email", "filter_email filter_email_path"},
	{"scim.users.filter_and", "filter_and filter_and_not filter_family_name filter_not_active"},
	{"scim.users.filter_unreadable", "filter_unknown filter_malformed filter_unquoted filter_open"},
	{"scim.users.patch_names", "patch_name patch_names patch_add"},
	{"scim.users.patch_without_path", "patch_no_path patch_dotted"},
	{"scim.users.patch_remove_names", "patch_remove_name patch_remove_names"},
	{"scim.users.patch_deactivate", "patch_deactivate patch_deactivate_okta"},
	{"scim.users.patch_active_text", "patch_deactivate_entra patch_deactivate_entra_object patch_reactivate_entra"},
	{"scim.users.patch_address", "patch_emails patch_email_type patch_email_add"},
	{"scim.users.patch_operation", "patch_refused_unknown_op patch_refused_no_op"},
	{"scim.users.patch_target", "patch_refused_no_target patch_refused_malformed_path"},
	{"scim.groups.name_required", "create_no_name replace_no_name"},
	{"scim.groups.member_number", "create_bad_member patch_add_no_number patch_replace_no_number patch_remove_no_number"},
	{"scim.groups.patch_add", "patch_add patch_add_object patch_add_no_path patch_add_by_path"},
	{"scim.groups.patch_add_nothing_new", "patch_add_twice patch_add_unknown"},
	{"scim.groups.patch_replace", "patch_replace patch_replace_by_none"},
	{"scim.groups.patch_remove", "patch_remove_by_path patch_remove_by_value patch_remove_several patch_remove_object patch_remove_stranger"},
	{"scim.groups.patch_target", "patch_refused_no_target patch_refused_malformed_path"},

	{"requests.bodies.absent", "identity_provider_configs.bodies.absent"},
	{"requests.bodies.form", "identity_provider_configs.bodies.form"},
	{"requests.bodies.multipart", "identity_provider_configs.bodies.multipart"},
	{"requests.bodies.form_refused", "identity_provider_configs.bodies.form_refused"},
	{"requests.bodies.charset", "identity_provider_configs.bodies.charset"},
	{"requests.bodies.media_type", "identity_provider_configs.bodies.media_type organizations.bodies.media_types personal_api_keys.bodies.media_types users.bodies.media_types sessions.bodies.media_types " +
		"domains.bodies.media_types identity_provider_configs.bodies.media_types integrations.bodies.media_types invites.bodies.media_types " +
		"members.bodies.media_types roles.bodies.media_types role_memberships.bodies.media_types projects.bodies.media_types " +
		"signup.bodies.media_types invites.bodies.delegation_media_type"},
	{"requests.bodies.key_twice", "identity_provider_configs.bodies.key_twice"},
	{"requests.bodies.number_as_text", "identity_provider_configs.bodies.number_as_text"},
	{"requests.bodies.unicode", "identity_provider_configs.bodies.unicode"},
	{"requests.bodies.characters", "identity_provider_configs.bodies.characters"},
	{"requests.bodies.object_first", "identity_provider_configs.bodies.object_first"},
	{"requests.bodies.object", "identity_provider_configs.bodies.list identity_provider_configs.bodies.text identity_provider_configs.bodies.number " +
		"identity_provider_configs.bodies.null"},
	{"requests.bodies.json", "identity_provider_configs.bodies.cut_off identity_provider_configs.bodies.trailing_comma " +
		"identity_provider_configs.bodies.word identity_provider_configs.bodies.nan identity_provider_configs.bodies.encoding " +
		"identity_provider_configs.bodies.extra"},
	{"requests.pages.walk", "identity_provider_configs.pages.walk"},
	{"requests.pages.links_keep_query", "identity_provider_configs.pages.links_keep_query"},
	{"requests.pages.size", "identity_provider_configs.pages.size"},

	{"callers.scope_operation", "roles.scopes.operations identity_provider_configs.scopes.operations domains.scopes.operations organizations.scopes.every_operation users.scopes.every_operation domains.scopes.every_operation " +
		"identity_provider_configs.scopes.every_operation integrations.scopes.every_operation invites.scopes.every_operation " +
		"members.scopes.every_operation roles.scopes.every_operation role_memberships.scopes.every_operation " +
		"projects.scopes.every_operation"},
	{"requests.methods.session", "organizations.methods.every_path users.methods.every_path personal_api_keys.methods.every_path " +
		"sessions.methods.every_path domains.methods.every_path identity_provider_configs.methods.every_path " +
		"integrations.methods.every_path invites.methods.every_path members.methods.every_path " +
		"roles.methods.every_path role_memberships.methods.every_path projects.methods.every_path " +
		"signup.methods.every_path scim.methods.every_path"},
	{"callers.organization_unknown", "domains.isolation.every_operation identity_provider_configs.isolation.every_operation integrations.isolation.every_operation " +
		"invites.isolation.every_operation members.isolation.every_operation roles.isolation.every_operation " +
		"role_memberships.isolation.every_operation projects.isolation.every_operation"},
	{"scim.bodies.media_type", "scim.bodies.media_types"},
	{"requests.representation.same", "domains.representation.same domains.representation.verify identity_provider_configs.representation.same " +
		"integrations.representation.same integrations.representation.mapped invites.representation.same " +
		"roles.representation.same members.representation.same users.representation.same " +
		"projects.representation.same projects.representation.root organizations.representation.same " +
		"organizations.representation.features scim.representation.users scim.representation.groups " +
		"signup.representation.same invites.delegate.same"},
	{"requests.pages.form", "organizations.pages.form projects.pages.form role_memberships.pages.form"},
}
