package mock

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/trigram"
)

// Mutant is a defect that the server can be told to have: one that a real deployment
// might have, at one place. A conformance suite is as good as the mutants that it
// catches.
type Mutant struct {
	// Name is "resource.topic.defect".
	Name string
	// Sentence says what is wrong.
	Sentence string
	// Rule is the rule that is broken. A suite catches the mutant when a scenario
	// that names the rule fails.
	Rule string

	defect defect
}

// defect changes the parts that a server is built from.
type defect func(*parts)

// WithMutant makes the server have a defect: the one of that name in [Mutants].
func WithMutant(name string) Option { return func(c *config) { c.mutant = name } }

// Mutants lists every defect that a server can be told to have, sorted by resource.
func Mutants() []Mutant {
	all := slices.Concat(
		domainMutants(),
		domainSettingMutants(),
		configMutants(),
		integrationMutants(),
		inviteMutants(),
		signupMutants(),
		memberMutants(),
		organizationMutants(),
		keyMutants(),
		projectMutants(),
		roleMutants(),
		scimServerMutants(),
		scimUserMutants(),
		scimGroupMutants(),
		sessionMutants(),
		userMutants(),
		cornerMutants(),
	)
	slices.SortStableFunc(all, func(a, b Mutant) int { return strings.Compare(resourceOf(a.Name), resourceOf(b.Name)) })
	return all
}

// resourceOf is the first part of a name.
func resourceOf(name string) string { resource, _, _ := strings.Cut(name, "."); return resource }

// mutate gives the parts the defect of that name; "" is none.
func (p *parts) mutate(name string) error {
	if name == "" {
		return nil
	}
	all := Mutants()
	for i := range all {
		if all[i].Name == name {
			all[i].defect(p)
			return nil
		}
	}
	return fmt.Errorf("there is no mutant %q%s", name, closeNames(all, name))
}

// closeNames says which names are like one that is not there.
func closeNames(all []Mutant, name string) string {
	const alike, most = 0.5, 5
	type candidate struct {
		name       string
		similarity float64
	}
	var candidates []candidate
	wanted := trigram.Of(name)
	for i := range all {
		if similarity := wanted.WordSimilarity(all[i].Name); similarity >= alike {
			candidates = append(candidates, candidate{all[i].Name, similarity})
		}
	}
	if len(candidates) == 0 {
		return "; 'understudy serve --list-mutants' names them all"
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		switch {
		case a.similarity > b.similarity:
			return -1
		case a.similarity < b.similarity:
			return 1
		}
		return 0
	})
	var names []string
	for _, c := range candidates[:min(most, len(candidates))] {
		names = append(names, c.name)
	}
	return "; close ones are " + strings.Join(names, ", ")
}
