package server

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/api"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/scimserver"
	"github.com/understudy-dev/understudy/mock/internal/trigram"
	"github.com/understudy-dev/understudy/spec"
)

// Mutant describes a planted defect of the API or of the SCIM server.
type Mutant struct{ Name, Sentence, Rule string }

// Mutants are all defects that a server can be told to have, sorted by resource.
func Mutants() []Mutant { return slices.Clone(catalogue()) }

// catalogue describes all of them once: every server that is made with one looks it up.
var catalogue = sync.OnceValue(func() []Mutant {
	all := append(describe(api.Mutants()), describe(scimserver.Mutants())...)
	slices.SortStableFunc(all, func(a, b Mutant) int { return strings.Compare(resourceOf(a.Name), resourceOf(b.Name)) })
	return all
})

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

// MutantsIn are the defects that a server can have in a revision: those that are about
// something that the revision has.
func MutantsIn(revision spec.Revision) ([]Mutant, error) {
	document, err := spec.LoadRevision(revision)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(Mutants(), func(m Mutant) bool {
		shared := mutant.NewTables(document)
		return !applyMutant(m.Name, api.NewTables(shared), scimserver.NewTables(shared))
	}), nil
}

// applyMutant applies the mutant of a name to the tables, which share some; "" is none. It
// reports whether the revision has what each half of the mutant is about.
func applyMutant(name string, rest *api.Tables, scim *scimserver.Tables) bool {
	if name == "" {
		return true
	}
	aims := &rest.Aims
	mutant.Apply(api.Mutants(), name, rest)
	missed := aims.Missed()
	*aims = mutant.Aims{}
	mutant.Apply(scimserver.Mutants(), name, scim)
	return !missed && !aims.Missed()
}

// checkMutant fails when there is no mutant of a name; "" is none.
func checkMutant(name string) error {
	if name == "" || slices.ContainsFunc(catalogue(), func(m Mutant) bool { return m.Name == name }) {
		return nil
	}
	return fmt.Errorf("there is no mutant %q%s", name, closeNames(name))
}

// closeNames names the mutants whose names are most like an unknown one.
func closeNames(name string) string {
	const alike, most = 0.5, 5
	var known []string
	for _, m := range catalogue() {
		known = append(known, m.Name)
	}
	closest := trigram.Closest(name, known, alike, most)
	if len(closest) == 0 {
		return "; 'understudy serve --list-mutants' names them all"
	}
	return "; close ones are " + strings.Join(closest, ", ")
}
