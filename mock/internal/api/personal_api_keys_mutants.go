package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// setAlways gives the answers of an operation a member of a value of its own.
func setAlways(id, name string, value any) defect {
	return changeBody(id, setMember(name, value))
}

// changeMadeKey changes the key that an operation has made, once it is answered.
func changeMadeKey(id string, change func(*world.Key)) defect {
	return after(id, func(c *call) {
		if made := c.view.KeysOf(c.User.ID); len(made) > 0 {
			own := *made[0]
			change(&own)
			c.tx.PutKey(&own)
		}
	})
}

// changePatchedKey changes the key in the path, once a PATCH of it is answered.
func changePatchedKey(change func(*call, *world.Key)) defect {
	return after("personal_api_keys_partial_update", func(c *call) {
		if k, err := c.key(); err == nil {
			own := *k
			change(c, &own)
			c.tx.PutKey(&own)
		}
	})
}

// openToKeys lets every key call an operation that is for sessions only.
func openToKeys(id string) defect {
	return changeOperation(id, func(op *spec.Operation) { op.SessionOnly, op.AnyKey = false, true })
}

// keyMutants are about the key that a request is made with.
func keyMutants() []mutantRow {
	const key = "PersonalAPIKey"
	const create, retrieve, update, replace = "personal_api_keys_create", "personal_api_keys_retrieve", "personal_api_keys_partial_update", "personal_api_keys_update"
	const destroy, roll = "personal_api_keys_destroy", "personal_api_keys_roll_create"
	return []mutantRow{
		{"personal_api_keys.current.value", "A key shows its value.", "personal_api_keys.current.form",
			around("personal_api_keys_current_retrieve", func(c *call, next action) (int, error) {
				status, err := next(c)
				if c.Key != nil && err == nil {
					out := strings.Replace(string(c.out.Bytes()), `"value":null`, `"value":"`+c.Key.Value+`"`, 1)
					c.out.Reset()
					c.out.Raw([]byte(out))
				}
				return status, err
			})},
		{"personal_api_keys.current.scope", "Only keys with a scope may ask.", "personal_api_keys.current.any_scope",
			aroundStage("scope", func(c *call, next func(*call) error) error {
				if c.Key != nil && isOperation("personal_api_keys_current_retrieve")(c) && !spec.ScopesAllow(c.Key.Scopes, "user:read") {
					return rest.PermissionDenied("API key missing required scope 'user:read'")
				}
				return next(c)
			})},
		{"personal_api_keys.current.limits", "A key does not show its limits.", "personal_api_keys.current.project_only", writeAlways("PersonalAPIKey", "scoped_teams", "[]")},
		{"personal_api_keys.current.organizations", "A key does not show its organizations.", "personal_api_keys.current.other_organization_only", writeAlways("PersonalAPIKey", "scoped_organizations", "[]")},
		{"personal_api_keys.current.mask", "The mask shows the middle.", "personal_api_keys.current.form", writeAlways("PersonalAPIKey", "mask_value", `"phx_secretsecret"`)},
		{"personal_api_keys.create.value_kept", "A key shows its value whenever it is read.", "personal_api_keys.create.once",
			around("personal_api_keys_retrieve", func(c *call, _ action) (int, error) {
				key, err := c.key()
				if err != nil {
					return 0, err
				}
				c.writeKey(key, key.Value)
				return http.StatusOK, nil
			})},
		{"personal_api_keys.create.value_hidden", "A new key does not show its value.", "personal_api_keys.create.once", setAlways(create, "value", nil)},
		{"personal_api_keys.create.all_scopes", "A new key may do everything.", "personal_api_keys.create.once",
			changeMadeKey(create, func(k *world.Key) { k.Scopes = []string{"*"} })},
		{"personal_api_keys.create.forgotten", "A new key is answered and not stored.", "personal_api_keys.create.once", discardChanges(create)},
		{"personal_api_keys.create.unlimited", "The organizations that a key is limited to are dropped.", "personal_api_keys.create.limits",
			aroundCheck(key, "scoped_organizations", func(c *call, value any, next checker) (any, error) {
				_, err := next(c, value)
				return []string{}, err
			})},
		{"personal_api_keys.create.foreign", "A key can be limited to organizations of others.", "personal_api_keys.create.limits", dropCheck(key, "scoped_organizations")},
		{"personal_api_keys.create.projects_lost", "The projects that a key is limited to are dropped.", "personal_api_keys.create.limits",
			aroundCheck(key, "scoped_teams", func(c *call, value any, next checker) (any, error) {
				_, err := next(c, value)
				return []int{}, err
			})},
		{"personal_api_keys.create.any_number", "A user has any number of keys.", "personal_api_keys.create.ten",
			around(create, func(c *call, next action) (int, error) {
				status, err := next(c)
				if !errors.Is(err, errTooManyKeys) {
					return status, err
				}
				k := &world.Key{ID: c.sandbox.IDs.UUID(c.now), Label: c.bodyText("label"), Value: c.newKeyValue(), User: c.User.ID, CreatedAt: c.now}
				c.storeKey(k)
				c.writeKey(k, k.Value)
				return http.StatusCreated, nil
			})},
		{"personal_api_keys.list.oldest_first", "Keys are listed oldest first.", "personal_api_keys.create.newest_first",
			changeAnswer("personal_api_keys_list", func(r *mutant.Response) {
				if list, err := pyjson.Decode(r.Body); err == nil && r.Status == http.StatusOK {
					r.Body = pyjson.Append(nil, mutant.Reversed(list.([]any)))
				}
			})},
		{"personal_api_keys.update.forgotten", "A change of a key is answered and not stored.", "personal_api_keys.update.counts", discardChanges(update)},
		{"personal_api_keys.update.put_forgotten", "A key that is replaced stays as it was.", "personal_api_keys.update.replace", discardChanges(replace)},
		{"personal_api_keys.update.put_partial", "PUT of a key needs nothing.", "personal_api_keys.update.replace", treatAsMethod(replace, http.MethodPatch)},
		{"personal_api_keys.update.widens", "A key that is given another name may do everything.", "personal_api_keys.update.alone",
			changePatchedKey(func(c *call, k *world.Key) {
				if !c.bodyHas("scopes") {
					k.Scopes = []string{"*"}
				}
			})},
		{"personal_api_keys.update.unlimits", "A key that is given other scopes loses its limits.", "personal_api_keys.update.alone",
			changePatchedKey(func(c *call, k *world.Key) {
				if !c.bodyHas("scoped_organizations") {
					k.Organizations = nil
				}
			})},
		{"personal_api_keys.limits.shown_everywhere", "Members show the keys that are limited to other organizations.", "personal_api_keys.limits.elsewhere",
			around("members_scoped_api_keys_retrieve", func(c *call, next action) (int, error) {
				m, err := c.member()
				if err != nil {
					return 0, err
				}
				keys := c.view.KeysOf(m.User)
				for _, k := range keys {
					unlimited := *k
					unlimited.Organizations = nil
					c.tx.PutKey(&unlimited)
				}
				status, err := next(c)
				for _, k := range keys {
					c.tx.PutKey(k)
				}
				return status, err
			})},
		{"personal_api_keys.limits.ignored", "A key that is limited to an organization opens every other.", "personal_api_keys.limits.elsewhere",
			skipStage("key limits", func(c *call) bool { return c.Key != nil && len(c.Key.Organizations) > 0 })},
		{"personal_api_keys.roll.one_before", "The value that a key had first opens again when it is rolled twice.", "personal_api_keys.roll.every_old",
			around(roll, func(c *call, next action) (int, error) {
				old, missing := c.key()
				status, err := next(c)
				if err == nil && missing == nil && old.LastRolledAt != nil {
					kept := *old
					kept.ID += "-old"
					c.tx.PutKey(&kept)
				}
				return status, err
			})},
		{"personal_api_keys.roll.pretends", "A key that is rolled keeps its value.", "personal_api_keys.roll.new_value",
			around(roll, func(c *call, _ action) (int, error) {
				k, err := c.key()
				if err != nil {
					return 0, err
				}
				c.writeKey(k, c.newKeyValue())
				return http.StatusOK, nil
			})},
		{"personal_api_keys.roll.both", "The old value of a key that is rolled opens as before.", "personal_api_keys.roll.new_value",
			around(roll, func(c *call, next action) (int, error) {
				old, missing := c.key()
				status, err := next(c)
				if err == nil && missing == nil {
					kept := *old
					kept.ID += "-old"
					c.tx.PutKey(&kept)
				}
				return status, err
			})},
		{"personal_api_keys.roll.undated", "When a key was rolled is not told.", "personal_api_keys.roll.new_value", writeAlways(key, "last_rolled_at", "null")},
		{"personal_api_keys.delete.pretends", "Deleting a key does nothing.", "personal_api_keys.delete.dead", discardChanges(destroy)},
		{"personal_api_keys.isolation.foreign", "Keys of others can be read.", "personal_api_keys.isolation.others",
			around(retrieve, func(c *call, next action) (int, error) {
				status, err := next(c)
				for _, k := range c.view.AllKeys() {
					if errors.Is(err, rest.ErrNotFound) && k.ID == c.param("id") {
						c.writeKey(k, "")
						return http.StatusOK, nil
					}
				}
				return status, err
			})},
		{"personal_api_keys.isolation.deletes", "Keys of others can be deleted.", "personal_api_keys.isolation.others",
			around(destroy, func(c *call, next action) (int, error) {
				status, err := next(c)
				for _, k := range c.view.AllKeys() {
					if errors.Is(err, rest.ErrNotFound) && k.ID == c.param("id") {
						c.tx.DeleteKey(k)
						return c.noContent()
					}
				}
				return status, err
			})},
		{"personal_api_keys.isolation.siblings", "A key reads the other keys of its user.", "personal_api_keys.isolation.itself",
			around(retrieve, func(c *call, next action) (int, error) {
				own := c.Key
				c.Key = nil
				defer func() { c.Key = own }()
				return next(c)
			})},
		{"personal_api_keys.scopes.lists", "A key lists the keys of its user.", "personal_api_keys.scopes.session_only", openToKeys("personal_api_keys_list")},
		{"personal_api_keys.scopes.makes", "A key makes keys.", "personal_api_keys.scopes.session_only", openToKeys(create)},
		{"personal_api_keys.recent_login.ignored", "Keys can be made in an old session.", "sessions.recent_login.required",
			before(create, func(c *call) {
				if c.Session != nil {
					recent := *c.Session
					recent.LoggedInAt = c.now
					c.Session = &recent
				}
			})},
		{"personal_api_keys.fields.label_any", "A key may have a name of any length.", "personal_api_keys.fields.label", maxLength(key, "label", 0)},
		{"personal_api_keys.fields.label_blank", "A key may have no name.", "personal_api_keys.fields.label", blankable(key, "label", true)},
		{"personal_api_keys.fields.scopes_any", "A key may have any scopes.", "personal_api_keys.fields.scopes", dropCheck(key, "scopes")},
		{"personal_api_keys.fields.scopes_nothing", "A scope may be about anything.", "personal_api_keys.fields.scopes",
			aroundCheck(key, "scopes", func(c *call, value any, next checker) (any, error) {
				list, _ := value.([]string)
				known := slices.Clone(list)
				for i, scope := range known {
					if _, access, _ := strings.Cut(scope, ":"); slices.Contains(scopeAccess, access) {
						known[i] = "user:" + access
					}
				}
				if _, err := next(c, known); err != nil {
					return nil, err
				}
				return list, nil
			})},
		{"personal_api_keys.fields.teams_of_others", "A key can be limited to anybody's projects.", "personal_api_keys.fields.teams",
			aroundCheck(key, "scoped_teams", func(c *call, value any, next checker) (any, error) {
				ids, _ := value.([]int)
				if slices.ContainsFunc(ids, func(id int) bool { _, there := c.view.Project(id); return !there }) {
					return next(c, value)
				}
				return ids, nil
			})},
		{"personal_api_keys.fields.scopes_none", "A key may have no scopes.", "personal_api_keys.fields.scopes_none",
			aroundCheck(key, "scopes", func(c *call, value any, next checker) (any, error) {
				if list, _ := value.([]string); len(list) == 0 {
					return list, nil
				}
				return next(c, value)
			})},
		{"personal_api_keys.fields.teams_any", "A key can be limited to any number.", "personal_api_keys.fields.teams", dropCheck(key, "scoped_teams")},
		{"personal_api_keys.fields.organizations_optional", "Which organizations a key is limited to can be left out.", "personal_api_keys.fields.organizations", optional(key, "scoped_organizations")},
		{"personal_api_keys.members.none", "No member has keys.", "personal_api_keys.members.keys",
			changeBody("members_scoped_api_keys_retrieve", func(o *pyjson.Object) { o.Set("has_keys", false) })},
		{"personal_api_keys.members.active", "Every key counts as used.", "personal_api_keys.members.keys",
			changeBody("members_scoped_api_keys_retrieve", func(o *pyjson.Object) { o.Set("has_keys_active_last_week", true) })},
		{"personal_api_keys.members.key_access", "Any key reads the keys of members.", "callers.actions_need_session",
			allowKeys("members_scoped_api_keys_retrieve", "organization_member:read")},
		{"personal_api_keys.current.missing", "A key does not show its scopes.", "personal_api_keys.current.form", omitProperty("PersonalAPIKey", "scopes")},
	}
}
