package suite

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// planRefusal is an answer that says that a plan does not include something.
type planRefusal struct {
	code, attr, detail string // how it begins, each; "" is anything
	feature            string // what the plan does not include
}

// planRefusals are the answers of the API that say so. What is refused by one is not
// wrong: an organization need not have the feature.
// Source: the documented behaviour of domains, configs, projects and organizations;
// posthog/api/organization.py has the validators of settings.
var planRefusals = []planRefusal{
	{"permission_denied", "", "Automatic provisioning is not enabled for this organization", "automatic_provisioning"},
	{"permission_denied", "", "SCIM is not available for this organization", "scim"},
	{"permission_denied", "", "You have reached the maximum limit of allowed projects for your current plan", "organizations_projects"},
	{"permission_denied", "", "You must upgrade your PostHog plan to be able to create and manage multiple", "organizations_projects"},
	{"feature_not_available", "scim_enabled", "", "scim"},
	{"feature_not_available", "id_jag_", "", "xaa_authentication"},
	{"feature_not_available", "jit_", "", "automatic_provisioning"},
	{"feature_not_available", "oidc_", "", "oidc"},
	{"feature_not_available", "", "", ""},
	{"payment_required", "members_can_invite", "", "organization_invite_settings"},
	{"payment_required", "enforce_2fa", "", "2fa_enforcement"},
	{"payment_required", "members_can_use_personal_api_keys", "", "organization_security_settings"},
	{"payment_required", "", "", ""},
}

// matches reports whether an answer says that the plan does not include the feature.
func (p planRefusal) matches(code, attr, detail string) bool {
	return code == p.code && strings.HasPrefix(attr, p.attr) && strings.HasPrefix(detail, p.detail)
}

// notInPlan says what the plan of an organization does not include by what the target answered,
// where the story expected something else, "" if it said nothing of the kind. A feature that
// the organization is known to have, or that the story switched itself, is none of these; nor
// is any where the story is about what plans include, or wants to be kept from
// what belongs to others.
func (s *S) notInPlan() string {
	e := s.failing()
	if e == nil || s.aspect == FeatureGate || (s.aspect == Isolation && s.wanted >= http.StatusBadRequest) {
		return ""
	}
	body := gjson.ParseBytes(e.ResponseBody)
	code, attr, detail := body.Get("code").String(), body.Get("attr").String(), body.Get("detail").String()
	at := slices.IndexFunc(planRefusals, func(p planRefusal) bool { return p.matches(code, attr, detail) })
	if at < 0 || e.Status < http.StatusBadRequest || s.hasFeature(e, planRefusals[at].feature) {
		return ""
	}
	return strings.TrimSpace("the plan of the organization does not include " + planRefusals[at].feature + ": it answers: " + detail)
}

// hasFeature reports whether the organization that an exchange is about is known to have a
// feature: the profile's shows so, and in one of its own the story has switched it. Where the
// story wanted to be refused there, it knows why.
func (s *S) hasFeature(e *Exchange, feature string) bool {
	path, _ := strings.CutPrefix(e.URL, s.Target().BaseURL)
	if strings.HasPrefix(path, organizationsPath) && !strings.HasPrefix(path, s.Org()) {
		_, switched := e.switched[feature]
		return switched || s.wanted >= http.StatusBadRequest
	}
	return slices.Contains(s.client.features(), feature)
}

// scimRefused says that the SCIM server has never taken the token of the profile, "" if it has
// or the story ended with something else. Its answer is that to any wrong token, whatever the
// reason: the plan may lack the feature.
func (s *S) scimRefused() string {
	known, last := s.Target().Known.SCIM, s.failing()
	if known == nil || last == nil || last.Status != http.StatusForbidden || last.RequestHeader.Get("Authorization") != "Bearer "+known.Token {
		return ""
	}
	if !strings.Contains(last.URL, "/scim/v2/"+known.Segment()+"/") || s.client.acceptedBy(known.Segment()) != nil {
		return ""
	}
	return "the target refuses known.scim.token: it may have been replaced, SCIM be off, or the plan not include scim"
}

// features are those that the profile's organization is known to have.
func (c *Client) features() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.observedFeatures != nil {
		return c.observedFeatures
	}
	return c.Target.Organization.Features
}

// ObserveFeatures notes the features that the organization shows; nil is that it shows none.
func (c *Client) ObserveFeatures(features []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.observedFeatures = features
}

// ownSetting is a setting of the profile's organization that is not as it is at first, so that it
// answers some requests otherwise. That is its own choice, and shows nothing about the target.
type ownSetting struct {
	name, value string
	what        string // what follows from it
	ofMembers   bool   // what administrators may does not follow from it
	// answers tells whether it may be what an answer comes of.
	answers func(s *S, e *Exchange, body gjson.Result) bool
}

// ownSettings are those whose effect stories of an organization meet. Source: posthog/permissions.py,
// posthog/api/organization_invite.py, posthog/api/project.py.
var ownSettings = []ownSetting{
	{"members_can_invite", "false", "its members may not invite", true, func(s *S, e *Exchange, body gjson.Result) bool {
		return e.Method == http.MethodPost && s.isIn(e, Invites) && e.Status == http.StatusForbidden && body.Get("detail").String() == "You do not have permission to perform this action."
	}},
	{"members_can_create_projects", "true", "its members may make projects", true, func(s *S, e *Exchange, _ gjson.Result) bool {
		return e.Method == http.MethodPost && s.isIn(e, Projects) && e.Status != http.StatusForbidden
	}},
	{"members_can_see_org_members", "false", "its members do not see one another", true, func(s *S, e *Exchange, _ gjson.Result) bool {
		return e.IsSafe() && (s.isIn(e, Members) || s.isIn(e, Roles)) && e.Status < http.StatusInternalServerError
	}},
	{"members_can_use_personal_api_keys", "false", "its members may not use personal API keys", false, func(_ *S, e *Exchange, body gjson.Result) bool {
		return e.Status == http.StatusForbidden && strings.Contains(body.Get("detail").String(), "does not allow using personal API keys")
	}},
	{"enforce_2fa", "true", "its people need a second factor", false, func(_ *S, e *Exchange, body gjson.Result) bool {
		return e.Status == http.StatusForbidden && body.Get("code").String() == twoFactorCode
	}},
	{"enforce_verified_domains", "true", "its people need an address of a verified domain", false, func(_ *S, e *Exchange, body gjson.Result) bool {
		return e.Status >= http.StatusBadRequest && body.Get("code").String() == "verified_domain_required"
	}},
}

// twoFactorCode is what sessions without a second factor are told where one is wanted.
const twoFactorCode = "two_factor_setup_required"

// isIn reports whether a request is for a collection of the profile's organization, or for something in it.
func (s *S) isIn(e *Exchange, collection string) bool {
	path, _ := s.client.pathOf(e.URL)
	return strings.HasPrefix(path, s.Org(collection))
}

// chosen says by which setting of its own the profile's organization answers the request that the story fails on
// as it does, "" if by none.
func (s *S) chosen() string {
	e := s.failing()
	if e == nil {
		return ""
	}
	body, who := gjson.ParseBytes(e.ResponseBody), strings.TrimSuffix(e.who, sessionSuffix)
	for _, setting := range ownSettings {
		if setting.ofMembers && (who == "admin" || who == "owner") {
			continue
		}
		if setting.answers(s, e, body) && s.organizationShows(setting.name, setting.value) {
			return "the organization has chosen that " + setting.what + ": " + setting.name + " is " + setting.value
		}
	}
	return ""
}

// organizationShows reports whether the profile's organization has a setting.
func (s *S) organizationShows(name, value string) (shows bool) {
	_ = s.aside().Try(func(s *S) { shows = s.Admin().Get(s.Org()).value(name).Raw == value }) // no answer says nothing
	return shows
}
