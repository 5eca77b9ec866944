package suite

import (
	"net/http"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// The token goes to the control plane alone, and into no report.
func TestControlToken(t *testing.T) {
	g := NewWithT(t)
	const token = "a token that nobody else may have"
	shown := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		shown[r.URL.Path] = r.Header.Get("Understudy-Control-Token")
	}))
	t.Cleanup(server.Close)
	client, err := NewClient(&target.Profile{
		BaseURL: server.URL, Control: server.URL + "/_understudy", ControlToken: token, Organization: target.Organization{ID: Nowhere},
	})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(client.Close)

	scenario := &Scenario{Run: func(s *S) {
		s.Anonymous().Get("/elsewhere/").Status(200)
		s.Anonymous().Get("/_understudy-not/clock").Status(200)
		s.Anonymous().Get(s.Target().Control + "/clock").Status(418)
	}}
	result := Play(t.Context(), client, scenario, "test")

	g.Expect(shown).To(Equal(map[string]string{"/elsewhere/": "", "/_understudy-not/clock": "", "/_understudy/clock": token}))
	command := result.Exchange.Curl(client.Secrets)
	g.Expect(command).To(ContainSubstring(`"Understudy-Control-Token: $UNDERSTUDY_CONTROL_TOKEN"`))
	g.Expect(command).NotTo(ContainSubstring(token))
}
