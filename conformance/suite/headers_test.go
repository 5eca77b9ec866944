package suite

import (
	"net/http"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// The headers of a profile go with everything that the target is asked, to nobody else,
// and into no report.
func TestHeaders(t *testing.T) {
	g := NewWithT(t)
	const token = "what the gateway wants to see"
	seen := map[string]string{}
	note := func(site string) *httptest.Server {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen[site+r.URL.Path] = r.Header.Get("X-Gateway-Token")
			if r.URL.Path == "/api/login/" {
				http.SetCookie(w, &http.Cookie{Name: "sessionid", Value: "a session of somebody"})
			}
		}))
		t.Cleanup(server.Close)
		return server
	}
	own, control, other := note("own"), note("control"), note("other")
	client, err := NewClient(&target.Profile{
		BaseURL: own.URL, Control: control.URL, Organization: target.Organization{ID: Nowhere},
		Credentials: map[string]target.Credential{"admin": {Email: "a@example.com", Password: "correct horse"}},
		Headers:     map[string]string{"X-Gateway-Token": token},
	})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(client.Close)

	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		s.Anonymous().Get(other.URL + "/").Status(200)
		s.Anonymous().Get(control.URL + "/clock").Status(200)
		s.Session("admin").Get("/elsewhere/").Status(418)
	}}, "test")

	g.Expect(result.Failure).To(ContainSubstring("418"))
	g.Expect(seen).To(Equal(map[string]string{
		"other/": "", "control/clock": token, "own/api/login/": token, "own/elsewhere/": token,
	}))
	command := result.Exchange.Curl(client.Secrets)
	g.Expect(command).To(ContainSubstring(`"X-Gateway-Token: $UNDERSTUDY_HEADER_X_GATEWAY_TOKEN"`))
	g.Expect(command).NotTo(ContainSubstring(token))
}
