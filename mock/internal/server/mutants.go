package server

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/api"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/scimserver"
	"github.com/understudy-dev/understudy/mock/internal/trigram"
)

// Mutant is a planted defect, wherever it is made.
type Mutant struct{ Name, Sentence, Rule string }

// Mutants are all defects that a server can be told to have, sorted by resource.
func Mutants() []Mutant {
	all := append(describe(api.Mutants()), describe(scimserver.Mutants())...)
	slices.SortStableFunc(all, func(a, b Mutant) int { return strings.Compare(resourceOf(a.Name), resourceOf(b.Name)) })
	return all
}

// describe leaves out the second halves of mutants.
func describe[T any](all []mutant.Mutant[T]) (described []Mutant) {
	for _, m := range all {
		if m.Sentence != "" {
			described = append(described, Mutant{m.Name, m.Sentence, m.Rule})
		}
	}
	return described
}

// resourceOf is the first part of a name.
func resourceOf(name string) string { resource, _, _ := strings.Cut(name, "."); return resource }

// applyMutant gives the tables the defect of that name; "" is none.
func applyMutant(name string, rest *api.Tables, scim *scimserver.Tables) error {
	if name == "" {
		return nil
	}
	inAPI, inSCIM := mutant.Apply(api.Mutants(), name, rest), mutant.Apply(scimserver.Mutants(), name, scim)
	if inAPI || inSCIM {
		return nil
	}
	return fmt.Errorf("there is no mutant %q%s", name, closeNames(name))
}

// closeNames says which names are like one that is not there.
func closeNames(name string) string {
	const alike, most = 0.5, 5
	type candidate struct {
		name       string
		similarity float64
	}
	var candidates []candidate
	wanted := trigram.Of(name)
	for _, m := range Mutants() {
		if similarity := wanted.WordSimilarity(m.Name); similarity >= alike {
			candidates = append(candidates, candidate{m.Name, similarity})
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
