package suite

import (
	"io"
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// Who makes a project is in it. What was current before is given back once the project is gone,
// and is a loss where the target does not take it.
func TestCurrentIsGivenBack(t *testing.T) {
	for _, tc := range []struct {
		name  string
		takes bool
	}{{"taken", true}, {"refused", false}} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			team, calls := "1", []string(nil)
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method == http.MethodGet && r.URL.Path == mePath:
					answer(w, http.StatusOK, `{"organization": {"id": "o"}, "team": {"id": %s}}`, team)
					return
				case r.Method == http.MethodGet && r.URL.Path == RootProjects+"1/":
					answer(w, http.StatusOK, `{"id": 1}`)
					return
				case r.Method == http.MethodPost:
					team = "7"
					answer(w, http.StatusCreated, `{"id": 7}`)
				case r.Method == http.MethodDelete:
					w.WriteHeader(http.StatusNoContent)
				case r.Method == http.MethodPatch && tc.takes:
					team = "1"
					answer(w, http.StatusOK, `{}`)
				case r.Method == http.MethodPatch:
					answer(w, http.StatusBadRequest, `{}`)
				default:
					answer(w, http.StatusNotFound, `{}`)
					return
				}
				body, _ := io.ReadAll(r.Body)
				calls = append(calls, r.Method+" "+r.URL.Path+" "+string(body))
			}, target.Limits{})
			inventory := TakeInventory(t.Context(), client)
			story := func(s *S) {
				s.Admin().Post(s.Org(Projects), nil)
				s.Admin().Post(s.Org(Projects), nil)
			}
			result := Play(t.Context(), client, &Scenario{Run: story}, "test")
			g.Expect(calls[len(calls)-1]).To(Equal(`PATCH /api/users/@me/ {"set_current_organization":"o","set_current_team":"1"}`))
			if tc.takes {
				g.Expect(result.Leftovers).To(BeEmpty())
				g.Expect(inventory.Look(t.Context())).To(BeEmpty())
				return
			}
			g.Expect(result.Leftovers).To(ConsistOf(ContainSubstring("what is current to credentials.admin")))
			g.Expect(inventory.Look(t.Context())).To(ContainElement(Loss{Thing: "what is current to credentials.admin", What: "changed: team.id"}))
		})
	}
}
