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
)

// showTarget answers the target profile of the sandbox, for whoever reaches it as the
// caller did.
func (p *Plane) showTarget(s *sandbox.Sandbox, g *gin.Context) {
	x := exchange.Of(g.Request)
	site := x.Site(g.Request)
	if x.Prefix == "" && !s.IsDefault() {
		site += address.Sandbox + s.Name() // chosen by a header, which a base URL cannot say
	}
	profile, err := Profile(s, site, p.Token)
	if err != nil {
		refuse(g, http.StatusNotFound, "no_target", err.Error())
		return
	}
	g.Data(http.StatusOK, "application/json; charset=utf-8", profile)
}

// Profile is the target profile of a sandbox: what it is, how to reach it at
// baseURL and what a conformance suite can count on; token is that of the control plane.
// Its sessions were started with the server, or by the latest reset.
//
// It fails when the world has no target section or names things that are not there.
func Profile(s *sandbox.Sandbox, baseURL, token string) (profile []byte, err error) {
	s.Settled(func() { profile, err = writeProfile(s, baseURL, token) })
	return profile, err
}

func writeProfile(s *sandbox.Sandbox, baseURL, token string) ([]byte, error) {
	if s.Fixture().Target == nil {
		return nil, fmt.Errorf("world %s has no section \"target\": add one to get a target profile", s.Fixture().Name)
	}
	p := profiler{s.Store.View(), s.Fixture().Target}
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
	put(profile, "control_token", token)
	return json.MarshalIndent(profile, "", "  ")
}

// profileCredentials lists how each role reaches the API.
func profileCredentials(s *sandbox.Sandbox) map[string]any {
	credentials := map[string]any{}
	for role, c := range s.Fixture().Target.Credentials.All() {
		credential := map[string]any{}
		put(credential, "personal_api_key", c.Key)
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

type profiler struct {
	view   *world.World
	target *fixtures.Target
}

// known lists what is there to try things on. What the world does not name is
// left out.
func (p *profiler) known() map[string]any {
	k := p.target
	known := map[string]any{}
	if d, ok := p.view.Domain(p.target.Organization, k.VerifiedDomain); ok {
		known["verified_domain"] = map[string]any{"id": d.ID, "domain": d.Domain}
	}
	if len(k.Projects) > 0 {
		known["projects"] = k.Projects
	}
	integrations := map[string]any{}
	put(integrations, "connectable", k.Integrations.Connectable)
	put(integrations, "marketplace", k.Integrations.Marketplace)
	put(integrations, "disposable", k.Integrations.Disposable)
	put(integrations, "unpaid", k.Integrations.Unpaid)
	if len(integrations) > 0 {
		known["integrations"] = integrations
	}
	if d, ok := p.view.Domain(p.target.Organization, k.SCIMDomain); ok {
		known["scim"] = map[string]any{"domain_id": d.ID, "email_domain": d.Domain, "token": d.SCIMBearerToken}
	}
	if o := k.OtherOrganization; o != nil {
		known["other_organization"] = p.other(o)
	}
	if o := k.FeaturelessOrganization; o != nil {
		featureless := map[string]any{"id": o.ID}
		put(featureless, "domain_id", o.Domain)
		known["featureless_organization"] = featureless
	}
	return known
}

func (p *profiler) other(o *fixtures.OtherOrganization) map[string]any {
	other := map[string]any{"id": o.ID}
	if d, ok := p.view.Domain(o.ID, o.Domain); ok {
		other["domain_id"], other["domain"] = d.ID, d.Domain
	}
	put(other, "identity_provider_config_id", o.IdentityProviderConfig)
	if o.Project != 0 {
		other["project_id"] = o.Project
	}
	return other
}

// put stores a text unless it is empty.
func put(object map[string]any, key, value string) {
	if value != "" {
		object[key] = value
	}
}

// rateLimitsOfProfile is how a target profile names the limits that are enforced.
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
