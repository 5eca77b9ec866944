package conformance_test

import (
	"bytes"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// A profile gives a session as a browser shows it: the bare value of its cookie, the cookie, or
// both cookies. Each works, and no form of a report shows any of it.
func TestSessionsOfAProfile(t *testing.T) {
	fake := mock.Start(t, mock.WithMutant("sessions.csrf.none")) // so that something fails in a session
	given := kittest.ProfileOf(t, fake.Server, fake.URL).Credentials["admin"].Session
	value, _, _ := strings.Cut(strings.TrimPrefix(given.Cookie, "sessionid="), ";")
	for name, cookie := range map[string]string{
		"the bare value": value, "the cookie": "sessionid=" + value, "both cookies": "sessionid=" + value + "; posthog_csrftoken=" + given.CSRFToken,
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			data, err := fake.Server.Profile(fake.URL)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(data)).To(ContainSubstring(given.Cookie))
			edited := bytes.ReplaceAll(data, []byte(given.Cookie), []byte(cookie))
			profile, err := target.Parse(edited, "fake", func(string) (string, bool) { return "", false })
			g.Expect(err).NotTo(HaveOccurred())
			report, err := conformance.Execute(t.Context(), profile, conformance.Options{Run: `^(sessions\.csrf|users\.me|domains\.verify)`, Preflight: true})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(report.Totals[conformance.CouldNotRun]).To(BeZero(), textOf(report))
			g.Expect(report.Totals[conformance.Failed]).To(BeNumerically(">", 0), "a session needs no token here")
			for _, write := range []func(*bytes.Buffer) error{
				func(b *bytes.Buffer) error { return report.WriteText(b) },
				func(b *bytes.Buffer) error { return report.WriteJSON(b) },
				func(b *bytes.Buffer) error { return report.WriteHTML(b) },
			} {
				var out bytes.Buffer
				g.Expect(write(&out)).To(Succeed())
				g.Expect(out.String()).NotTo(ContainSubstring(value))
				g.Expect(out.String()).NotTo(ContainSubstring(given.CSRFToken))
			}
		})
	}
}
