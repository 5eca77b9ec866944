package plan

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// answerTally counts how keys were answered about the organization, as far as that tells
// a profile that points to the wrong place from a target that does something wrong.
type answerTally struct {
	answers, missing, denied, foreign int
	location                          string // where a redirection leads
	last                              string
	organizations                     []string // those of who calls, where that can be seen
	known                             bool     // whether who calls is known to the target
}

// note counts an answer about the organization.
func (a *answerTally) note(r *suite.Response) {
	a.answers++
	a.last = fmt.Sprintf("status %d, %s", r.Code(), cmp.Or(r.Header("Content-Type"), "no content type"))
	switch code := r.Code(); {
	case code == http.StatusNotFound:
		a.missing++
	case code == http.StatusForbidden:
		a.denied++
	case code >= 300 && code < 400:
		a.foreign++
		a.location = cmp.Or(a.location, r.Header("Location"))
	case code < 500 && !gjson.Valid(r.Body()):
		a.foreign++
	}
}

// noteCaller notes what the target says of who calls.
func (a *answerTally) noteCaller(r *suite.Response) {
	if r.Code() != http.StatusOK {
		return
	}
	a.known = true
	for _, id := range r.Get("organizations.#.id").Array() {
		a.organizations = append(a.organizations, id.String())
	}
}

// profileMistake says what is wrong with where the profile points, "" if nothing is that
// can be told: one answer that only the target can have given is enough.
func (a *answerTally) profileMistake(t *target.Profile) string {
	base := report.PublicAddress(t.BaseURL)
	switch {
	case a.answers == 0:
		return ""
	case a.denied > 0 && a.missing+a.denied == a.answers && a.known:
		return fmt.Sprintf("the key of the profile may read nothing of the organization %s at %s; %s; see organization.id and credentials.admin",
			t.Organization.ID, base, a.membership())
	case a.missing+a.foreign < a.answers:
		return ""
	case a.location != "":
		place, _, _ := strings.Cut(a.location, "/api/")
		return fmt.Sprintf("%s sends requests on to another place, where no keys are sent; base_url may have to be %s", base, place)
	case a.foreign > 0:
		return fmt.Sprintf("nothing at %s answers as the API does (%s); base_url is where /api/ lies", base, a.last)
	}
	return fmt.Sprintf("no key of the profile finds the organization %s at %s; see organization.id and base_url", t.Organization.ID, base)
}

// membership says which organizations who calls is in.
func (a *answerTally) membership() string {
	if len(a.organizations) == 0 {
		return "whose key it is, is in no organization that can be seen"
	}
	return "whose key it is, is in " + strings.Join(a.organizations, ", ")
}
