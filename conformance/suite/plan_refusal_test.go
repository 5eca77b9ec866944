package suite

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// TestExcusedByTheAnswerThatFailed: what an organization has chosen, or its plan lacks, excuses the
// answer that says so, whichever came last, and no other.
func TestExcusedByTheAnswerThatFailed(t *testing.T) {
	const (
		twoFactor = `{"type": "authentication_error", "code": "two_factor_setup_required", "detail": "2FA setup required", "attr": null}`
		noPlan    = `{"type": "validation_error", "code": "payment_required", "detail": "You must upgrade.", "attr": "enforce_2fa"}`
	)
	for name, c := range map[string]struct {
		status         int
		refusal        string
		chosen, absent string
	}{
		"chosen":      {http.StatusForbidden, twoFactor, "the organization has chosen that its people need a second factor: enforce_2fa is true", ""},
		"not in plan": {http.StatusBadRequest, noPlan, "", "the plan of the organization does not include 2fa_enforcement: it answers: You must upgrade."},
	} {
		serve := func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/refused/"):
				answer(w, c.status, "%s", c.refusal)
			default:
				answer(w, http.StatusOK, `{"enforce_2fa": true, "name": "it"}`)
			}
		}
		for about, failsOn := range map[string]func(refused, other *Response){
			"the refusal, which came first": func(refused, _ *Response) { refused.Status(http.StatusOK) },
			"the answer after it":           func(_, other *Response) { other.Status(http.StatusTeapot) },
		} {
			t.Run(name+", "+about, func(t *testing.T) {
				g := NewWithT(t)
				result := Play(t.Context(), newTestClient(t, serve, target.Limits{}), &Scenario{Run: func(s *S) {
					admin := s.Admin().Undocumented()
					failsOn(admin.Get(s.Org("refused")), admin.Get(s.Org("other")))
				}}, "test")
				if about != "the answer after it" {
					g.Expect(result).To(And(HaveField("Failure", ""), HaveField("CouldNotRun", c.chosen), HaveField("NotApplicable", c.absent)), fmt.Sprint(result))
				} else {
					g.Expect(result).To(And(HaveField("Failure", Not(BeEmpty())), HaveField("CouldNotRun", ""), HaveField("NotApplicable", "")), fmt.Sprint(result))
				}
			})
		}
	}
}
