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

// acceptOldToken makes the token of a provisioner stay valid after an operation that should end
// it. Which tokens those are, the API's half of the mutant remembers.
func acceptOldToken(t *Tables) {
	aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
		err := next(c, tx)
		old, ok := t.Memory.Load(mutant.SCIMToken(strings.TrimPrefix(c.request.Header.Get("Authorization"), "Bearer ")))
		if err == nil || !ok {
			return err
		}
		switch was := old.(type) {
		case *world.Domain:
			if o, found := tx.Organization(was.Organization); found && was.ID == c.segment() {
				c.letIn(provisionerOf(was, o))
				return nil
			}
		case *world.IdentityProviderConfig:
			if p, found := findConfig(&tx.World, was.Slug); found && was.Slug == c.segment() {
				c.letIn(p)
				return nil
			}
		}
		return err
	})(t)
}

// authenticateIf lets callers in who are refused but call a provisioner that there is,
// and satisfy a condition.
func authenticateIf(holds func(c *call, w *world.World, p *provisioner, token string) bool) defect {
	return aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
		err := next(c, tx)
		if err == nil {
			return nil
		}
		p, ok := findProvisioner(&tx.World, c.segment())
		if ok && holds(c, &tx.World, p, strings.TrimPrefix(c.request.Header.Get("Authorization"), "Bearer ")) {
			c.letIn(p)
			return nil
		}
		return err
	})
}

// hasToken reports whether a token is that of some provisioner of an organization.
func hasToken(w *world.World, o *world.Organization, token string) (found bool) {
	w.Domains(o.ID).All(func(d *world.Domain) bool {
		found = token != "" && provisionerOf(d, o).token == token
		return !found
	})
	w.Configs(o.ID).All(func(config *world.IdentityProviderConfig) bool {
		found = found || token != "" && config.Slug != "" && config.SCIMBearerToken == token
		return !found
	})
	return found
}

// serverMutants are about who calls the SCIM server, what it tells of itself, and its log.
func serverMutants() []mutantRow {
	const users, config = "scim_users_list", "scim_service_provider_config_retrieve"
	return []mutantRow{
		{"scim.auth.no_token", "No token is needed to read.", "scim.auth.token_required",
			authenticateIf(func(c *call, _ *world.World, _ *provisioner, _ string) bool {
				return c.request.Header.Get("Authorization") == "" && route.IsSafe(c.request.Method)
			})},
		{"scim.auth.wrong_status", "A wrong token is a 401.", "scim.auth.wrong_token", changeAnswer(users, func(a *mutant.Response) {
			if a.Status == 403 {
				a.Status = 401
			}
		})},
		{"scim.auth.prefix", "The beginning of a token will do.", "scim.auth.wrong_token",
			authenticateIf(func(_ *call, _ *world.World, p *provisioner, token string) bool {
				return len(token) > 8 && strings.HasPrefix(p.token, token)
			})},
		{"scim.auth.any_scheme", "Any scheme is a token.", "scim.auth.token_required",
			authenticateIf(func(c *call, _ *world.World, p *provisioner, _ string) bool {
				_, token, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
				return token != "" && token == p.token
			})},
		{"scim.auth.unknown_domain", "A domain that does not exist is not found.", "scim.auth.wrong_token",
			aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
				err := next(c, tx)
				if _, ok := findProvisioner(&tx.World, c.segment()); !ok && errors.Is(err, scim.ErrAuthentication) {
					return rest.NotFound("Domain not found")
				}
				return err
			})},
		{"scim.auth.personal_key", "A personal API key is a token.", "scim.auth.wrong_token",
			authenticateIf(func(_ *call, w *world.World, _ *provisioner, token string) bool { _, ok := w.Key(token); return ok })},
		{"scim.auth.other_domain", "A token opens every domain of its organization.", "scim.auth.own_domain",
			authenticateIf(func(_ *call, w *world.World, p *provisioner, token string) bool {
				return hasToken(w, p.organization, token)
			})},
		{"scim.auth.regenerated", "A new token leaves the old one valid.", "scim.auth.replaced", acceptOldToken},
		{"scim.auth.config_token", "A new token of the config leaves that of the domain valid.", "scim.auth.replaced", acceptOldToken},
		{"scim.auth.disabled", "Disabling SCIM leaves the token valid.", "scim.auth.revoked", acceptOldToken},
		{"scim.auth.deleted", "Deleting a domain leaves its token valid.", "scim.auth.revoked", acceptOldToken},
		{"scim.auth.unverified", "A domain that is not verified is open.", "scim.auth.unverified",
			authenticateIf(func(_ *call, _ *world.World, p *provisioner, token string) bool {
				return token != "" && p.token == token
			})},
		{"scim.discovery.bulk", "The server says that it takes bulk requests.", "scim.discovery.config", changeBody(config, func(o *pyjson.Object) {
			if bulk, ok := o.Get("bulk"); ok {
				bulk.(*pyjson.Object).Set("supported", true)
			}
		})},
		{"scim.discovery.missing", "The server does not say how to authenticate.", "scim.discovery.config", omitMember(config, "authenticationSchemes")},
		{"scim.discovery.fewer", "The server says that it lists a hundred users at most.", "scim.discovery.config", replaceText(config, `"maxResults":200`, `"maxResults":100`)},
		{"scim.discovery.types", "There are users only.", "scim.discovery.resource_types", changeBody("scim_resource_types_retrieve", func(o *pyjson.Object) {
			kinds, _ := o.Get("Resources")
			if list, ok := kinds.([]any); ok {
				o.Set("Resources", list[:1])
			}
		})},
		{"scim.discovery.media_type", "Answers are JSON, whatever is asked for.", "scim.discovery.media_type", changeHeader(config, "Content-Type", "application/json")},
		{"scim.isolation.other_organization", "A domain of another organization is open.", "scim.auth.own_domain",
			authenticateIf(func(_ *call, w *world.World, _ *provisioner, token string) (found bool) {
				w.Organizations().All(func(o *world.Organization) bool { found = hasToken(w, o, token); return !found })
				return found
			})},
	}
}
