package mock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// explain says which rule refused a request, and what would have been enough; nil when
// nothing did.
func (x *exchange) explain(a fault.Answer) *journal.Explanation {
	if a.Status < http.StatusBadRequest {
		return nil
	}
	refusal := refusalIn(a.Body)
	e := &journal.Explanation{Rule: x.refused, Detail: refusal.text()}
	if enough, ok := sufficient[x.refused]; ok {
		e.Sufficient = enough(x)
		return e
	}
	e.Rule = "operation"
	switch {
	case x.operation == nil:
		e.Rule, e.Sufficient = "path", "A path and a method of the API; understudy spec prints them."
	case refusal.Attr != "":
		e.Sufficient = fmt.Sprintf("Another value of %q. Everything before the body was in order.", refusal.Attr)
	case a.Status == http.StatusForbidden && x.missingFeatures() != "":
		e.Sufficient = x.missingFeatures()
	case a.Status == http.StatusNotFound:
		e.Sufficient = "The identifier of something that is there, in this organization."
	}
	return e
}

// sufficient says for each step on the way in what would have passed it.
var sufficient = map[string]func(*exchange) string{
	"fault header": func(*exchange) string {
		return "One of the words of GET " + controlPrefix + "/fault-words, or no header Understudy-Fault."
	},
	"contract":     func(*exchange) string { return "What the document describes, or no header Understudy-Strict." },
	"authenticate": enoughToKnow,
	"scope":        enoughScope,
	"organization": func(*exchange) string { return "The id of an organization that is there, or @current." },
	"key limits":   func(*exchange) string { return "A key that is not limited to other organizations or to projects." },
	"membership":   func(*exchange) string { return "A caller who is a member of the organization." },
	"level":        enoughLevel,
	"recent login": func(*exchange) string { return "A session whose login is more recent, or a personal API key." },
	"project": func(*exchange) string {
		return "The id of a project that the caller may see, and a level that may do this."
	},
	"throttle": func(*exchange) string { return "To wait as Retry-After says." },
}

func enoughToKnow(x *exchange) string {
	if x.operation != nil && x.operation.IsSCIM() {
		return "The SCIM token of the domain as Authorization: Bearer TOKEN, while SCIM is on and the domain verified."
	}
	return "A personal API key as Authorization: Bearer KEY, or a session's cookies, with X-CSRFToken for what changes something."
}

func enoughScope(x *exchange) string {
	switch {
	case x.operation == nil:
		return "A method that is there."
	case x.operation.SessionOnly:
		return "A session: this operation takes no personal API keys, unless the fake runs with --personal-keys everywhere."
	}
	has := "none"
	if x.caller.key != nil {
		has = strings.Join(x.caller.key.Scopes, ", ")
	}
	return fmt.Sprintf("A key with the scope %s. This one has: %s.", x.operation.Scope, has)
}

func enoughLevel(x *exchange) string {
	if x.operation == nil {
		return "A method that is there."
	}
	has := ""
	if m := x.limits.membership; m != nil {
		has = fmt.Sprintf(" The caller is %s.", levelText(m.Level))
	}
	return fmt.Sprintf("A caller who is %s.%s", levelText(world.Level(x.operation.Level)), has)
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

// missingFeatures names the features that the operation knows of and the plan lacks.
func (x *exchange) missingFeatures() string {
	o := x.limits.organization
	if o == nil {
		return ""
	}
	var missing []string
	for _, feature := range x.operation.Features {
		if !o.Has(feature) {
			missing = append(missing, feature)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return fmt.Sprintf(`A plan with one of these features, which the organization lacks: %s. PATCH %s/organizations/%s {"feature": {"NAME": true}} adds one.`,
		strings.Join(missing, ", "), controlPrefix, o.ID)
}

// refusalBody is the part of a refusal that its words are in, of the API and of SCIM.
type refusalBody struct {
	Detail string `json:"detail"`
	Attr   string `json:"attr"`
}

func refusalIn(body []byte) (r refusalBody) {
	_ = json.Unmarshal(body, &r) // what is no refusal has no words
	return r
}

func (r refusalBody) text() string {
	if r.Attr != "" {
		return r.Attr + ": " + r.Detail
	}
	return r.Detail
}
