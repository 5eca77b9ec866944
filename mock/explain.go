package mock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// explain says which rule refused a request, and what would have been enough; nil when
// nothing did.
func (x *exchange) explain(r *http.Request, a fault.Answer) *journal.Explanation {
	if a.Status < http.StatusBadRequest {
		return nil
	}
	refusal := refusalIn(a.Body)
	e := &journal.Explanation{Rule: x.refused, Detail: refusal.text()}
	switch enough := sufficient[x.refused]; {
	case x.staged != "":
		e.Rule, e.Sufficient = "fault", notToMeet(x.staged)
	case enough != nil:
		e.Sufficient = enough(&turnedAway{x, r, a})
	case x.operation == nil && a.Header.Get("Allow") != "":
		e.Rule, e.Sufficient = "method", "One of the methods "+a.Header.Get("Allow")+"."
	case x.operation == nil:
		e.Rule, e.Sufficient = "path", "A path and a method of the API; understudy spec prints them."
	default:
		e.Rule, e.Sufficient = "operation", x.enoughFor(refusal, a.Status)
	}
	return e
}

// notToMeet says how a request goes by a fault.
func notToMeet(staged string) string {
	if word, asked := strings.CutPrefix(staged, fault.MagicPrefix); asked {
		return fmt.Sprintf("Not to ask for it: the request holds the magic word %s, in the header %s or in its data.", word, fault.HeaderName)
	}
	return fmt.Sprintf("Not to meet the fault %s, which somebody planned. DELETE %s/faults/%s takes it away.", staged, address.Control, url.PathEscape(staged))
}

// enoughFor is what the operation itself would have taken.
func (x *exchange) enoughFor(refusal refusalBody, status int) string {
	switch {
	case refusal.Code == "feature_not_available", refusal.Attr == "" && status == http.StatusForbidden:
		if missing := x.missingFeatures(); missing != "" {
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

// missingFeatures names the features that the operation knows of and the plan lacks.
func (x *exchange) missingFeatures() string {
	o := x.limits.organization
	if o == nil {
		return ""
	}
	var missing []string
	for _, feature := range x.operation.Features {
		if !o.HasFeature(feature) {
			missing = append(missing, feature)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return x.feature(o, missing...)
}

// feature says how to give an organization what it lacks.
func (x *exchange) feature(o *world.Organization, missing ...string) string {
	return fmt.Sprintf(`A plan with what the organization lacks: %s. PATCH %s/organizations/%s with {"feature": {%q: true}} gives it that.`,
		strings.Join(missing, ", "), address.Control, o.ID, missing[0])
}

// refusalBody is the part of a refusal that its words are in, of the API and of SCIM.
type refusalBody struct {
	Code   string `json:"code"`
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
