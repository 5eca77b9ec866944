package conformance

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// seen is how keys were answered about the organization, as far as that tells a
// profile that points to the wrong place from a target that does something wrong.
type seen struct {
	answers, missing, foreign int
	location                  string // where a redirection leads
	last                      string
}

func (n *seen) note(r *suite.Response) {
	n.answers++
	n.last = fmt.Sprintf("status %d, %s", r.Code(), cmp.Or(r.Header("Content-Type"), "no content type"))
	switch code := r.Code(); {
	case code == http.StatusNotFound:
		n.missing++
	case code >= 300 && code < 400:
		n.foreign++
		n.location = cmp.Or(n.location, r.Header("Location"))
	case code < 500 && !gjson.Valid(r.Body()):
		n.foreign++
	}
}

// mistake says what is wrong with where the profile points, "" if nothing is that
// can be told: one answer that only the target can have given is enough.
func (n *seen) mistake(t *Target) string {
	base := report.PublicAddress(t.BaseURL)
	switch {
	case n.answers == 0 || n.missing+n.foreign < n.answers:
		return ""
	case n.location != "":
		place, _, _ := strings.Cut(n.location, "/api/")
		return fmt.Sprintf("%s sends requests on to another place, where no keys are sent; base_url may have to be %s", base, place)
	case n.foreign > 0:
		return fmt.Sprintf("nothing at %s answers as the API does (%s); base_url is where /api/ lies", base, n.last)
	}
	return fmt.Sprintf("no key of the profile finds the organization %s at %s; see organization.id and base_url", t.Organization.ID, base)
}
