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

// Mutant describes a planted defect of the API or of the SCIM server.
type Mutant struct{ Name, Sentence, Rule string }

// Mutants are all defects that a server can be told to have, sorted by resource.
func Mutants() []Mutant {
	all := append(describe(api.Mutants()), describe(scimserver.Mutants())...)
	slices.SortStableFunc(all, func(a, b Mutant) int { return strings.Compare(resourceOf(a.Name), resourceOf(b.Name)) })
	return all
}

// describe leaves out the second half of a mutant that changes both packages.
func describe[T any](all []mutant.Mutant[T]) (described []Mutant) {
	for _, m := range all {
		if m.Sentence != "" {
			described = append(described, Mutant{m.Name, m.Sentence, m.Rule})
		}
	}
	return described
}

// resourceOf is the first part of a mutant's name.
func resourceOf(name string) string {
	resource, _, _ := strings.Cut(name, ".")
	return resource
}

// applyMutant applies the mutant of a name to the tables; "" is none.
func applyMutant(name string, rest *api.Tables, scim *scimserver.Tables) {
	if name != "" {
		mutant.Apply(api.Mutants(), name, rest)
		mutant.Apply(scimserver.Mutants(), name, scim)
	}
}

// checkMutant fails when there is no mutant of a name; "" is none.
func checkMutant(name string) error {
	known := slices.ContainsFunc(Mutants(), func(m Mutant) bool { return m.Name == name })
	if name == "" || known {
		return nil
	}
	return fmt.Errorf("there is no mutant %q%s", name, closeNames(name))
}

// closeNames names the mutants whose names are most like an unknown one.
func closeNames(name string) string {
	const alike, most = 0.5, 5
	var known []string
	for _, m := range Mutants() {
		known = append(known, m.Name)
	}
	closest := trigram.Closest(name, known, alike, most)
	if len(closest) == 0 {
		return "; 'understudy serve --list-mutants' names them all"
	}
	return "; close ones are " + strings.Join(closest, ", ")
}
