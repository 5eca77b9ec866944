package conformance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/detect"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/spec"
)

// onTheWay is a deployment between two revisions: one of the later or the earlier, without some properties and paths.
type onTheWay struct {
	http.Handler
	without map[string][]string // properties, by the collection of whose rows they are
	gone    string              // an expression for paths
}

func (d onTheWay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.gone != "" && regexp.MustCompile(d.gone).MatchString(r.URL.Path) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"type":"invalid_request","code":"not_found","detail":"Endpoint not found.","attr":null}`)
		return
	}
	var removed []string
	for collection, properties := range d.without {
		if strings.Contains(r.URL.Path+"/", "/"+collection+"/") && !strings.Contains(r.URL.Path, "/scim/") {
			removed = append(removed, properties...)
		}
	}
	if len(removed) == 0 {
		d.Handler.ServeHTTP(w, r)
		return
	}
	sent, _ := io.ReadAll(r.Body)
	if stripped := withoutProperties(sent, removed); len(stripped) != len(sent) {
		sent, r.ContentLength = stripped, int64(len(stripped))
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	answer := httptest.NewRecorder()
	d.Handler.ServeHTTP(answer, r)
	body := withoutProperties(answer.Body.Bytes(), removed)
	for name, values := range answer.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}

// withoutProperties returns a JSON text without properties of some names, wherever they stand. What is no JSON stays as it is.
func withoutProperties(text []byte, names []string) []byte {
	var value any
	if !utf8.Valid(text) || json.Unmarshal(text, &value) != nil {
		return text
	}
	var strip func(any)
	strip = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			for name, inner := range value {
				if slices.Contains(names, name) {
					delete(value, name)
				}
				strip(inner)
			}
		case []any:
			for _, item := range value {
				strip(item)
			}
		}
	}
	strip(value)
	stripped, err := json.Marshal(value)
	if err != nil {
		return text
	}
	return stripped
}

// before puts the deployment before the fake of a site.
func (d onTheWay) before(s *site) {
	d.Handler = s.fake
	server := httptest.NewServer(d)
	s.t.Cleanup(server.Close)
	s.profile.BaseURL = server.URL
}

// oidc are the properties of a config that came last.
var oidc = []string{"has_oidc", "has_oidc_client_secret", "oidc_issuer_url", "oidc_client_id", "oidc_client_secret"}

// identity are the properties of a domain that went first.
var identity = []string{
	"saml_entity_id", "saml_acs_url", "saml_x509_cert", "scim_enabled", "scim_bearer_token",
	"id_jag_issuer_url", "id_jag_jwks_url", "id_jag_allowed_clients",
}

// A profile that does not say the revision has the target looked at, and what holds there is played.
func TestRevisionIsFound(t *testing.T) {
	for _, tc := range []struct{ revision, because string }{
		{"2026-03", "domain rows have 15 keys; there are no configs; domains have no has_id_jag"},
		{"2026-06", "domain rows have 20 keys; config rows have 15 keys; domains have identity_provider_config; domains have saml_entity_id"},
		{"2026-09", "domain rows have 8 keys; config rows have 24 keys; configs have has_oidc"},
	} {
		t.Run(tc.revision, func(t *testing.T) {
			s := newSite(t, mock.WithRevision(tc.revision))
			report, events := s.run(conformance.Options{Run: "domains.create.*", Preflight: true})
			s.Expect(report.OK()).To(BeTrue(), report.Verdict())
			s.Expect(report.Revision()).To(Equal(tc.revision))
			s.Expect(report.Told).To(BeFalse())
			s.Expect(report.Observed).To(And(HaveField("Revision", tc.revision), HaveField("Because", tc.because), HaveField("Odd", BeEmpty())))
			s.Expect(events[0].Run.Played).To(Equal(tc.revision))
			s.Expect(textOf(report)).To(ContainSubstring("revision %s (%s)\n", tc.revision, tc.because))

			s.profile.Revision = "2026-06"
			told, _ := s.run(conformance.Options{Run: "domains.representation.*"})
			s.Expect(told.Revision()).To(Equal("2026-06"), "what the profile says comes first")
			s.Expect(told.OK()).To(Equal(tc.revision == "2026-06"))
		})
	}
}

// Without rows OPTIONS tells, and it is all reads, even for a run that may write.
func TestRevisionOfAnEmptyOrganization(t *testing.T) {
	for _, tc := range []struct{ revision, because string }{
		{"2026-03", "OPTIONS of domains lists 15 fields; there are no configs; domains have no has_id_jag"},
		{"2026-06", "OPTIONS of domains lists 20 fields; OPTIONS of configs lists 15 fields; domains have identity_provider_config; domains have saml_entity_id"},
		{"2026-09", "OPTIONS of domains lists 8 fields; OPTIONS of configs lists 25 fields; configs have has_oidc"},
	} {
		t.Run(tc.revision, func(t *testing.T) {
			s := newSite(t, mock.WithRevision(tc.revision))
			s.empty("domains", "identity_provider_configs")
			var methods []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				methods = append(methods, r.Method)
				s.fake.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			client := s.client(server.URL)
			found, err := detect.Revision(t.Context(), client)
			s.Expect(err).NotTo(HaveOccurred())
			s.Expect(found).To(And(HaveField("Revision", BeEquivalentTo(tc.revision)), HaveField("Seen", true), HaveField("Because", tc.because)))
			s.Expect(methods).To(HaveEach(BeElementOf(http.MethodGet, http.MethodOptions)))
			s.Expect(len(methods)).To(BeNumerically("<=", 12))
		})
	}
}

// A key that may read nothing tells nothing: the default revision is played, and that is said.
func TestRevisionThatCannotBeSeen(t *testing.T) {
	s := newSite(t, mock.WithRevision("2026-09"))
	s.profile.Credentials = map[string]target.Credential{"unrelated_scope": s.profile.Credentials["unrelated_scope"]}
	found, err := detect.Revision(t.Context(), s.client(s.profile.BaseURL))
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(found.Name()).To(Equal("unknown"))
	s.Expect(found.Revision).To(Equal(spec.DefaultRevision))
}

// What differs since a target lies between two revisions is no failure, and everything else is.
func TestTargetBetweenTwoRevisions(t *testing.T) {
	kittest.SkipUnderRace(t, "plays the suite several times")
	for _, tc := range []struct {
		name, revision, mutant string
		deployment             onTheWay
		has, lacks             string
		failed                 []string
	}{
		{
			"before OIDC", "2026-09", "", onTheWay{without: map[string][]string{"identity_provider_configs": oidc}},
			"A config has logs of its own", "A config can hold OIDC settings", nil,
		},
		{
			"before the logs of a config", "2026-09", "",
			onTheWay{without: map[string][]string{"identity_provider_configs": oidc}, gone: "configs/.*/scim/logs/$"},
			"A config names any number of domains", "A config has logs of its own", nil,
		},
		{
			"after identity left domains", "2026-06", "", onTheWay{without: map[string][]string{"domains": identity}, gone: "domains/.*/scim/token/$"},
			"Identity settings stand on the config alone", "A config can hold OIDC settings", nil,
		},
		{
			"with a defect of its own", "2026-09", "domains.create.taken_by_self",
			onTheWay{without: map[string][]string{"identity_provider_configs": oidc}},
			"A config has logs of its own", "A config can hold OIDC settings", []string{"domains.create.taken", "domains.create.concurrent"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, mock.WithRevision(tc.revision), mock.WithMutant(tc.mutant))
			tc.deployment.before(s)
			report, _ := s.run(conformance.Options{Preflight: true, ConfirmOrganization: s.profile.Organization.ID})
			text := textOf(report)
			s.Expect(failedIn(report)).To(Equal(tc.failed), text)
			s.Expect(report.Totals[conformance.RevisionBetween]).To(BeNumerically(">", 0))
			s.Expect(report.Totals[conformance.Errored]).To(BeZero(), text)
			s.Expect(report.Leftovers).To(BeEmpty())
			s.Expect(report.Revision()).To(Equal(tc.revision), "the nearest one is played")
			s.Expect(report.Observed.Revision).To(Equal("between 2026-06 and 2026-09"))
			s.Expect(report.Observed.Has).To(ContainElement(HavePrefix(tc.has)))
			s.Expect(report.Observed.Lacks).To(ContainElement(HavePrefix(tc.lacks)))
			s.Expect(text).To(And(ContainSubstring("; played as "+tc.revision+", the nearest"), ContainSubstring("revision between")))
			if tc.failed == nil {
				s.Expect(report.Conformance).To(Equal(conformance.Incomplete))
			}

			s.profile.Revision = spec.Revision(tc.revision)
			told, _ := s.run(conformance.Options{Tags: []string{"identity_provider_configs", "domains"}, ConfirmOrganization: s.profile.Organization.ID})
			s.Expect(told.Conformance).To(Equal(conformance.NotConformant), "told which revision it is, a target has to be it")
		})
	}
}

// A row that lacks one property of a change is no revision: that is a defect.
func TestDefectIsNoRevision(t *testing.T) {
	s := newSite(t, mock.WithRevision("2026-09"))
	onTheWay{without: map[string][]string{"identity_provider_configs": {"has_oidc"}}}.before(s)
	report, _ := s.run(conformance.Options{Run: "identity_provider_configs.create.*", ConfirmOrganization: s.profile.Organization.ID})
	s.Expect(report.Observed).To(And(HaveField("Revision", "2026-09"), HaveField("Odd", ConsistOf("configs have no has_oidc"))))
	s.Expect(report.Conformance).To(Equal(conformance.NotConformant))
}

func textOf(report *conformance.Report) string {
	var b strings.Builder
	_ = report.WriteText(&b) // a builder takes everything
	return b.String()
}

// failedIn lists the scenarios that failed and count.
func failedIn(report *conformance.Report) (ids []string) {
	for i := range report.Outcomes {
		if o := &report.Outcomes[i]; o.Status == conformance.Failed && !o.Provisional {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// client is one to a place where the fake can be reached.
func (s *site) client(url string) *suite.Client {
	s.t.Helper()
	profile := *s.profile
	profile.BaseURL = url
	client, err := suite.NewClient(&profile)
	s.Expect(err).NotTo(HaveOccurred())
	s.t.Cleanup(client.Close)
	return client
}

// empty deletes everything that the administrator can list in collections.
func (s *site) empty(collections ...string) {
	s.t.Helper()
	s.Expect(suite.Ask(s.t.Context(), s.client(s.profile.BaseURL), func(ask *suite.S) {
		for _, collection := range collections {
			for _, id := range ask.Admin().Get(ask.Org(collection) + "?limit=100").Get("results.#.id").Array() {
				thing := ask.Org(collection, id.String())
				if ask.Admin().Delete(thing).Code() == http.StatusBadRequest { // a config needs a scope to be deleted
					ask.Admin().Patch(thing, suite.JSON{"config_scope": "saml"})
					ask.Admin().Delete(thing)
				}
			}
		}
	})).To(Succeed())
}
