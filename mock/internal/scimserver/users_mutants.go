package scimserver

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// pathUser finds the user of the path whatever has become of it.
func (c *call) pathUser(w *world.World) (*world.User, bool) {
	var id int
	if _, err := fmt.Sscan(c.param("id"), &id); err != nil {
		return nil, false
	}
	return w.User(id)
}

// userMutants are about SCIM users.
func userMutants() []mutantRow {
	const create, list, retrieve = "scim_users_create", "scim_users_list", "scim_users_retrieve"
	const replace, patch, destroy = "scim_users_update", "scim_users_partial_update", "scim_users_destroy"
	return []mutantRow{
		{"scim.users.create_status", "Creation answers 200.", "scim.users.create", changeStatus(create, 201, 200)},
		{"scim.users.create_no_member", "A new user is no member.", "scim.users.create",
			afterWithPrevious(create, func(c *call, previous *world.World) {
				c.eachNewMember(previous, func(m *world.Membership) { c.tx.DeleteMembership(m) })
			})},
		{"scim.users.create_admin", "A new user is an administrator.", "scim.users.create_level",
			afterWithPrevious(create, func(c *call, previous *world.World) {
				c.eachNewMember(previous, func(m *world.Membership) {
					own := *m
					own.Level = world.Administrator
					c.tx.PutMembership(&own)
				})
			})},
		{"scim.users.create_twice", "A user can be made twice.", "scim.users.unique", changeAnswerWithStatus(create, 409, func(a *mutant.Response) { a.Status = 201 })},
		{"scim.users.create_twice_status", "A user who is there already is a bad request.", "scim.users.unique", changeStatus(create, 409, 400)},
		{"scim.users.create_foreign", "An address of any domain will do.", "scim.users.address_verified_domain", acceptForeignAddress(create)},
		{"scim.users.create_below", "An address below a verified domain will do.", "scim.users.address_verified_domain", acceptAddressLike(create, ".")},
		{"scim.users.create_alike", "An address on a domain that ends as a verified one will do.", "scim.users.address_verified_domain", acceptAddressLike(create, "x")},
		{"scim.users.create_smuggled", "The domain is what follows the first @.", "scim.users.address_verified_domain",
			around(create, func(c *call, next action) (int, error) {
				data, err := c.userData()
				if err == nil && strings.Count(data.email, "@") > 1 {
					return c.createUnchecked(data)
				}
				return next(c)
			})},
		{"scim.users.create_first_email", "The first address counts.", "scim.users.create_primary",
			before(create, func(c *call) {
				if object, ok := c.body.(*pyjson.Object); ok {
					emails, _ := object.Get("emails")
					if list, ok := emails.([]any); ok && len(list) > 1 {
						object.Set("emails", list[:1])
					}
				}
			})},
		{"scim.users.create_no_email", "A user needs no address but a userName.", "scim.users.address_required",
			before(create, func(c *call) {
				if object, ok := c.body.(*pyjson.Object); ok {
					if _, sent := object.Get("emails"); !sent {
						email := new(pyjson.Object)
						email.Set("value", "nobody@"+c.verifiedDomain())
						object.Set("emails", []any{email})
					}
				}
			})},
		{"scim.users.create_case", "A new user's address keeps its case.", "scim.users.create_lower_case",
			afterWithPrevious(create, func(c *call, _ *world.World) {
				data, err := c.userData()
				if u, ok := c.madeUser(); ok && err == nil && strings.EqualFold(u.Email, data.email) {
					c.rewriteUser(c.updateUser(u, func(u *world.User) { u.Email = data.email }))
				}
			})},
		{"scim.users.name_is_address", "A user is called by the address, whatever the provider sends.", "scim.users.user_name",
			afterWithPrevious(create, func(c *call, _ *world.World) {
				if u, ok := c.madeUser(); ok {
					c.setUserName(u, u.Email)
					c.rewriteUser(u)
				}
			})},
		{"scim.users.name_shared", "All domains call a user by the name that one of them sent.", "scim.isolation.user_names",
			before(retrieve, func(c *call) {
				u, err := c.scimUser()
				if err != nil || c.provisioned(u) {
					return
				}
				share := func(provisioner string) bool {
					if p, ok := c.tx.ProvisionedUser(provisioner, u.ID); ok {
						c.setUserName(u, p.UserName)
					}
					return true
				}
				c.tx.Domains(c.organization.ID).All(func(d *world.Domain) bool { return share(d.ID) })
				c.tx.Configs(c.organization.ID).All(func(config *world.IdentityProviderConfig) bool { return share(config.ID) })
			})},
		{"scim.users.name_replace", "PUT keeps the userName that there was.", "scim.users.replace_user_name",
			afterWithPrevious(replace, func(c *call, previous *world.World) {
				u, ok := c.pathUser(&c.tx.World)
				if !ok {
					return
				}
				if p, known := previous.ProvisionedUser(c.provisioner.id, u.ID); known {
					c.tx.PutProvisioned(p)
					c.rewriteUser(u)
				}
			})},
		{"scim.users.name_patch", "A patch does not change the userName.", "scim.users.patch_user_name",
			before(patch, func(c *call) { replaceValues(c.body, "userName", "title") })},
		{"scim.users.name_patch_address", "A patch of the userName changes the address.", "scim.users.patch_user_name",
			afterWithPrevious(patch, func(c *call, previous *world.World) {
				u, ok := c.pathUser(&c.tx.World)
				if !ok {
					return
				}
				now, _ := c.tx.ProvisionedUser(c.provisioner.id, u.ID)
				was, _ := previous.ProvisionedUser(c.provisioner.id, u.ID)
				if now != nil && was != nil && now.UserName != was.UserName {
					c.rewriteUser(c.updateUser(u, func(u *world.User) { u.Email = now.UserName }))
				}
			})},
		{"scim.users.name_reactivated", "Who comes back is called by the address.", "scim.users.patch_keeps_user_name",
			afterWithPrevious(patch, func(c *call, previous *world.World) {
				u, ok := c.pathUser(&c.tx.World)
				if !ok {
					return
				}
				if _, was := previous.Membership(u.ID, c.organization.ID); !was && c.active(u) {
					c.setUserName(u, u.Email)
					c.rewriteUser(u)
				}
			})},
		{"scim.users.filter_strangers", "userName finds members whom the domain never made.", "scim.users.filter_provisioned", findByAddress(list)},
		{"scim.users.filter_address", "userName finds users by their address.", "scim.users.filter_user_name", findByAddress(list)},
		{"scim.users.filter_strict", "Beside a userName other conditions count.", "scim.users.filter_user_name_alone",
			around(list, func(c *call, next action) (int, error) {
				if text, _ := c.query.Get("filter"); strings.Contains(text, "userName") && strings.Contains(text, " and ") {
					_, others, _ := strings.Cut(text, " and ")
					if filter, err := scim.ParseFilter(others); err == nil && len(c.filterMembers(filter)) == 0 {
						c.query = rest.ParseQuery(filterQuery(`userName eq ""`))
					}
				}
				return next(c)
			})},
		{"scim.users.create_again_inactive", "Who left can be made again.", "scim.users.deactivated_again",
			around(create, func(c *call, next action) (int, error) {
				if data, err := c.userData(); err == nil {
					if u, ok := c.tx.UserByEmail(data.email); ok && !c.active(u) {
						c.tx.DeleteProvisioned(&world.ProvisionedUser{Provisioner: c.provisioner.id, User: u.ID})
					}
				}
				return next(c)
			})},
		{"scim.users.replace_text", "PUT takes the text False for false.", "scim.users.replace_active_text",
			before(replace, func(c *call) {
				if object, ok := c.body.(*pyjson.Object); ok {
					if active, _ := object.Get("active"); active == "False" {
						object.Set("active", false)
					}
				}
			})},
		{"scim.users.list_total", "The total is that of the page.", "scim.users.pages",
			changeBody(list, func(o *pyjson.Object) { n, _ := o.Get("itemsPerPage"); o.Set("totalResults", n) })},
		{"scim.users.list_index", "Pages begin at 0.", "scim.users.pages", changeBody(list, func(o *pyjson.Object) {
			if n, ok := o.Get("startIndex"); ok {
				o.Set("startIndex", n.(int64)-1)
			}
		})},
		{"scim.users.filter_ignored", "A filter finds everybody.", "scim.users.filter_username", before(list, func(c *call) { c.query = rest.Query{} })},
		{"scim.users.filter_case", "userName cares for case.", "scim.users.filter_username",
			before(list, func(c *call) {
				if text, ok := c.query.Get("filter"); ok && text != strings.ToLower(text) && strings.Contains(strings.ToLower(text), "username") {
					c.query = rest.ParseQuery("filter=userName%20eq%20%22%22")
				}
			})},
		{"scim.users.filter_malformed", "A filter that cannot be read is refused.", "scim.users.filter_unreadable",
			around(list, func(c *call, next action) (int, error) {
				if text, _ := c.query.Get("filter"); text != "" {
					if _, err := scim.ParseFilter(text); err != nil {
						return 0, scim.BadRequest("Invalid filter")
					}
				}
				return next(c)
			})},
		{"scim.users.replace_keeps", "PUT keeps names that are missing.", "scim.users.replace_clears",
			afterWithPrevious(replace, func(c *call, previous *world.World) {
				object, _ := c.body.(*pyjson.Object)
				if _, named := object.Get("name"); named {
					return
				}
				if old, ok := c.pathUser(previous); ok {
					now, _ := c.pathUser(&c.tx.World)
					own := *now
					own.FirstName, own.LastName = old.FirstName, old.LastName
					c.tx.PutUser(&own)
					c.out.Reset()
					c.writeUser(&own)
				}
			})},
		{"scim.users.replace_taken", "PUT gives the address of another.", "scim.users.replace_taken", changeAnswerWithStatus(replace, 400, func(a *mutant.Response) { a.Status = 200 })},
		{"scim.users.replace_active", "PUT does not end a membership.", "scim.users.replace_inactive", restoreMembership(replace)},
		{"scim.users.patch_active", "A patch does not end a membership.", "scim.users.patch_deactivate", restoreMembership(patch)},
		{"scim.users.patch_text", "False as a text is true.", "scim.users.patch_active_text",
			before(patch, func(c *call) { replaceValues(c.body, "False", "True") })},
		{"scim.users.patch_pretends", "A patch is answered and not stored.", "scim.users.patch_names",
			afterWithPrevious(patch, func(c *call, previous *world.World) { c.tx.World = *previous })},
		{"scim.users.patch_undone", "A patch that fails undoes what came before.", "scim.users.patch_each", undoRefused(patch)},
		{"scim.users.patch_goes_on", "A patch that fails goes on with what comes after.", "scim.users.patch_each",
			around(patch, func(c *call, next action) (int, error) {
				status, err := next(c)
				user, missing := c.scimUser()
				body, bad := scim.ReadPatch(c.body)
				if status != http.StatusBadRequest || missing != nil || bad != nil {
					return status, err
				}
				_ = body.Each(func(operation scim.Operation) error {
					if changed, refused := c.changeUser(user, operation); refused == nil {
						user = changed
					}
					return nil
				})
				return status, err
			})},
		{"scim.users.patch_no_value", "Emails without a value change nothing.", "scim.users.patch_refused_email_value", answerOK(patch, 400)},
		{"scim.users.patch_any_op", "An operation that does not exist is ignored.", "scim.users.patch_operation", answerOK(patch, 400)},
		{"scim.users.delete_pretends", "Deleting a user does nothing.", "scim.users.delete", afterWithPrevious(destroy, func(c *call, previous *world.World) { c.tx.World = *previous })},
		{"scim.users.pages_lenient", "A page out of range is answered.", "scim.users.bad_pages", changeStatus("scim_users_list", 400, 200)},
		{"scim.users.delete_everywhere", "Who is deleted leaves all organizations.", "scim.users.delete_elsewhere", leaveEverywhere(destroy)},
		{"scim.users.deactivate_everywhere", "Who is deactivated leaves all organizations.", "scim.users.delete_elsewhere", leaveEverywhere("scim_users_partial_update")},
		{"scim.users.delete_account", "Deleting a user deletes the account.", "scim.users.delete_and_create",
			afterWithPrevious(destroy, func(c *call, _ *world.World) {
				if u, ok := c.pathUser(&c.tx.World); ok {
					c.tx.DeleteUser(u)
				}
			})},
		{"scim.users.missing_meta", "A user has no meta.", "scim.users.create", omitMember(retrieve, "meta")},
		{"scim.users.active_text", "active is a text.", "scim.users.create", changeBody(retrieve, func(o *pyjson.Object) {
			if _, ok := o.Get("active"); ok {
				o.Set("active", "true")
			}
		})},
		{"scim.users.location", "The location of a user is that of a group.", "scim.users.create", replaceText(create, "/Users/", "/Groups/")},
		{"scim.users.create_json", "A new user comes as JSON.", "scim.users.create", changeHeader("scim_users_create", "Content-Type", "application/json")},
		{"scim.users.comes_back_admin", "Who comes back is an administrator.", "scim.users.patch_reactivate",
			afterWithPrevious("scim_users_partial_update", func(c *call, previous *world.World) {
				user, err := c.scimUser()
				if err != nil {
					return
				}
				_, before := previous.Membership(user.ID, c.organization.ID)
				if m, now := c.tx.Membership(user.ID, c.organization.ID); now && !before {
					own := *m
					own.Level = world.Administrator
					c.tx.PutMembership(&own)
				}
			})},
		{"scim.users.filter_family", "A family name is compared with the given one.", "scim.users.filter_and",
			before("scim_users_list", func(c *call) {
				if text, ok := c.query.Get("filter"); ok {
					c.query = rest.ParseQuery(filterQuery(strings.ReplaceAll(text, "familyName", "givenName")))
				}
			})},
		{"scim.users.filter_active", "Whether somebody is active does not matter to a filter.", "scim.users.filter_and",
			before("scim_users_list", func(c *call) {
				if text, ok := c.query.Get("filter"); ok {
					c.query = rest.ParseQuery(filterQuery(strings.ReplaceAll(text, " and active eq false", "")))
				}
			})},
	}
}

// eachNewMember visits the memberships of the organization that there were not before.
func (c *call) eachNewMember(previous *world.World, do func(*world.Membership)) {
	list := c.tx.Members(c.organization.ID)
	for _, m := range list.Rows() {
		if _, old := previous.Membership(m.User, m.Organization); !old {
			do(m)
		}
	}
}

// createUnchecked makes a user whatever the address.
func (c *call) createUnchecked(data userData) (int, error) {
	user := &world.User{
		ID: c.tx.NextUserID(), UUID: c.sandbox.IDs.UUID(c.now), DistinctID: c.sandbox.IDs.Token(),
		Email: data.email, FirstName: data.first, LastName: data.last, JoinedAt: c.now,
	}
	c.tx.PutUser(user)
	c.join(user)
	c.setUserName(user, data.userName)
	c.writeUser(user)
	return http.StatusCreated, nil
}

// verifiedDomain is some verified domain of the organization.
func (c *call) verifiedDomain() (name string) {
	c.tx.Domains(c.organization.ID).All(func(d *world.Domain) bool {
		if d.VerifiedAt != nil {
			name = d.Domain
		}
		return name == ""
	})
	return name
}

// findByAddress finds members by an address that is asked for as a userName.
func findByAddress(id string) defect {
	return before(id, func(c *call) {
		if text, ok := c.query.Get("filter"); ok && strings.Contains(text, "@") {
			c.query = rest.ParseQuery(filterQuery(strings.ReplaceAll(text, "userName", "emails.value")))
		}
	})
}

// acceptForeignAddress makes users whatever their domain.
func acceptForeignAddress(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if data, bad := c.userData(); errors.Is(err, scim.ErrInvalidUser) && bad == nil && strings.Count(data.email, "@") == 1 {
			if _, taken := c.tx.UserByEmail(data.email); !taken {
				return c.createUnchecked(data)
			}
		}
		return status, err
	})
}

// acceptAddressLike makes users with an address that ends as one on a verified domain, with
// something else than an @ before that.
func acceptAddressLike(id, end string) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		data, bad := c.userData()
		if errors.Is(err, scim.ErrInvalidUser) && bad == nil && slices.ContainsFunc(c.tx.VerifiedDomains(c.organization.ID), func(d *world.Domain) bool {
			return strings.HasSuffix(data.email, end+d.Domain)
		}) {
			return c.createUnchecked(data)
		}
		return status, err
	})
}

// leaveEverywhere has who is a member no more leave the other organizations, too.
func leaveEverywhere(id string) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		u, ok := c.pathUser(previous)
		if !ok {
			return
		}
		if _, still := c.tx.Membership(u.ID, c.organization.ID); !still {
			for _, m := range c.tx.MembershipsOf(u.ID) {
				c.tx.DeleteMembership(m)
			}
		}
	})
}

// restoreMembership brings memberships back that an operation ended.
func restoreMembership(id string) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		if u, ok := c.pathUser(&c.tx.World); ok {
			if m, previous := previous.Membership(u.ID, c.organization.ID); previous {
				c.tx.PutMembership(m)
			}
		}
	})
}

// rewriteUser shows the user of an answer again, once something was changed.
func (c *call) rewriteUser(u *world.User) {
	c.out.Reset()
	c.writeUser(u)
}

// madeUser is the user whom the answer shows.
func (c *call) madeUser() (*world.User, bool) {
	value, err := pyjson.Decode(c.out.Bytes())
	object, ok := value.(*pyjson.Object)
	if err != nil || !ok {
		return nil, false
	}
	text, _ := object.Get("id")
	id, _ := parseUserID(text)
	return c.tx.User(id)
}

// answerOK answers a refusal with the resource as it is.
func answerOK(id string, from int) defect {
	return changeAnswerWithStatus(id, from, func(a *mutant.Response) { a.Status = http.StatusOK })
}

// omitMember takes a member out of the answers of an operation.
func omitMember(id, key string) defect {
	return changeAnswer(id, func(a *mutant.Response) {
		value, err := pyjson.Decode(a.Body)
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
		a.Body = pyjson.Append(nil, rest)
	})
}

// replaceValues replaces a text wherever it is a value.
func replaceValues(value any, of, to string) {
	switch value := value.(type) {
	case *pyjson.Object:
		for key, member := range value.All() {
			if member == of {
				value.Set(key, to)
			} else {
				replaceValues(member, of, to)
			}
		}
	case []any:
		for i, item := range value {
			if item == of {
				value[i] = to
			} else {
				replaceValues(item, of, to)
			}
		}
	}
}
