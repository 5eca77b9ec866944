package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// explain says which rule refused a request, and what would have been sufficient; nil for
// a request that was not refused.
func (s *Server) explain(x *exchange.Exchange, r *http.Request, a fault.Answer) *journal.Explanation {
	if a.Status < http.StatusBadRequest {
		return nil
	}
	refusal := parseRefusal(a.Body)
	e := &journal.Explanation{Rule: x.RefusedBy, Detail: refusal.text()}
	switch explainStep := stepExplanations[x.RefusedBy]; {
	case x.Fault != "":
		e.Rule, e.Sufficient = "fault", explainFault(x.Fault)
	case explainStep != nil:
		e.Sufficient = explainStep(&refusedRequest{x, r, a, s.config.API.RecentLogin})
	case x.Operation == nil && a.Header.Get("Allow") != "":
		e.Rule, e.Sufficient = "method", "One of the methods "+a.Header.Get("Allow")+"."
	case x.Operation == nil:
		e.Rule, e.Sufficient = "path", "A path and a method of the API; understudy spec prints them."
	default:
		e.Rule, e.Sufficient = "operation", explainOperation(x, refusal, a.Status)
	}
	return e
}

// explainFault says how to avoid a fault.
func explainFault(name string) string {
	if word, asked := strings.CutPrefix(name, fault.MagicPrefix); asked {
		return fmt.Sprintf("Not to ask for it: the request holds the magic word %s, in the header %s or in its data.", word, fault.HeaderName)
	}
	return fmt.Sprintf("Not to meet the fault %s, which somebody planned. DELETE %s/faults/%s takes it away.", name, address.Control, url.PathEscape(name))
}

// explainOperation says what would have been sufficient for the operation itself, which
// refused a request that had passed all steps before.
func explainOperation(x *exchange.Exchange, refusal refusalBody, status int) string {
	switch {
	case refusal.Code == "feature_not_available", refusal.Attr == "" && status == http.StatusForbidden:
		if missing := missingFeatures(x); missing != "" {
			return missing
		}
	case refusal.Attr != "":
		return fmt.Sprintf("Another value of %q. Everything before the body was in order.", refusal.Attr)
	case refusal.Code == "parse_error":
		return "A body that is written as its Content-Type says."
	case status == http.StatusNotAcceptable:
		return "The header Accept with application/json in it, or without."
	case status == http.StatusNotFound:
		return "The identifier of something that is there, in this organization."
	}
	return "What the detail says: every check before the operation was passed, it refused by itself."
}

// missingFeatures says how to get the features that the operation may need and the
// organization lacks; "" if it lacks none.
func missingFeatures(x *exchange.Exchange) string {
	o := x.Organization
	if o == nil {
		return ""
	}
	var missing []string
	for _, feature := range x.Operation.Features {
		if !o.HasFeature(feature) {
			missing = append(missing, feature)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return featureText(o, missing...)
}

// featureText says how to give an organization the features that it lacks.
func featureText(o *world.Organization, missing ...string) string {
	return fmt.Sprintf(`A plan with what the organization lacks: %s. PATCH %s/organizations/%s with {"feature": {%q: true}} gives it that.`,
		strings.Join(missing, ", "), address.Control, o.ID, missing[0])
}

// refusalBody is the part of an error's body that says what is wrong, in the API's form or
// in SCIM's.
type refusalBody struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Attr   string `json:"attr"`
}

func parseRefusal(body []byte) (r refusalBody) {
	_ = json.Unmarshal(body, &r) // a body of another form leaves it empty
	return r
}

func (r refusalBody) text() string {
	if r.Attr != "" {
		return r.Attr + ": " + r.Detail
	}
	return r.Detail
}

// refusedRequest is a request that a step before the operation refused.
type refusedRequest struct {
	*exchange.Exchange
	request *http.Request
	answer  fault.Answer
	// sessionFreshness is how old a login may be for sensitive writes.
	sessionFreshness time.Duration
}

// stepExplanations say for each step before the operation what would have passed it.
var stepExplanations = map[string]func(*refusedRequest) string{
	"fault header": func(*refusedRequest) string {
		return "One of the words of GET " + address.Control + "/fault-words, or no header Understudy-Fault."
	},
	"contract":     func(*refusedRequest) string { return "What the document describes, or no header Understudy-Strict." },
	"authenticate": (*refusedRequest).credentials,
	"scope":        (*refusedRequest).scope,
	"organization": func(*refusedRequest) string { return "The id of an organization that is there, or @current." },
	"key limits":   (*refusedRequest).keyLimits,
	"membership":   (*refusedRequest).membership,
	"verified domain": func(*refusedRequest) string {
		return "A caller with an address on a verified domain of the organization, or an administrator who changes nothing but " +
			"enforce_verified_domains, by PATCH."
	},
	"level":        (*refusedRequest).level,
	"recent login": (*refusedRequest).recentLogin,
	"project": func(*refusedRequest) string {
		return "The id of a project that the caller may see, and a level that may do this."
	},
	"throttle": func(x *refusedRequest) string {
		return "To wait for " + x.answer.Header.Get("Retry-After") + " seconds, as the header Retry-After says."
	},
}

func (x *refusedRequest) credentials() string {
	switch {
	case x.Operation != nil && x.Operation.IsSCIM():
		return x.scimToken()
	case x.answer.Status == http.StatusForbidden:
		return "The session is known. To change something it also needs the cookie " + exchange.CSRFCookie +
			" and the same token as the header X-CSRFToken; or use a personal API key."
	}
	return "A personal API key as Authorization: Bearer KEY, or a session's cookies, with X-CSRFToken for what changes something."
}

// scimToken says which condition of the SCIM server does not hold. Its response does not
// tell.
func (x *refusedRequest) scimToken() string {
	path := strings.Split(strings.TrimPrefix(x.request.URL.Path, "/scim/v2/"), "/")
	if x.Start.World.Revision.Has(spec.SCIMByConfig) {
		return x.configSCIMToken(path[0])
	}
	const want = "The SCIM token of the domain as Authorization: Bearer TOKEN. "
	id, _ := uuid.Parse(path[0])
	domain, ok := x.Start.World.DomainByID(id.String())
	if !ok {
		return want + "There is no domain with the id in the path."
	}
	organization, _ := x.Start.World.Organization(domain.Organization)
	identity := domain.EffectiveIdentity()
	switch {
	case domain.VerifiedAt == nil:
		return want + "The domain must be verified."
	case organization != nil && !organization.HasFeature(world.FeatureSCIM):
		return want + featureText(organization, world.FeatureSCIM)
	case !identity.HasSCIM():
		return want + "SCIM must be on for it, with a token."
	}
	return want + "The domain is ready: the token that was sent is another, or none."
}

// configSCIMToken is scimToken where the SCIM server is that of a config.
func (x *refusedRequest) configSCIMToken(slug string) string {
	const want = "The SCIM token of the identity provider config as Authorization: Bearer TOKEN. "
	view := x.Start.World
	config, ok := view.ConfigBySlug(slug)
	if !ok {
		return want + "There is no config with the slug in the path: its scim_base_url shows it."
	}
	organization, _ := view.Organization(config.Organization)
	verified := slices.ContainsFunc(view.ServedDomains(config), func(d *world.Domain) bool { return d.VerifiedAt != nil })
	switch {
	case !verified:
		return want + "One of the domains that it serves must be verified."
	case organization != nil && !organization.HasFeature(world.FeatureSCIM):
		return want + featureText(organization, world.FeatureSCIM)
	case !config.HasSCIM():
		return want + "SCIM must be on for it, with a token."
	}
	return want + "The config is ready: the token that was sent is another, or none."
}

func (x *refusedRequest) scope() string {
	switch {
	case x.Operation == nil:
		return "A method that is there: " + x.answer.Header.Get("Allow") + "."
	case x.Operation.SessionOnly:
		return "A session: this operation takes no personal API keys, unless the fake runs with --personal-keys everywhere. " +
			"POST " + address.Control + "/sessions starts one."
	}
	has := "none"
	if x.Caller.Key != nil && len(x.Caller.Key.Scopes) > 0 {
		has = strings.Join(x.Caller.Key.Scopes, ", ")
	}
	return fmt.Sprintf("A key with the scope %s. This one has: %s.", x.Operation.Scope, has)
}

func (x *refusedRequest) keyLimits() string {
	key := x.Caller.Key
	switch {
	case len(key.Projects) > 0:
		return fmt.Sprintf("A key that is not limited to projects. This one is, to %s.", strings.Trim(fmt.Sprint(key.Projects), "[]"))
	case len(key.Organizations) > 0:
		return fmt.Sprintf("A key that reaches the organization. This one is limited to %s.", strings.Join(key.Organizations, ", "))
	}
	return "A caller who is an administrator, or an organization that lets its members use keys."
}

func (x *refusedRequest) membership() string {
	return fmt.Sprintf("A caller who is a member of the organization %s, which %s is not.", x.Organization.Name, x.Caller.User.Email)
}

func (x *refusedRequest) level() string {
	if x.Operation == nil {
		return "A method that is there: " + x.answer.Header.Get("Allow") + "."
	}
	return fmt.Sprintf("A caller who is %s. The caller is %s.", levelText(world.Level(x.Operation.Level)), levelText(x.Membership.Level))
}

func levelText(level world.Level) string {
	switch {
	case level >= world.Owner:
		return "an owner (level 15)"
	case level >= world.Administrator:
		return "an administrator (level 8)"
	}
	return "a member (level 1)"
}

func (x *refusedRequest) recentLogin() string {
	return fmt.Sprintf("A session whose login is no more than %s ago, or a personal API key. This login was %s ago.",
		x.sessionFreshness, x.BeganAt.Sub(x.Caller.Session.LoggedInAt))
}
