package mutant

import (
	"slices"

	"github.com/understudy-dev/understudy/spec"
)

// Aims count what a defect was to change: what the revision has, and what it has not. A
// defect that finds nothing of what it is about cannot be had in the revision, so that
// nobody can be asked to notice it there.
type Aims struct{ met, missed int }

// Aim notes whether the revision has what a part of a defect is to change, which it
// returns.
func (a *Aims) Aim(has bool) bool {
	if has {
		a.met++
	} else {
		a.missed++
	}
	return has
}

// Missed reports whether a defect was about something, and the revision has none of it.
func (a *Aims) Missed() bool { return a.met == 0 && a.missed > 0 }

// AimAtOperations is [Aims.Aim] at operations, of which the revision has some or none; ""
// is every path.
func (t *Tables) AimAtOperations(ids ...string) bool {
	return t.Aim(slices.ContainsFunc(ids, func(id string) bool {
		_, has := t.Document.Operation(id)
		return has || id == ""
	}))
}

// AimAtProperty is [Aims.Aim] at a property of a schema; "" is any.
func (t *Tables) AimAtProperty(schema, name string) bool {
	found, has := t.Document.Schema(schema)
	return t.Aim(has && (name == "" || slices.ContainsFunc(found.Properties, func(p spec.Property) bool { return p.Name == name })))
}
