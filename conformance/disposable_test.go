package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// A library run writes only to a target that a control plane of its own shows to be a fake, or
// whose organization its options confirm. What the profile says is not enough.
func TestWhoMayWrite(t *testing.T) {
	s := newSite(t)
	wrote := 0
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			wrote++
		}
		s.fake.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status": "ok", "id": "` + s.profile.Organization.ID + `"}`))
	}))
	t.Cleanup(other.Close)
	id := s.profile.Organization.ID
	none := func(p *conformance.Target) { p.Control = "" }
	for _, tc := range []struct {
		name   string
		change func(*conformance.Target)
		o      conformance.Options
		writes bool
		why    string // of what is refused
	}{
		{"a fake", func(*conformance.Target) {}, conformance.Options{}, true, ""},
		{"a deployment", none, conformance.Options{}, false, "set ConfirmOrganization to " + id},
		{"a deployment that says it is disposable", func(p *conformance.Target) { p.Control, p.Disposable = "", true }, conformance.Options{}, false, "is not known to be disposable"},
		{"the control plane of another", func(p *conformance.Target) { p.Control = other.URL }, conformance.Options{}, false, "is not known to be disposable"},
		{"a confirmed deployment", none, conformance.Options{ConfirmOrganization: id}, true, ""},
		{"another organization confirmed", none, conformance.Options{ConfirmOrganization: conformance.JournalTarget(s.profile).BaseURL}, false, "and the profile's organization is " + id},
		{"reads alone", none, conformance.Options{Access: suite.Read, Run: "domains.list.*"}, false, ""},
		{"scenarios that only read", none, conformance.Options{Run: "domains.retrieve.unknown"}, false, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			profile := *s.profile
			profile.BaseURL = front.URL
			tc.change(&profile)
			if profile.Control == s.profile.Control {
				profile.Control = front.URL + "/_understudy"
			}
			if tc.o.Run == "" {
				tc.o.Run = "domains.create.defaults"
			}
			wrote = 0
			_, err := conformance.Execute(t.Context(), &profile, tc.o)
			if tc.why == "" {
				g.Expect(err).NotTo(HaveOccurred())
			} else {
				g.Expect(err).To(MatchError(ContainSubstring(tc.why)))
			}
			g.Expect(wrote > 0).To(Equal(tc.writes))
		})
	}
}
