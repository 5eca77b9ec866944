package mock_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestMutantsAreWellNamed(t *testing.T) {
	g := NewWithT(t)
	form := regexp.MustCompile(`^[a-z0-9_]+\.[a-z0-9_]+\.[a-z0-9_]+$`)
	seen, resources := map[string]bool{}, []string{}
	for _, m := range mock.Mutants() {
		g.Expect(m.Name).To(MatchRegexp(form.String()))
		g.Expect(seen[m.Name]).To(BeFalse(), "%s is there twice", m.Name)
		seen[m.Name] = true
		g.Expect(m.Sentence).To(MatchRegexp(`^\S.*\.$`), m.Name)
		g.Expect(m.Rule).NotTo(BeEmpty(), m.Name)
		if resource, _, _ := strings.Cut(m.Name, "."); len(resources) == 0 || resources[len(resources)-1] != resource {
			resources = append(resources, resource)
		}
	}
	g.Expect(slices.IsSorted(resources)).To(BeTrue(), "%v", resources)
}

// plantedIn are the names of the defects that fakes of a revision can have. It takes seconds to find
// out, so it is asked once.
func plantedIn(t *testing.T, revision string) map[string]bool {
	t.Helper()
	found, err := mock.MutantsIn(revision)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	names := map[string]bool{}
	for _, m := range found {
		names[m.Name] = true
	}
	return names
}

// TestMutantsOfARevision: every defect is one of some revision, and is left out where the revision has
// nothing of what it is about. A server has the first and the last of all.
func TestMutantsOfARevision(t *testing.T) {
	skipUnderRace(t, "plants thousands of defects")
	revisions := []string{"2026-03", "2026-06", "2026-09"}
	planted := map[string]map[string]bool{}
	for _, revision := range revisions {
		planted[revision] = plantedIn(t, revision)
	}
	for _, it := range []struct{ mutant, from, until string }{
		{"domains.create.capitals", "2026-03", "2026-09"},
		{"invites.recent_login.destroy", "2026-03", "2026-09"},
		{"identity_provider_configs.scopes.any", "2026-06", "2026-09"},        // a stage, for operations that came later
		{"identity_provider_configs.bodies.media_type", "2026-06", "2026-09"}, // likewise
		{"domains.representation.missing", "2026-03", "2026-06"},              // a property that went
		{"domains.scim.token_by_key", "2026-03", "2026-06"},                   // an operation that went
		{"scim.auth.regenerated", "2026-03", "2026-06"},                       // of its two halves one has nothing to do
		{"scim.auth.config_token", "2026-06", "2026-09"},                      // likewise
		{"identity_provider_configs.scim_logs.by_key", "2026-09", "2026-09"},  // an operation that came
		{"organizations.restriction.by_key", "2026-09", "2026-09"},            // a stage that came
		{"identity_provider_configs.oidc.client_long", "2026-09", "2026-09"},  // a property that came
	} {
		for _, revision := range revisions {
			t.Run(it.mutant+" in "+revision, func(t *testing.T) {
				NewWithT(t).Expect(planted[revision][it.mutant]).To(Equal(it.from <= revision && revision <= it.until))
			})
		}
	}
	all := mock.Mutants()
	for _, m := range all {
		if !slices.ContainsFunc(revisions, func(revision string) bool { return planted[revision][m.Name] }) {
			t.Errorf("no revision can have %s", m.Name)
		}
	}
	for _, name := range []string{all[0].Name, all[len(all)-1].Name} {
		_, err := mock.New(mock.WithMutant(name))
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
	}
	_, err := mock.MutantsIn("2026-13")
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("2026-13")))
}

func TestAnUnknownMutantIsRefused(t *testing.T) {
	g := NewWithT(t)
	_, err := mock.New(mock.WithMutant("domains.create.rased"))
	g.Expect(err).To(MatchError(And(HavePrefix(`mock: there is no mutant "domains.create.rased"`), ContainSubstring("domains.create.raced"))))
	_, err = mock.New(mock.WithMutant("qqq"))
	g.Expect(err).To(MatchError(ContainSubstring("--list-mutants")))
}

// TestMutantsShow looks at defects of each kind, and that a server that is made
// afterwards has none of them.
func TestMutantsShow(t *testing.T) {
	for _, it := range []struct {
		mutant string
		ask    func(f *mocktest.Fake) *mocktest.Answer
	}{
		{"domains.levels.member_deletes", func(f *mocktest.Fake) *mocktest.Answer { return f.As("member").Delete(f.Org("domains", "nothing")) }},
		{"domains.scopes.any", func(f *mocktest.Fake) *mocktest.Answer { return f.As("unrelated_scope").Get(f.Org("domains")) }},
		{"domains.isolation.stranger_reads", func(f *mocktest.Fake) *mocktest.Answer { return f.As("outsider").Get(f.Org("domains")) }},
		{"domains.create.capitals", func(f *mocktest.Fake) *mocktest.Answer {
			return f.As("admin").Post(f.Org("domains"), `{"domain": "CAPITALS.example.com"}`)
		}},
		{"domains.representation.missing", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Get(f.Org("domains")) }},
		{"domains.list.order", func(f *mocktest.Fake) *mocktest.Answer {
			f.NewDomain("a.example.com")
			return f.As("admin").Get(f.Org("domains"))
		}},
		{"domains.delete.pretends", func(f *mocktest.Fake) *mocktest.Answer {
			id := f.NewDomain("gone.example.com")
			f.As("admin").Delete(f.Org("domains", id)).Status(204)
			return f.As("admin").Get(f.Org("domains", id))
		}},
		{"identity_provider_configs.pages.bad_limit", func(f *mocktest.Fake) *mocktest.Answer {
			return f.As("admin").Get(f.Org("identity_provider_configs") + "?limit=x")
		}},
		{"organizations.update.put_partial", func(f *mocktest.Fake) *mocktest.Answer {
			return f.Session("owner").Put("/api/organizations/"+f.Known("organization.id")+"/", `{}`)
		}},
		{"scim.auth.no_token", func(f *mocktest.Fake) *mocktest.Answer {
			return f.Anonymous().Get("/scim/v2/" + f.Known("known.scim.domain_id") + "/Users")
		}},
	} {
		t.Run(it.mutant, func(t *testing.T) {
			g := NewWithT(t)
			sound := whole(it.ask(mocktest.New(t)))
			g.Expect(whole(it.ask(mocktest.New(t, mock.WithMutant(it.mutant))))).NotTo(Equal(sound))
			g.Expect(whole(it.ask(mocktest.New(t)))).To(Equal(sound))
		})
	}
}

// whole is everything that a client sees of an answer.
func whole(a *mocktest.Answer) string { return fmt.Sprint(a.Code, a.Header, string(a.Body)) }
