package api

import (
	"bytes"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// changeInvites changes the invites to the address of the request, once an operation has
// succeeded.
func changeInvites(id string, change func(*call, *world.Invite)) defect {
	return after(id, func(c *call) {
		for _, invite := range c.view.InvitesTo(c.organization.ID, strings.ToLower(strings.TrimSpace(c.bodyText("target_email")))) {
			own := *invite
			change(c, &own)
			c.tx.PutInvite(&own)
		}
	})
}

// restoreInvites brings back the invites that an operation replaced or used up.
func restoreInvites(id string) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		previous.Invites(c.organization.ID).All(func(i *world.Invite) bool {
			if _, there := c.view.Invite(c.organization.ID, i.ID); !there {
				c.tx.PutInvite(i)
			}
			return true
		})
	})
}

// asOwner takes the caller for an owner of the organization.
func asOwner(c *call) {
	own := *c.membership
	own.Level = world.Owner
	c.membership = &own
}

// changeSentKey changes the key in the header of a request before it is looked up.
func changeSentKey(change func(key string) string) defect {
	return aroundStage("authenticate", func(c *call, next func(*call) error) error {
		if key, ok := strings.CutPrefix(c.request.Header.Get("Authorization"), "Bearer "); ok {
			c.request.Header.Set("Authorization", "Bearer "+change(key))
		}
		return next(c)
	})
}

// checkScopeFirst looks at the scope before the membership and the level, as elsewhere.
func checkScopeFirst() defect {
	return func(t *Tables) {
		stages := t.stages.scopeLast
		i := slices.IndexFunc(stages, func(s stage) bool { return s.name == "scope" })
		t.stages.scopeLast = slices.Concat(stages[i:i+1], stages[:i], stages[i+1:])
	}
}

// inviteMutants are about invites, and whom keys let in.
func inviteMutants() []mutantRow {
	const invite = "OrganizationInvite"
	const create, list, destroy, bulk, delegate = "invites_create", "invites_list", "invites_destroy", "invites_bulk_create", "invites_delegate_create"
	return []mutantRow{
		{"invites.authentication.wrong_key", "A wrong key is no credentials.", "callers.wrong_key",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				err := next(c)
				if hasCode(err, "authentication_failed") && c.request.Header.Get("Authorization") != "" {
					return rest.ErrNotAuthenticated
				}
				return err
			})},
		{"invites.authentication.any_scheme", "Any scheme counts as a key.", "callers.key_scheme",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if _, key, ok := strings.Cut(c.request.Header.Get("Authorization"), " "); ok {
					c.request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(key))
				}
				return next(c)
			})},
		{"invites.authentication.one_space", "More spaces before the key are a wrong key.", "callers.key_spaces",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if strings.HasPrefix(c.request.Header.Get("Authorization"), "Bearer  ") {
					return rest.AuthenticationFailed("Personal API key found in request Authorization header is invalid.")
				}
				return next(c)
			})},
		{"invites.authentication.no_query", "A key in the query does not count.", "callers.key_in_query",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				query := c.query
				defer func() { c.query = query }()
				if _, ok := query.Get("personal_api_key"); ok {
					c.query = rest.Query{}
				}
				return next(c)
			})},
		{"invites.authentication.query_first", "The key in the query wins over the one in the header.", "callers.key_header_wins",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if key, ok := c.query.Get("personal_api_key"); ok {
					c.request.Header.Set("Authorization", "Bearer "+key)
				}
				return next(c)
			})},
		{"invites.authentication.query_reads_only", "A key in the query counts for reading only.", "callers.key_in_query",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				query := c.query
				defer func() { c.query = query }()
				if !route.IsSafe(c.request.Method) {
					c.query = rest.Query{}
				}
				return next(c)
			})},
		{"invites.authentication.no_form", "A key in a form does not count.", "callers.key_in_body",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				err := next(c)
				if err == nil && c.KeyInBody && c.input.IsForm() {
					return rest.ErrNotAuthenticated
				}
				return err
			})},
		{"invites.authentication.key_case", "The case of a key does not matter.", "callers.wrong_key", changeSentKey(strings.ToLower)},
		{"invites.authentication.key_end", "What stands behind a key does not matter.", "callers.wrong_key",
			changeSentKey(func(key string) string { return strings.TrimRight(key, "x") })},
		{"invites.authentication.query_before_body", "The key in the query wins over the one in the body.", "callers.key_in_body",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if key, ok := c.query.Get("personal_api_key"); ok && c.request.Header.Get("Authorization") == "" {
					return c.useKey(key, "query string")
				}
				return next(c)
			})},
		{"invites.authentication.key_spaces", "Spaces within a key do not matter.", "callers.wrong_key",
			changeSentKey(func(key string) string { return strings.ReplaceAll(key, " ", "") })},
		{"invites.scopes.read_creates", "A key that reads may invite.", "callers.scope_create", requireScope(create, "organization_member:read")},
		{"invites.scopes.other_object", "Listing invites asks for the scope of organizations.", "callers.single_scope", requireScope(list, "organization:read")},
		{"invites.scopes.prefix", "A scope that begins like the one that is needed will do.", "callers.single_scope",
			aroundStage("scope", func(c *call, next func(*call) error) error {
				err := next(c)
				if err != nil && c.Key != nil && c.op != nil && slices.ContainsFunc(c.Key.Scopes, func(s string) bool { return strings.HasPrefix(s, "organization") }) {
					return nil
				}
				return err
			})},
		{"invites.scopes.head", "HEAD asks for no scope.", "callers.scope_read",
			skipStage("scope", func(c *call) bool { return c.request.Method == http.MethodHead })},
		{"invites.isolation.stranger", "Strangers read the invites of an organization.", "callers.membership_required", admitStrangers(list)},
		{"invites.recent_login.create", "Inviting needs no recent login.", "sessions.recent_login.required", skipRecentLogin(create)},
		{"invites.recent_login.bulk", "Inviting many needs no recent login.", "sessions.recent_login.required", skipRecentLogin(bulk)},
		{"invites.recent_login.delegate", "Delegating needs no recent login.", "sessions.recent_login.required", skipRecentLogin(delegate)},
		{"invites.recent_login.destroy", "Withdrawing an invite needs no recent login.", "sessions.recent_login.required", skipRecentLogin(destroy)},
		{"invites.scopes.first", "Where invites are written, the scope is checked first.", "invites.scopes.last", checkScopeFirst()},

		{"invites.create.default_level", "An invite that names no level is stored for an administrator.", "invites.create.defaults",
			changeInvites(create, func(c *call, i *world.Invite) {
				if !c.bodyHas("level") {
					i.Level = world.Administrator
				}
			})},
		{"invites.create.anonymous", "An invite does not tell who made it.", "invites.create.creator", writeAlways(invite, "created_by", "null")},
		{"invites.create.case_kept", "The address keeps its case.", "invites.create.lower_case", dropCheck(invite, "target_email")},
		{"invites.create.message_lost", "The message is not stored.", "invites.create.full", changeInvites(create, func(_ *call, i *world.Invite) { i.Message = nil })},
		{"invites.create.level_text", "A level is not stored as it was sent.", "invites.create.full", changeInvites(create, func(_ *call, i *world.Invite) { i.Level = world.Member })},
		{"invites.create.above", "Members may invite administrators.", "invites.create.level_above",
			aroundCheck(invite, "level", func(_ *call, value any, _ checker) (any, error) { return world.Level(value.(int)), nil })},
		{"invites.create.admin_above", "Administrators may invite owners.", "invites.create.level_above",
			aroundCheck(invite, "level", func(c *call, value any, next checker) (any, error) {
				if c.membership.Level == world.Administrator {
					return world.Level(value.(int)), nil
				}
				return next(c, value)
			})},
		{"invites.create.below_only", "Nobody may invite to their own level.", "invites.create.owner",
			aroundCheck(invite, "level", func(c *call, value any, next checker) (any, error) {
				if world.Level(value.(int)) == c.membership.Level && c.membership.Level == world.Owner {
					return nil, errInviteLevel
				}
				return next(c, value)
			})},
		{"invites.create.level_late", "A level above one's own is refused after a malformed address.", "invites.create.level_before_address",
			aroundCheck(invite, "level", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if err != nil && !strings.Contains(c.bodyText("target_email"), "@") {
					return world.Member, nil
				}
				return checked, err
			})},
		{"invites.create.members_too", "Who is a member can be invited.", "invites.create.already_member", inviteMembers(create, func(*call) bool { return true })},
		{"invites.create.member_case", "Who is a member can be invited by an address in capitals.", "invites.create.already_member",
			inviteMembers(create, func(c *call) bool { return c.bodyText("target_email") != strings.ToLower(c.bodyText("target_email")) })},
		{"invites.create.no_address", "An invite needs no address.", "invites.create.address_required", optional(invite, "target_email")},
		{"invites.create.null_address", "An address may be null.", "invites.create.address_null", nullable(invite, "target_email")},
		{"invites.create.any_text", "Any text is an address.", "invites.create.address_form", changeConstraint(invite, "target_email", func(p *spec.Property) { p.Format = "" })},
		{"invites.create.long_address", "An address has any length.", "invites.create.address_length", maxLength(invite, "target_email", 0)},
		{"invites.create.long_name", "A name has 255 characters at most.", "invites.create.name_length", maxLength(invite, "first_name", 255)},
		{"invites.create.name_null", "A name may be null.", "invites.create.name_null", nullable(invite, "first_name")},
		{"invites.create.any_level", "There are more levels.", "invites.create.level_choice",
			changeConstraint(invite, "level", func(p *spec.Property) { p.Enum = append(slices.Clone(p.Enum), 0, 2, 3, 4, 5, 7, 9) })},
		{"invites.create.combine_null", "combine_pending_invites may be null.", "invites.create.combine_null", nullable(invite, "combine_pending_invites")},
		{"invites.create.last_field", "A malformed level is named before a malformed address.", "invites.create.first_in_order", changeProperty(fieldChange{schema: invite, name: "target_email", move: 3})},
		{"invites.create.mails", "An invite is mailed although it says otherwise.", "invites.create.unsent",
			after(create, func(c *call) {
				if c.bodyValue("send_email") == false {
					c.tx.Send(world.Mail{Recipient: c.bodyText("target_email"), Subject: "You are invited", SentAt: c.now})
				}
			})},
		{"invites.create.silent", "An invite is not mailed.", "invites.create.unsent", around(create, withoutMail)},
		{"invites.create.plus", "An address has no plus.", "invites.create.with_plus",
			refuseValues(invite, "target_email", func(text string) bool { return strings.Contains(text, "+") }, "invalid_input", "Enter a valid email address.")},
		{"invites.create.short_address", "An address has 200 characters at most.", "invites.create.full", maxLength(invite, "target_email", 200)},
		{"invites.create.short_name", "A name has 29 characters at most.", "invites.create.full", maxLength(invite, "first_name", 29)},
		{"invites.create.elsewhen", "Times of invites are of another zone.", "invites.create.times",
			changeAnswerWithStatus("invites_create", 201, func(a *mutant.Response) {
				value, err := pyjson.Decode(a.Body)
				if object, ok := value.(*pyjson.Object); ok && err == nil {
					created, _ := object.Get("created_at")
					at, _ := time.Parse(time.RFC3339Nano, created.(string))
					object.Set("created_at", at.Add(2*time.Hour).Format("2006-01-02T15:04:05.000000Z"))
					a.Body = pyjson.Append(nil, object)
				}
			})},
		{"invites.create.oneself", "One may invite oneself.", "invites.create.already_member",
			around("invites_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "invalid_input") && strings.EqualFold(c.bodyText("target_email"), c.User.Email) {
					c.out.Reset()
					c.out.Raw([]byte(`{}`))
					return 201, nil
				}
				return status, err
			})},
		{"invites.representation.write_only", "send_email is shown.", "invites.create.write_only", changeBody(create, func(o *pyjson.Object) {
			if _, is := o.Get("target_email"); is {
				o.Set("send_email", true)
			}
		})},
		{"invites.representation.null", "A message that is not there is an empty text.", "invites.create.defaults", writeInstead(invite, "message", "null", `""`)},
		{"invites.representation.type", "A level is a text.", "invites.create.defaults", writeQuoted(invite, "level")},
		{"invites.representation.expired", "No invite shows that it is expired.", "invites.expiry.after_three_days", writeAlways(invite, "is_expired", "false")},
		{"invites.expiry.seconds", "An invite expires after three seconds.", "invites.expiry.lasts",
			before(list, func(c *call) { c.now = c.now.Add(72*time.Hour - 3*time.Second) })},
		{"invites.expiry.seconds_look", "An invite can be looked at for three seconds.", "invites.expiry.lasts",
			before("signup_retrieve", func(c *call) { c.now = c.now.Add(72*time.Hour - 3*time.Second) })},
		{"invites.expiry.at_once", "An invite expires after a day.", "invites.expiry.after_three_days",
			before(list, func(c *call) { c.now = c.now.Add(48 * time.Hour) })},

		{"invites.project_access.foreign", "A project of another organization can be granted.", "invites.project_access.project_reachable", grantUnreachableProject(func(c *call, p *world.Project) bool { return p.Organization != c.organization.ID })},
		{"invites.project_access.unknown", "A project that does not exist can be granted.", "invites.project_access.project_reachable", aroundCheck(invite, "private_project_access", func(c *call, value any, next checker) (any, error) {
			checked, err := next(c, value)
			if list, bad := parseProjectAccess(value); errors.Is(err, errProjectAccess) && bad == nil && len(list) > 0 {
				if _, there := c.view.Project(list[0].Project); !there {
					return list, nil
				}
			}
			return checked, err
		})},
		{"invites.project_access.private", "Members grant private projects.", "invites.project_access.private", grantUnreachableProject(func(c *call, p *world.Project) bool { return p.Organization == c.organization.ID && p.Private })},
		{"invites.project_access.none", "An access level may be none.", "invites.project_access.level_choice",
			aroundCheck(invite, "private_project_access", func(c *call, value any, next checker) (any, error) {
				if list, ok := value.([]any); ok {
					for _, item := range list {
						if object, ok := item.(*pyjson.Object); ok {
							if level, _ := object.Get("level"); level == world.AccessNone {
								return []world.ProjectAccess{}, nil
							}
						}
					}
				}
				return next(c, value)
			})},
		{"invites.project_access.empty", "An empty list is stored as one.", "invites.project_access.empty", writeInstead(invite, "private_project_access", "null", "[]")},
		{"invites.project_access.no_level", "An access needs no level.", "invites.project_access.keys", aroundCheck(invite, "private_project_access", func(c *call, value any, next checker) (any, error) {
			checked, err := next(c, value)
			if err != nil && strings.Contains(err.Error(), "must contain") {
				return []world.ProjectAccess{}, nil
			}
			return checked, err
		})},
		{"invites.project_access.lost", "Project access is answered and not stored.", "invites.project_access.granted", changeInvites(create, func(_ *call, i *world.Invite) { i.ProjectAccess = nil })},
		{"invites.project_access.any_case", "An access level may be in capitals.", "invites.project_access.level_choice",
			aroundCheck(invite, "private_project_access", func(c *call, value any, next checker) (any, error) {
				if list, ok := value.([]any); ok {
					for _, item := range list {
						if object, ok := item.(*pyjson.Object); ok {
							if level, _ := object.Get("level"); level != nil {
								if text, ok := level.(string); ok {
									object.Set("level", strings.ToLower(text))
								}
							}
						}
					}
				}
				return next(c, value)
			})},

		{"invites.replace.kept", "Earlier invites to the address stay.", "invites.replace.same_address", restoreInvites(create)},
		{"invites.replace.own_only", "An invite replaces those of its sender alone.", "invites.replace.of_others",
			afterWithPrevious(create, func(c *call, previous *world.World) {
				for _, old := range previous.InvitesTo(c.organization.ID, strings.ToLower(c.bodyText("target_email"))) {
					if old.CreatedBy != c.User.ID {
						c.tx.PutInvite(old)
					}
				}
			})},
		{"invites.replace.too_early", "A refused invite replaces the earlier one all the same.", "invites.replace.refused_keeps",
			commitRefused(create, func(c *call) {
				for _, i := range c.view.InvitesTo(c.organization.ID, strings.ToLower(c.bodyText("target_email"))) {
					c.tx.DeleteInvite(i)
				}
			})},
		{"invites.replace.everywhere", "An invite replaces those of other organizations.", "invites.replace.same_address",
			after("invites_create", func(c *call) {
				c.view.Organizations().All(func(o *world.Organization) bool {
					if o.ID != c.organization.ID {
						for _, old := range c.view.InvitesTo(o.ID, strings.ToLower(c.bodyText("target_email"))) {
							c.tx.DeleteInvite(old)
						}
					}
					return true
				})
			})},
		{"invites.combine.level", "Combining takes the new level.", "invites.combine.level", changeCombined(func(invite, _ *world.Invite) { invite.Level = world.Member })},
		{"invites.combine.earlier", "Combining keeps the level of the earlier invite.", "invites.combine.level",
			changeCombined(func(invite, old *world.Invite) { invite.Level = old.Level })},
		{"invites.combine.forgets", "Combining forgets the access of the earlier invite.", "invites.combine.keeps_access",
			changeCombined(func(invite, old *world.Invite) {
				invite.ProjectAccess = slices.DeleteFunc(slices.Clone(invite.ProjectAccess), func(a world.ProjectAccess) bool {
					return slices.ContainsFunc(old.ProjectAccess, func(b world.ProjectAccess) bool { return a.Project == b.Project })
				})
			})},
		{"invites.combine.message", "Combining takes over the message.", "invites.combine.level",
			changeCombined(func(invite, old *world.Invite) { invite.Message = old.Message })},

		{"invites.list.oldest_first", "Invites are listed oldest first.", "invites.list.newest_first", changeRows(list, mutant.Reversed)},
		{"invites.list.member_blind", "Members may not list invites.", "invites.read.member",
			aroundStage("level", func(c *call, next func(*call) error) error {
				if isOperation(list)(c) && c.membership.Level < world.Administrator {
					return errLevel
				}
				return next(c)
			})},
		{"invites.delete.pretends", "Deleting an invite does nothing.", "invites.delete.gone", discardChanges(destroy)},
		{"invites.delete.by_member", "Members may delete invites.", "invites.delete.level", requireLevel(destroy, world.Member)},
		{"invites.delete.idempotent", "Deleting what is not there succeeds.", "callers.unknown_object", ignoreRefusal(destroy, "not_found", http.StatusNoContent)},
		{"invites.delete.foreign", "Invites are deleted through another organization.", "invites.accept.isolation",
			before(destroy, func(c *call) {
				if i, ok := c.view.InviteByID(c.id()); ok {
					c.organization, _ = c.view.Organization(i.Organization)
				}
			})},
		{"invites.delete.own", "Members may delete the invites that they made.", "invites.delete.level",
			skipStage("level", func(c *call) bool {
				if !isOperation("invites_destroy")(c) {
					return false
				}
				invite, ok := c.view.Invite(c.organization.ID, c.id())
				return ok && invite.CreatedBy == c.User.ID
			})},

		{"invites.bulk.order", "The answer lists the invites in another order.", "invites.bulk.order", changeAnswerWithStatus(bulk, 201, func(a *mutant.Response) {
			value, _ := pyjson.Decode(a.Body)
			if list, ok := value.([]any); ok {
				a.Body = pyjson.Append(nil, mutant.Reversed(list))
			}
		})},
		{"invites.bulk.twenty_one", "More than twenty are taken.", "invites.bulk.at_most_twenty", acceptLongList(bulk)},
		{"invites.bulk.case", "The addresses of a bulk invite stay in capitals.", "invites.bulk.case",
			changeAnswerWithStatus(bulk, 201, func(a *mutant.Response) {
				a.Body = regexp.MustCompile(`"target_email": ?"[^"]*"`).ReplaceAllFunc(a.Body, func(member []byte) []byte {
					name, address, _ := bytes.Cut(member, []byte(":"))
					return slices.Concat(name, []byte(":"), bytes.ToUpper(address))
				})
			})},
		{"invites.bulk.removes", "A bulk invite that is refused has removed earlier invites to its addresses.", "invites.bulk.atomic",
			commitRefused(bulk, func(c *call) {
				list, _ := c.input.Value().([]any)
				for _, one := range list {
					if body, isObject := one.(*pyjson.Object); isObject {
						for _, old := range c.view.InvitesTo(c.organization.ID, strings.ToLower(textIn(body, "target_email"))) {
							c.tx.DeleteInvite(old)
						}
					}
				}
			})},
		{"invites.bulk.half", "What comes before one that is malformed is made.", "invites.bulk.atomic", commitFirstOfBulk(bulk)},
		{"invites.bulk.half_member", "What comes before a member is made.", "invites.bulk.atomic", commitRefused(bulk, func(*call) {})},
		{"invites.bulk.above", "A list may go above one's own level.", "invites.bulk.level_above", before(bulk, asOwner)},
		{"invites.bulk.scope", "A key that reads may invite several.", "invites.bulk.scope", requireScope(bulk, "organization_member:read")},
		{"invites.bulk.stranger", "Strangers may invite several.", "callers.membership_required", admitStrangers(bulk)},
		{"invites.bulk.kept", "Earlier invites to the addresses stay.", "invites.bulk.replaces", restoreInvites(bulk)},

		{"invites.delegate.member", "The set-up is delegated to a member.", "invites.delegate.administrator", changeInvites(delegate, func(_ *call, i *world.Invite) { i.Level = world.Member })},
		{"invites.delegate.newcomers", "The set-up is delegated to nobody who has an account.", "invites.delegate.known_elsewhere",
			around(delegate, func(c *call, next action) (int, error) {
				if _, known := c.view.UserByEmail(strings.ToLower(c.bodyText("target_email"))); known {
					return 0, errDelegateMember
				}
				return next(c)
			})},
		{"invites.delegate.any_level", "Members delegate the set-up.", "invites.delegate.level", ignoreRefusal(delegate, "permission_denied", 201)},
		{"invites.delegate.level_text", "Members who delegate hear what those hear who invite above their level.", "invites.delegate.level",
			changeRefusal(delegate, "permission_denied", func(e *rest.Error) { e.Detail = errInviteLevel.Detail })},
		{"invites.delegate.self", "Who delegates to themselves hears that they are a member.", "invites.delegate.to_oneself",
			changeRefusal(delegate, errSelfDelegation.Code, func(e *rest.Error) { e.Code, e.Detail = errDelegateMember.Code, errDelegateMember.Detail })},
		{"invites.delegate.member_text", "Who delegates to a member hears what those hear who invite one.", "invites.delegate.to_member",
			changeRefusal(delegate, errDelegateMember.Code, func(e *rest.Error) { e.Code, e.Detail = errAlreadyMember.Code, errAlreadyMember.Detail })},
		{"invites.delegate.replaces", "A delegation takes the place of an invite to the address.", "invites.delegate.pending",
			before(delegate, func(c *call) {
				for _, old := range c.view.InvitesTo(c.organization.ID, strings.ToLower(c.bodyText("target_email"))) {
					c.tx.DeleteInvite(old)
				}
			})},
		{"invites.delegate.single", "Each caller has one delegation at a time.", "invites.delegate.several",
			around(delegate, func(c *call, next action) (int, error) {
				var mine *world.Invite
				c.view.Invites(c.organization.ID).All(func(i *world.Invite) bool {
					if i.SetupDelegation && i.CreatedBy == c.User.ID {
						mine = i
					}
					return mine == nil
				})
				if mine == nil {
					return next(c)
				}
				c.writeInvite(mine)
				return http.StatusOK, nil
			})},
		{"invites.delegate.scope", "A key that reads may delegate.", "invites.delegate.scope", requireScope(delegate, "organization_member:read")},
		{"invites.delegate.silent", "The delegation is not sent.", "invites.delegate.mail", around(delegate, withoutMail)},
		{"invites.delegate.long_message", "The message has any length.", "invites.delegate.message_length", maxLength("OrganizationInviteDelegate", "message", 0)},
		{"invites.delegate.long_step", "The step has any length.", "invites.delegate.step_length", maxLength("OrganizationInviteDelegate", "step_at_delegation", 0)},
	}
}

// withoutMail carries an operation out and sends no mail.
func withoutMail(c *call, next action) (int, error) {
	previous := c.tx.World
	status, err := next(c)
	c.tx.RestoreMail(&previous)
	return status, err
}

// inviteMembers invites members of the organization as well, for the calls that are chosen.
func inviteMembers(id string, when func(*call) bool) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if errors.Is(err, errAlreadyMember) && when(c) {
			invite := &world.Invite{
				ID: c.sandbox.IDs.UUID(c.now), Organization: c.organization.ID, TargetEmail: strings.ToLower(c.bodyText("target_email")),
				Level: world.Member, CreatedBy: c.User.ID, CreatedAt: c.now, UpdatedAt: c.now,
			}
			c.tx.PutInvite(invite)
			c.writeInvite(invite)
			return http.StatusCreated, nil
		}
		return status, err
	})
}

// grantUnreachableProject lets invites grant projects that the rule refuses.
func grantUnreachableProject(which func(*call, *world.Project) bool) defect {
	return aroundCheck("OrganizationInvite", "private_project_access", func(c *call, value any, next checker) (any, error) {
		checked, err := next(c, value)
		if list, bad := parseProjectAccess(value); errors.Is(err, errProjectAccess) && bad == nil && len(list) > 0 {
			if project, there := c.view.Project(list[0].Project); there && which(c, project) {
				return list, nil
			}
		}
		return checked, err
	})
}

// acceptLongList makes an operation take lists of any length.
func acceptLongList(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		items, ok := []*rest.Input(nil), false
		if c.input != nil {
			items, ok = c.input.Items()
		}
		if !errors.Is(err, errTooManyInvites) || !ok {
			return status, err
		}
		list, err := c.api.inviteSerializer.ValidateList(c, items, rest.Mode{})
		if err != nil {
			return 0, err
		}
		c.out.Array()
		for _, attrs := range list {
			if invite, err := c.invite(attrs); err == nil {
				c.writeInvite(invite)
			}
		}
		c.out.EndArray()
		return http.StatusCreated, nil
	})
}

// commitFirstOfBulk commits the invites before the item that is refused.
func commitFirstOfBulk(id string) defect {
	return commitRefused(id, func(c *call) {
		items, ok := c.input.Items()
		for i := 0; ok && i < len(items); i++ {
			attrs, err := c.api.inviteSerializer.Validate(c, items[i], rest.Mode{})
			if err != nil {
				return
			}
			if _, err := c.invite(attrs); err != nil {
				return
			}
		}
	})
}

// changeCombined changes an invite that was combined with an earlier one, and shows it so.
func changeCombined(change func(invite, old *world.Invite)) defect {
	return around("invites_create", func(c *call, next action) (int, error) {
		email := strings.ToLower(c.bodyText("target_email"))
		earlier := c.view.InvitesTo(c.organization.ID, email)
		status, err := next(c)
		if err != nil || c.bodyValue("combine_pending_invites") != true || len(earlier) == 0 {
			return status, err
		}
		for _, invite := range c.view.InvitesTo(c.organization.ID, email) {
			own := *invite
			own.Cache = nil
			change(&own, earlier[0])
			c.tx.PutInvite(&own)
			c.out.Reset()
			c.writeInvite(&own)
		}
		return status, nil
	})
}
