package conformance_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// TestEveryStoryCanBeSwept: a run that is killed at the end of a story, before it cleans
// up, leaves nothing that a sweep does not find, whatever the story is.
func TestEveryStoryCanBeSwept(t *testing.T) {
	kittest.SkipUnderRace(t, "plays the suite several times")
	newest := map[string]bool{}
	for _, scenario := range scenarios.In("2026-09") {
		newest[scenario.ID] = true
	}
	eachRevision(t, func(s *site) {
		s.t.Parallel()
		if s.profile.Revision == "2026-09" {
			s.sweepEveryStory(300, func(suite.Scenario) bool { return true })
			return
		}
		s.sweepEveryStory(5, func(scenario suite.Scenario) bool { return !newest[scenario.ID] }) // what is told in others makes the same things
	})
	t.Run("a deployment, which has no control plane", func(t *testing.T) {
		t.Parallel()
		const revision = "2026-09"
		s := newSite(t, mock.WithRevision(revision), mock.WithWorld(licensedWorld(t)))
		s.profile.Revision = revision
		asVendor(s.profile)
		s.profile.Allow = []string{target.CreateOrganizations, target.CreateProjects, target.CreateUsers, target.ChangeKnown}
		s.profile.Known.Integrations.Disposable, s.profile.Known.Integrations.DisposableConnectable = "", "" // lent, to be lost
		s.sweepEveryStory(200, func(suite.Scenario) bool { return true })
	})
}

// sweepEveryStory sweeps after each chosen story that the profile is enough for, and wants so many to
// have left something.
func (s *site) sweepEveryStory(atLeast int, chosen func(suite.Scenario) bool) {
	s.t.Helper()
	s.Expect(s.fake.Snapshot("start")).To(Succeed())
	before := s.owned()
	swept := 0
	for i, scenario := range scenarios.In(s.profile.Revision) {
		if chosen(scenario) && !slices.ContainsFunc(scenario.Needs, func(need suite.Need) bool { return need(s.profile).Reason != "" }) {
			swept += s.killAtTheEndOf(scenario, fmt.Sprintf("story%03d", i), before)
		}
	}
	s.Expect(swept).To(BeNumerically(">", atLeast), "stories that leave something to sweep")
}

// killAtTheEndOf plays a story under a label of its own, goes back to where it ended, and sweeps there. It returns
// 1 when there was something to sweep.
func (s *site) killAtTheEndOf(scenario suite.Scenario, label string, before []string) int {
	s.t.Helper()
	s.Expect(os.RemoveAll(s.file)).To(Succeed())
	j, err := journal.Open(s.file, label, conformance.JournalTarget(s.profile))
	s.Expect(err).NotTo(HaveOccurred())
	client, err := suite.NewClient(s.profile, suite.HooksThrough(hooksOf(s.fake.Server)))
	s.Expect(err).NotTo(HaveOccurred())
	client.Journal = j
	var written []byte
	story := scenario.Run
	scenario.Run = func(told *suite.S) {
		story(told)
		s.Expect(s.fake.Snapshot("end")).To(Succeed())
		written, err = os.ReadFile(s.file)
		s.Expect(err).NotTo(HaveOccurred())
	}
	result := suite.Play(s.t.Context(), client, &scenario, label)
	s.Expect(result.Failure+result.Error).To(BeEmpty(), scenario.ID)
	if s.profile.Control != "" {
		s.Expect(result.NotApplicable+result.CouldNotRun).To(BeEmpty(), scenario.ID)
	}
	s.Expect(j.Close()).To(Succeed())
	if !strings.Contains(string(written), `"event":"intent"`) {
		return 0
	}
	s.expectOwned(before, scenario.ID+" does not clean up")

	s.Expect(s.fake.Restore("end")).To(Succeed())
	s.Expect(os.WriteFile(s.file, written, 0o600)).To(Succeed())
	swept := s.sweep(conformance.SweepOptions{Hooks: hooksOf(s.fake.Server)})
	for _, one := range swept {
		if one.Failed != "" {
			s.t.Errorf("%s: the %s that %s made is left: %s", scenario.ID, one.Entry.Kind, one.Entry.Who, one.Failed)
		}
	}
	s.expectOwned(before, scenario.ID+" is not swept")
	s.Expect(s.fake.Restore("start")).To(Succeed())
	return 1
}

// expectOwned holds what the fake has against what it should have.
func (s *site) expectOwned(before []string, otherwise string) {
	s.t.Helper()
	if owned := s.owned(); !slices.Equal(owned, before) {
		s.t.Errorf("%s: left %q, gone %q", otherwise, without(owned, before), without(before, owned))
	}
}

// without are the rows of a list that another does not have.
func without(rows, others []string) []string {
	return slices.DeleteFunc(slices.Clone(rows), func(row string) bool { return slices.Contains(others, row) })
}

// owned is what the world of the fake has that a story may make, but for people who belong
// to no organization: nothing deletes those. Projects are those that the API still shows: the real
// server, too, deletes them by and by.
func (s *site) owned() (all []string) {
	s.t.Helper()
	world, err := s.fake.Export()
	s.Expect(err).NotTo(HaveOccurred())
	for _, o := range world.Organizations {
		all = append(all, "organization "+o.ID)
		all = append(all, namesOf("member", o.Members, func(m fixtures.Member) any { return m.User })...)
		all = append(all, namesOf("domain", o.Domains, func(d fixtures.Domain) any { return d.ID })...)
		all = append(all, namesOf("config", o.IdentityProviderConfigs, func(c fixtures.IdentityProviderConfig) any { return c.ID })...)
		all = append(all, namesOf("integration", o.Integrations, func(i fixtures.Integration) any { return i.ID })...)
		all = append(all, namesOf("invite", o.Invites, func(i fixtures.Invite) any { return i.ID })...)
		all = append(all, namesOf("role", o.Roles, func(r fixtures.Role) any { return []any{r.ID, r.Members} })...)
	}
	all = append(all, namesOf("key", world.Keys, func(k fixtures.PersonalAPIKey) any { return k.ID })...)
	all = append(all, namesOf("TXT record", world.DNS, func(r fixtures.TXTRecord) any { return r })...)
	projects := gjson.Get(kittest.List(s.fake, s.profile, "projects"), "results.#.id").Array()
	all = append(all, namesOf("project", projects, func(id gjson.Result) any { return id.Int() })...)
	slices.Sort(all)
	return all
}

func namesOf[T any](kind string, things []T, name func(T) any) (all []string) {
	for _, thing := range things {
		all = append(all, fmt.Sprint(kind, " ", name(thing)))
	}
	return all
}
