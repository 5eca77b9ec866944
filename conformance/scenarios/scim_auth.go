package scenarios

import (
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// What the SCIM scenarios need: the known domain, or one that they make.
var (
	scimKnown = []suite.Need{suite.SCIMDomain}
	// scimPeople are those of scenarios that provision somebody, whose account stays.
	scimPeople = with(scimKnown, suite.Colleagues)
	scimMade   = with(verified, suite.SCIMDomain)
	scimLent   = with(anyVerified, suite.SCIMDomain)
)

// The words of SCIM refusals.
const (
	noBearer    = "No bearer token provided"
	badBearer   = "Authentication failed"
	badUser     = "Invalid user data"
	badGroup    = "Invalid group data"
	noSCIMUser  = "User not found"
	noGroup     = "Group not found"
	unpatched   = "Failed to update user"
	ungrouped   = "Failed to update group"
	userExists  = "User already exists"
	wrongScheme = "Basic dXNlcjpwYXNzd29yZA=="
)

// scimDomain is a verified domain with SCIM on.
type scimDomain struct {
	suite.Thing
	at      suite.Thing // what has the setting: the domain, from the newest revision on a config for it
	segment string      // of the paths of its SCIM server
}

// newSCIMDomain makes a verified domain with SCIM on.
func newSCIMDomain(s *suite.S) (scimDomain, *suite.Provider) {
	return openSCIM(s, s.NewVerifiedDomain())
}

// openSCIMDomain is a verified domain with SCIM on, perhaps the known one: nobody may
// be made through it.
func openSCIMDomain(s *suite.S) (scimDomain, *suite.Provider) {
	return openSCIM(s, s.VerifiedDomain())
}

func openSCIM(s *suite.S, domain suite.Thing) (scimDomain, *suite.Provider) {
	if !s.Has(spec.SCIMByConfig) {
		token := s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Status(200).Text(scimToken)
		return scimDomain{domain, domain, domain.ID}, s.SCIMOf(domain.ID, token)
	}
	config := s.NewConfig(suite.JSON{"config_scope": "scim", "scim_enabled": true, "organization_domain_ids": []string{domain.ID}})
	segment := slugOf(config.Response)
	return scimDomain{domain, config, segment}, s.SCIMOf(segment, config.Text(scimToken))
}

// slugOf is what calls the SCIM server of a config, which an answer shows.
func slugOf(config *suite.Response) string {
	base := config.Text("scim_base_url")
	return base[strings.LastIndexByte(base, '/')+1:]
}

func scimAuth() []suite.Scenario {
	users := []string{"scim_users_list"}
	return []suite.Scenario{
		{
			ID: "scim.auth.token", Title: "The token of the domain opens its SCIM server",
			Covers: users, Needs: scimKnown, Access: suite.Read,
			Run: func(s *suite.S) { p := s.SCIM(); p.Get(p.Path("Users")).Status(200) },
		},
		{
			ID: "scim.auth.no_token", Title: "Without a token nobody comes in, whatever is asked for",
			Covers: []string{"scim_users_list", "scim_users_retrieve", "scim_groups_list", "scim_groups_retrieve", "scim_schemas_retrieve"}, Needs: scimKnown, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIMOf(s.Target().Known.SCIM.Segment(), "")
				for _, path := range []string{p.Path("Users"), p.Path("Users", suite.Nowhere), p.Path("Groups"), p.Path("Groups", suite.Nowhere), p.Path("Schemas")} {
					p.Get(path).SCIM(401, noBearer)
				}
			},
		},
		{
			ID: "scim.auth.no_token_writes", Title: "Without a token nothing can be written",
			Covers: []string{"scim_users_create", "scim_users_update", "scim_users_partial_update", "scim_users_destroy"}, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIMOf(s.Target().Known.SCIM.Segment(), "")
				p.Post(p.Path("Users"), suite.SCIMPerson(s.SCIMEmail())).SCIM(401, noBearer)
				p.Put(p.Path("Users", suite.Nowhere), suite.JSON{}).SCIM(401, noBearer)
				p.Patch(p.Path("Users", suite.Nowhere), suite.JSON{}).SCIM(401, noBearer)
				p.Delete(p.Path("Users", suite.Nowhere)).SCIM(401, noBearer)
			},
		},
		{
			ID: "scim.auth.other_scheme", Title: "Another scheme than Bearer is no token",
			Covers: users, Needs: scimKnown, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				for _, authorization := range []string{wrongScheme, "Token " + s.Target().Known.SCIM.Token, "bearer " + s.Target().Known.SCIM.Token} {
					p := s.SCIM().With("Authorization", authorization)
					p.Get(p.Path("Users")).SCIM(401, noBearer)
				}
			},
		},
		{
			ID: "scim.auth.wrong_token", Title: "A wrong token is refused without a hint",
			Covers: users, Needs: scimKnown, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				token := s.Target().Known.SCIM.Token
				for _, wrong := range []string{"not-the-token-of-this-domain", token[:len(token)-1], token + "x", strings.ToUpper(token) + "X"} {
					p := s.SCIMOf(s.Target().Known.SCIM.Segment(), wrong)
					p.Get(p.Path("Users")).SCIM(403, badBearer)
				}
			},
		},
		{
			ID: "scim.auth.unknown_domain", Title: "A domain that does not exist looks like a wrong token",
			Covers: users, Needs: scimKnown, Access: suite.Read, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				p := s.SCIMOf(suite.Nowhere, s.Target().Known.SCIM.Token)
				p.Get(p.Path("Users")).SCIM(403, badBearer)
			},
		},
		{
			ID: "scim.auth.personal_key", Title: "A personal API key is no SCIM token",
			Covers: users, Needs: with(scimKnown, suite.KeyOf("admin")), Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIMOf(s.Target().Known.SCIM.Segment(), s.Target().Credentials["admin"].PersonalAPIKey)
				p.Get(p.Path("Users")).SCIM(403, badBearer)
			},
		},
		{
			ID: "scim.auth.api", Title: "A SCIM token is no personal API key",
			Covers: []string{"domains_list"}, Needs: scimKnown, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.KeyValue(s.Target().Known.SCIM.Token, "SCIM token").Get(s.Org(suite.Domains)).
					Refused(401, "authentication_failed", "Personal API key found in request Authorization header is invalid.", "")
			},
		},
		{
			ID: "scim.auth.other_domain", Title: "A token opens only its own domain",
			Covers: users, Needs: scimMade, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				p.Get(p.Path("Users")).Status(200)
				s.SCIMOf(s.Target().Known.SCIM.Segment(), s.Target().Known.SCIM.Token).Get("/scim/v2/"+domain.segment+"/Users").SCIM(403, badBearer)
			},
		},
		{
			ID: "scim.auth.sibling", Title: "The token of a domain does not open another one of its organization that has SCIM on",
			Rules: []string{"scim.auth.own_domain"}, Covers: []string{"scim_users_list"}, Needs: scimLent, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := openSCIMDomain(s)
				p.Get(p.Path("Users")).Status(200)
				s.SCIMOf(domain.segment, s.Target().Known.SCIM.Token).Get(p.Path("Users")).SCIM(403, badBearer)
			},
		},
		{
			ID: "scim.auth.regenerated", Title: "A new token ends the old one at once",
			Covers: []string{"scim_users_list", "domains_scim_token_create"}, Needs: scimLent, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain, old := openSCIMDomain(s)
				token := s.Session("admin").Post(domain.Path("scim", "token"), nil).Status(200).Text(scimToken)
				old.Get(old.Path("Users")).SCIM(403, badBearer)
				fresh := s.SCIMOf(domain.segment, token)
				fresh.Get(fresh.Path("Users")).Status(200)
			},
		},
		{
			ID: "scim.auth.regenerated_twice", Title: "Of all tokens that there were the last one counts, also after SCIM was off",
			Rules: []string{"scim.auth.replaced"}, Covers: []string{"scim_users_list", "identity_provider_configs_scim_token_create"}, Needs: scimLent, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain, first := openSCIMDomain(s)
				config, old := domain.at, []*suite.Provider{first}
				if !s.Has(spec.SCIMByConfig) {
					config = s.Known(suite.Configs, s.Admin().Get(domain.Path()).Text("identity_provider_config"))
					s.Admin().Get(config.Path()).Status(200)
				}
				renew := func(answer *suite.Response) {
					p := s.SCIMOf(domain.segment, answer.Status(200).Text(scimToken))
					p.Get(p.Path("Users")).Status(200)
					for _, before := range old {
						before.Get(before.Path("Users")).SCIM(403, badBearer)
					}
					old = append(old, p)
				}
				renew(s.Session("admin").Post(config.Path("scim", "token"), nil))
				renew(s.Session("admin").Post(config.Path("scim", "token"), nil))
				s.Admin().Patch(domain.at.Path(), suite.JSON{"scim_enabled": false}).Status(200)
				renew(s.Admin().Patch(domain.at.Path(), suite.JSON{"scim_enabled": true}))
			},
		},
		{
			ID: "scim.auth.enabled_again", Title: "Enabling SCIM where it is on leaves the token valid",
			Rules: []string{"domains.scim.enable_again"}, Covers: []string{"scim_users_list", "domains_partial_update"}, Needs: scimLent, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, p := openSCIMDomain(s)
				s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Status(200)
				p.Get(p.Path("Users")).Status(200)
			},
		},
		{
			ID: "scim.auth.config_token", Title: "A new token of the config ends that of its domain",
			Covers: []string{"scim_users_list", "identity_provider_configs_scim_token_create"}, Needs: scimLent, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, old := openSCIMDomain(s)
				config := domain.at
				if !s.Has(spec.SCIMByConfig) {
					config = s.Known(suite.Configs, s.Admin().Get(domain.Path()).Text("identity_provider_config"))
					s.Admin().Get(config.Path()).Status(200)
				}
				token := s.Session("admin").Post(config.Path("scim", "token"), nil).Status(200).Text(scimToken)
				old.Get(old.Path("Users")).SCIM(403, badBearer)
				fresh := s.SCIMOf(domain.segment, token)
				fresh.Get(fresh.Path("Users")).Status(200)
			},
		},
		{
			ID: "scim.auth.disabled", Title: "Disabling SCIM ends its token, enabling it again makes another",
			Covers: []string{"scim_users_list", "domains_partial_update"}, Needs: scimLent, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain, old := openSCIMDomain(s)
				s.Admin().Patch(domain.at.Path(), suite.JSON{"scim_enabled": false}).Status(200)
				old.Get(old.Path("Users")).SCIM(403, badBearer)
				token := s.Admin().Patch(domain.at.Path(), suite.JSON{"scim_enabled": true}).Status(200).Text(scimToken)
				old.Get(old.Path("Users")).SCIM(403, badBearer)
				fresh := s.SCIMOf(domain.segment, token)
				fresh.Get(fresh.Path("Users")).Status(200)
			},
		},
		{
			ID: "scim.auth.deleted", Title: "Deleting a domain ends its token",
			Covers: []string{"scim_users_list", "domains_destroy"}, Needs: scimMade, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain, p := newSCIMDomain(s)
				if id := s.Admin().Get(domain.Path()).Text("identity_provider_config"); id != "" {
					config := s.Known(suite.Configs, id)
					s.Cleanup("config "+config.ID, func(s *suite.S) *suite.Response { return s.Admin().Delete(config.Path()) })
				}
				s.Admin().Delete(domain.Path()).Empty()
				p.Get(p.Path("Users")).SCIM(403, badBearer)
			},
		},
		{
			ID: "scim.auth.unverified", Title: "The token of a config does not open a domain that is not verified",
			Covers: users, Needs: with(admin, suite.SCIMDomain), Access: suite.Write,
			Run: func(s *suite.S) {
				if s.Has(spec.SCIMByConfig) {
					_, p := openSCIM(s, s.NewDomain())
					p.Get(p.Path("Users")).SCIM(403, badBearer)
					return
				}
				config := s.NewConfig(suite.JSON{"name": s.Name(), "scim_enabled": true})
				domain := s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{configLink: config.ID}).Status(200)
				p := s.SCIMOf(domain.ID, config.Text(scimToken))
				p.Get(p.Path("Users")).SCIM(403, badBearer)
			},
		},
	}
}
