package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Personal API keys: those of the caller, in a session, and the key that a request is made
// with. The value of a key is shown once, when it is made or rolled.
// Source: posthog/api/personal_api_key.py, posthog/models/personal_api_key.py.

// keyHandlers are the operations of personal API keys.
func keyHandlers() map[string]handler {
	return map[string]handler{
		"personal_api_keys_list":             {do: (*call).listKeys},
		"personal_api_keys_create":           {do: recently((*call).createKey)},
		"personal_api_keys_current_retrieve": {do: (*call).retrieveOwnKey},
		"personal_api_keys_retrieve":         {do: (*call).retrieveKey},
		"personal_api_keys_update":           {do: recently((*call).updateKey)},
		"personal_api_keys_partial_update":   {do: recently((*call).updateKey)},
		"personal_api_keys_destroy":          {do: recently((*call).deleteKey)},
		"personal_api_keys_roll_create":      {do: recently((*call).rollKey)},
	}
}

// recently makes an operation ask for a recent login first, where no stage of the path
// does.
func recently(do action) action {
	return func(c *call) (int, error) {
		if err := c.checkRecentLogin(); err != nil {
			return 0, err
		}
		return do(c)
	}
}

// errOwnKeyOnly is the refusal of everything else that a key tries here.
var errOwnKeyOnly = rest.PermissionDenied("This action does not support Personal API Key access")

// keyView is what a key is rendered from.
type keyView struct {
	*world.Key
	call  *call
	value string // shown this once; "" is not
}

// keyBindings are the properties of a key, with their rules.
func keyBindings() []rest.Binding[keyView, *call] {
	return []rest.Binding[keyView, *call]{
		{Name: "id", Write: func(w *rest.Writer, k keyView) { w.String(k.ID) }},
		{Name: "label", Write: func(w *rest.Writer, k keyView) { w.String(k.Label) }},
		{Name: "value", Computed: true, Write: func(w *rest.Writer, k keyView) { w.NonEmpty(k.value) }},
		{Name: "mask_value", Write: func(w *rest.Writer, k keyView) { w.String(maskKey(k.Value)) }},
		{Name: "created_at", Write: func(w *rest.Writer, k keyView) { w.Time(k.CreatedAt) }},
		{Name: "last_used_at", Write: func(w *rest.Writer, k keyView) { w.OptTime(k.call.sandbox.KeyUsedAt(k.Key)) }},
		{Name: "user_id", Computed: true, Write: func(w *rest.Writer, k keyView) { w.Int(k.User) }},
		{Name: "scopes", Check: checkScopes, Write: func(w *rest.Writer, k keyView) { w.Strings(k.Scopes) }},
		{Name: "scoped_teams", Check: checkScopedTeams, Write: func(w *rest.Writer, k keyView) { writeInts(w, k.Projects) }},
		{Name: "scoped_organizations", Check: checkScopedOrganizations, Write: func(w *rest.Writer, k keyView) { w.Strings(k.Organizations) }},
		{Name: "last_rolled_at", Write: func(w *rest.Writer, k keyView) { w.OptTime(k.LastRolledAt) }},
	}
}

// maskKey shows the beginning and the end of a key. Source: mask_key_value in
// posthog/models/utils.py.
func maskKey(value string) string {
	if len(value) < 16 {
		return "********"
	}
	return value[:4] + "..." + value[len(value)-4:]
}

// writeInts writes a list of numbers.
func writeInts(w *rest.Writer, list []int) {
	w.Array()
	for _, n := range list {
		w.Int(n)
	}
	w.EndArray()
}

var (
	errNoScopes    = rest.Invalid("empty", "This list may not be empty.")
	errScopedTeams = rest.InvalidInput("You must be a member of all teams that you are scoping the key to.")
	errScopedOrgs  = rest.InvalidInput("You must be a member of all organizations that you are scoping the key to.")
	errScopedOrgID = rest.InvalidInput("Invalid organization UUID")
	errTooManyKeys = rest.InvalidInput(fmt.Sprintf("You can only have %d personal API keys. Remove an existing key before creating a new one.", maxKeys))
)

// scopeAccess is what a scope can be for.
var scopeAccess = []string{"read", "write"}

// maxKeys is how many keys a user may make.
const maxKeys = 10

// checkScopes wants scopes that there are, and at least one: the real server's tests refuse
// an empty list with a 400 of which they do not tell the code; the framework's own is
// answered here.
func checkScopes(_ *call, value any) (any, error) {
	scopes, _ := value.([]string)
	if len(scopes) == 0 {
		return nil, errNoScopes
	}
	for _, scope := range scopes {
		object, access, _ := strings.Cut(scope, ":")
		if scope != "*" && (!slices.Contains(scopeAccess, access) || !isScopeObject(object)) {
			return nil, rest.InvalidInput("Invalid scope: " + scope)
		}
	}
	return scopes, nil
}

// checkScopedTeams wants projects that the caller has access to, each once.
func checkScopedTeams(c *call, value any) (any, error) {
	ids, _ := value.([]int)
	for i, id := range ids {
		project, ok := c.view.Project(id)
		if !ok || slices.Contains(ids[:i], id) {
			return nil, errScopedTeams
		}
		if _, ok := c.view.ProjectLevel(c.User.ID, project); !ok {
			return nil, errScopedTeams
		}
	}
	return ids, nil
}

// checkScopedOrganizations wants organizations of the caller. They are stored as UUIDs
// are written; the real server keeps the text that was sent, which may reach nothing.
func checkScopedOrganizations(c *call, value any) (any, error) {
	sent, _ := value.([]string)
	ids := make([]string, len(sent))
	for i, text := range sent {
		id, err := uuid.Parse(text)
		if err != nil {
			return nil, errScopedOrgID
		}
		ids[i] = id.String()
	}
	for _, id := range ids {
		if _, ok := c.view.Membership(c.User.ID, id); !ok {
			return nil, errScopedOrgs
		}
	}
	return ids, nil
}

// writeKey writes a key; value is shown this once, "" is not.
func (c *call) writeKey(key *world.Key, value string) {
	c.api.keySerializer.Write(&c.out, keyView{key, c, value})
}

// listKeys lists the caller's keys, the last made first, without pages.
func (c *call) listKeys() (int, error) {
	c.out.Array()
	for _, key := range c.view.KeysOf(c.User.ID) {
		c.writeKey(key, "")
	}
	c.out.EndArray()
	return http.StatusOK, nil
}

// setKey stores what was sent.
func setKey(attrs *rest.Attrs, to *world.Key) {
	rest.Set(attrs, "label", &to.Label)
	rest.Set(attrs, "scopes", &to.Scopes)
	rest.Set(attrs, "scoped_teams", &to.Projects)
	rest.Set(attrs, "scoped_organizations", &to.Organizations)
}

// newKeyValue is a secret that a key is used by.
func (c *call) newKeyValue() string { return "phx_" + c.sandbox.IDs.Alphanumeric(43) }

// createKey makes a key of the caller, and shows its value.
func (c *call) createKey() (int, error) {
	attrs, err := validate(c, c.api.keySerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	if c.keysMade() >= maxKeys {
		return 0, errTooManyKeys
	}
	key := &world.Key{ID: c.sandbox.IDs.UUID(c.now), Value: c.newKeyValue(), User: c.User.ID, CreatedAt: c.now}
	setKey(attrs, key)
	c.storeKey(key)
	c.writeKey(key, key.Value)
	return http.StatusCreated, nil
}

// keysMade is how many keys of the caller count against the limit: those that the world
// begins with are a means of tests, often more than a user may have, and do not.
func (c *call) keysMade() (made int) {
	given := map[string]bool{}
	for _, key := range c.sandbox.InitialState().World.KeysOf(c.User.ID) {
		given[key.ID] = true
	}
	for _, key := range c.view.KeysOf(c.User.ID) {
		if !given[key.ID] {
			made++
		}
	}
	return made
}

// storeKey stores a key, whose callers need not name the sandbox.
func (c *call) storeKey(key *world.Key) {
	c.tx.PutKey(key)
	c.sandbox.ClaimKey(key.Value)
}

// retrieveOwnKey shows the key of the request. A session has none; the real server
// fails with 500 there.
func (c *call) retrieveOwnKey() (int, error) {
	if c.Key == nil {
		return 0, rest.ErrNotFound
	}
	c.writeKey(c.Key, "")
	return http.StatusOK, nil
}

// key finds the key of the caller that the path names.
func (c *call) key() (*world.Key, error) {
	for _, key := range c.view.KeysOf(c.User.ID) {
		if key.ID == c.param("id") {
			return key, nil
		}
	}
	return nil, rest.ErrNotFound
}

// retrieveKey shows one key. With a key, that is the only one.
func (c *call) retrieveKey() (int, error) {
	key, err := c.key()
	if err != nil {
		return 0, err
	}
	if c.Key != nil && c.Key.ID != key.ID {
		return 0, errOwnKeyOnly
	}
	c.writeKey(key, "")
	return http.StatusOK, nil
}

// replaceKey stores another row of a key in place of the one that was found.
func (c *call) replaceKey(found, key *world.Key) {
	key.LastUsedAt = c.sandbox.KeyUsedAt(found)
	c.sandbox.ForgetKeyUse(found)
	c.tx.DeleteKey(found)
	c.storeKey(key)
}

// updateKey serves PUT and PATCH.
func (c *call) updateKey() (int, error) {
	found, err := c.key()
	if err != nil {
		return 0, err
	}
	attrs, err := validate(c, c.api.keySerializer, rest.Mode{Partial: c.request.Method == http.MethodPatch})
	if err != nil {
		return 0, err
	}
	key := *found
	setKey(attrs, &key)
	c.replaceKey(found, &key)
	c.writeKey(&key, "")
	return http.StatusOK, nil
}

// rollKey gives a key a new value, which it shows; the old one opens nothing any more.
func (c *call) rollKey() (int, error) {
	found, err := c.key()
	if err != nil {
		return 0, err
	}
	key, now := *found, c.now
	key.Value, key.LastRolledAt = c.newKeyValue(), &now
	c.replaceKey(found, &key)
	c.writeKey(&key, key.Value)
	return http.StatusOK, nil
}

// deleteKey deletes a key, which opens nothing any more.
func (c *call) deleteKey() (int, error) {
	key, err := c.key()
	if err != nil {
		return 0, err
	}
	c.tx.DeleteKey(key)
	c.sandbox.ForgetKeyUse(key)
	return c.noContent()
}

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
