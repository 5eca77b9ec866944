package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The key that a request is made with.
// Source: posthog/api/personal_api_key.py.

// keyHandlers are the operations of personal API keys.
func keyHandlers() map[string]handler {
	return map[string]handler{
		"personal_api_keys_current_retrieve": {do: (*call).retrieveOwnKey},
	}
}

// errOwnKeyOnly is the refusal of everything else that a key tries here.
var errOwnKeyOnly = rest.PermissionDenied("This action does not support Personal API Key access")

// keyView is what a key is rendered from.
type keyView struct {
	*world.Key
	call *call
}

// keyBindings are the properties of a key.
func keyBindings() []rest.Binding[keyView, *call] {
	return []rest.Binding[keyView, *call]{
		{Name: "id", Write: func(w *rest.Writer, k keyView) { w.String(k.ID) }},
		{Name: "label", Write: func(w *rest.Writer, k keyView) { w.String(k.Label) }},
		{Name: "value", Write: func(w *rest.Writer, _ keyView) { w.Null() }},
		{Name: "mask_value", Write: func(w *rest.Writer, k keyView) { w.String(maskKey(k.Value)) }},
		{Name: "created_at", Write: func(w *rest.Writer, k keyView) { w.Time(k.CreatedAt) }},
		// The request that asks is a use. The fake does not note earlier ones.
		{Name: "last_used_at", Write: func(w *rest.Writer, k keyView) { w.Time(k.call.now) }},
		{Name: "user_id", Write: func(w *rest.Writer, k keyView) { w.Int(k.User) }},
		{Name: "scopes", Write: func(w *rest.Writer, k keyView) { w.Strings(k.Scopes) }},
		{Name: "scoped_teams", Write: func(w *rest.Writer, k keyView) { writeInts(w, k.Projects) }},
		{Name: "scoped_organizations", Write: func(w *rest.Writer, k keyView) { w.Strings(k.Organizations) }},
		{Name: "last_rolled_at", Write: func(w *rest.Writer, _ keyView) { w.Null() }},
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

// retrieveOwnKey shows the key of the request. A session has none; the real server
// fails with 500 there.
func (c *call) retrieveOwnKey() (int, error) {
	if c.Key == nil {
		return 0, rest.ErrNotFound
	}
	c.api.keySerializer.Write(&c.out, keyView{c.Key, c})
	return http.StatusOK, nil
}
