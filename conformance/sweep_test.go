package conformance_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/spec"
)

// site is a fake, its profile, and a journal.
type site struct {
	*GomegaWithT
	t       *testing.T
	fake    *mock.Running
	profile *conformance.Target
	file    string
}

func newSite(t *testing.T, options ...mock.Option) *site {
	t.Helper()
	fake := mock.Start(t, options...)
	return &site{NewWithT(t), t, fake, kittest.ProfileOf(t, fake.Server, fake.URL), filepath.Join(t.TempDir(), "run.ndjson")}
}

// eachRevision runs a subtest for each revision, on a site that plays it and says so.
func eachRevision(t *testing.T, test func(s *site)) {
	t.Helper()
	revisions, err := spec.Revisions()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, about := range revisions {
		t.Run(string(about.Name), func(t *testing.T) {
			s := newSite(t, mock.WithRevision(string(about.Name)))
			s.profile.Revision = about.Name
			test(s)
		})
	}
}

// made creates something as the administrator and returns the answer.
func (s *site) made(collection string, body suite.JSON) (answer gjson.Result) {
	s.t.Helper()
	client, err := suite.NewClient(s.profile)
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(suite.Ask(s.t.Context(), client, func(ask *suite.S) {
		answer = ask.Admin().Post(ask.Org(collection), body).Get("@this")
	})).To(Succeed())
	s.Expect(answer.Get("id").String()).NotTo(BeEmpty(), answer.Raw)
	return answer
}

// there reports whether the administrator's list has something.
func (s *site) there(id string) bool {
	return strings.Contains(kittest.Snapshot(s.fake, s.profile), id)
}

// writes a journal of a run that was killed.
func (s *site) journal(write func(j *journal.Journal)) {
	s.t.Helper()
	j, err := journal.Open(s.file, "abcdefgh", conformance.JournalTarget(s.profile))
	s.Expect(err).NotTo(HaveOccurred())
	write(j)
	s.Expect(j.Close()).To(Succeed())
}

func (s *site) intent(j *journal.Journal, kind, collection, label, sent string, at time.Time) int {
	path := suite.OrgPath(s.profile.Organization.ID, collection)
	n, err := j.Intent(journal.Event{Kind: kind, Collection: path, Label: label, Sent: sent, Who: "admin", TargetAt: at})
	s.Expect(err).NotTo(HaveOccurred())
	return n
}

func (s *site) sweep(o conformance.SweepOptions) (all []suite.Swept) {
	s.t.Helper()
	o.Journal = s.file
	s.Expect(conformance.Sweep(s.t.Context(), s.profile, o, func(swept suite.Swept) { all = append(all, swept) })).To(Succeed())
	return all
}

func TestSweepRemovesWhatTheJournalNames(t *testing.T) {
	s := newSite(t)
	known := s.made("identity_provider_configs", suite.JSON{"name": "us-abcdefgh-1"})
	lost := s.made("identity_provider_configs", suite.JSON{"name": "us-abcdefgh-2"})
	longer := s.made("identity_provider_configs", suite.JSON{"name": "us-abcdefgh-22"})
	bare := s.made("identity_provider_configs", suite.JSON{})
	invite := s.made("invites", suite.JSON{"target_email": "us-abcdefgh-3@example.com", "send_email": false})
	domain := s.made("domains", suite.JSON{"domain": "us-abcdefgh-4.example.com", "saml_entity_id": "urn:x"})
	s.journal(func(j *journal.Journal) {
		s.Expect(j.Made(s.intent(j, "config", "identity_provider_configs", "us-abcdefgh-1", "", time.Time{}), known.Get("id").String(), "", known.Get("created_at").String())).To(Succeed())
		s.intent(j, "config", "identity_provider_configs", "us-abcdefgh-2", "", time.Time{})
		s.intent(j, "config", "identity_provider_configs", "", "", bare.Get("created_at").Time())
		s.intent(j, "invite", "invites", "us-abcdefgh-3", "", time.Time{})
		s.intent(j, "domain", "domains", "us-abcdefgh-4", "", time.Time{})
		s.intent(j, "domain", "domains", "us-abcdefgh-5", "", time.Time{})
	})
	before := kittest.Snapshot(s.fake, s.profile)
	dry := s.sweep(conformance.SweepOptions{DryRun: true})
	s.Expect(dry).To(HaveLen(6))
	s.Expect(kittest.Snapshot(s.fake, s.profile)).To(Equal(before), "a dry run only looks")
	s.Expect(s.sweep(conformance.SweepOptions{OlderThan: time.Hour})).To(BeEmpty())
	s.Expect(kittest.Snapshot(s.fake, s.profile)).To(Equal(before), "what is younger stays")

	swept := s.sweep(conformance.SweepOptions{})
	s.Expect(swept).To(HaveLen(6))
	s.Expect(swept).To(HaveEach(HaveField("Failed", "")))
	for _, gone := range []gjson.Result{known, lost, bare, invite, domain} {
		s.Expect(s.there(gone.Get("id").String())).To(BeFalse(), gone.Raw)
	}
	s.Expect(s.there(longer.Get("id").String())).To(BeTrue(), "a label that only begins like ours")
	s.Expect(kittest.Snapshot(s.fake, s.profile)).NotTo(ContainSubstring("us-abcdefgh-4"), "nor is the config of the domain left")
	s.Expect(s.sweep(conformance.SweepOptions{})).To(BeEmpty(), "the second time there is nothing to do")
}

func TestSweepLeavesWhatIsNotOurs(t *testing.T) {
	s := newSite(t)
	theirs := s.made("identity_provider_configs", suite.JSON{"name": "production"})
	one, two := s.made("identity_provider_configs", suite.JSON{}), s.made("identity_provider_configs", suite.JSON{})
	elder := s.made("identity_provider_configs", suite.JSON{"name": "elder"})
	verified := s.profile.Known.VerifiedDomain
	before := kittest.Snapshot(s.fake, s.profile)
	s.journal(func(j *journal.Journal) {
		s.Expect(j.Made(s.intent(j, "config", "identity_provider_configs", "us-abcdefgh-1", "", time.Time{}), theirs.Get("id").String(), "", "2001-01-01T00:00:00Z")).To(Succeed())
		s.Expect(j.Made(s.intent(j, "config", "identity_provider_configs", "", "", time.Time{}), elder.Get("id").String(), "", "")).To(Succeed())
		s.Expect(j.Made(s.intent(j, "domain", "domains", "us-abcdefgh-9", "", time.Time{}), verified.ID, "", "")).To(Succeed())
		s.intent(j, "domain", "domains", "", verified.Domain, time.Time{})
		s.intent(j, "config", "identity_provider_configs", "", "", one.Get("created_at").Time())
		s.intent(j, "config", "identity_provider_configs", "", "elder", elder.Get("created_at").Time().Add(-time.Hour))
	})
	_ = two
	swept := s.sweep(conformance.SweepOptions{})
	s.Expect(kittest.Snapshot(s.fake, s.profile)).To(Equal(before))
	s.Expect(swept).To(HaveExactElements(
		And(HaveField("Failed", ""), HaveField("Removed", BeEmpty())),             // another time
		HaveField("Failed", ContainSubstring("2 look alike")),                     // which of the two?
		HaveField("Failed", "nothing tells it from what others made"),             // the verified domain
		HaveField("Kept", ContainSubstring("so it is somebody else's")),           // carries no label
		HaveField("Kept", ContainSubstring("so it is somebody else's")),           // neither time nor label
		HaveField("Kept", ContainSubstring("was created at another time, so it")), // another time
	))
}

// An invite that is none of the run's, taken up by nobody who is named, lets nobody in: a run that is
// killed before the answer leaves nothing, which only its journal can tell.
func TestSweepOfWhatLetNobodyIn(t *testing.T) {
	const nowhere = "/api/signup/01900000-0000-7000-8000-0000000000ff/"
	for _, tc := range []struct {
		name   string
		nobody bool
		failed string
	}{{"nobody", true, ""}, {"perhaps somebody", false, "nothing tells it from what others made"}} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t)
			s.journal(func(j *journal.Journal) {
				_, err := j.Intent(journal.Event{Kind: "member", Collection: nowhere, Who: "anonymous", NamesNobody: tc.nobody})
				s.Expect(err).NotTo(HaveOccurred())
			})
			s.Expect(s.sweep(conformance.SweepOptions{})).To(HaveExactElements(And(HaveField("Failed", tc.failed), HaveField("Removed", BeEmpty()))))
		})
	}
}

func TestSweepRefusesJournalsOfOthers(t *testing.T) {
	s := newSite(t)
	s.journal(func(*journal.Journal) {})
	other := *s.profile
	other.BaseURL = "http://127.0.0.1:1"
	s.Expect(conformance.Sweep(t.Context(), &other, conformance.SweepOptions{Journal: s.file}, nil)).To(MatchError(journal.ErrOtherTarget))
	running, err := journal.Open(s.file, "hgfedcba", conformance.JournalTarget(s.profile))
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(conformance.Sweep(t.Context(), s.profile, conformance.SweepOptions{Journal: s.file}, nil)).To(MatchError(journal.ErrInUse))
	s.Expect(running.Close()).To(Succeed())
}

// A run with a journal strikes everything out, and nothing secret is in it.
func TestJournalOfARun(t *testing.T) {
	s := newSite(t)
	report, err := conformance.Execute(t.Context(), s.profile, conformance.Options{Connection: conformance.Connection{Journal: s.file}})
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(report.OK()).To(BeTrue(), report.Verdict())
	s.Expect(journal.Read(s.file, conformance.JournalTarget(s.profile))).To(BeEmpty())
	text, err := os.ReadFile(s.file)
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(strings.Count(string(text), `"event":"intent"`)).To(BeNumerically(">", 150))
	s.Expect(string(text)).NotTo(ContainSubstring("phx_"))
}

// Settings of what the run did not create come back, even from a target that lets
// them be changed.
func TestChangesAreTakenBack(t *testing.T) {
	s := newSite(t)
	theirs := s.made("identity_provider_configs", suite.JSON{"name": "production", "saml_entity_id": "urn:theirs"})
	path := suite.OrgPath(s.profile.Organization.ID, "identity_provider_configs", theirs.Get("id").String())
	name := func() (name string) {
		client, err := suite.NewClient(s.profile)
		s.Expect(err).NotTo(HaveOccurred())
		s.Expect(suite.Ask(t.Context(), client, func(ask *suite.S) { name = ask.Admin().Get(path).Text("name") })).To(Succeed())
		return name
	}
	client, err := suite.NewClient(s.profile)
	s.Expect(err).NotTo(HaveOccurred())
	result := suite.Play(t.Context(), client, &suite.Scenario{Run: func(story *suite.S) {
		story.Admin().Patch(path, suite.JSON{"name": "changed"}).Status(200)
		s.Expect(name()).To(Equal("changed"))
	}}, "abcdefgh")
	s.Expect(result.Failure + result.Error).To(BeEmpty())
	s.Expect(result.Leftovers).To(BeEmpty())
	s.Expect(name()).To(Equal("production"))

	s.journal(func(j *journal.Journal) {
		for _, set := range []string{"production", "what the run set, which somebody changed since"} {
			_, err := j.Change(journal.Event{Path: path, Was: []byte(`{"name":"before the kill"}`), Set: []byte(`{"name":"` + set + `"}`), Who: "admin"})
			s.Expect(err).NotTo(HaveOccurred())
		}
	})
	s.Expect(s.sweep(conformance.SweepOptions{})).To(HaveExactElements(
		And(HaveField("Removed", BeEmpty()), HaveField("Kept", HaveSuffix("has been changed by somebody else since"))),
		And(HaveField("Removed", HaveLen(1)), HaveField("Kept", "")),
	))
	s.Expect(name()).To(Equal("before the kill"))
}
