package mock

import (
	"fmt"

	"github.com/understudy-dev/understudy/mock/internal/server"
	"github.com/understudy-dev/understudy/spec"
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
}

// WithMutant makes the server have a defect: the one of that name in [Mutants].
func WithMutant(name string) Option { return func(c *config) { c.Mutant = name } }

// Mutants lists every defect that a server can be told to have, sorted by resource.
func Mutants() []Mutant { return shown(server.Mutants()) }

// MutantsIn lists the defects that a server can have in a revision of the API: not those
// of an operation or a property that the revision does not have. See [WithRevision] for
// its name.
func MutantsIn(revision string) ([]Mutant, error) {
	name, err := spec.ParseRevision(revision)
	if err != nil {
		return nil, fmt.Errorf("mock: %w", err)
	}
	planted, err := server.MutantsIn(name)
	return shown(planted), err
}

func shown(planted []server.Mutant) []Mutant {
	all := make([]Mutant, len(planted))
	for i, m := range planted {
		all[i] = Mutant(m)
	}
	return all
}
