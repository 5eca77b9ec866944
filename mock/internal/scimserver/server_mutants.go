package scimserver

import (
	"errors"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// acceptOldToken makes the token of a domain stay valid after an operation that should end
// it. Which tokens those are, the API's half of the mutant remembers.
func acceptOldToken(t *Tables) {
	aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
		err := next(c, tx)
		old, ok := t.Memory.Load(mutant.SCIMToken(strings.TrimPrefix(c.request.Header.Get("Authorization"), "Bearer ")))
		if d, is := old.(*world.Domain); err != nil && ok && is && d.ID == c.param("domain_id") {
			if o, found := tx.Organization(d.Organization); found {
				c.domain, c.organization = d, o
				return nil
			}
		}
		return err
	})(t)
}

// authenticateAs lets callers in whose token is that of some domain that is chosen.
func authenticateAs(which func(c *call, tx *world.Tx, token string) *world.Domain) defect {
	return aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
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

// serverMutants are about who calls the SCIM server, what it tells of itself, and its log.
func serverMutants() []mutantRow {
	const users, config = "scim_users_list", "scim_service_provider_config_retrieve"
	return []mutantRow{
		{"scim.auth.no_token", "No token is needed to read.", "scim.auth.token_required",
			authenticateAs(func(c *call, tx *world.Tx, _ string) *world.Domain {
				d, _ := tx.DomainByID(c.param("domain_id"))
				if c.request.Header.Get("Authorization") == "" && route.IsSafe(c.request.Method) {
					return d
				}
				return nil
			})},
		{"scim.auth.wrong_status", "A wrong token is a 401.", "scim.auth.wrong_token", changeAnswer(users, func(a *mutant.Response) {
			if a.Status == 403 {
				a.Status = 401
			}
		})},
		{"scim.auth.prefix", "The beginning of a token will do.", "scim.auth.wrong_token",
			authenticateAs(func(c *call, tx *world.Tx, token string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				if ok && len(token) > 8 && strings.HasPrefix(d.SCIMBearerToken, token) {
					return d
				}
				return nil
			})},
		{"scim.auth.any_scheme", "Any scheme is a token.", "scim.auth.token_required",
			authenticateAs(func(c *call, tx *world.Tx, _ string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				_, token, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
				if ok && token != "" && token == d.SCIMBearerToken {
					return d
				}
				return nil
			})},
		{"scim.auth.unknown_domain", "A domain that does not exist is not found.", "scim.auth.wrong_token",
			aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
				err := next(c, tx)
				if _, ok := tx.DomainByID(c.param("domain_id")); !ok && errors.Is(err, scim.ErrAuthentication) {
					return rest.NotFound("Domain not found")
				}
				return err
			})},
		{"scim.auth.personal_key", "A personal API key is a token.", "scim.auth.wrong_token",
			authenticateAs(func(c *call, tx *world.Tx, token string) *world.Domain {
				d, _ := tx.DomainByID(c.param("domain_id"))
				if _, ok := tx.Key(token); ok {
					return d
				}
				return nil
			})},
		{"scim.auth.other_domain", "A token opens every domain of its organization.", "scim.auth.own_domain",
			authenticateAs(func(c *call, tx *world.Tx, token string) *world.Domain {
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
		{"scim.auth.regenerated", "A new token leaves the old one valid.", "scim.auth.replaced", acceptOldToken},
		{"scim.auth.config_token", "A new token of the config leaves that of the domain valid.", "scim.auth.replaced", acceptOldToken},
		{"scim.auth.disabled", "Disabling SCIM leaves the token valid.", "scim.auth.revoked", acceptOldToken},
		{"scim.auth.deleted", "Deleting a domain leaves its token valid.", "scim.auth.revoked", acceptOldToken},
		{"scim.auth.unverified", "A domain that is not verified is open.", "scim.auth.unverified",
			authenticateAs(func(c *call, tx *world.Tx, token string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				if ok && token != "" && d.EffectiveIdentity().SCIMBearerToken == token {
					return d
				}
				return nil
			})},
		{"scim.discovery.bulk", "The server says that it takes bulk requests.", "scim.discovery.config", changeBody(config, func(o *pyjson.Object) {
			if bulk, ok := o.Get("bulk"); ok {
				bulk.(*pyjson.Object).Set("supported", true)
			}
		})},
		{"scim.discovery.missing", "The server does not say how to authenticate.", "scim.discovery.config", omitMember(config, "authenticationSchemes")},
		{"scim.discovery.types", "There are users only.", "scim.discovery.resource_types", changeBody("scim_resource_types_retrieve", func(o *pyjson.Object) {
			kinds, _ := o.Get("Resources")
			if list, ok := kinds.([]any); ok {
				o.Set("Resources", list[:1])
			}
		})},
		{"scim.discovery.media_type", "Answers are JSON, whatever is asked for.", "scim.discovery.media_type", changeHeader(config, "Content-Type", "application/json")},
		{"scim.isolation.other_organization", "A domain of another organization is open.", "scim.auth.own_domain",
			authenticateAs(func(c *call, tx *world.Tx, token string) *world.Domain {
				d, ok := tx.DomainByID(c.param("domain_id"))
				found := false
				tx.Organizations().All(func(o *world.Organization) bool {
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
	}
}
