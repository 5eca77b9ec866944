package api

import (
	"slices"
	"strings"
)

// scopeObjects are what scopes of keys may be about, sorted. The list grows with the
// product; those that only the deployment itself hands out are left out.
// Source: APIScopeObject in posthog/scopes.py.
const scopeObjects = `
	access_control account action activity_log alert annotation approvals batch_export batch_import
	business_knowledge canvas cohort comment conversation customer_analytics customer_journey
	customer_profile_config customer_task dashboard dashboard_template data_catalog dataset early_access_feature
	element endpoint engineering_analytics error_tracking evaluation event_definition event_filter experiment
	experiment_holdout experiment_saved_metric export external_data_schema external_data_source feature_flag
	file_system file_system_shortcut group health_issue heatmap hog_flow hog_function ingestion_warning insight
	insight_variable integration legal_document link live_debugger llm_analytics llm_gateway llm_playground
	llm_prompt llm_provider_key llm_skill logs loop marketing_analytics mcp_analytics metrics notebook
	organization organization_integration organization_member person plugin product_enablement product_tour
	project property_definition query query_performance replay_scanner revenue_analytics session_recording
	session_recording_playlist sharing_configuration signal_scout streamlit_app subscription survey tagger task
	ticket toolbar tracing uploaded_media usage_metric user user_interview visual_review warehouse_objects
	warehouse_table warehouse_view web_analytics webhook wizard_session
`

// isScopeObject reports whether scopes can be about an object.
func isScopeObject(name string) bool {
	return name != "" && slices.Contains(strings.Fields(scopeObjects), name)
}
