package mock_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
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

// TestMutantsApply builds a server with each.
func TestMutantsApply(t *testing.T) {
	for _, m := range mock.Mutants() {
		if _, err := mock.New(mock.WithMutant(m.Name)); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
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
		ask    func(f *fake) *answer
	}{
		{"domains.levels.member_deletes", func(f *fake) *answer { return f.as("member").delete(f.org("domains", "nothing")) }},
		{"domains.scopes.any", func(f *fake) *answer { return f.as("unrelated_scope").get(f.org("domains")) }},
		{"domains.isolation.stranger_reads", func(f *fake) *answer { return f.as("outsider").get(f.org("domains")) }},
		{"domains.create.capitals", func(f *fake) *answer {
			return f.as("admin").post(f.org("domains"), `{"domain": "CAPITALS.example.com"}`)
		}},
		{"domains.representation.missing", func(f *fake) *answer { return f.as("admin").get(f.org("domains")) }},
		{"domains.list.order", func(f *fake) *answer {
			f.newDomain("a.example.com")
			return f.as("admin").get(f.org("domains"))
		}},
		{"domains.delete.pretends", func(f *fake) *answer {
			id := f.newDomain("gone.example.com")
			f.as("admin").delete(f.org("domains", id)).status(204)
			return f.as("admin").get(f.org("domains", id))
		}},
		{"identity_provider_configs.pages.bad_limit", func(f *fake) *answer { return f.as("admin").get(f.org("identity_provider_configs") + "?limit=x") }},
		{"organizations.update.put_partial", func(f *fake) *answer {
			return f.session("owner").put("/api/organizations/"+f.known("organization.id")+"/", `{}`)
		}},
		{"scim.auth.no_token", func(f *fake) *answer {
			return f.anonymous().get("/scim/v2/" + f.known("known.scim.domain_id") + "/Users")
		}},
	} {
		t.Run(it.mutant, func(t *testing.T) {
			g := NewWithT(t)
			sound := whole(it.ask(newFake(t)))
			g.Expect(whole(it.ask(newFake(t, mock.WithMutant(it.mutant))))).NotTo(Equal(sound))
			g.Expect(whole(it.ask(newFake(t)))).To(Equal(sound))
		})
	}
}

// whole is everything that a client sees of an answer.
func whole(a *answer) string { return fmt.Sprint(a.code, a.header, string(a.body)) }
