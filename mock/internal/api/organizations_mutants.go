package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// changeOrganization changes the organization of the call, once an operation has succeeded.
func changeOrganization(id string, change func(*call, *world.Organization)) defect {
	return after(id, func(c *call) {
		if o, ok := c.view.Organization(c.organization.ID); ok {
			own := *o
			change(c, &own)
			c.tx.PutOrganization(&own)
		}
	})
}

// afterNewOrganization does something more with an organization that was made.
func afterNewOrganization(do func(c *call, previous *world.World, o *world.Organization)) defect {
	return afterWithPrevious("organizations_create", func(c *call, previous *world.World) {
		for _, m := range c.view.MembershipsOf(c.User.ID) {
			if _, old := previous.Organization(m.Organization); !old {
				o, _ := c.view.Organization(m.Organization)
				do(c, previous, o)
			}
		}
	})
}

// memberCount is the key of what was shown of an organization before.
type memberCount string

// countMembers shows another count of members, made of what was shown before and what it is now.
func countMembers(of func(before, now int64) int64) defect {
	return func(t *Tables) {
		changeBody("organizations_retrieve", func(shown *pyjson.Object) {
			key := memberCount(textIn(shown, "id"))
			value, _ := shown.Get("member_count")
			now, err := strconv.ParseInt(fmt.Sprint(value), 10, 64)
			if err != nil {
				return
			}
			before, _ := t.Memory.LoadOrStore(key, now)
			count := of(before.(int64), now)
			t.Memory.Store(key, count)
			shown.Set("member_count", count)
		})(t)
	}
}

// takeSetting makes a setting change whatever the plan.
func takeSetting(name string) defect { return dropCheck("Organization", name) }

// ignoreTwoFactor lets sessions without a second factor in, for the calls that are chosen.
func ignoreTwoFactor(chosen func(*call) bool) defect {
	return aroundStage("authenticate", func(c *call, next func(*call) error) error {
		err := next(c)
		if !hasCode(err, errTwoFactorSetup.Code) || !chosen(c) {
			return err
		}
		cookie, err := c.request.Cookie(exchange.SessionCookie)
		if err != nil {
			return err
		}
		c.Session, _ = c.view.Session(cookie.Value)
		c.User, _ = c.view.User(c.Session.User)
		return nil
	})
}

// organizationMutants are about organizations.
func organizationMutants() []mutantRow {
	const organization = "Organization"
	const create, update, put, destroy = "organizations_create", "organizations_partial_update", "organizations_update", "organizations_destroy"
	const list, retrieve = "organizations_list", "organizations_retrieve"
	return []mutantRow{
		{"organizations.list.all", "The list holds organizations of others.", "organizations.list.others",
			around(list, func(c *call, next action) (int, error) {
				if c.Key == nil || len(c.Key.Organizations) > 0 {
					return next(c)
				}
				var found []*world.Organization
				c.view.Organizations().All(func(o *world.Organization) bool { found = append(found, o); return true })
				return listRows(c, found, c.writeOrganization)
			})},
		{"organizations.retrieve.stranger", "Strangers see an organization.", "organizations.retrieve.stranger",
			around(retrieve, func(c *call, next action) (int, error) {
				status, err := next(c)
				if o, ok := c.view.Organization(c.uuid("organization_id")); ok && err != nil {
					c.writeOrganization(o)
					return http.StatusOK, nil //nolint:nilerr // the defect is to ignore the refusal
				}
				return status, err
			})},
		{"organizations.retrieve.closed", "An organization of others is forbidden rather than not found.", "organizations.retrieve.stranger", changeStatus(retrieve, 404, 403)},
		{"organizations.retrieve.current", "@current is any organization of the caller.", "organizations.retrieve.current",
			around(retrieve, func(c *call, next action) (int, error) {
				if c.param("organization_id") == currentAlias {
					return 0, rest.ErrNotFound
				}
				return next(c)
			})},
		{"organizations.representation.missing", "An organization does not count its members.", "organizations.create.defaults", omitProperty(organization, "member_count")},
		{"organizations.retrieve.highest_level", "An organization shows the highest level that the caller has anywhere.", "organizations.retrieve.level_of_each",
			around("organizations_retrieve", func(c *call, next action) (int, error) {
				status, err := next(c)
				if shown, is := decoded(c.out.Bytes()); is && err == nil {
					highest := world.Member
					for _, m := range c.view.MembershipsOf(c.User.ID) {
						highest = max(highest, m.Level)
					}
					shown.Set("membership_level", int64(highest))
					c.out.Reset()
					c.out.Raw(pyjson.Append(nil, shown))
				}
				return status, err
			})},
		{"organizations.member_count.stale", "The count of members is what it was when somebody first asked.", "organizations.retrieve.member_count",
			countMembers(func(first, _ int64) int64 { return first })},
		{"organizations.member_count.never_less", "Who leaves is counted on.", "organizations.retrieve.member_count",
			countMembers(func(most, now int64) int64 { return max(most, now) })},
		{"organizations.member_count.invited", "Who is invited is counted as a member.", "organizations.retrieve.member_count",
			around("organizations_retrieve", func(c *call, next action) (int, error) {
				status, err := next(c)
				if shown, is := decoded(c.out.Bytes()); is && err == nil {
					count, _ := shown.Get("member_count")
					members, _ := strconv.Atoi(fmt.Sprint(count))
					shown.Set("member_count", int64(members+c.view.Invites(textIn(shown, "id")).Len()))
					c.out.Reset()
					c.out.Raw(pyjson.Append(nil, shown))
				}
				return status, err
			})},
		{"organizations.representation.count", "The count of members is a text.", "organizations.retrieve.by_id", writeQuoted(organization, "member_count")},
		{"organizations.representation.level", "An organization does not tell the caller's level.", "organizations.retrieve.by_id", writeAlways(organization, "membership_level", "null")},
		{"organizations.representation.role", "No default role is an empty text.", "organizations.create.defaults", writeInstead(organization, "default_role_id", "null", `""`)},

		{"organizations.create.member", "Who makes an organization is no owner of it.", "organizations.create.defaults",
			afterNewOrganization(func(c *call, _ *world.World, o *world.Organization) {
				m, _ := c.view.Membership(c.User.ID, o.ID)
				own := *m
				own.Level = world.Administrator
				c.tx.PutMembership(&own)
			})},
		{"organizations.create.no_project", "A new organization has no project.", "organizations.create.defaults",
			afterNewOrganization(func(c *call, _ *world.World, o *world.Organization) {
				c.view.Projects(o.ID).All(func(p *world.Project) bool { c.tx.DeleteProject(p); return false })
			})},
		{"organizations.create.not_current", "A new organization does not become the current one.", "organizations.create.current",
			afterNewOrganization(func(c *call, previous *world.World, _ *world.Organization) {
				me, _ := previous.User(c.User.ID)
				c.tx.PutUser(me)
			})},
		{"organizations.create.slug", "The slug is the identifier.", "organizations.create.slug", changeBody(create, func(o *pyjson.Object) {
			if id, ok := o.Get("id"); ok {
				o.Set("slug", id)
			}
		})},
		{"organizations.create.settings_lost", "Settings are not stored on creation.", "organizations.create.settings",
			afterNewOrganization(func(c *call, _ *world.World, o *world.Organization) {
				own := *o
				own.PublicSharing, own.MembersCanUseKeys = true, true
				c.tx.PutOrganization(&own)
			})},
		{"organizations.create.scope", "A key that reads may make organizations.", "organizations.create.scope", requireScope(create, "organization:read")},
		{"organizations.create.raced", "Organizations made at the same time share their slug.", "organizations.create.concurrent", staleRead(create)},
		{"organizations.create.recent_login", "Making an organization needs no recent login.", "sessions.recent_login.required",
			before(create, func(c *call) {
				if c.Session != nil {
					own := *c.Session
					own.LoggedInAt = c.now
					c.Session = &own
				}
			})},
		{"organizations.create.no_name", "An organization needs no name.", "organizations.create.no_name", optional(organization, "name")},
		{"organizations.create.blank_name", "A name may be blank.", "organizations.fields.name_blank", blankable(organization, "name", true)},
		{"organizations.create.long_name", "A name has any length.", "organizations.fields.name_length", maxLength(organization, "name", 0)},
		{"organizations.create.null_keys", "Whether members may use keys may be null.", "organizations.fields.keys_null", nullable(organization, "members_can_use_personal_api_keys")},
		{"organizations.create.any_stats", "Any statistical method will do.", "organizations.fields.stats_choice",
			changeConstraint(organization, "default_experiment_stats_method", func(p *spec.Property) { p.Enum = nil })},

		{"organizations.update.forgotten", "A new name is answered and not stored.", "organizations.update.rename", discardChanges(update)},
		{"organizations.update.slug_moves", "The slug follows the name.", "organizations.update.rename",
			changeOrganization(update, func(_ *call, o *world.Organization) { o.Slug = slugify(o.Name) })},
		{"organizations.update.settings_lost", "One setting is not stored.", "organizations.update.settings",
			changeOrganization(update, func(_ *call, o *world.Organization) { o.AIDataProcessing = nil })},
		{"organizations.update.put_partial", "PUT needs no name.", "organizations.update.nothing", treatAsMethod(put, http.MethodPatch)},
		{"organizations.update.patch_whole", "PATCH needs the name.", "organizations.update.nothing", treatAsMethod(update, http.MethodPut)},
		{"organizations.update.by_member", "Members may change an organization.", "organizations.update.levels", requireLevel(update, world.Member)},
		{"organizations.update.scope", "A key that reads may change an organization.", "organizations.update.scope", requireScope(update, "organization:read")},
		{"organizations.update.recent_login", "Changing needs no recent login.", "sessions.recent_login.required",
			before(update, func(c *call) {
				if c.Session != nil {
					own := *c.Session
					own.LoggedInAt = c.now
					c.Session = &own
				}
			})},
		{"organizations.update.invite_switch", "Members invite although that is switched off.", "organizations.update.members_can_invite",
			skipStageOf("invite settings", "invites_create")},
		{"organizations.update.invite_unplanned", "The switch counts without its feature.", "organizations.update.members_can_invite",
			aroundStage("invite settings", func(c *call, next func(*call) error) error {
				poorer := c.organization
				richer := *poorer
				richer.Features = append(slices.Clone(poorer.Features), world.FeatureInviteSettings)
				c.organization = &richer
				defer func() { c.organization = poorer }()
				return next(c)
			})},
		{"organizations.update.key_switch", "Members' keys work although that is switched off.", "organizations.update.members_can_use_keys",
			skipStage("key limits", func(c *call) bool {
				return c.Key != nil && c.organization != nil && len(c.Key.Projects) == 0 && keyReaches(c.Key, c.organization)
			})},
		{"organizations.settings.invites", "Members invite in bulk although they may not invite.", "organizations.settings.invites",
			skipStageOf("invite settings", "invites_bulk_create")},
		{"organizations.settings.keys", "Members' keys work although members may not use keys.", "organizations.settings.keys",
			skipStage("key limits", func(c *call) bool {
				return c.Key != nil && c.organization != nil && len(c.Key.Projects) == 0 && keyReaches(c.Key, c.organization)
			})},
		{"organizations.settings.keys_read", "Members' keys read although members may not use keys.", "organizations.settings.keys",
			skipStage("key limits", func(c *call) bool {
				return c.Key != nil && c.organization != nil && route.IsSafe(c.request.Method) && len(c.Key.Projects) == 0 && keyReaches(c.Key, c.organization)
			})},
		{"organizations.settings.projects", "Members create projects once they might.", "organizations.settings.projects",
			aroundStage("project", func(c *call, next func(*call) error) error {
				err := next(c)
				if errors.Is(err, errCreateProject) && c.organization.MembersCanCreateProjects != nil {
					return nil
				}
				return err
			})},
		{"organizations.settings.two_factor", "The second factor is wanted without its feature.", "organizations.settings.plan", takeSetting("enforce_2fa")},
		{"organizations.settings.sharing", "Public sharing is switched off without its feature.", "organizations.settings.plan", takeSetting("allow_publicly_shared_resources")},
		{"organizations.settings.restriction", "Membership is restricted to no domain.", "organizations.settings.restriction",
			around(update, func(c *call, next action) (int, error) {
				if c.bodyValue(enforceVerifiedDomains) != true {
					return next(c)
				}
				if err := c.enterToChange(); err != nil {
					return 0, err
				}
				o, on := *c.organization, true
				o.EnforceVerifiedDomains = &on
				c.tx.PutOrganization(&o)
				c.writeOrganization(&o)
				return http.StatusOK, nil
			})},
		{"organizations.update.foreign_role", "The role of another organization becomes the default role.", "organizations.update.foreign_role", dropCheck(organization, "default_role_id")},
		{"organizations.update.long_name", "A name has any length.", "organizations.fields.name_length", maxLength(organization, "name", 0)},
		{"organizations.update.null_name", "A name may be null.", "organizations.fields.name_null", nullable(organization, "name")},

		{"organizations.delete.pretends", "Deleting an organization does nothing.", "organizations.delete.gone", discardChanges(destroy)},
		{"organizations.delete.by_admin", "Administrators may delete an organization.", "organizations.delete.levels", requireLevel(destroy, world.Administrator)},
		{"organizations.delete.names_taken", "The domains of a deleted organization stay taken.", "organizations.delete.frees_domains",
			afterWithPrevious(destroy, func(c *call, previous *world.World) {
				previous.Domains(c.organization.ID).All(func(d *world.Domain) bool { c.tx.PutDomain(d); return true })
			})},
		{"organizations.delete.slug_taken", "The slug of a deleted organization stays taken.", "organizations.delete.frees_slug",
			afterWithPrevious(destroy, func(c *call, previous *world.World) {
				if o, ok := previous.Organization(c.organization.ID); ok {
					own := *o
					own.ID = c.sandbox.IDs.UUID(c.now)
					c.tx.PutOrganization(&own)
				}
			})},
		{"organizations.delete.projects_stay", "The projects of a deleted organization stay.", "organizations.delete.gone",
			afterWithPrevious(destroy, func(c *call, previous *world.World) {
				o, _ := previous.Organization(c.organization.ID)
				c.tx.PutOrganization(o)
				if m, ok := previous.Membership(c.User.ID, o.ID); ok {
					c.tx.PutMembership(m)
				}
			})},
		{"organizations.delete.neighbour", "Deleting an organization empties another one of the caller.", "organizations.delete.neighbour",
			after(destroy, func(c *call) {
				for _, m := range c.view.MembershipsOf(c.User.ID) {
					c.view.Projects(m.Organization).All(func(p *world.Project) bool { c.tx.DeleteProject(p); return false })
					if o, ok := c.view.Organization(m.Organization); ok {
						own := *o
						own.Name = "emptied"
						c.tx.PutOrganization(&own)
					}
				}
			})},
		{"organizations.methods.unknown_path", "A path that is not there answers a page.", "organizations.methods.unknown_path",
			changeAnswerWithStatus("", 404, func(a *mutant.Response) {
				if a.Below("/api/understudy") {
					a.Body, a.Status = []byte(`{}`), 200
				}
			})},
		{"organizations.methods.unknown_path_method", "What is not there cannot be replaced, instead of not found.", "organizations.methods.unknown_path",
			changeAnswerWithStatus("", 404, func(a *mutant.Response) {
				if a.Below("/api/understudy") && a.Request.Method == http.MethodPut {
					a.Status = http.StatusMethodNotAllowed
				}
			})},
		{"organizations.features.any_plan", "Every plan includes the second factor.", "organizations.features.settings", takeSetting("enforce_2fa")},
		{"organizations.features.invites", "Every plan includes who may invite.", "organizations.features.settings", takeSetting("members_can_invite")},
		{"organizations.features.keys", "Every plan includes who may use keys.", "organizations.features.settings", takeSetting("members_can_use_personal_api_keys")},
		{"organizations.features.sharing", "Every plan includes public sharing.", "organizations.features.settings", takeSetting("allow_publicly_shared_resources")},
		{"organizations.features.unchanged", "A setting that the plan does not include is refused even as it is.", "organizations.features.settings",
			aroundCheck("Organization", "members_can_invite", func(c *call, value any, next checker) (any, error) {
				if c.organization != nil && !c.hasFeature(world.FeatureInviteSettings) {
					return nil, rest.Invalid("payment_required", "You must upgrade your plan to configure who can send invites.")
				}
				return next(c, value)
			})},
		{"organizations.features.code", "A setting that the plan does not include is refused as other features are.", "organizations.features.settings",
			allOf(changeRefusal("organizations_partial_update", "payment_required", func(e *rest.Error) { e.Code = "feature_not_available" }))},
		{"organizations.features.order", "The setting that stands last is named.", "organizations.features.settings_order", changeProperty(fieldChange{schema: "Organization", name: "enforce_2fa", move: 2})},
		{"organizations.update.2fa_ignored", "The second factor is stored and not asked for.", "organizations.update.enforce_2fa", ignoreTwoFactor(func(*call) bool { return true })},
		{"organizations.update.2fa_reads", "Reading needs no second factor.", "organizations.update.enforce_2fa", ignoreTwoFactor(func(c *call) bool { return route.IsSafe(c.request.Method) })},
		{"organizations.update.2fa_code", "Who lacks the second factor lacks permission.", "organizations.update.enforce_2fa",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				err := next(c)
				if hasCode(err, errTwoFactorSetup.Code) {
					return rest.PermissionDenied(errTwoFactorSetup.Detail)
				}
				return err
			})},
		{"organizations.update.2fa_user", "Who lacks the second factor does not see themselves.", "organizations.update.enforce_2fa",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if err := next(c); err != nil || c.Session == nil || c.resource.path != myself {
					return err
				}
				if o, ok := c.view.CurrentOrganization(c.User); ok && o.Enforce2FA != nil && *o.Enforce2FA && !c.User.TwoFactor {
					return errTwoFactorSetup
				}
				return nil
			})},
		{"organizations.update.2fa_keys", "Keys of people without a second factor are shut out.", "organizations.update.enforce_2fa_keys",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				err := next(c)
				if err == nil && c.Key != nil && !c.User.TwoFactor {
					if o, ok := c.view.CurrentOrganization(c.User); ok && o.Enforce2FA != nil && *o.Enforce2FA {
						return errTwoFactorSetup
					}
				}
				return err
			})},
		{"organizations.update.2fa_path", "The organization of the path wants the second factor.", "organizations.update.enforce_2fa_elsewhere",
			ignoreTwoFactor(func(c *call) bool {
				session, _ := c.request.Cookie(exchange.SessionCookie)
				known, _ := c.view.Session(session.Value)
				user, _ := c.view.User(known.User)
				o, ok := c.view.CurrentOrganization(user)
				return ok && c.param("organization_id") != "" && c.param("organization_id") != o.ID
			})},
		{"organizations.update.2fa_sso", "Sessions by single sign-on need a second factor.", "organizations.update.enforce_2fa_passes",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if err := next(c); err != nil || c.Session == nil || !c.Session.SSO {
					return err
				}
				return errTwoFactorSetup
			})},
		{"organizations.update.2fa_hidden", "Members do not show their second factor.", "organizations.update.enforce_2fa_passes", writeAlways("OrganizationMember", "is_2fa_enabled", "false")},
		{"organizations.update.projects", "Members create projects nowhere.", "organizations.update.members_can_create_projects",
			aroundStage("project", func(c *call, next func(*call) error) error {
				err := next(c)
				if err == nil && c.op != nil && c.op.Method == http.MethodPost && c.membership.Level < world.Administrator {
					return errCreateProject
				}
				return err
			})},
		{"organizations.update.projects_plan", "Members create projects whatever the plan.", "organizations.update.members_can_create_projects",
			aroundStage("project", func(c *call, next func(*call) error) error {
				err := next(c)
				if errors.Is(err, errCreateProject) && c.organization.MembersCanCreateProjects != nil && *c.organization.MembersCanCreateProjects {
					return nil
				}
				return err
			})},
		{"organizations.update.inactive", "Whether an organization is active can be sent.", "organizations.update.inactive",
			after("organizations_partial_update", func(c *call) {
				own, _ := c.view.Organization(c.organization.ID)
				closed := *own
				closed.Inactive = c.bodyValue("is_active") == false
				c.tx.PutOrganization(&closed)
			})},
		{"organizations.update.hipaa", "That there is a contract about health data can be sent.", "organizations.update.deployment",
			changeOrganization(update, func(c *call, o *world.Organization) { o.HIPAA = o.HIPAA || c.bodyValue("is_hipaa") == true })},
		{"organizations.update.training_locked", "That the training of assistants is locked can be sent.", "organizations.update.deployment",
			changeOrganization(update, func(c *call, o *world.Organization) {
				o.AITrainingLocked = o.AITrainingLocked || c.bodyValue("is_ai_training_locked") == true
			})},
		{"organizations.update.join_mail", "Whether members hear of new ones can still be sent.", "organizations.update.join_mail",
			changeOrganization(update, func(c *call, o *world.Organization) {
				o.MemberJoinEmails = c.bodyValue("is_member_join_email_enabled") != false
			})},
		{"organizations.list.all_of_key", "A key that is limited to organizations lists all of its user.", "organizations.list.limited_key",
			before("organizations_list", func(c *call) {
				if c.Key != nil {
					own := *c.Key
					own.Organizations = nil
					c.Key = &own
				}
			})},
		{"organizations.list.empty", "Who belongs to no organization has an empty list.", "organizations.list.none",
			around("organizations_list", func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "not_found") {
					return listRows(c, nil, c.writeOrganization)
				}
				return status, err
			})},
	}
}
