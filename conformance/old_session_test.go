package conformance_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// A deployment shows by a login of this morning whether it asks for a recent one. Where that login is over, or still counts
// as recent, nothing is said of the rule.
func TestOldSessionOfAProfile(t *testing.T) {
	const story, mutant = "domains.callers.stale", "domains.lets_old_logins_in.domains_create"
	for _, tc := range []struct {
		name, mutant, age, expires string
		status                     conformance.Status
		reason                     string
	}{
		{"old", "", "3h", "", conformance.Passed, ""},
		{"old, as the target says", "", "3h", "2020-01-01T00:00:00Z", conformance.Passed, ""},
		{"old, and let in", mutant, "3h", "", conformance.Failed, "expected status 403"},
		{"recent", "", "1m", "2100-01-01T00:00:00Z", conformance.CouldNotRun,
			"known.old_session is claimed by the profile but not observed: it counts as recent until 2100-01-01T00:00:00Z: give one that was opened longer ago"},
		{"over", "", "999h", "", conformance.CouldNotRun,
			"known.old_session is claimed by the profile but not observed: the target does not take the session, and answers with status 401"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var options []mock.Option
			if tc.mutant != "" {
				options = append(options, mock.WithMutant(tc.mutant))
			}
			profile := spoilt(t, func(a *httptest.ResponseRecorder, r *http.Request) string {
				if tc.expires != "" && r.URL.Path == "/api/users/@me/" && a.Code == http.StatusOK {
					return `{"sensitive_session_expires_at": "` + tc.expires + `", ` + strings.TrimPrefix(a.Body.String(), "{")
				}
				return a.Body.String()
			}, options...)
			old := loggedIn(t, profile, tc.age)
			profile.Control, profile.Known.OldSession = "", old

			report, err := conformance.Execute(t.Context(), profile, conformance.Options{Run: story, Preflight: true, ConfirmOrganization: profile.Organization.ID})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(report.Outcomes).To(ContainElement(And(HaveField("ID", story), HaveField("Status", tc.status))), textOf(report))
			g.Expect(reasonOf(report, story)).To(HavePrefix(tc.reason))
			var out bytes.Buffer
			g.Expect(report.WriteJSON(&out)).To(Succeed())
			g.Expect(out.String()).NotTo(Or(ContainSubstring(old.CSRFToken), ContainSubstring(strings.TrimPrefix(strings.Split(old.Cookie, ";")[0], "sessionid="))))
		})
	}
}

// loggedIn is a login that was so long ago.
func loggedIn(t *testing.T, profile *conformance.Target, age string) *target.Session {
	t.Helper()
	g := NewWithT(t)
	body, err := json.Marshal(map[string]string{"user": profile.Credentials["admin"].Email, "age": age})
	g.Expect(err).NotTo(HaveOccurred())
	answer, err := http.Post(profile.Control+"/sessions", "application/json", bytes.NewReader(body))
	g.Expect(err).NotTo(HaveOccurred())
	defer answer.Body.Close()
	var session target.Session
	g.Expect(json.NewDecoder(answer.Body).Decode(&session)).To(Succeed())
	g.Expect(session.Cookie).NotTo(BeEmpty())
	return &session
}
