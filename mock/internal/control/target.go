package control

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// showTarget answers with the target profile of the sandbox, for clients that use the same
// address as this one.
func (p *Plane) showTarget(s *sandbox.Sandbox, g *gin.Context) {
	x := exchange.Of(g.Request)
	site := x.Site(g.Request)
	if x.Prefix == "" && !s.IsDefault() {
		site += address.Sandbox + s.Name() // selected by a header, which a base URL cannot have
	}
	profile, err := Profile(s, site, p.Token)
	if err != nil {
		refuse(g, http.StatusNotFound, "no_target", err.Error())
		return
	}
	g.Data(http.StatusOK, "application/json; charset=utf-8", profile)
}

// Profile is the target profile of a sandbox: how a conformance suite reaches it at baseURL
// and what it finds there; token is that of the control plane. The sessions in it were
// started with the server, or by the latest reset.
//
// It fails when the world has no target section, or one that names missing rows.
func Profile(s *sandbox.Sandbox, baseURL, token string) (profile []byte, err error) {
	s.Settled(func() { profile, err = writeProfile(s, baseURL, token) })
	return profile, err
}

func writeProfile(s *sandbox.Sandbox, baseURL, token string) ([]byte, error) {
	if s.Fixture().Target == nil {
		return nil, fmt.Errorf("world %s has no section \"target\": add one to get a target profile", s.Fixture().Name)
	}
	p := profileBuilder{s.Store.View(), s.Fixture().Target}
	organization, ok := p.view.Organization(p.target.Organization)
	if !ok {
		return nil, fmt.Errorf("world %s: target: there is no organization %s", s.Fixture().Name, p.target.Organization)
	}
	profile := map[string]any{
		"name":         cmp.Or(s.Fixture().Target.Name, "understudy, world "+s.Fixture().Name),
		"base_url":     baseURL,
		"organization": map[string]any{"id": organization.ID, "slug": organization.Slug},
		"credentials":  profileCredentials(s),
		"known":        p.known(),
		"control":      baseURL + address.Control,
		"allow":        []string{"create_organizations", "create_projects", "create_users"},
		"mail":         map[string]any{"send": true}, // it goes to the outbox
	}
	if limits := rateLimitsOfProfile(s.RateLimits().Setting); len(limits) > 0 {
		profile["limits"] = limits
	}
	setNonEmpty(profile, "control_token", token)
	return json.MarshalIndent(profile, "", "  ")
}

// profileCredentials are the credentials of each role.
func profileCredentials(s *sandbox.Sandbox) map[string]any {
	credentials := map[string]any{}
	for role, c := range s.Fixture().Target.Credentials.All() {
		credential := map[string]any{}
		setNonEmpty(credential, "personal_api_key", c.Key)
		if login, ok := s.InitialState().Logins[role]; ok {
			credential["email"], credential["password"] = login.User.Email, login.User.Password
			if login.Key != "" {
				credential["session"] = sessionJSON(login.Key, login.CSRF)
			}
		}
		credentials[role] = credential
	}
	return credentials
}

// profileBuilder looks up what a target section names in a world.
type profileBuilder struct {
	view   *world.World
	target *fixtures.Target
}

// known lists the rows that scenarios may use. What the target section does not name is
// left out.
func (p *profileBuilder) known() map[string]any {
	k := p.target
	known := map[string]any{}
	if d, ok := p.view.Domain(p.target.Organization, k.VerifiedDomain); ok {
		known["verified_domain"] = map[string]any{"id": d.ID, "domain": d.Domain}
	}
	if len(k.Projects) > 0 {
		known["projects"] = k.Projects
	}
	if k.PrivateProject != 0 {
		known["private_project"] = k.PrivateProject
	}
	integrations := map[string]any{}
	setNonEmpty(integrations, "connectable", k.Integrations.Connectable)
	setNonEmpty(integrations, "marketplace", k.Integrations.Marketplace)
	setNonEmpty(integrations, "disposable", k.Integrations.Disposable)
	setNonEmpty(integrations, "unpaid", k.Integrations.Unpaid)
	setNonEmpty(integrations, "disposable_connectable", k.Integrations.DisposableConnectable)
	if len(integrations) > 0 {
		known["integrations"] = integrations
	}
	if d, ok := p.view.Domain(p.target.Organization, k.SCIMDomain); ok {
		known["scim"] = p.scim(d)
	}
	if o := k.OtherOrganization; o != nil {
		known["other_organization"] = p.otherOrganization(o)
	}
	if o := k.FeaturelessOrganization; o != nil {
		featureless := map[string]any{"id": o.ID}
		setNonEmpty(featureless, "domain_id", o.Domain)
		known["featureless_organization"] = featureless
	}
	return known
}

// scim is the SCIM server for a domain: its own, from the newest revision on that of the config
// that provisions for it.
func (p *profileBuilder) scim(d *world.Domain) map[string]any {
	server := map[string]any{"domain_id": d.ID, "email_domain": d.Domain, "token": d.SCIMBearerToken}
	if config, ok := p.view.SCIMConfig(d); ok && p.view.Revision.Has(spec.SCIMByConfig) {
		server["token"], server["slug"] = config.SCIMBearerToken, config.Slug
	}
	return server
}

func (p *profileBuilder) otherOrganization(o *fixtures.OtherOrganization) map[string]any {
	other := map[string]any{"id": o.ID}
	if d, ok := p.view.Domain(o.ID, o.Domain); ok {
		other["domain_id"], other["domain"] = d.ID, d.Domain
	}
	setNonEmpty(other, "identity_provider_config_id", o.IdentityProviderConfig)
	if o.Project != 0 {
		other["project_id"] = o.Project
	}
	return other
}

// setNonEmpty sets a member of an object, unless the text is empty.
func setNonEmpty(object map[string]any, key, value string) {
	if value != "" {
		object[key] = value
	}
}

// rateLimitsOfProfile represents the limits that are enforced.
func rateLimitsOfProfile(s ratelimit.Setting) map[string]any {
	limits := map[string]any{}
	if s.Mode != ratelimit.Enforce {
		return limits
	}
	if s.Limits.PerMinute > 0 {
		limits["requests_per_minute"] = s.Limits.PerMinute
	}
	if s.Limits.PerHour > 0 {
		limits["requests_per_hour"] = s.Limits.PerHour
	}
	return limits
}
