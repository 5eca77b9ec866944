package conformance_test

import (
	"context"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/spec"
)

// TestFake runs every scenario against the fake, as subtests.
func TestFake(t *testing.T) {
	fake := mock.Start(t)
	conformance.Run(t, kittest.ProfileOf(t, fake.Server, fake.URL))
}

func TestScenarios(t *testing.T) {
	g := NewWithT(t)
	document, err := spec.Load()
	g.Expect(err).NotTo(HaveOccurred())
	revisions, err := spec.Revisions()
	g.Expect(err).NotTo(HaveOccurred())
	var documents []*spec.Document
	for _, about := range revisions {
		d, err := spec.LoadRevision(about.Name)
		g.Expect(err).NotTo(HaveOccurred())
		documents = append(documents, d)
	}
	seen, covered := map[string]bool{}, map[string]bool{}
	for _, s := range scenarios.All() {
		g.Expect(seen[s.ID]).To(BeFalse(), "%s is there twice", s.ID)
		seen[s.ID] = true
		g.Expect(s.ID).To(MatchRegexp(`^[a-z_]+\.[a-z_]+\.[a-z0-9_]+$`))
		g.Expect(s.Title).NotTo(BeEmpty(), s.ID)
		g.Expect(s.Access).To(BeElementOf(suite.Read, suite.Write), s.ID)
		g.Expect(s.Covers).NotTo(BeEmpty(), s.ID)
		for _, id := range s.Covers {
			ok := slices.ContainsFunc(documents, func(d *spec.Document) bool { _, ok := d.Operation(id); return ok })
			g.Expect(ok).To(BeTrue(), "%s covers %s, which is no operation", s.ID, id)
			covered[id] = true
		}
	}
	for _, operation := range document.Operations() {
		g.Expect(covered).To(HaveKey(operation.ID), "no scenario covers it")
	}
	g.Expect(len(seen)).To(BeNumerically(">=", 150))
}

// defect is a server with one thing wrong.
type defect struct {
	name string
	// caughtBy is a scenario that must name it.
	caughtBy string
	spoil    func(answer *httptest.ResponseRecorder, r *http.Request) string // the spoilt body
}

// replace spoils answers by replacing a text.
func replace(from, to string) func(*httptest.ResponseRecorder, *http.Request) string {
	return func(a *httptest.ResponseRecorder, _ *http.Request) string {
		return strings.ReplaceAll(a.Body.String(), from, to)
	}
}

// TestPlantedDefects runs the suite against fakes that each do one thing wrong:
// the scenario about that thing must fail.
func TestPlantedDefects(t *testing.T) {
	status := func(from, to int) func(*httptest.ResponseRecorder, *http.Request) string {
		return func(a *httptest.ResponseRecorder, _ *http.Request) string {
			if a.Code == from {
				a.Code = to
			}
			return a.Body.String()
		}
	}
	for _, d := range []defect{
		{"another text", "domains.unverified.sso", replace("until the domain is verified", "before verification")},
		{"another code", "domains.create.taken", replace(`"code":"unique"`, `"code":"invalid_input"`)},
		{"200 for 201", "domains.create.defaults", status(201, 200)},
		{"200 for 204", "domains.delete.gone", status(204, 200)},
		{"403 for 404", "domains.retrieve.unknown", status(404, 403)},
		{"404 for 403", "domains.isolation.stranger", status(403, 404)},
		{"500 for 409", "integrations.delete.unpaid", status(409, 500)},
		{"a text for a boolean", "domains.create.defaults", replace(`"is_verified":false`, `"is_verified":"no"`)},
		{"an undocumented property", "domains.create.defaults", replace(`{"id":`, `{"internal":1,"id":`)},
		{"a missing property", "identity_provider_configs.create.defaults", replace(`"has_id_jag":false,`, ``)},
		{"null for the empty list", "domains.create.defaults", replace(`"id_jag_allowed_clients":[]`, `"id_jag_allowed_clients":null`)},
		{"a link without its query", "identity_provider_configs.pages.links_keep_query", replace("colour=blue&", "")},
		{"a count that is off by one", "domains.scim_logs.empty", replace(`"count":0`, `"count":1`)},
		{"no field named", "invites.create.no_address", replace(`"attr":"target_email"`, `"attr":null`)},
		{"another text of a level", "members.update.by_member", replace("if you are an admin", "as an admin")},
		{"a maker of a role", "roles.create.defaults", replace(`"created_by":null`, `"created_by":{"id":1}`)},
		{"409 for a name that is taken", "roles.create.taken", status(400, 409)},
		{"a member as the owner", "organizations.create.defaults", replace(`"membership_level":15`, `"membership_level":8`)},
		{"a key that shows itself", "personal_api_keys.current.form", replace(`"value":null`, `"value":"phx_x"`)},
		{"a session that outlives its end", "sessions.logout.ends", func(a *httptest.ResponseRecorder, r *http.Request) string {
			if a.Code == 401 && strings.HasSuffix(r.URL.Path, "/users/@me/") {
				a.Code = 200
			}
			return a.Body.String()
		}},
		{"invites above one's level", "invites.create.admin_above", func(a *httptest.ResponseRecorder, r *http.Request) string {
			if a.Code == 403 && strings.Contains(r.URL.Path, "/invites") {
				a.Code = 400
			}
			return a.Body.String()
		}},
		{"projects of others that are closed, not hidden", "projects.isolation.foreign", status(404, 403)},
		{"an invite that goes on after it was accepted", "invites.accept.once", status(400, 201)},
		{"a project that does not say that it is being deleted", "projects.delete.pending", replace(`"is_pending_deletion":true`, `"is_pending_deletion":false`)},
		{"a delegation below an administrator", "invites.delegate.administrator", replace(`"level":8`, `"level":1`)},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			report := runAgainst(t, d.spoil, conformance.Options{Run: "^" + d.caughtBy + "$"})
			g.Expect(report.Outcomes).To(ContainElement(And(
				HaveField("ID", d.caughtBy), HaveField("Status", conformance.Failed), HaveField("Reason", Not(BeEmpty())),
				HaveField("Curl", HavePrefix("curl ")),
			)))
			g.Expect(report.OK()).To(BeFalse())
		})
	}
}

// runAgainst runs scenarios against a fake whose answers are spoilt; nil leaves
// them alone.
func runAgainst(t *testing.T, spoil func(*httptest.ResponseRecorder, *http.Request) string, o conformance.Options) *conformance.Report {
	t.Helper()
	report, err := conformance.Execute(t.Context(), spoilt(t, spoil), o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// spoilt is a fake whose answers are spoilt; nil leaves them alone.
func spoilt(t *testing.T, spoil func(*httptest.ResponseRecorder, *http.Request) string, options ...mock.Option) *conformance.Target {
	t.Helper()
	fake, err := mock.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/_understudy/") || r.URL.Path == "/api/login/" {
			fake.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		fake.ServeHTTP(answer, r)
		body := answer.Body.String()
		if spoil != nil {
			body = spoil(answer, r)
		}
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return kittest.ProfileOf(t, fake, server.URL)
}

// TestLeavesNothingBehind compares the world before and after a whole run.
func TestLeavesNothingBehind(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	profile := kittest.ProfileOf(t, fake.Server, fake.URL)
	before := kittest.Snapshot(fake, profile)
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.OK()).To(BeTrue(), report.Verdict())
	g.Expect(report.Leftovers).To(BeEmpty())
	g.Expect(kittest.Snapshot(fake, profile)).To(Equal(before))
}

func TestCleansUpWhenInterrupted(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	profile := kittest.ProfileOf(t, fake.Server, fake.URL)
	before := kittest.Snapshot(fake, profile)
	ctx, interrupt := context.WithCancel(t.Context())
	report, err := conformance.Execute(ctx, profile, conformance.Options{
		Progress: func(done, _ int, _ *conformance.Outcome) {
			if done == 40 {
				interrupt()
			}
		},
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Outcomes).To(ContainElement(HaveField("Reason", "the run was interrupted")))
	g.Expect(report.OK()).To(BeFalse())
	g.Expect(kittest.Snapshot(fake, profile)).To(Equal(before))
}

func TestSkipsSayWhy(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	full := kittest.ProfileOf(t, fake.Server, fake.URL)
	bare := &conformance.Target{
		Name: "bare", BaseURL: full.BaseURL, Organization: full.Organization,
		Credentials: map[string]target.Credential{"admin": {PersonalAPIKey: full.Credentials["admin"].PersonalAPIKey}},
	}
	report, err := conformance.Execute(t.Context(), bare, conformance.Options{ConfirmOrganization: bare.Organization.ID})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.OK()).To(BeTrue(), report.Verdict())
	g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 150))
	for _, o := range report.Outcomes {
		if o.Status == conformance.CouldNotRun {
			g.Expect(o.Reason).To(Or(HavePrefix("the target profile has no "), Equal("needs the fake's control plane")), o.ID)
			g.Expect(o.FakeOnly).To(Equal(o.Reason == "needs the fake's control plane"), o.ID)
		}
	}
	g.Expect(reasonOf(report, "domains.verify.record")).To(ContainSubstring("credentials.admin.session"))
	g.Expect(reasonOf(report, "integrations.delete.unpaid")).To(ContainSubstring("known.integrations.unpaid"))
}

func reasonOf(report *conformance.Report, id string) string {
	i := slices.IndexFunc(report.Outcomes, func(o conformance.Outcome) bool { return o.ID == id })
	return report.Outcomes[i].Reason
}

// TestReadOnly makes sure that --access read sends nothing that could change
// anything, and only plain reads and refused calls.
func TestReadOnly(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	profile := kittest.ProfileOf(t, fake.Server, fake.URL)
	before := kittest.Snapshot(fake, profile)
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{Access: suite.Read})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.OK()).To(BeTrue(), report.Verdict())
	g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 60))
	g.Expect(kittest.Snapshot(fake, profile)).To(Equal(before))
}

// TestSecretsStayInside plants secrets everywhere that an answer could carry
// them and looks through everything that a run writes.
func TestSecretsStayInside(t *testing.T) {
	g := NewWithT(t)
	var profile *conformance.Target
	var log strings.Builder
	events, failed := conformance.LogWriter(&log)
	report := runAgainst(t, func(a *httptest.ResponseRecorder, r *http.Request) string {
		a.Code = http.StatusTeapot
		return `{"detail": "you sent ` + strings.ReplaceAll(r.Header.Get("Authorization")+r.Header.Get("Cookie")+r.URL.RawQuery, `"`, "") + `"}`
	}, conformance.Options{Events: events})
	g.Expect(failed()).To(Succeed())
	fake, err := mock.New()
	g.Expect(err).NotTo(HaveOccurred())
	profile = kittest.ProfileOf(t, fake, "http://127.0.0.1")
	everything := &log
	for _, write := range []func(*conformance.Report, io.Writer) error{
		(*conformance.Report).WriteText, (*conformance.Report).WriteJSON, (*conformance.Report).WriteJUnit,
		(*conformance.Report).WriteHTML, (*conformance.Report).WriteMarkdown, (*conformance.Report).WriteAnnotations,
	} {
		g.Expect(write(report, everything)).To(Succeed())
	}
	for role, c := range profile.Credentials {
		for _, secret := range []string{c.PersonalAPIKey, c.Password} {
			if secret != "" {
				g.Expect(everything.String()).NotTo(ContainSubstring(secret), "%s", role)
			}
		}
	}
	g.Expect(everything.String()).To(ContainSubstring("«UNDERSTUDY_ADMIN_KEY»"))
	g.Expect(everything.String()).To(ContainSubstring("$UNDERSTUDY_ADMIN_KEY"))
}

func TestReports(t *testing.T) {
	g := NewWithT(t)
	report := runAgainst(t, func(a *httptest.ResponseRecorder, _ *http.Request) string {
		return strings.ReplaceAll(a.Body.String(), "This field is required.", "Missing.")
	}, conformance.Options{Run: "domains.create.(no_name|null_name)"})
	var json, junit, text strings.Builder
	g.Expect(report.WriteJSON(&json)).To(Succeed())
	g.Expect(report.WriteJUnit(&junit)).To(Succeed())
	g.Expect(report.WriteText(&text)).To(Succeed())

	got := gjson.Parse(json.String())
	g.Expect(got.Get("schema").String()).To(Equal("understudy/report/v2"))
	g.Expect(got.Get("totals.passed").Int()).To(BeEquivalentTo(1))
	g.Expect(got.Get("totals.failed").Int()).To(BeEquivalentTo(1))
	failed := got.Get(`scenarios.#(status=="failed")`)
	g.Expect(failed.Get("reason").String()).To(Equal(`expected detail to be "This field is required.", got "Missing."`))
	g.Expect(failed.Get("request").String()).To(HavePrefix("POST http://"))
	g.Expect(failed.Get("response").String()).To(HavePrefix("400\n{"))

	g.Expect(junit.String()).To(And(
		ContainSubstring(`<testsuite name="domains" tests="2" failures="1" errors="0"`),
		ContainSubstring(`name="domains.create.no_name"`), ContainSubstring("<failure "), Not(ContainSubstring("domains.verify"))))
	g.Expect(text.String()).To(And(
		MatchRegexp(`FAILED  domains.create.no_name  [a-z2-7]{5}-[a-z2-7]{3}\n  A domain needs a name\n`),
		MatchRegexp(`again     understudy verify --replay [a-z2-7]{5}-[a-z2-7]{3}\n`),
		ContainSubstring("1 passed, 1 failed, 0 errors, 0 skipped")))
}

func TestNoAnswerIsOurError(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	profile := kittest.ProfileOf(t, fake.Server, fake.URL)
	profile.BaseURL = "http://127.0.0.1:1"
	_, err := conformance.Execute(t.Context(), profile, conformance.Options{Run: "domains.retrieve.unknown"})
	g.Expect(err).To(MatchError(HavePrefix("the target http://127.0.0.1:1 does not answer, so nothing was run: ")), "nobody says which revision it is")
	profile.Revision = "2026-06"
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{Run: "domains.retrieve.unknown"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.OK()).To(BeFalse())
	g.Expect(report.Totals[conformance.Errored]).To(Equal(1))
}

func TestNothingSelected(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	_, err := conformance.Execute(t.Context(), kittest.ProfileOf(t, fake.Server, fake.URL), conformance.Options{Run: "nothing.like.this"})
	g.Expect(err).To(MatchError(ContainSubstring("no scenario is selected")))
}

func TestOwnCertificates(t *testing.T) {
	g := NewWithT(t)
	fake, err := mock.New()
	g.Expect(err).NotTo(HaveOccurred())
	server := httptest.NewTLSServer(fake)
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	g.Expect(os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600)).To(Succeed())
	profile := kittest.ProfileOf(t, fake, server.URL)
	o := conformance.Options{Run: "domains.retrieve.unknown", Preflight: true}
	_, err = conformance.Execute(t.Context(), profile, o)
	g.Expect(err).To(MatchError(ContainSubstring("certificate")))
	profile.TLS.CAFile = file
	report, err := conformance.Execute(t.Context(), profile, o)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.OK()).To(BeTrue(), report.Verdict())
	for wrong, said := range map[string]string{filepath.Join(t.TempDir(), "none"): "no such file", "conformance_test.go": "no certificate in PEM form"} {
		o.CAFile = wrong
		_, err = conformance.Execute(t.Context(), profile, o)
		g.Expect(err).To(MatchError(ContainSubstring(said)))
	}
}
