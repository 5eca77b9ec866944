package coverage

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/understudy-dev/understudy/fixtures/strictyaml"
	"github.com/understudy-dev/understudy/spec"
)

//go:embed exceptions.yaml
var exceptions []byte

// Exception says why the suite does not cover something that is documented.
type Exception struct {
	Kind Kind `yaml:"kind"`
	// Names are those of points, Operations those of operations. Both may have
	// wildcards as of path.Match.
	Names      []string `yaml:"names"`
	Operations []string `yaml:"operations"`
	Reason     string   `yaml:"reason"`
	// From and Until are the first and the last revision that the exception is about; "" is
	// no bound.
	From  spec.Revision `yaml:"from"`
	Until spec.Revision `yaml:"until"`
}

// Exceptions are those of this suite in a revision; "" is the documented one.
func Exceptions(revision string) ([]Exception, error) {
	all, err := readExceptions(exceptions)
	played := cmp.Or(spec.Revision(revision), spec.DefaultRevision)
	return slices.DeleteFunc(all, func(e Exception) bool { return !played.Within(e.From, e.Until) }), err
}

// readExceptions refuses unknown fields and kinds, and entries that leave something
// out.
func readExceptions(data []byte) ([]Exception, error) {
	var file struct {
		Exceptions []Exception `yaml:"exceptions"`
	}
	if err := strictyaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("exceptions.yaml: %w", err)
	}
	var problems []error
	for i, e := range file.Exceptions {
		if !slices.Contains(Kinds, e.Kind) {
			problems = append(problems, fmt.Errorf("exceptions.yaml: entry %d: kind: want one of %v, got %q", i+1, Kinds, e.Kind))
		}
		if len(e.Names) == 0 || len(e.Operations) == 0 || e.Reason == "" {
			problems = append(problems, fmt.Errorf("exceptions.yaml: entry %d: names, operations and reason are needed", i+1))
		}
		for _, pattern := range slices.Concat(e.Names, e.Operations) {
			if _, err := path.Match(pattern, ""); err != nil {
				problems = append(problems, fmt.Errorf("exceptions.yaml: entry %d: %q: %w", i+1, pattern, err))
			}
		}
	}
	return file.Exceptions, errors.Join(problems...)
}

// Except takes out of the rows what exceptions explain, and returns what is left
// uncovered, and the exceptions that are stale: they name something that is covered, or
// nothing that is documented.
func Except(documented, covered Set, list []Exception) (uncovered []Gap, stale []string) {
	excused := map[Gap]bool{}
	for _, e := range list {
		for _, operations := range e.Operations {
			for _, names := range e.Names {
				found := gaps(documented, func(g Gap) bool {
					return g.Kind == e.Kind && matches(operations, g.Operation) && matches(names, g.Name)
				})
				if len(found) == 0 {
					stale = append(stale, fmt.Sprintf("%s %s of %s is not documented", e.Kind, names, operations))
				}
				for _, g := range found {
					excused[g] = true
					if covered[g.Operation][g.Point] && operations != everywhere {
						stale = append(stale, fmt.Sprintf("%s is covered (%s of %s)", g, names, operations))
					}
				}
			}
		}
	}
	uncovered = gaps(documented, func(g Gap) bool { return !excused[g] && !covered[g.Operation][g.Point] })
	return uncovered, stale
}

// everywhere is the pattern of operations that excuses what is uncovered, wherever that is.
const everywhere = "*"

// Gap is something documented that was not covered.
type Gap struct {
	Operation string
	Point
}

func (g Gap) String() string { return fmt.Sprintf("%s: %s %s", g.Operation, g.Kind, g.Name) }

// gaps are the points of a set for which something holds, in the order of operations,
// kinds and names.
func gaps(set Set, holds func(Gap) bool) (list []Gap) {
	for _, row := range Table(set, nil) {
		for _, kind := range Kinds {
			for _, name := range row.Kinds[kind].Missing {
				if g := (Gap{row.Operation, Point{kind, name}}); holds(g) {
					list = append(list, g)
				}
			}
		}
	}
	return list
}

func matches(pattern, name string) bool {
	ok, _ := path.Match(pattern, name) // patterns were tried when they were read
	return ok
}
