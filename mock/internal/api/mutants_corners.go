package api

import (
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/spec"
)

// cornerMutants are slips that a server gets right in most cases: at the end of a
// limit, for one method of several, in one place of many.
func cornerMutants() []planted {
	return slices.Concat(callerCorners(), fieldCorners(), stateCorners(), pageCorners(), scimLogCorners())
}

// keyAsSent changes the key that a request carries in its header.
func keyAsSent(change func(key string) string) defect {
	return aroundStep("authenticate", func(c *call, next func(*call) error) error {
		if key, ok := strings.CutPrefix(c.request.Header.Get("Authorization"), "Bearer "); ok {
			c.request.Header.Set("Authorization", "Bearer "+change(key))
		}
		return next(c)
	})
}

// unproven lets sessions write without a CSRF token by a method.
func unproven(method string) defect {
	return aroundStep("authenticate", func(c *call, next func(*call) error) error {
		err := next(c)
		if cookie, missing := c.request.Cookie(exchange.SessionCookie); missing == nil && err != nil && c.request.Method == method {
			if session, ok := c.view.Session(cookie.Value); ok {
				c.Session = session
				c.User, _ = c.view.User(session.User)
				return nil
			}
		}
		return err
	})
}

func callerCorners() []planted {
	return []planted{
		{"invites.authentication.query_reads_only", "A key in the query counts for reading only.", "callers.key_in_query",
			aroundStep("authenticate", func(c *call, next func(*call) error) error {
				query := c.query
				defer func() { c.query = query }()
				if !route.IsSafe(c.request.Method) {
					c.query = rest.Query{}
				}
				return next(c)
			})},
		{"invites.authentication.no_form", "A key in a form does not count.", "callers.key_in_body",
			aroundStep("authenticate", func(c *call, next func(*call) error) error {
				err := next(c)
				if err == nil && c.KeyInBody && c.input.IsForm() {
					return rest.ErrNotAuthenticated
				}
				return err
			})},
		{"invites.authentication.key_case", "The case of a key does not matter.", "callers.wrong_key", keyAsSent(strings.ToLower)},
		{"invites.authentication.key_end", "What stands behind a key does not matter.", "callers.wrong_key",
			keyAsSent(func(key string) string { return strings.TrimRight(key, "x") })},
		{"invites.authentication.query_before_body", "The key in the query wins over the one in the body.", "callers.key_in_body",
			aroundStep("authenticate", func(c *call, next func(*call) error) error {
				if key, ok := c.query.Get("personal_api_key"); ok && c.request.Header.Get("Authorization") == "" {
					return c.useKey(key, "query string")
				}
				return next(c)
			})},
		{"invites.authentication.key_spaces", "Spaces within a key do not matter.", "callers.wrong_key",
			keyAsSent(func(key string) string { return strings.ReplaceAll(key, " ", "") })},
		{"invites.scopes.head", "HEAD asks for no scope.", "callers.scope_read",
			skipStep("scope", func(c *call) bool { return c.request.Method == "HEAD" })},
		{"invites.delete.own", "Members may delete the invites that they made.", "invites.delete.level",
			skipStep("level", func(c *call) bool {
				if !on("invites_destroy")(c) {
					return false
				}
				invite, ok := c.view.Invite(c.organization.ID, c.id())
				return ok && invite.CreatedBy == c.User.ID
			})},
		{"sessions.csrf.delete", "Deleting needs no CSRF token.", "sessions.csrf.token_required", unproven("DELETE")},
		{"sessions.csrf.patch", "PATCH needs no CSRF token.", "sessions.csrf.token_required", unproven("PATCH")},
		{"domains.methods.allow_short", "A 405 names the methods that only read.", "requests.methods.session",
			answer("", func(a *mutant.Response) {
				if a.Status == 405 {
					a.Header.Set("Allow", "GET, HEAD, OPTIONS")
				}
			})},
	}
}

func fieldCorners() []planted {
	const domain, config, invite = "OrganizationDomain", "IdentityProviderConfig", "OrganizationInvite"
	refuses := func(when func(text string) bool, code, detail string) func(*call, any, checker) (any, error) {
		return func(c *call, value any, next checker) (any, error) {
			if text, ok := value.(string); ok && when(text) {
				return nil, rest.Invalid(code, detail)
			}
			return next(c, value)
		}
	}
	digit := func(name string) bool { return name[0] >= '0' && name[0] <= '9' }
	deep := func(name string) bool { return strings.Count(name, ".") > 3 }
	clients := func(change func(list []string) []string) func(*call, any, checker) (any, error) {
		return func(c *call, value any, next checker) (any, error) {
			if list, ok := value.([]string); ok {
				value = change(slices.Clone(list))
			}
			return next(c, value)
		}
	}
	domainForm := "Please enter a valid domain or subdomain name."
	return []planted{
		{"domains.create.digit", "No label begins with a digit.", "domains.create.name_form", check(domain, "domain", refuses(digit, "invalid_input", domainForm))},
		{"domains.create.deep", "A name has four labels at most.", "domains.create.name_form", check(domain, "domain", refuses(deep, "invalid_input", domainForm))},
		{"domains.create.final_digit", "The last label may end with a digit.", "domains.create.name_form",
			admits(domain, "domain", "invalid_input", func(_ *call, name string) bool { return strings.HasSuffix(name, "1") && strings.Contains(name, ".") })},
		{"domains.fields.sso_short", "SSO enforcement has 27 characters at most.", "domains.fields.longest", maxLength(domain, "sso_enforcement", 27)},
		{"domains.fields.entity_short", "A SAML entity id has 500 characters at most.", "domains.fields.longest", maxLength(domain, "saml_entity_id", 500)},
		{"domains.fields.acs_short", "A SAML address has 511 characters at most.", "domains.fields.longest", maxLength(domain, "saml_acs_url", 511)},
		{"domains.fields.issuer_short", "An issuer has 511 characters at most.", "domains.fields.longest", maxLength(domain, "id_jag_issuer_url", 511)},
		{"domains.fields.jwks_long", "The address of keys may have any length.", "domains.fields.jwks_long", maxLength(domain, "id_jag_jwks_url", 0)},
		{"domains.fields.client_short", "An allowed client has 255 characters at most.", "domains.fields.longest",
			constraint(domain, "id_jag_allowed_clients", func(p *spec.Property) {
				item := *p.Items
				item.MaxLength, p.Items = 255, &item
			})},
		{"identity_provider_configs.create.lower", "A SAML entity id is stored in lower case.", "identity_provider_configs.create.full",
			check(config, "saml_entity_id", func(_ *call, value any, _ checker) (any, error) {
				if text, ok := value.(string); ok {
					return strings.ToLower(text), nil
				}
				return value, nil
			})},
		{"identity_provider_configs.create.one_line", "Line breaks in a certificate are lost.", "identity_provider_configs.create.full",
			check(config, "saml_x509_cert", func(_ *call, value any, _ checker) (any, error) {
				if text, ok := value.(string); ok {
					return strings.ReplaceAll(text, "\n", ""), nil
				}
				return value, nil
			})},
		{"identity_provider_configs.create.cut", "A long certificate is cut.", "identity_provider_configs.create.full",
			check(config, "saml_x509_cert", func(_ *call, value any, _ checker) (any, error) {
				if text, ok := value.(string); ok {
					return text[:min(len(text), 1024)], nil
				}
				return value, nil
			})},
		{"identity_provider_configs.create.clients_once", "An allowed client that is there twice is stored once.", "identity_provider_configs.create.full",
			check(config, "id_jag_allowed_clients", clients(slices.Compact))},
		{"identity_provider_configs.create.clients_sorted", "Allowed clients are sorted.", "identity_provider_configs.create.full",
			check(config, "id_jag_allowed_clients", clients(func(list []string) []string { slices.Sort(list); return list }))},
		{"identity_provider_configs.update.clients_added", "Allowed clients are added to those that are there.", "identity_provider_configs.update.patch",
			check(config, "id_jag_allowed_clients", func(c *call, value any, next checker) (any, error) {
				if found, err := c.identityProviderConfig(); err == nil {
					return append(slices.Clone(found.IDJAGAllowedClients), value.([]string)...), nil
				}
				return next(c, value)
			})},
		{"identity_provider_configs.update.clients_stay", "An empty list of clients changes nothing.", "identity_provider_configs.update.patch",
			check(config, "id_jag_allowed_clients", func(c *call, value any, next checker) (any, error) {
				if found, err := c.identityProviderConfig(); err == nil && len(value.([]string)) == 0 {
					return found.IDJAGAllowedClients, nil
				}
				return next(c, value)
			})},
		{"identity_provider_configs.fields.behind_user", "An issuer may be on the server itself behind a user's name.", "identity_provider_configs.fields.issuer_loopback",
			admits(config, "id_jag_issuer_url", "invalid_input", func(_ *call, text string) bool { return strings.Contains(text, "@") })},
		{"identity_provider_configs.fields.ipv6", "An issuer may be at the loopback address of IPv6.", "identity_provider_configs.fields.issuer_loopback",
			admits(config, "id_jag_issuer_url", "invalid_input", func(_ *call, text string) bool { return strings.Contains(text, "[") })},
		{"identity_provider_configs.fields.metadata_name", "An issuer may be the metadata service by its name.", "identity_provider_configs.fields.issuer_metadata",
			admits(config, "id_jag_issuer_url", "invalid_input", func(_ *call, text string) bool { return strings.Contains(text, "metadata.google") })},
		{"invites.create.plus", "An address has no plus.", "invites.create.full",
			check(invite, "target_email", refuses(func(text string) bool { return strings.Contains(text, "+") }, "invalid_input", "Enter a valid email address."))},
		{"invites.create.short_address", "An address has 200 characters at most.", "invites.create.full", maxLength(invite, "target_email", 200)},
		{"invites.create.short_name", "A name has 29 characters at most.", "invites.create.full", maxLength(invite, "first_name", 29)},
		{"invites.create.elsewhen", "Times of invites are of another zone.", "invites.create.times",
			answered("invites_create", 201, func(a *mutant.Response) {
				value, err := pyjson.Decode(a.Body)
				if object, ok := value.(*pyjson.Object); ok && err == nil {
					created, _ := object.Get("created_at")
					at, _ := time.Parse(time.RFC3339Nano, created.(string))
					object.Set("created_at", at.Add(2*time.Hour).Format("2006-01-02T15:04:05.000000Z"))
					a.Body = pyjson.Append(nil, object)
				}
			})},
		{"invites.project_access.any_case", "An access level may be in capitals.", "invites.project_access.level_choice",
			check(invite, "private_project_access", func(c *call, value any, next checker) (any, error) {
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
	}
}
