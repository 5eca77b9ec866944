package mock

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// remembered are domains by tokens that no longer open them.
type remembered struct{ tokens sync.Map }

func (r *remembered) keep(d *world.Domain) {
	if d != nil && d.SCIMBearerToken != "" {
		r.tokens.Store(d.SCIMBearerToken, d)
	}
}

// outlives makes the token of a domain stay valid after operations that should end it.
func outlives(ids ...string) defect {
	return func(p *parts) {
		var r remembered
		each(ids, func(id string) defect {
			return afterwards(id, func(c *call, was *world.World) {
				if d, ok := was.Domain(c.organization.ID, c.id()); ok {
					r.keep(d)
				}
				for _, d := range was.DomainsOf(c.id()) {
					r.keep(d)
				}
			})
		})(p)
		openSCIM(func(c *scimCall, tx *world.Tx, next func(*scimCall, *world.Tx) error) error {
			err := next(c, tx)
			old, ok := r.tokens.Load(strings.TrimPrefix(c.request.Header.Get("Authorization"), "Bearer "))
			if d, is := old.(*world.Domain); err != nil && ok && is && d.ID == c.param("domain_id") {
				if o, found := tx.Organization(d.Organization); found {
					c.domain, c.organization = d, o
					return nil
				}
			}
			return err
		})(p)
	}
}

// knownBy lets callers in whose token is that of some domain that is chosen.
func knownBy(which func(c *scimCall, tx *world.Tx, token string) *world.Domain) defect {
	return openSCIM(func(c *scimCall, tx *world.Tx, next func(*scimCall, *world.Tx) error) error {
		err := next(c, tx)
		if err == nil {
			return nil
		}
		if d := which(c, tx, strings.TrimPrefix(c.request.Header.Get("Authorization"), "Bearer ")); d != nil {
			c.domain = d
			c.organization, _ = tx.Organization(d.Organization)
			return nil
		}
		return err
	})
}

// rewritten changes the body of the successful answers of a SCIM operation.
func rewritten(id string, do func(*pyjson.Object)) defect {
	return answer(id, func(a *finished) {
		value, err := pyjson.Decode(a.body)
		if object, ok := value.(*pyjson.Object); ok && err == nil && a.status < 300 {
			do(object)
			a.body = pyjson.Append(nil, object)
		}
	})
}

// userOf finds the user of the path whatever has become of it.
func (c *scimCall) userOf(w *world.World) (*world.User, bool) {
	var id int
	if _, err := fmt.Sscan(c.param("id"), &id); err != nil {
		return nil, false
	}
	return w.User(id)
}

func scimUserMutants() []Mutant {
	const create, list, retrieve = "scim_users_create", "scim_users_list", "scim_users_retrieve"
	const replace, patch, destroy = "scim_users_update", "scim_users_partial_update", "scim_users_destroy"
	return []Mutant{
		{"scim.users.create_status", "Creation answers 200.", "scim.users.create", status(create, 201, 200)},
		{"scim.users.create_no_member", "A new user is no member.", "scim.users.create",
			afterSCIM(create, func(c *scimCall, was *world.World) {
				c.eachNewMember(was, func(m *world.Membership) { c.tx.DeleteMembership(m) })
			})},
		{"scim.users.create_admin", "A new user is an administrator.", "scim.users.create_level",
			afterSCIM(create, func(c *scimCall, was *world.World) {
				c.eachNewMember(was, func(m *world.Membership) {
					own := *m
					own.Level = world.Administrator
					c.tx.PutMembership(&own)
				})
			})},
		{"scim.users.create_twice", "A user can be made twice.", "scim.users.create_twice", answered(create, 409, func(a *finished) { a.status = 201 })},
		{"scim.users.create_twice_status", "A user who is there already is a bad request.", "scim.users.create_twice", status(create, 409, 400)},
		{"scim.users.create_foreign", "An address of any domain will do.", "scim.users.create_foreign_email", ownsAll(create)},
		{"scim.users.create_smuggled", "The domain is what follows the first @.", "scim.users.create_smuggled_email",
			aroundSCIM(create, func(c *scimCall, next scimHandler) (int, error) {
				data, err := c.userData()
				if err == nil && strings.Count(data.email, "@") > 1 {
					return c.makeAnyway(data)
				}
				return next(c)
			})},
		{"scim.users.create_first_email", "The first address counts.", "scim.users.create_primary",
			beforeSCIM(create, func(c *scimCall) {
				if object, ok := c.body.(*pyjson.Object); ok {
					emails, _ := object.Get("emails")
					if list, ok := emails.([]any); ok && len(list) > 1 {
						object.Set("emails", list[:1])
					}
				}
			})},
		{"scim.users.create_no_email", "A user needs no address but a userName.", "scim.users.create_no_email",
			beforeSCIM(create, func(c *scimCall) {
				if object, ok := c.body.(*pyjson.Object); ok {
					if _, sent := object.Get("emails"); !sent {
						email := new(pyjson.Object)
						email.Set("value", "nobody@"+c.domain.Domain)
						object.Set("emails", []any{email})
					}
				}
			})},
		{"scim.users.list_total", "The total is that of the page.", "scim.users.pages",
			rewritten(list, func(o *pyjson.Object) { n, _ := o.Get("itemsPerPage"); o.Set("totalResults", n) })},
		{"scim.users.list_index", "Pages begin at 0.", "scim.users.pages", rewritten(list, func(o *pyjson.Object) {
			if n, ok := o.Get("startIndex"); ok {
				o.Set("startIndex", n.(int64)-1)
			}
		})},
		{"scim.users.list_bad_page", "A startIndex of 0 is 1.", "scim.users.bad_pages",
			beforeSCIM(list, func(c *scimCall) {
				if n, ok := c.query.Get("startIndex"); ok && (n == "0" || strings.HasPrefix(n, "-")) {
					c.query = rest.ParseQuery("startIndex=1")
				}
			})},
		{"scim.users.filter_ignored", "A filter finds everybody.", "scim.users.filter_username", beforeSCIM(list, func(c *scimCall) { c.query = rest.Query{} })},
		{"scim.users.filter_case", "userName cares for case.", "scim.users.filter_username_case",
			rewritten(list, func(*pyjson.Object) {}).with(beforeSCIM(list, func(c *scimCall) {
				if text, ok := c.query.Get("filter"); ok && text != strings.ToLower(text) && strings.Contains(strings.ToLower(text), "username") {
					c.query = rest.ParseQuery("filter=userName%20eq%20%22%22")
				}
			}))},
		{"scim.users.filter_malformed", "A filter that cannot be read is refused.", "scim.users.filter_malformed",
			aroundSCIM(list, func(c *scimCall, next scimHandler) (int, error) {
				if text, _ := c.query.Get("filter"); text != "" {
					if _, err := scim.ParseFilter(text); err != nil {
						return 0, scim.BadRequest("Invalid filter")
					}
				}
				return next(c)
			})},
		{"scim.users.replace_keeps", "PUT keeps names that are missing.", "scim.users.replace_clears",
			afterSCIM(replace, func(c *scimCall, was *world.World) {
				object, _ := c.body.(*pyjson.Object)
				if _, named := object.Get("name"); named {
					return
				}
				if old, ok := c.userOf(was); ok {
					now, _ := c.userOf(&c.tx.World)
					own := *now
					own.FirstName, own.LastName = old.FirstName, old.LastName
					c.tx.PutUser(&own)
					c.out.Reset()
					c.writeUser(&own)
				}
			})},
		{"scim.users.replace_taken", "PUT gives the address of another.", "scim.users.replace_taken", answered(replace, 400, func(a *finished) { a.status = 200 })},
		{"scim.users.replace_active", "PUT does not end a membership.", "scim.users.replace_inactive", revives(replace)},
		{"scim.users.patch_active", "A patch does not end a membership.", "scim.users.patch_deactivate", revives(patch)},
		{"scim.users.patch_text", "False as a text is true.", "scim.users.patch_deactivate_entra",
			beforeSCIM(patch, func(c *scimCall) { replaceTexts(c.body, "False", "True") })},
		{"scim.users.patch_pretends", "A patch is answered and not stored.", "scim.users.patch_name",
			afterSCIM(patch, func(c *scimCall, was *world.World) { c.tx.World = *was })},
		{"scim.users.patch_half", "A refused patch keeps what came before.", "scim.users.patch_atomic", keepsNames(patch)},
		{"scim.users.patch_any_op", "An operation that does not exist is ignored.", "scim.users.patch_refused_unknown_op", scimTolerates(patch, 400)},
		{"scim.users.delete_pretends", "Deleting a user does nothing.", "scim.users.delete", afterSCIM(destroy, func(c *scimCall, was *world.World) { c.tx.World = *was })},
		{"scim.users.delete_account", "Deleting a user deletes the account.", "scim.users.delete_and_create",
			afterSCIM(destroy, func(c *scimCall, _ *world.World) {
				if u, ok := c.userOf(&c.tx.World); ok {
					c.tx.DeleteUser(u)
				}
			})},
		{"scim.users.missing_meta", "A user has no meta.", "scim.users.create", without(retrieve, "meta")},
		{"scim.users.active_text", "active is a text.", "scim.users.create", rewritten(retrieve, func(o *pyjson.Object) {
			if _, ok := o.Get("active"); ok {
				o.Set("active", "true")
			}
		})},
		{"scim.users.location", "The location of a user is that of a group.", "scim.users.create", textual(create, "/Users/", "/Groups/")},
	}
}

// with is a defect beside another one.
func (d defect) with(other defect) defect { return both(d, other) }

// eachNewMember visits the memberships of the organization that there were not before.
func (c *scimCall) eachNewMember(was *world.World, do func(*world.Membership)) {
	list := c.tx.Members(c.organization.ID)
	for _, m := range list.Page(0, list.Len()) {
		if _, old := was.Membership(m.User, m.Organization); !old {
			do(m)
		}
	}
}

// makeAnyway makes a user whatever the address.
func (c *scimCall) makeAnyway(data userData) (int, error) {
	user := &world.User{
		ID: c.tx.NextUserID(), UUID: c.server.ids.UUID(c.now), DistinctID: c.server.ids.Token(),
		Email: data.email, FirstName: data.first, LastName: data.last, JoinedAt: c.now,
	}
	c.activate(user)
	c.tx.PutUser(user)
	c.tx.PutProvisioned(&world.ProvisionedUser{Domain: c.domain.ID, User: user.ID, Username: data.username})
	c.writeUser(user)
	return http.StatusCreated, nil
}

// ownsAll makes users whatever their domain.
func ownsAll(id string) defect {
	return aroundSCIM(id, func(c *scimCall, next scimHandler) (int, error) {
		status, err := next(c)
		if data, bad := c.userData(); err == scim.ErrInvalidUser && bad == nil && strings.Count(data.email, "@") == 1 {
			if _, taken := c.tx.UserByEmail(data.email); !taken {
				return c.makeAnyway(data)
			}
		}
		return status, err
	})
}

// revives brings memberships back that an operation ended.
func revives(id string) defect {
	return afterSCIM(id, func(c *scimCall, was *world.World) {
		if u, ok := c.userOf(&c.tx.World); ok {
			if m, was := was.Membership(u.ID, c.organization.ID); was {
				c.tx.PutMembership(m)
			}
		}
	})
}

// keepsNames changes the names that a refused patch sets.
func keepsNames(id string) defect {
	return aroundSCIM(id, func(c *scimCall, next scimHandler) (int, error) {
		status, err := next(c)
		found, missing := c.scimUser()
		operations, bad := scim.Operations(c.body)
		if err == nil || missing != nil || bad != nil {
			return status, err
		}
		user := *found
		for _, operation := range operations {
			if c.changeUser(&user, operation) != nil {
				break
			}
		}
		c.tx.PutUser(&user)
		return c.refuse(err), nil
	})
}

// scimTolerates answers a refusal with the resource as it is.
func scimTolerates(id string, from int) defect {
	return answered(id, from, func(a *finished) { a.status = http.StatusOK })
}

// without takes a member out of the answers of an operation.
func without(id, key string) defect {
	return answer(id, func(a *finished) {
		value, err := pyjson.Decode(a.body)
		object, ok := value.(*pyjson.Object)
		if err != nil || !ok {
			return
		}
		rest := new(pyjson.Object)
		for name, member := range object.All() {
			if name != key {
				rest.Set(name, member)
			}
		}
		a.body = pyjson.Append(nil, rest)
	})
}

// replaceTexts replaces a text wherever it is a value.
func replaceTexts(value any, of, to string) {
	switch value := value.(type) {
	case *pyjson.Object:
		for key, member := range value.All() {
			if member == of {
				value.Set(key, to)
			} else {
				replaceTexts(member, of, to)
			}
		}
	case []any:
		for i, item := range value {
			if item == of {
				value[i] = to
			} else {
				replaceTexts(item, of, to)
			}
		}
	}
}

func scimGroupMutants() []Mutant {
	const create, list, retrieve = "scim_groups_create", "scim_groups_list", "scim_groups_retrieve"
	const replace, patch, destroy = "scim_groups_update", "scim_groups_partial_update", "scim_groups_destroy"
	return []Mutant{
		{"scim.groups.create_empty", "A new group has no members.", "scim.groups.create", emptied(create)},
		{"scim.groups.create_again", "A group of the same name loses its members.", "scim.groups.create_again",
			beforeSCIM(create, func(c *scimCall) {
				if object, ok := c.body.(*pyjson.Object); ok {
					name, _ := object.Get("displayName")
					text, _ := name.(string)
					if role, ok := c.tx.RoleByName(c.organization.ID, text); ok {
						c.setMembers(role, nil)
					}
				}
			})},
		{"scim.groups.create_no_name", "A group needs no name.", "scim.groups.create_no_name",
			beforeSCIM(create, func(c *scimCall) {
				if object, ok := c.body.(*pyjson.Object); ok {
					if name, _ := object.Get("displayName"); name == nil || name == "" {
						object.Set("displayName", "nameless")
					}
				}
			})},
		{"scim.groups.filter_case", "displayName does not care for case.", "scim.groups.filter",
			aroundSCIM(list, func(c *scimCall, next scimHandler) (int, error) {
				text, _ := c.query.Get("filter")
				_, wanted, ok := strings.Cut(text, `"`)
				wanted = strings.TrimSuffix(wanted, `"`)
				all := c.tx.Roles(c.organization.ID)
				for _, role := range all.Page(0, all.Len()) {
					if ok && strings.EqualFold(role.Name, wanted) {
						c.query = rest.ParseQuery(queryOf("filter", `displayName eq "`+role.Name+`"`))
					}
				}
				return next(c)
			})},
		{"scim.groups.list_status", "The list has no total.", "scim.groups.list", without(list, "totalResults")},
		{"scim.groups.replace_adds", "PUT keeps members that are missing.", "scim.groups.replace", keepsMembers(replace)},
		{"scim.groups.replace_name", "PUT keeps the name.", "scim.groups.replace", keepsName(replace)},
		{"scim.groups.patch_name", "A patch keeps the name.", "scim.groups.patch_name", keepsName(patch)},
		{"scim.groups.patch_add", "add replaces.", "scim.groups.patch_add",
			beforeSCIM(patch, func(c *scimCall) { replaceTexts(c.body, "add", "replace") })},
		{"scim.groups.patch_replace", "replace adds.", "scim.groups.patch_replace", keepsMembers(patch)},
		{"scim.groups.patch_remove_all", "remove empties a group.", "scim.groups.patch_remove_by_path",
			beforeSCIM(patch, func(c *scimCall) { replacePaths(c.body) })},
		{"scim.groups.patch_half", "A refused patch keeps what came before.", "scim.groups.patch_atomic", halfSCIM(patch)},
		{"scim.groups.patch_raced", "Patches at the same time undo each other.", "scim.groups.patch_at_once", forgetsEverySecond(patch)},
		{"scim.groups.delete_pretends", "Deleting a group does nothing.", "scim.groups.delete", afterSCIM(destroy, func(c *scimCall, was *world.World) { c.tx.World = *was })},
		{"scim.groups.delete_members", "Deleting a group takes its members out of the organization.", "scim.groups.delete",
			afterSCIM(destroy, func(c *scimCall, was *world.World) {
				members := was.RoleMembers(c.param("id"))
				for _, m := range members.Page(0, members.Len()) {
					if membership, ok := c.tx.Membership(m.User, m.Organization); ok {
						c.tx.DeleteMembership(membership)
					}
				}
			})},
		{"scim.groups.no_display", "The members of a group have no name.", "scim.groups.create", textual(create, `"display":`, `"shown":`)},
		{"scim.groups.unknown", "A group that is not there is empty.", "scim.groups.unknown", status(retrieve, 404, 200)},
	}
}

// emptied takes the members out of the group that was made.
func emptied(id string) defect {
	return afterSCIM(id, func(c *scimCall, was *world.World) {
		all := c.tx.Roles(c.organization.ID)
		for _, role := range all.Page(0, all.Len()) {
			if _, old := was.Role(role.Organization, role.ID); !old {
				c.setMembers(role, nil)
				c.out.Reset()
				c.writeGroup(role)
			}
		}
	})
}

// keepsMembers leaves the members of a group in it.
func keepsMembers(id string) defect {
	return afterSCIM(id, func(c *scimCall, was *world.World) {
		role, err := c.group()
		if err != nil {
			return
		}
		var users []int
		was.RoleMembers(role.ID).All(func(m *world.RoleMembership) bool { users = append(users, m.User); return true })
		c.addMembers(role, users)
		c.out.Reset()
		c.writeGroup(role)
	})
}

// keepsName leaves the name of a group.
func keepsName(id string) defect {
	return afterSCIM(id, func(c *scimCall, was *world.World) {
		if role, err := c.group(); err == nil {
			if old, ok := was.Role(role.Organization, role.ID); ok {
				c.tx.PutRole(old)
			}
		}
	})
}

// forgetsEverySecond undoes every second call, as an update that another one
// overtakes.
func forgetsEverySecond(id string) defect {
	var mu sync.Mutex
	calls := 0
	return afterSCIM(id, func(c *scimCall, was *world.World) {
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls%2 == 0 {
			c.tx.World = *was
		}
	})
}

// replacePaths cuts the filters from the paths of a patch.
func replacePaths(value any) {
	switch value := value.(type) {
	case *pyjson.Object:
		for key, member := range value.All() {
			if text, ok := member.(string); ok && key == "path" {
				path, _, _ := strings.Cut(text, "[")
				value.Set(key, path)
			} else {
				replacePaths(member)
			}
		}
	case []any:
		for _, item := range value {
			replacePaths(item)
		}
	}
}

func scimServerMutants() []Mutant {
	const users, config = "scim_users_list", "scim_service_provider_config_retrieve"
	return []Mutant{
		{"scim.auth.no_token", "No token is needed to read.", "scim.auth.no_token",
			knownBy(func(c *scimCall, tx *world.Tx, _ string) *world.Domain {
				d, _ := tx.DomainByID(c.param("domain_id"))
				if c.request.Header.Get("Authorization") == "" && safe(c.request.Method) {
					return d
				}
				return nil
			})},
		{"scim.auth.wrong_status", "A wrong token is a 401.", "scim.auth.wrong_token", answer(users, func(a *finished) {
			if a.status == 403 {
				a.status = 401
			}
		})},
		{"scim.auth.prefix", "The beginning of a token will do.", "scim.auth.wrong_token",
			knownBy(func(c *scimCall, tx *world.Tx, token string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				if ok && len(token) > 8 && strings.HasPrefix(d.SCIMBearerToken, token) {
					return d
				}
				return nil
			})},
		{"scim.auth.any_scheme", "Any scheme is a token.", "scim.auth.other_scheme",
			knownBy(func(c *scimCall, tx *world.Tx, _ string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				_, token, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
				if ok && token != "" && token == d.SCIMBearerToken {
					return d
				}
				return nil
			})},
		{"scim.auth.unknown_domain", "A domain that does not exist is not found.", "scim.auth.unknown_domain",
			openSCIM(func(c *scimCall, tx *world.Tx, next func(*scimCall, *world.Tx) error) error {
				err := next(c, tx)
				if _, ok := tx.DomainByID(c.param("domain_id")); !ok && err == error(scim.ErrAuthentication) {
					return rest.NotFound("Domain not found")
				}
				return err
			})},
		{"scim.auth.personal_key", "A personal API key is a token.", "scim.auth.personal_key",
			knownBy(func(c *scimCall, tx *world.Tx, token string) *world.Domain {
				d, _ := tx.DomainByID(c.param("domain_id"))
				if _, ok := tx.Key(token); ok {
					return d
				}
				return nil
			})},
		{"scim.auth.other_domain", "A token opens every domain of its organization.", "scim.auth.other_domain",
			knownBy(func(c *scimCall, tx *world.Tx, token string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				if !ok || token == "" {
					return nil
				}
				found := false
				tx.Domains(d.Organization).All(func(other *world.Domain) bool { found = found || other.SCIMBearerToken == token; return true })
				if found {
					return d
				}
				return nil
			})},
		{"scim.auth.regenerated", "A new token leaves the old one valid.", "scim.auth.regenerated", outlives("domains_scim_token_create")},
		{"scim.auth.config_token", "A new token of the config leaves that of the domain valid.", "scim.auth.config_token", outlives("identity_provider_configs_scim_token_create")},
		{"scim.auth.disabled", "Disabling SCIM leaves the token valid.", "scim.auth.disabled", outlives("domains_partial_update")},
		{"scim.auth.deleted", "Deleting a domain leaves its token valid.", "scim.auth.deleted", outlives("domains_destroy")},
		{"scim.auth.unverified", "A domain that is not verified is open.", "scim.auth.unverified",
			knownBy(func(c *scimCall, tx *world.Tx, token string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				if ok && token != "" && effectiveIdentity(d).SCIMBearerToken == token {
					return d
				}
				return nil
			})},
		{"scim.discovery.bulk", "The server says that it takes bulk requests.", "scim.discovery.config", rewritten(config, func(o *pyjson.Object) {
			if bulk, ok := o.Get("bulk"); ok {
				bulk.(*pyjson.Object).Set("supported", true)
			}
		})},
		{"scim.discovery.missing", "The server does not say how to authenticate.", "scim.discovery.config", without(config, "authenticationSchemes")},
		{"scim.discovery.types", "There are users only.", "scim.discovery.resource_types", rewritten("scim_resource_types_retrieve", func(o *pyjson.Object) {
			kinds, _ := o.Get("Resources")
			if list, ok := kinds.([]any); ok {
				o.Set("Resources", list[:1])
			}
		})},
		{"scim.discovery.media_type", "Answers are JSON, whatever is asked for.", "scim.discovery.media_type", header(config, "Content-Type", "application/json")},
		{"scim.discovery.allow", "405 does not say which methods there are.", "scim.discovery.methods", answered("", 405, func(a *finished) {
			if a.below("/scim/") {
				a.header.Del("Allow")
			}
		})},
		{"scim.isolation.other_organization", "A domain of another organization is open.", "scim.isolation.other_organization",
			knownBy(func(c *scimCall, tx *world.Tx, token string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				found := false
				tx.EveryOrganization(func(o *world.Organization) bool {
					tx.Domains(o.ID).All(func(other *world.Domain) bool {
						found = found || (token != "" && other.SCIMBearerToken == token)
						return true
					})
					return true
				})
				if ok && found {
					return d
				}
				return nil
			})},
		{"scim.logs.unmasked", "The log shows addresses.", "scim.logs.request",
			afterSCIM("scim_users_create", func(c *scimCall, _ *world.World) { c.request.Header.Set("X-Person", string(c.sent.Data)) }).
				with(always("ScimLog", "request_path", `"/scim/v2/person@example.com"`))},
		{"scim.logs.token", "The log shows the token.", "scim.logs.request",
			always("ScimLog", "request_headers", `{"Authorization":"Bearer secret"}`)},
		{"scim.logs.provider", "The log does not know who called.", "scim.logs.provider", always("ScimLog", "identity_provider", `"other"`)},
		{"scim.logs.status", "Every request in the log was answered 200.", "scim.logs.refused", always("ScimLog", "response_status", "200")},
		{"scim.logs.missing", "A row of the log lacks the answer.", "scim.logs.request", missing("ScimLog", "response_body")},
	}
}
