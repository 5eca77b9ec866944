package suite

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// What SCIM made goes by SCIM, with the token that made it, the latest first.
func TestCleansUpWhatSCIMMade(t *testing.T) {
	g := NewWithT(t)
	var deleted []string
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodDelete:
			deleted = append(deleted, r.Header.Get("Authorization")+" "+r.URL.Path)
			w.WriteHeader(http.StatusNoContent)
		case strings.HasSuffix(r.URL.Path, "/Groups/"):
			answer(w, http.StatusCreated, `{"id": "g", "surprise": 1}`)
		default:
			answer(w, http.StatusCreated, `{"id": "7"}`)
		}
	}, target.Limits{})
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		p := s.SCIMOf("d", "one")
		p.Post("/elsewhere/Users", SCIMPerson("a@example.com"))
		_ = p.s.runStory(func(*S) { p.Post(p.Path("Users"), SCIMPerson("a@example.com")) })
		s.SCIMOf("d", "two").Post(p.Path("Groups")+"/", JSON{})
	}}, "test")
	g.Expect(result.Leftovers).To(BeEmpty())
	g.Expect(deleted).To(Equal([]string{"Bearer two /scim/v2/d/Groups/g", "Bearer two /scim/v2/d/Users/7"}))
}

func TestSCIMCallersSpeakSCIM(t *testing.T) {
	g := NewWithT(t)
	seen := map[string]http.Header{}
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		seen[r.Method+" "+r.URL.Path] = r.Header
		w.Header().Set("Content-Type", MediaSCIM)
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"schemas":["` + SCIMError + `"],"status":403,"detail":"Authentication failed"}`))
	}, target.Limits{})
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		p := s.SCIMOf("d", "one").With("User-Agent", "Okta")
		p.Put(p.Path("Users", "7"), JSON{}).SCIM(403, "Authentication failed")
		s.SCIMOf("d", "").Get(p.Path("Users")).SCIM(403, "")
	}}, "test")
	g.Expect(result.Failure + result.Error).To(BeEmpty())
	g.Expect(seen["PUT /scim/v2/d/Users/7"]).To(And(HaveKeyWithValue("Accept", []string{MediaSCIM}), HaveKeyWithValue("Content-Type", []string{MediaSCIM}),
		HaveKeyWithValue("Authorization", []string{"Bearer one"}), HaveKeyWithValue("User-Agent", []string{"Okta"})))
	g.Expect(seen["GET /scim/v2/d/Users"]).NotTo(HaveKey("Authorization"))
	g.Expect(seen["GET /scim/v2/d/Users"]).To(HaveKeyWithValue("User-Agent", []string{"understudy-conformance"}))
}
