package api

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// enterOrganizationOfDomain gives the call the organization of the domain in the path.
func enterOrganizationOfDomain(c *call) {
	if d, ok := c.view.DomainByID(c.id()); ok {
		c.organization, _ = c.view.Organization(d.Organization)
	}
}

// changeDomain changes the domain in the path, once an operation has succeeded.
func changeDomain(id string, change func(*call, *world.Domain)) defect {
	return after(id, func(c *call) {
		if d, err := c.domain(); err == nil {
			own := *d
			change(c, &own)
			c.tx.PutDomain(&own)
		}
	})
}

// changeNewDomain changes the domain that was just made.
func changeNewDomain(change func(*call, *world.Domain)) defect {
	return after("domains_create", func(c *call) {
		if d, ok := c.view.DomainByName(strings.TrimSpace(c.bodyText("domain"))); ok {
			own := *d
			change(c, &own)
			c.tx.PutDomain(&own)
		}
	})
}

// acceptUnverified makes an unverified domain take the values of a setting that are chosen.
func acceptUnverified(field string, when func(value any) bool) defect {
	return around("domains_partial_update", func(c *call, next action) (int, error) {
		d, err := c.domain()
		if err != nil || d.VerifiedAt != nil || !c.bodyHas(field) || !when(c.bodyValue(field)) {
			return next(c)
		}
		verified := *d
		verified.VerifiedAt = &c.now
		c.tx.PutDomain(&verified)
		return next(c)
	})
}

// anyValue reports true for every value.
func anyValue(any) bool { return true }

// verifyAlsoBy verifies a domain by its challenge at another name, too.
func verifyAlsoBy(name func(*world.Domain) string) defect {
	return around("domains_verify_create", func(c *call, next action) (int, error) {
		d, err := c.domain()
		if err != nil {
			return next(c)
		}
		if records, _ := c.sandbox.LookupTXT(c.request.Context(), name(d)); slices.Contains(records, d.VerificationChallenge) {
			return c.verifyWithRecords(records)
		}
		return next(c)
	})
}

// verifyByOne looks at one of the records of a name alone.
func verifyByOne(which func(records []string) string) defect {
	return aroundAsk("domains_verify_create", func(c *call, ask func(*call) (action, error)) (action, error) {
		d, missing := c.domain()
		if missing != nil {
			return ask(c)
		}
		records, err := c.sandbox.LookupTXT(c.request.Context(), d.ChallengeName())
		if err != nil || len(records) == 0 {
			return ask(c)
		}
		return func(c *call) (int, error) { return c.verifyWithRecords([]string{which(records)}) }, nil
	})
}

// answerFailedDNS takes DNS that fails for one that answers with the records that it is given.
func answerFailedDNS(records func(*world.Domain) []string) defect {
	return aroundAsk("domains_verify_create", func(c *call, ask func(*call) (action, error)) (action, error) {
		d, missing := c.domain()
		if missing != nil {
			return ask(c)
		}
		if _, err := c.sandbox.LookupTXT(c.request.Context(), d.ChallengeName()); err == nil || d.VerifiedAt != nil {
			return ask(c)
		}
		return func(c *call) (int, error) { return c.verifyWithRecords(records(d)) }, nil
	})
}

// domainMutants are about domains.
func domainMutants() []mutantRow {
	const domain, update = "OrganizationDomain", "domains_partial_update"
	const domainForm = "Please enter a valid domain or subdomain name."
	digit := func(name string) bool { return name[0] >= '0' && name[0] <= '9' }
	deep := func(name string) bool { return strings.Count(name, ".") > 3 }
	return []mutantRow{
		{"domains.authentication.forbidden", "Who is nobody gets 403 instead of 401.", "callers.credentials_required",
			changeStatus("domains_list", 401, 403)},
		{"domains.scopes.any", "Listing domains asks for no scope of a key.", "callers.scope_read",
			skipStageOf("scope", "domains_list")},
		{"domains.scopes.retrieve_any", "Reading one domain asks for no scope of a key.", "callers.scope_operation",
			skipStageOf("scope", "domains_retrieve")},
		{"domains.scopes.read_creates", "A key that reads may claim domains.", "callers.scope_create",
			requireScope("domains_create", "organization:read")},
		{"domains.scopes.read_updates", "A key that reads may change domains.", "callers.scope_operation",
			requireScope("domains_partial_update", "organization:read")},
		{"domains.scopes.read_puts", "A key that reads may change domains by PUT.", "callers.scope_operation",
			requireScope("domains_update", "organization:read")},
		{"domains.scopes.read_deletes", "A key that reads may delete domains.", "callers.scope_delete",
			requireScope("domains_destroy", "organization:read")},
		{"domains.scopes.write_cannot_read", "A key that writes may not read.", "callers.write_includes_read",
			aroundStage("scope", func(c *call, next func(*call) error) error {
				if c.Key != nil && isOperation("domains_list")(c) && !slices.Contains(c.Key.Scopes, "*") && !slices.Contains(c.Key.Scopes, c.op.Scope) {
					return rest.PermissionDenied("API key missing required scope '" + c.op.Scope + "'")
				}
				return next(c)
			})},
		{"domains.scopes.project_key", "A key for a project reaches the domains of its organization.", "callers.project_key",
			skipStage("key limits", func(c *call) bool { return c.Key != nil && len(c.Key.Projects) > 0 && isOperation("domains_list")(c) })},
		{"domains.scopes.other_organization_key", "A key for another organization reaches this one's domains.", "callers.other_organization_key",
			skipStage("key limits", func(c *call) bool {
				return c.Key != nil && len(c.Key.Organizations) > 0 && isOperation("domains_list")(c)
			})},
		{"domains.levels.member_creates", "Members may claim domains.", "domains.levels.member_writes", requireLevel("domains_create", world.Member)},
		{"domains.levels.member_puts", "Members may change domains by PUT.", "domains.levels.member_writes", requireLevel("domains_update", world.Member)},
		{"domains.levels.member_deletes", "Members may delete domains.", "domains.levels.member_writes", requireLevel("domains_destroy", world.Member)},
		{"domains.levels.member_blind", "Members may not read a domain.", "domains.levels.member_reads",
			aroundStage("level", func(c *call, next func(*call) error) error {
				if isOperation("domains_retrieve")(c) && c.membership.Level < world.Administrator {
					return errLevel
				}
				return next(c)
			})},
		{"domains.levels.object_first", "Whether a domain exists is told to members who may not change it.", "callers.level_before_object",
			allOf(skipStageOf("level", "domains_partial_update"), around("domains_partial_update", func(c *call, next action) (int, error) {
				if _, err := c.domain(); err != nil {
					return 0, err
				}
				if err := c.checkLevel(); err != nil {
					return 0, err
				}
				return next(c)
			}))},
		{"domains.levels.before_scope", "The scope of a key is checked last.", "callers.scope_before_level", moveStageLast("scope")},
		{"domains.isolation.stranger_reads", "Strangers read the domains of an organization.", "callers.membership_required", admitStrangers("domains_list")},
		{"domains.isolation.stranger_deletes", "Strangers delete domains.", "callers.membership_required", admitStrangers("domains_destroy")},
		{"domains.isolation.foreign_read", "A domain is read through another organization.", "callers.foreign_object",
			before("domains_retrieve", enterOrganizationOfDomain)},
		{"domains.isolation.foreign_changed", "A domain is changed through another organization.", "callers.foreign_object",
			before("domains_partial_update", enterOrganizationOfDomain)},
		{"domains.isolation.foreign_logs", "The log of a domain is read through another organization.", "callers.foreign_object",
			before("domains_scim_logs_retrieve", enterOrganizationOfDomain)},
		{"domains.isolation.foreign_token", "The token of a domain is replaced through another organization.", "callers.foreign_object",
			before("domains_scim_token_create", enterOrganizationOfDomain)},
		{"domains.isolation.existence", "An organization that is not there looks like a closed one.", "callers.organization_unknown",
			aroundStage("organization", func(c *call, next func(*call) error) error {
				if err := next(c); err != nil {
					return rest.ErrPermission
				}
				return nil
			})},
		{"domains.isolation.current", "@current is no organization.", "callers.organization_current",
			aroundStage("organization", func(c *call, next func(*call) error) error {
				if c.param("organization_id") == currentAlias && c.resource.tag() == "domains" {
					return errNoOrganization
				}
				return next(c)
			})},

		{"domains.create.taken_by_self", "An organization claims a name twice.", "domains.create.name_unique",
			acceptValues(domain, "domain", "unique", func(c *call, name string) bool {
				d, ok := c.view.DomainByName(name)
				return ok && d.Organization == c.organization.ID
			})},
		{"domains.create.taken_by_other", "A name that another organization has can be claimed.", "domains.create.name_unique",
			acceptValues(domain, "domain", "unique", func(c *call, name string) bool {
				d, ok := c.view.DomainByName(name)
				return ok && d.Organization != c.organization.ID
			})},
		{"domains.create.raced", "Claims at the same time do not see each other.", "domains.create.name_unique_concurrent", staleRead("domains_create")},
		{"domains.create.capitals", "A name may have capitals.", "domains.create.name_form",
			acceptValues(domain, "domain", "invalid_input", func(_ *call, name string) bool { return domainName.MatchString(strings.ToLower(name)) })},
		{"domains.create.underscore", "A name may have underscores.", "domains.create.name_form",
			acceptValues(domain, "domain", "invalid_input", func(_ *call, name string) bool {
				return domainName.MatchString(strings.ReplaceAll(name, "_", "x"))
			})},
		{"domains.create.one_label", "A name may have one label.", "domains.create.name_form",
			acceptValues(domain, "domain", "invalid_input", func(_ *call, name string) bool { return domainName.MatchString(name + ".example") })},
		{"domains.create.final_dot", "A name may end with a dot.", "domains.create.name_form",
			acceptValues(domain, "domain", "invalid_input", func(_ *call, name string) bool {
				return strings.HasSuffix(name, ".") && domainName.MatchString(strings.TrimSuffix(name, "."))
			})},
		{"domains.create.double_dash", "A name may have two dashes in a row.", "domains.create.name_form",
			acceptValues(domain, "domain", "invalid_input", func(_ *call, name string) bool {
				return strings.Contains(name, "--") && domainName.MatchString(strings.ReplaceAll(name, "--", "-"))
			})},
		{"domains.create.short", "A name has 64 characters at most.", "domains.create.name_length", maxLength(domain, "domain", 64)},
		{"domains.create.endless", "A name has any length.", "domains.create.name_length", maxLength(domain, "domain", 0)},
		{"domains.create.optional", "A domain needs no name.", "domains.create.name_required", optional(domain, "domain")},
		{"domains.create.nullable", "A name may be null.", "domains.create.name_null",
			allOf(nullable(domain, "domain"), aroundCheck(domain, "domain", func(c *call, value any, next checker) (any, error) {
				if value == nil {
					return "null.example.com", nil
				}
				return next(c, value)
			}))},
		{"domains.create.blank", "A name may be blank.", "domains.create.name_blank",
			allOf(blankable(domain, "domain", true), aroundCheck(domain, "domain", func(c *call, value any, next checker) (any, error) {
				if value == "" {
					return value, nil
				}
				return next(c, value)
			}))},
		{"domains.create.untrimmed", "White space around a name is kept.", "domains.create.trims",
			aroundCheck(domain, "domain", func(c *call, _ any, next checker) (any, error) { return next(c, c.bodyText("domain")) })},
		{"domains.create.provisioning", "A new domain takes provisioning before it is verified.", "domains.create.drops_gated_fields",
			changeNewDomain(func(c *call, d *world.Domain) {
				d.JITProvisioningEnabled, _ = c.bodyValue("jit_provisioning_enabled").(bool)
			})},
		{"domains.create.born_verified", "A new domain is verified when the request says so.", "domains.create.read_only_fields",
			changeNewDomain(func(c *call, d *world.Domain) {
				if c.bodyValue("is_verified") == true {
					d.VerifiedAt = &c.now
				}
			})},
		{"domains.create.saml_lost", "SAML settings are not stored on creation.", "domains.create.saml",
			changeNewDomain(func(_ *call, d *world.Domain) { d.SAMLEntityID = nil })},
		{"domains.create.same_challenge", "Every domain has the same challenge.", "domains.create.challenge",
			writeAlways(domain, "verification_challenge", `"posthog-challenge"`)},
		{"domains.create.old_challenge", "A name that is claimed again has its old challenge.", "requests.everywhere.anew",
			changeNewDomain(func(_ *call, d *world.Domain) {
				d.VerificationChallenge = (strings.ReplaceAll(d.Domain, ".", "-") + strings.Repeat("c", 43))[:43]
			})},
		{"domains.create.identifier", "An identifier is in upper case.", "domains.create.identifier", rewriteProperty(domain, "id", strings.ToUpper)},
		{"domains.create.unplanned", "Claiming a domain needs no feature.", "domains.create.provisioning_feature", grantFeature("domains_create", world.FeatureProvisioning)},
		{"domains.create.ok", "Creation answers 200.", "domains.create.defaults", changeStatus("domains_create", 201, 200)},
		{"domains.create.left_behind", "A domain that is refused for a setting is there all the same.", "domains.create.refused_whole",
			commitRefused("domains_create", func(c *call) {
				if c.bodyHas("sso_enforcement") {
					c.tx.PutDomain(&world.Domain{ID: c.sandbox.IDs.UUID(c.now), Organization: c.organization.ID, Domain: c.bodyText("domain")})
				}
			})},
		{"domains.create.digit", "No label begins with a digit.", "domains.create.name_form", refuseValues(domain, "domain", digit, "invalid_input", domainForm)},
		{"domains.create.deep", "A name has four labels at most.", "domains.create.name_form", refuseValues(domain, "domain", deep, "invalid_input", domainForm)},
		{"domains.create.final_digit", "The last label may end with a digit.", "domains.create.name_form",
			acceptValues(domain, "domain", "invalid_input", func(_ *call, name string) bool { return strings.HasSuffix(name, "1") && strings.Contains(name, ".") })},

		{"domains.retrieve.malformed", "What is no UUID is a bad request.", "domains.retrieve.malformed",
			around("domains_retrieve", func(c *call, next action) (int, error) {
				if c.id() == "" {
					return 0, rest.InvalidInput("“" + c.param("id") + "” is not a valid UUID.")
				}
				return next(c)
			})},
		{"domains.retrieve.no_content", "A domain that is not there is 204.", "callers.unknown_object", changeStatus("domains_retrieve", 404, 204)},
		{"domains.list.order", "Domains are listed in no order by name.", "domains.list.order", changeRows("domains_list", mutant.Reversed)},
		{"domains.list.unverified", "Unverified domains are not listed.", "domains.list.holds_new",
			changeRows("domains_list", func(list []any) []any {
				return slices.DeleteFunc(list, func(row any) bool { v, _ := row.(*pyjson.Object).Get("is_verified"); return v == false })
			})},
		{"domains.list.secrets", "Lists show SCIM tokens.", "domains.list.secrets",
			ofDomainProperty("scim_bearer_token", around("domains_list", func(c *call, _ action) (int, error) {
				return listPage(c, c.view.Domains(c.organization.ID), func(d *world.Domain) {
					c.api.domainSerializer.Write(&c.out, c.domainView(d, d.SCIMBearerToken))
				})
			}))},
		{"domains.representation.missing", "A domain does not show whether SAML is complete.", "domains.create.defaults", omitProperty(domain, "has_saml")},
		{"domains.representation.extra", "A domain shows its organization.", "domains.create.defaults", addProperty(domain, "organization", `"here"`)},
		{"domains.representation.type", "is_verified is a text.", "domains.create.defaults", writeQuoted(domain, "is_verified")},
		{"domains.representation.null", "A domain without SSO enforcement shows null.", "domains.create.defaults", writeInstead(domain, "sso_enforcement", `""`, `null`)},
		{"domains.representation.empty", "A SAML setting that is not there is an empty text.", "domains.create.defaults", writeInstead(domain, "saml_entity_id", `null`, `""`)},
		{"domains.representation.no_list", "A domain without clients shows null.", "domains.create.defaults", writeInstead(domain, "id_jag_allowed_clients", `[]`, `null`)},

		{"domains.unverified.jit", "An unverified domain takes provisioning.", "domains.unverified.jit",
			acceptUnverified("jit_provisioning_enabled", func(v any) bool { return v == true })},
		{"domains.unverified.jit_off", "An unverified domain may be told to provision nobody.", "domains.unverified.jit",
			acceptUnverified("jit_provisioning_enabled", func(v any) bool { return v == false })},
		{"domains.unverified.sso", "An unverified domain takes SSO enforcement.", "domains.unverified.sso",
			acceptUnverified("sso_enforcement", func(v any) bool { return v != "" })},
		{"domains.unverified.sso_empty", "An unverified domain may be told to enforce nothing.", "domains.unverified.sso",
			acceptUnverified("sso_enforcement", func(v any) bool { return v == "" })},
		{"domains.unverified.scim", "An unverified domain takes SCIM.", "domains.unverified.scim", acceptUnverified("scim_enabled", anyValue)},
		{"domains.unverified.issuer", "An unverified domain takes an ID-JAG issuer.", "domains.unverified.issuer", acceptUnverified("id_jag_issuer_url", anyValue)},
		{"domains.unverified.jwks", "An unverified domain takes ID-JAG keys.", "domains.unverified.jwks", acceptUnverified("id_jag_jwks_url", anyValue)},
		{"domains.unverified.clients", "An unverified domain takes ID-JAG clients.", "domains.unverified.clients", acceptUnverified("id_jag_allowed_clients", anyValue)},
		{"domains.unverified.code", "The refusal has the general code.", "domains.unverified.jit",
			changeRefusal("domains_partial_update", "verification_required", func(e *rest.Error) { e.Code = "invalid_input" })},
		{"domains.unverified.attr", "The refusal names no field.", "domains.unverified.sso",
			changeRefusal("domains_partial_update", "verification_required", func(e *rest.Error) { e.Attr = "" })},
		{"domains.unverified.last_field", "The last of the refused fields is named.", "domains.unverified.order",
			around("domains_partial_update", func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "verification_required") {
					for _, field := range verifiedOnlyFields {
						if c.bodyHas(field) {
							err = errUnverified.On(field)
						}
					}
				}
				return status, err
			})},
		{"domains.unverified.before_fields", "What needs verification is refused before malformed fields.", "domains.unverified.fields_first",
			around("domains_partial_update", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil && d.VerifiedAt == nil && slices.ContainsFunc(verifiedOnlyFields, c.bodyHas) {
					return 0, errUnverified.On(verifiedOnlyFields[slices.IndexFunc(verifiedOnlyFields, c.bodyHas)])
				}
				return next(c)
			})},
		{"domains.unverified.jwks_null", "An unverified domain may name no keys.", "domains.unverified.jwks",
			acceptUnverified("id_jag_jwks_url", func(v any) bool { return v == nil })},
		{"domains.unverified.plan_first", "What the plan lacks is said before that a domain is not verified.", "domains.unverified.before_features",
			ofDomainProperty("scim_enabled", around(update, func(c *call, next action) (int, error) {
				if c.bodyHas("scim_enabled") && !c.hasFeature(world.FeatureSCIM) {
					return 0, errSCIMPlan
				}
				return next(c)
			}))},

		{"domains.fields.jit_null", "Provisioning may be null.", "domains.fields.jit_null", nullable(domain, "jit_provisioning_enabled")},
		{"domains.fields.sso_long", "SSO enforcement has any length.", "domains.fields.sso_long", maxLength(domain, "sso_enforcement", 0)},
		{"domains.fields.entity_long", "A SAML entity id has any length.", "domains.fields.entity_long", maxLength(domain, "saml_entity_id", 0)},
		{"domains.fields.acs_long", "A SAML address has 4096 characters at most.", "domains.fields.acs_long", maxLength(domain, "saml_acs_url", 4096)},
		{"domains.fields.issuer_long", "An issuer has any length.", "domains.fields.issuer_long", maxLength(domain, "id_jag_issuer_url", 0)},
		{"domains.fields.client_long", "An allowed client has any length.", "domains.fields.client_long",
			changeConstraint(domain, "id_jag_allowed_clients", func(p *spec.Property) { item := *p.Items; item.MaxLength = 0; p.Items = &item })},
		{"domains.fields.client_blank", "An allowed client may be blank.", "domains.fields.client_blank",
			changeConstraint(domain, "id_jag_allowed_clients", func(p *spec.Property) { item := *p.Items; item.AllowBlank = true; p.Items = &item })},
		{"domains.fields.clients_null", "Allowed clients may be null.", "domains.fields.clients_null", nullable(domain, "id_jag_allowed_clients")},
		{"domains.fields.scim_null", "SCIM may be null.", "domains.fields.scim_null", nullable(domain, "scim_enabled")},
		{"domains.fields.sso_short", "SSO enforcement has 27 characters at most.", "domains.fields.longest", maxLength(domain, "sso_enforcement", 27)},
		{"domains.fields.entity_short", "A SAML entity id has 500 characters at most.", "domains.fields.longest", maxLength(domain, "saml_entity_id", 500)},
		{"domains.fields.acs_short", "A SAML address has 511 characters at most.", "domains.fields.longest", maxLength(domain, "saml_acs_url", 511)},
		{"domains.fields.issuer_short", "An issuer has 511 characters at most.", "domains.fields.longest", maxLength(domain, "id_jag_issuer_url", 511)},
		{"domains.fields.jwks_long", "The address of keys may have any length.", "domains.fields.jwks_long", maxLength(domain, "id_jag_jwks_url", 0)},
		{"domains.fields.client_short", "An allowed client has 255 characters at most.", "domains.fields.longest",
			changeConstraint(domain, "id_jag_allowed_clients", func(p *spec.Property) {
				item := *p.Items
				item.MaxLength, p.Items = 255, &item
			})},

		{"domains.update.renamed", "The name can be changed.", "domains.update.name_is_fixed",
			changeDomain("domains_partial_update", func(c *call, d *world.Domain) {
				if name := c.bodyText("domain"); name != "" {
					d.Domain = name
				}
			})},
		{"domains.update.put_resets", "PUT resets what it does not name.", "domains.update.put",
			changeDomain("domains_update", func(c *call, d *world.Domain) {
				if !c.bodyHas("saml_acs_url") {
					d.SAMLACSURL = nil
				}
			})},
		{"domains.update.forgotten", "A change is answered and not stored.", "domains.update.verified", discardChanges("domains_partial_update")},
		{"domains.update.slashes", "Trailing slashes of an issuer are kept.", "domains.update.id_jag_urls", dropCheck(domain, "id_jag_issuer_url")},
		{"domains.update.half", "A refused change keeps the fields that are fine.", "domains.update.refused_whole",
			commitRefused("domains_partial_update", func(c *call) {
				if d, err := c.domain(); err == nil && c.bodyHas("saml_entity_id") {
					own, entity := *d, c.bodyText("saml_entity_id")
					own.SAMLEntityID = &entity
					c.tx.PutDomain(&own)
				}
			})},
		{"domains.update.unplanned_provisioning", "Provisioning needs no feature.", "domains.features.provisioning",
			grantFeature("domains_partial_update", world.FeatureProvisioning)},
		{"domains.update.unplanned_scim", "SCIM needs no feature.", "domains.features.scim",
			ofDomainProperty("scim_enabled", grantFeature(update, world.FeatureSCIM))},
		{"domains.update.unplanned_xaa", "An ID-JAG issuer needs no feature.", "domains.features.xaa", grantFeature("domains_partial_update", world.FeatureXAA)},
		{"domains.update.unplanned_off", "Without its feature provisioning cannot be turned off.", "domains.features.provisioning",
			around(update, func(c *call, next action) (int, error) {
				if c.bodyHas("jit_provisioning_enabled") && !c.hasFeature(world.FeatureProvisioning) {
					return 0, errJITPlan
				}
				return next(c)
			})},

		{"domains.verify.unproven", "A domain is verified without its record.", "domains.verify.no_record",
			around("domains_verify_create", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil {
					return c.verifyWithRecords([]string{d.VerificationChallenge})
				}
				return next(c)
			})},
		{"domains.verify.any_record", "Any record verifies a domain.", "domains.verify.wrong_record",
			around("domains_verify_create", func(c *call, next action) (int, error) {
				d, err := c.domain()
				if err != nil {
					return next(c)
				}
				if records, _ := c.sandbox.LookupTXT(c.request.Context(), d.ChallengeName()); len(records) > 0 {
					return c.verifyWithRecords([]string{d.VerificationChallenge})
				}
				return next(c)
			})},
		{"domains.verify.first_record", "Only the first record of the name is looked at.", "domains.verify.among_records", verifyByOne(func(records []string) string { return records[0] })},
		{"domains.verify.bare_name", "The challenge at the domain itself verifies it.", "domains.verify.elsewhere",
			verifyAlsoBy(func(d *world.Domain) string { return d.Domain })},
		{"domains.verify.other_name", "The challenge below posthog-challenge verifies a domain.", "domains.verify.elsewhere",
			verifyAlsoBy(func(d *world.Domain) string { return "posthog-challenge." + d.Domain })},
		{"domains.verify.failure_hidden", "DNS that fails is DNS without records.", "domains.verify.dns_fails", answerFailedDNS(func(*world.Domain) []string { return nil })},
		{"domains.verify.failure_verifies", "DNS that fails verifies a domain.", "domains.verify.dns_fails",
			answerFailedDNS(func(d *world.Domain) []string { return []string{d.VerificationChallenge} })},
		{"domains.verify.no_server_crashes", "Where no name server can be asked, the request fails.", "domains.verify.no_name_server",
			answerFailedDNS(func(*world.Domain) []string { panic("there is no name server") })},
		{"domains.verify.no_server_verifies", "Where no name server can be asked, a domain is verified.", "domains.verify.no_name_server",
			answerFailedDNS(func(d *world.Domain) []string { return []string{d.VerificationChallenge} })},
		{"domains.verify.forgotten", "Verification is answered and not stored.", "domains.verify.record", discardChanges("domains_verify_create")},
		{"domains.verify.again", "A verified domain can be verified again.", "domains.verify.twice",
			around("domains_verify_create", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil && d.VerifiedAt != nil {
					return c.showDomain(200, d, "")
				}
				return next(c)
			})},
		{"domains.verify.no_time", "A verified domain does not tell since when.", "domains.verify.record", writeAlways(domain, "verified_at", "null")},
		{"domains.verify.by_key", "Keys can verify.", "callers.actions_need_session", allowKeys("domains_verify_create", "organization:write")},
		{"domains.verify.by_member", "Members can verify.", "domains.levels.member_writes", requireLevel("domains_verify_create", world.Member)},

		{"domains.delete.pretends", "Deleting a domain does nothing.", "domains.delete.gone", discardChanges("domains_destroy")},
		{"domains.delete.answers", "Deleting a domain answers 200.", "domains.delete.gone",
			changeAnswerWithStatus("domains_destroy", 204, func(a *mutant.Response) { a.Status, a.Body = 200, []byte(`{}`) })},
		{"domains.delete.config_too", "Deleting a domain deletes its config.", "domains.delete.keeps_config",
			afterWithPrevious("domains_destroy", func(c *call, previous *world.World) {
				if d, ok := previous.Domain(c.organization.ID, c.id()); ok {
					if config, ok := c.view.Config(c.organization.ID, d.Config); ok {
						c.tx.DeleteConfig(config)
					}
				}
			})},
		{"domains.delete.configs_too", "Deleting a domain deletes the configs that served it alone.", "domains.delete.keeps_serving",
			afterWithPrevious("domains_destroy", func(c *call, previous *world.World) {
				previous.Configs(c.organization.ID).All(func(config *world.IdentityProviderConfig) bool {
					served := previous.LinkedDomains(config)
					if len(served) == 1 && served[0].ID == c.id() {
						if now, ok := c.view.Config(c.organization.ID, config.ID); ok {
							c.tx.DeleteConfig(now)
						}
					}
					return true
				})
			})},
		{"domains.delete.name_kept", "The name of a deleted domain stays taken.", "domains.delete.frees_name",
			func(p *Tables) {
				var gone textSet
				allOf(
					afterWithPrevious("domains_destroy", func(c *call, previous *world.World) {
						if d, ok := previous.Domain(c.organization.ID, c.id()); ok {
							gone.add(d.Domain)
						}
					}),
					aroundCheck(domain, "domain", func(c *call, value any, next checker) (any, error) {
						if gone.has(value.(string)) {
							return nil, rest.Invalid("unique", "domain with this domain already exists.")
						}
						return next(c, value)
					}))(p)
			}},
		{"domains.delete.config_cleared", "Deleting a domain turns SCIM off in its config.", "domains.delete.keeps_config",
			afterWithPrevious("domains_destroy", func(c *call, previous *world.World) {
				d, ok := previous.Domain(c.organization.ID, c.id())
				if !ok {
					return
				}
				if config, ok := c.view.Config(d.Organization, d.Config); ok {
					own := *config
					own.SCIMEnabled, own.SCIMBearerToken = false, ""
					c.tx.PutConfig(&own)
				}
			})},

		{"domains.methods.allow_short", "A 405 names the methods that only read.", "requests.methods.session",
			changeAnswer("", func(a *mutant.Response) {
				if a.Status == 405 {
					a.Header.Set("Allow", "GET, HEAD, OPTIONS")
				}
			})},
	}
}
