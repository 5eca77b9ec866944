package mock

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// turnedAway is a request that a step on the way in refused.
type turnedAway struct {
	*exchange
	request *http.Request
	answer  fault.Answer
}

// sufficient says for each step what would have passed it.
var sufficient = map[string]func(*turnedAway) string{
	"fault header": func(*turnedAway) string {
		return "One of the words of GET " + address.Control + "/fault-words, or no header Understudy-Fault."
	},
	"contract":     func(*turnedAway) string { return "What the document describes, or no header Understudy-Strict." },
	"authenticate": (*turnedAway).credentials,
	"scope":        (*turnedAway).scope,
	"organization": func(*turnedAway) string { return "The id of an organization that is there, or @current." },
	"key limits":   (*turnedAway).keyLimits,
	"membership":   (*turnedAway).membership,
	"level":        (*turnedAway).level,
	"recent login": (*turnedAway).recentLogin,
	"project": func(*turnedAway) string {
		return "The id of a project that the caller may see, and a level that may do this."
	},
	"throttle": func(x *turnedAway) string {
		return "To wait for " + x.answer.Header.Get("Retry-After") + " seconds, as the header Retry-After says."
	},
}

func (x *turnedAway) credentials() string {
	switch {
	case x.operation != nil && x.operation.IsSCIM():
		return x.token()
	case x.answer.Status == http.StatusForbidden:
		return "The session is known. To change something it also needs the cookie " + csrfCookie +
			" and the same token as the header X-CSRFToken; or use a personal API key."
	}
	return "A personal API key as Authorization: Bearer KEY, or a session's cookies, with X-CSRFToken for what changes something."
}

// token says what the SCIM server makes a secret of: which of its conditions does not
// hold.
func (x *turnedAway) token() string {
	const want = "The SCIM token of the domain as Authorization: Bearer TOKEN. "
	path := strings.Split(strings.TrimPrefix(x.request.URL.Path, "/scim/v2/"), "/")
	id, _ := uuid.Parse(path[0])
	domain, ok := x.start.world.DomainByID(id.String())
	if !ok {
		return want + "There is no domain with the id in the path."
	}
	organization, _ := x.start.world.Organization(domain.Organization)
	identity := domain.EffectiveIdentity()
	switch {
	case domain.VerifiedAt == nil:
		return want + "The domain must be verified."
	case organization != nil && !organization.HasFeature(world.FeatureSCIM):
		return want + x.feature(organization, world.FeatureSCIM)
	case !identity.HasSCIM():
		return want + "SCIM must be on for it, with a token."
	}
	return want + "The domain is ready: the token that was sent is another, or none."
}

func (x *turnedAway) scope() string {
	switch {
	case x.operation == nil:
		return "A method that is there: " + x.answer.Header.Get("Allow") + "."
	case x.operation.SessionOnly:
		return "A session: this operation takes no personal API keys, unless the fake runs with --personal-keys everywhere. " +
			"POST " + address.Control + "/sessions starts one."
	}
	has := "none"
	if x.caller.key != nil && len(x.caller.key.Scopes) > 0 {
		has = strings.Join(x.caller.key.Scopes, ", ")
	}
	return fmt.Sprintf("A key with the scope %s. This one has: %s.", x.operation.Scope, has)
}

func (x *turnedAway) keyLimits() string {
	key := x.caller.key
	switch {
	case len(key.Projects) > 0:
		return fmt.Sprintf("A key that is not limited to projects. This one is, to %s.", strings.Trim(fmt.Sprint(key.Projects), "[]"))
	case len(key.Organizations) > 0:
		return fmt.Sprintf("A key that reaches the organization. This one is limited to %s.", strings.Join(key.Organizations, ", "))
	}
	return "A caller who is an administrator, or an organization that lets its members use keys."
}

func (x *turnedAway) membership() string {
	return fmt.Sprintf("A caller who is a member of the organization %s, which %s is not.", x.limits.organization.Name, x.caller.user.Email)
}

func (x *turnedAway) level() string {
	if x.operation == nil {
		return "A method that is there: " + x.answer.Header.Get("Allow") + "."
	}
	return fmt.Sprintf("A caller who is %s. The caller is %s.", levelText(world.Level(x.operation.Level)), levelText(x.limits.membership.Level))
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

func (x *turnedAway) recentLogin() string {
	return fmt.Sprintf("A session whose login is no more than %s ago, or a personal API key. This login was %s ago.",
		x.sandbox.core.config.sessionFreshness, x.began.Sub(x.caller.session.LoggedInAt))
}
