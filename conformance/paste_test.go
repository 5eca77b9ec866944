package conformance_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// TestPastedCurl: the line that a report gives to repeat a request of a session does so, in a
// shell that has the values of its variables, one for each cookie.
func TestPastedCurl(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no curl: install it")
		}
		t.Skip("there is no curl")
	}
	s := newSite(t)
	client, err := suite.NewClient(s.profile)
	s.Expect(err).NotTo(HaveOccurred())
	defer client.Close()
	played := suite.Play(t.Context(), client, &suite.Scenario{ID: "a.b", Access: suite.Write, Run: func(s *suite.S) {
		s.Session("admin").Post(s.Org(suite.Domains), suite.JSON{"domain": s.Domain()}).Status(http.StatusTeapot)
	}}, "abcdefgh")
	s.Expect(played.Failure).To(HavePrefix("expected status 418, got 201"))
	line := played.Exchange.Curl(client.Secrets)
	s.Expect(line).To(SatisfyAll(ContainSubstring("sessionid=$UNDERSTUDY_ADMIN_SESSION;"), ContainSubstring("X-Csrftoken: $UNDERSTUDY_ADMIN_CSRF")))

	admin := s.profile.Credentials["admin"]
	answer, err := http.Post(s.profile.BaseURL+"/api/login/", "application/json", //nolint:noctx // a test
		strings.NewReader(`{"email": "`+admin.Email+`", "password": "`+admin.Password+`"}`))
	s.Expect(err).NotTo(HaveOccurred())
	defer answer.Body.Close()
	variables := os.Environ()
	for _, cookie := range answer.Cookies() {
		name := map[string]string{"sessionid": "SESSION", "posthog_csrftoken": "CSRF"}[cookie.Name]
		variables = append(variables, "UNDERSTUDY_ADMIN_"+name+"="+cookie.Value)
	}
	for _, tc := range []struct {
		name      string
		variables []string
		status    string
	}{
		{"with the variables", variables, "HTTP/1.1 201"},
		{"without", os.Environ(), "HTTP/1.1 401"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			shell := exec.CommandContext(t.Context(), "sh", "-c", line)
			shell.Env = tc.variables
			var out bytes.Buffer
			shell.Stdout = &out
			NewWithT(t).Expect(shell.Run()).To(Succeed())
			NewWithT(t).Expect(out.String()).To(HavePrefix(tc.status))
		})
	}
}
