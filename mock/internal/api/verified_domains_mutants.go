package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// showMembersTo shows the members to everybody who asks for them with a parameter.
func showMembersTo(parameter string) defect {
	return around("members_list", func(c *call, next action) (int, error) {
		if _, asked := c.query.Get(parameter); asked {
			own := *c.membership
			own.Level = world.Administrator
			c.membership = &own
		}
		return next(c)
	})
}

// verifiedDomainMutants are about organizations that restrict their membership, and who sees
// whom.
func verifiedDomainMutants() []mutantRow {
	const stage, organization = "verified domain", "Organization"
	const update, put, remove = "organizations_partial_update", "organizations_update", "remove_blocked_members_and_enforce_verified_domains_create"
	const invite = "OrganizationInvite"
	anyText := func(*call, string) bool { return true }
	return []mutantRow{
		{"organizations.restriction.off", "A new organization says that it does not restrict its membership.", "organizations.restriction.default", writeInstead(organization, enforceVerifiedDomains, "null", "false")},
		{"organizations.restriction.by_key", "Keys of people elsewhere work.", "organizations.restriction.blocks", skipStage(stage, func(c *call) bool { return c.Key != nil })},
		{"organizations.restriction.by_session", "Sessions of people elsewhere work.", "organizations.restriction.blocks", skipStage(stage, func(c *call) bool { return c.Session != nil })},
		{"organizations.restriction.reads", "People elsewhere may read.", "organizations.restriction.blocks", skipStage(stage, func(c *call) bool { return c.request.Method == http.MethodGet })},
		{"organizations.restriction.members", "People elsewhere see the members.", "organizations.restriction.blocks", skipStageOf(stage, "members_list")},
		{"organizations.restriction.itself", "People elsewhere see the organization itself.", "organizations.restriction.blocks",
			around("organizations_retrieve", func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, errVerifiedDomain.Code) {
					c.out.Reset()
					c.writeOrganization(c.organization)
					return http.StatusOK, nil
				}
				return status, err
			})},
		{"organizations.restriction.administrators", "Administrators are not refused.", "organizations.restriction.blocks",
			skipStage(stage, func(c *call) bool { return c.membership != nil && c.membership.Level >= world.Administrator })},
		{"organizations.restriction.below", "An address below a verified domain is one on it.", "organizations.restriction.blocks_below",
			skipStage(stage, func(c *call) bool {
				return slices.ContainsFunc(c.view.VerifiedDomains(c.organization.ID), func(d *world.Domain) bool { return strings.HasSuffix(c.User.Email, "."+d.Domain) })
			})},
		{"organizations.restriction.code", "The refusal has the general code.", "organizations.restriction.blocks",
			aroundStage(stage, func(c *call, next func(*call) error) error {
				if hasCode(next(c), errVerifiedDomain.Code) {
					return rest.PermissionDenied(verifiedDomainText)
				}
				return nil
			})},
		{"organizations.restriction.everywhere", "Who is refused in one organization is refused in all.", "organizations.restriction.elsewhere",
			aroundStage(stage, func(c *call, next func(*call) error) error {
				for _, m := range c.view.MembershipsOf(c.User.ID) {
					if o, ok := c.view.Organization(m.Organization); ok && c.view.ShutsOut(o, c.User) {
						return errVerifiedDomain
					}
				}
				return next(c)
			})},
		{"organizations.restriction.current", "The current organization decides who is refused, wherever the path leads.", "organizations.restriction.elsewhere",
			aroundStage(stage, func(c *call, next func(*call) error) error {
				if current, ok := c.view.Organization(c.User.CurrentOrganization); ok && !c.view.ShutsOut(current, c.User) {
					return nil
				}
				return next(c)
			})},
		{"organizations.restriction.no_way_out", "A refused administrator cannot lift the restriction.", "organizations.restriction.way_out",
			around(update, func(c *call, next action) (int, error) {
				if err := c.enterOwnOrganization(); err == nil && c.view.ShutsOut(c.organization, c.User) {
					return 0, errVerifiedDomain
				}
				return next(c)
			})},
		{"organizations.restriction.any_change", "A refused administrator may change everything along with the restriction.", "organizations.restriction.way_out",
			around(update, func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, errVerifiedDomain.Code) && c.bodyHas(enforceVerifiedDomains) {
					c.out.Reset()
					return http.StatusOK, nil
				}
				return status, err
			})},
		{"organizations.restriction.put", "A refused administrator may replace the organization.", "organizations.restriction.way_out", ignoreRefusal(put, errVerifiedDomain.Code, 200)},
		{"organizations.restriction.member_lifts", "A refused member may lift the restriction.", "organizations.restriction.way_out_level", requireLevel(update, world.Member)},
		{"organizations.restriction.no_domain", "The membership may be restricted to no domain.", "organizations.restriction.turn_on", ignoreRefusal(update, "invalid_input", 200)},
		{"organizations.restriction.outside", "Who would be refused may turn the restriction on.", "organizations.restriction.turn_on", ignoreRefusal(update, "would_block_self", 200)},
		{"organizations.restriction.owners_too", "Owners who would be refused are removed.", "organizations.restriction.remove_blocked",
			after(remove, func(c *call) {
				for _, m := range c.view.Members(c.organization.ID).Rows() {
					if user, ok := c.view.User(m.User); ok && !world.OnOneOf(c.view.VerifiedDomains(c.organization.ID), user.Email) {
						c.tx.Leave(m)
					}
				}
			})},
		{"organizations.restriction.not_on", "Removing who would be refused leaves the restriction off.", "organizations.restriction.remove_blocked",
			changeOrganization(remove, func(_ *call, o *world.Organization) { o.EnforceVerifiedDomains = nil })},
		{"organizations.restriction.pretends", "Who would be refused is counted and stays.", "organizations.restriction.remove_blocked", discardChanges(remove)},
		{"organizations.restriction.count", "The count of the removed is that of the members.", "organizations.restriction.remove_blocked",
			changeBody(remove, func(o *pyjson.Object) { o.Set("removed_members", int64(5)) })},
		{"organizations.restriction.removed_by_member", "Plain members may remove who would be refused.", "organizations.restriction.remove_level", requireLevel(remove, world.Member)},
		{"organizations.restriction.removed_later", "Members are removed in an old session.", "organizations.restriction.remove_caller", skipRecentLogin(remove)},
		{"organizations.restriction.removed_nowhere", "In an organization that is not there the removal is forbidden.", "organizations.restriction.remove_unknown",
			changeStatus(remove, 404, 403)},
		{"organizations.restriction.removes_first", "Members are removed before it shows that the restriction cannot be turned on.", "organizations.restriction.remove_refused",
			commitRefused(remove, func(c *call) {
				for _, m := range c.view.Members(c.organization.ID).Rows() {
					if m.Level < world.Owner {
						c.tx.Leave(m)
					}
				}
			})},
		{"organizations.restriction.removes_anyway", "Who would be refused may remove the others.", "organizations.restriction.remove_outside", ignoreRefusal(remove, "would_block_self", 200)},

		{"domains.delete.locks_out", "Nobody looks whom a domain keeps in.", "domains.delete.keeps_caller_in", ignoreRefusal("domains_destroy", "would_block_self", 204)},
		{"domains.delete.restricted", "Under the restriction no verified domain can be deleted.", "domains.delete.keeps_caller_in",
			around("domains_destroy", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil && d.VerifiedAt != nil && c.organization.RestrictsMembers() {
					return 0, errBlocksSelf
				}
				return next(c)
			})},
		{"domains.delete.unverified_kept", "Under the restriction no domain can be deleted that is not verified.", "domains.delete.keeps_caller_in",
			around("domains_destroy", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil && d.VerifiedAt == nil && c.organization.RestrictsMembers() {
					return 0, errBlocksSelf
				}
				return next(c)
			})},
		{"domains.delete.attr", "The refusal to delete a domain names a field.", "domains.delete.keeps_caller_in",
			changeRefusal("domains_destroy", "would_block_self", func(e *rest.Error) { e.Attr = "domain" })},

		{"invites.create.outside", "People elsewhere may be invited.", "invites.create.outside_address", acceptValues(invite, "target_email", errVerifiedDomain.Code, anyText)},
		{"invites.create.outside_bulk", "People elsewhere may be invited in bulk.", "invites.create.outside_address", ignoreRefusal("invites_bulk_create", errVerifiedDomain.Code, 201)},
		{"invites.create.outside_delegate", "Set-up may be delegated to people elsewhere.", "invites.create.outside_address", ignoreRefusal("invites_delegate_create", errVerifiedDomain.Code, 201)},
		{"invites.create.outside_below", "Who has an address below a verified domain may be invited.", "invites.create.outside_address",
			acceptValues(invite, "target_email", errVerifiedDomain.Code, func(_ *call, text string) bool { return strings.Contains(text, "@sub.") })},
		{"invites.create.plus_taken", "An address with a plus is invited.", "invites.create.plus",
			acceptValues(invite, "target_email", "invalid_input", func(_ *call, text string) bool { return strings.Contains(text, "+") })},
		{"invites.create.plus_delegate", "Set-up is delegated to an address with a plus.", "invites.create.plus", ignoreRefusal("invites_delegate_create", "invalid_input", 201)},
		{"invites.create.plus_bulk", "An address with a plus is invited in bulk.", "invites.create.plus",
			around("invites_bulk_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "invalid_input") {
					c.out.Reset()
					return 201, nil
				}
				return status, err
			})},
		{"users.current.shut_out", "An organization that refuses somebody can be chosen.", "users.current.restricted", ignoreRefusal("users_me_partial_update", errVerifiedDomain.Code, 200)},
		{"users.current.shut_out_code", "An organization that refuses somebody does not exist.", "users.current.restricted",
			changeRefusal("users_me_partial_update", errVerifiedDomain.Code, func(e *rest.Error) { e.Code = "does_not_exist" })},
		{"members.list.seen", "Members see one another although that is switched off.", "members.list.hidden",
			before("members_list", func(c *call) { own := *c.membership; own.Level = world.Administrator; c.membership = &own })},
		{"members.list.hidden_search", "A search finds members who are not to be seen.", "members.list.hidden", showMembersTo("search")},
		{"members.list.hidden_email", "An address finds members who are not to be seen.", "members.list.hidden", showMembersTo("email")},
		{"members.list.hidden_order", "An order of its own shows members who are not to be seen.", "members.list.hidden", showMembersTo("order")},
		{"members.list.hidden_since", "Asking who was changed shows members who are not to be seen.", "members.list.hidden", showMembersTo("updated_after")},
		{"members.list.hidden_page", "A further page shows members who are not to be seen.", "members.list.hidden", showMembersTo("offset")},
		{"members.list.hidden_from_all", "Administrators do not see the members either.", "members.list.hidden",
			around("members_list", func(c *call, next action) (int, error) {
				if !c.organization.ShowsMembers() && c.membership.Level < world.Owner {
					return listRows(c, []*world.Membership{c.membership}, c.writeMember)
				}
				return next(c)
			})},
		{"members.list.nobody", "Where members do not see one another they see nobody.", "members.list.hidden",
			around("members_list", func(c *call, next action) (int, error) {
				if !c.organization.ShowsMembers() && c.membership.Level < world.Administrator {
					return listRows(c, nil, c.writeMember)
				}
				return next(c)
			})},
	}
}

// newestDomainMutants are about domains since the settings of identity providers are in
// configs alone.
func newestDomainMutants() []mutantRow {
	const domain, create, update, put, retrieve = "OrganizationDomain", "domains_create", "domains_partial_update", "domains_update", "domains_retrieve"
	const jit = "jit_provisioning_enabled"
	typed := func(id string) defect {
		return around(id, func(c *call, next action) (int, error) {
			if _, text := c.bodyValue("saml_entity_id").(string); c.bodyHas("saml_entity_id") && !text {
				return 0, rest.InvalidInput("Not a valid string.").On("saml_entity_id")
			}
			return next(c)
		})
	}
	// showSCIM shows a domain with the SCIM server of the first config that is chosen.
	showSCIM := func(chosen func(*world.IdentityProviderConfig) bool) defect {
		return around(retrieve, func(c *call, next action) (int, error) {
			d, err := c.domain()
			if err != nil {
				return next(c)
			}
			view := c.domainView(d, "")
			view.scimBaseURL = ""
			for _, config := range c.view.ConfigsServing(d) {
				if view.scimBaseURL == "" && config.HasSCIM() && chosen(config) {
					view.scimBaseURL = config.SCIMBaseURL(c.publicSite())
				}
			}
			c.api.domainSerializer.Write(&c.out, view)
			return http.StatusOK, nil
		})
	}
	return []mutantRow{
		{"domains.fields.gone_typed", "A field that domains had must be a text.", "domains.fields.gone", allOf(typed(create), typed(update), typed(put))},
		{"domains.fields.gone_put", "PUT looks at a field that domains had.", "domains.fields.gone", typed(put)},
		{"domains.fields.gone_gated", "An unverified domain refuses a field that domains had.", "domains.fields.gone",
			around(update, func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil && d.VerifiedAt == nil && c.bodyHas("scim_enabled") {
					return 0, errUnverified.On("scim_enabled")
				}
				return next(c)
			})},
		{"domains.fields.config_shown", "A domain names a config.", "domains.fields.eight", addProperty(domain, "identity_provider_config_id", "null")},
		{"domains.scim.token_denied", "Replacing the token of a domain is refused rather than not there.", "domains.scim.token_gone",
			changeAnswerWithStatus("", 404, func(a *mutant.Response) {
				if a.Below("/api/organizations/") && strings.Contains(a.Request.URL.Path, "/domains/") && strings.HasSuffix(a.Request.URL.Path, "/scim/token/") {
					a.Status = 403
				}
			})},
		{"domains.update.put_drops", "PUT resets the setting that it does not name.", "domains.update.put_settings",
			changeDomain(put, func(c *call, d *world.Domain) {
				if !c.bodyHas("sso_enforcement") {
					d.SSOEnforcement = ""
				}
			})},
		{"domains.update.put_renames", "PUT changes the name of a domain.", "domains.fields.replace_settings",
			changeDomain(put, func(c *call, d *world.Domain) {
				if name := c.bodyText("domain"); name != "" {
					d.Domain = name
				}
			})},
		{"domains.update.put_ignores", "PUT does not provision people.", "domains.fields.replace_settings",
			changeDomain(put, func(_ *call, d *world.Domain) { d.JITProvisioningEnabled = false })},
		{"domains.update.settings_half", "A refused change keeps the setting that is fine.", "domains.update.settings_refused_whole",
			commitRefused(update, func(c *call) {
				if d, err := c.domain(); err == nil && d.VerifiedAt != nil && c.bodyValue(jit) == true {
					own := *d
					own.JITProvisioningEnabled = true
					c.tx.PutDomain(&own)
				}
			})},
		{"domains.fields.sso_shorter", "SSO enforcement has 27 characters at most.", "domains.fields.longest_sso", maxLength(domain, "sso_enforcement", 27)},
		{"domains.fields.sso_known", "SSO is not enforced by OIDC.", "domains.fields.longest_sso",
			refuseValues(domain, "sso_enforcement", func(text string) bool { return text == "oidc" }, "invalid_choice", `"oidc" is not a valid choice.`)},
		{"domains.features.put_unplanned", "By PUT provisioning needs no feature.", "domains.features.replace_provisioning", grantFeature(put, world.FeatureProvisioning)},
		{"domains.scim_base_url.verified", "A domain shows its SCIM server once it is verified.", "domains.scim_base_url.one",
			changeBody(retrieve, func(o *pyjson.Object) {
				if is, _ := o.Get("is_verified"); is == false {
					o.Set("scim_base_url", nil)
				}
			})},
		{"domains.scim_base_url.listed", "The list of domains does not tell of SCIM servers.", "domains.scim_base_url.one",
			changeRows("domains_list", func(list []any) []any {
				for _, row := range list {
					row.(*pyjson.Object).Set("scim_base_url", nil)
				}
				return list
			})},
		{"domains.scim_base_url.named_only", "A domain does not show the SCIM server of a config for all domains.", "domains.scim_base_url.for_all",
			showSCIM(func(config *world.IdentityProviderConfig) bool {
				return config.IsFor(world.ScopeSCIM) && !config.ServesAll()
			})},
		{"domains.scim_base_url.off", "A domain shows a SCIM server that is off.", "domains.scim_base_url.one",
			changeBody(retrieve, func(o *pyjson.Object) {
				if base, _ := o.Get("scim_base_url"); base == nil {
					o.Set("scim_base_url", "https://us.posthog.com/scim/v2/0190c0de-0000-4000-8000-000000000000")
				}
			})},
		{"domains.scim_base_url.first", "Where several configs provision for a domain it shows the first.", "domains.scim_base_url.several",
			showSCIM(func(config *world.IdentityProviderConfig) bool { return config.IsFor(world.ScopeSCIM) })},
		{"domains.scim_base_url.any_scope", "A domain shows the SCIM server of any config.", "domains.scim_base_url.other_scope",
			showSCIM(func(*world.IdentityProviderConfig) bool { return true })},
	}
}
