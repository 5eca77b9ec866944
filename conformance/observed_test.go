package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// without switches a feature of the site's organization off.
func (s *site) without(feature string) {
	s.t.Helper()
	client, err := suite.NewClient(s.profile)
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(suite.Ask(s.t.Context(), client, func(ask *suite.S) {
		ask.SetFeature(s.profile.Organization.ID, feature, false)
	})).To(Succeed())
}

func (s *site) run(o conformance.Options) (report *conformance.Report, events []conformance.Event) {
	s.t.Helper()
	o.Events = func(e conformance.Event) { events = append(events, e) }
	report, err := conformance.Execute(s.t.Context(), s.profile, o)
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(conformance.Summarise(events)).To(Equal(report), "the log has all that the report has")
	return report, events
}

// What the organization does not list does not apply, unless the profile claims it.
func TestFeaturesThatTheTargetShows(t *testing.T) {
	const scenario = "identity_provider_configs.create.full"
	for _, tc := range []struct {
		name   string
		claims []string
		status conformance.Status
		reason string
	}{
		{"the profile says nothing", nil, conformance.NotApplicable, "the organization does not have the feature xaa_authentication"},
		{"the profile claims it", []string{"xaa_authentication", "scim"}, conformance.CouldNotRun,
			"claimed by the profile but not observed: the organization does not have the feature xaa_authentication"},
		{"the profile says that it is not there", []string{"scim"}, conformance.NotApplicable, "the organization does not have the feature xaa_authentication"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t)
			s.without("xaa_authentication")
			s.profile.Organization.Features = tc.claims
			report, _ := s.run(conformance.Options{Run: "identity_provider_configs.create.*", Preflight: true})
			s.Expect(report.Outcomes).To(ContainElement(And(
				HaveField("ID", scenario), HaveField("Status", tc.status), HaveField("Reason", tc.reason))))
			s.Expect(report.Observed.Features).To(And(ContainElement("scim"), Not(ContainElement("xaa_authentication"))))
			s.Expect(report.OK()).To(BeTrue(), report.Verdict())
		})
	}
}

// The log tells what was found out, in which part of a run, and every form of the
// report what is claimed and not there.
func TestLogTellsWhatWasObserved(t *testing.T) {
	s := newSite(t)
	s.profile.Known.Integrations.Marketplace = suite.Nowhere
	report, events := s.run(conformance.Options{Run: "integrations.*", Preflight: true, Shard: conformance.Shard{I: 1, N: 1}})
	s.Expect(events).To(ContainElement(And(HaveField("Type", conformance.TargetObserved), HaveField("Observed.Revision", "2026-06"))))
	s.Expect(report.Shard).To(Equal("1/1"))
	s.Expect(report.Observed.Facts).To(ContainElements(
		And(HaveField("Name", "credentials.admin.personal_api_key"), HaveField("Observed", "yes")),
		And(HaveField("Name", "known.integrations.marketplace"), HaveField("Claimed", true), HaveField("Observed", "no"), HaveField("Detail", ContainSubstring("status 404"))),
	))
	for _, write := range []func(*strings.Builder) error{
		func(b *strings.Builder) error { return report.WriteText(b) },
		func(b *strings.Builder) error { return report.WriteMarkdown(b) },
		func(b *strings.Builder) error { return report.WriteHTML(b) },
	} {
		var text strings.Builder
		s.Expect(write(&text)).To(Succeed())
		s.Expect(strings.ToLower(text.String())).To(And(ContainSubstring("claimed by the profile but not observed"), ContainSubstring("known.integrations.marketplace")))
	}
}

// What a journal still names when the run is over is in the report, with the
// command that removes it.
func TestReportNamesWhatTheJournalHas(t *testing.T) {
	s := newSite(t)
	stuck := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/domains/") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		s.fake.ServeHTTP(w, r)
	}))
	t.Cleanup(stuck.Close)
	s.profile.BaseURL = stuck.URL
	report, events := s.run(conformance.Options{
		Run: "domains.create.defaults", Profile: "staging.yaml", Require: []string{conformance.RequireClean}, ConfirmOrganization: s.profile.Organization.ID,
		Connection: conformance.Connection{Journal: s.file},
	})
	s.Expect(report.Journals).To(HaveLen(1))
	s.Expect(report.Journals[0].File).To(Equal(s.file))
	s.Expect(report.Journals[0].Open).To(HaveExactElements(HavePrefix("domain us-" + report.Run + "-")))
	s.Expect(report.Failing).To(ContainElement("1 thing left behind, and a clean target is required"))
	var text strings.Builder
	s.Expect(report.WriteText(&text)).To(Succeed())
	s.Expect(text.String()).To(ContainSubstring("understudy sweep --target staging.yaml --journal " + filepath.ToSlash(s.file)))
	merged, err := conformance.Merge(events)
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(conformance.Summarise(merged)).To(HaveField("Journals", report.Journals))
}
