// Package detect finds out which revision of the API a deployment runs, by reads that change nothing.
//
// What tells one revision from another stands in package spec: each change there names its signs, properties of rows and paths, and
// the day from which it held. A deployment has every change up to some day and none after it. The day that fits its signs best is the
// last one of a revision, then it runs that, or lies between two, and is none of both.
package detect

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// Found is which revision a deployment runs, and what tells.
type Found struct {
	// Revision is the one that the deployment runs, or comes nearest to.
	Revision spec.Revision
	// Before and After are the two that a deployment lies between; both are empty when it runs Revision itself.
	Before, After spec.Revision
	// Seen tells that something told. Otherwise Revision is the default one.
	Seen bool
	// Because says what told, in words.
	Because string
	// Has and Lacks are the changes from Before to After, in sentences, that a deployment between two shows, and does not.
	Has, Lacks []string
	// Odd are signs, in words, that do not fit the rest.
	Odd []string
	// Rows are the names of the properties that rows showed, by schema, sorted.
	Rows map[string][]string
}

// Between reports whether the deployment lies between two revisions.
func (f *Found) Between() bool { return f.Before != "" }

// Other is the revision on the far side of a deployment that lies between two: the one that is not the nearest. "" where it does not.
func (f *Found) Other() spec.Revision {
	if f.Revision == f.After {
		return f.Before
	}
	return f.After
}

// Name is what to call the revision: 2026-09, "between 2026-06 and 2026-09", or unknown.
func (f *Found) Name() string {
	switch {
	case !f.Seen:
		return "unknown"
	case f.Between():
		return fmt.Sprintf("between %s and %s", f.Before, f.After)
	}
	return string(f.Revision)
}

// Revision asks a deployment. What it sends reads only, and is a dozen requests at most. It fails when there is no answer.
func Revision(ctx context.Context, client *suite.Client) (*Found, error) {
	changes, err := timeline()
	if err != nil {
		return nil, err
	}
	var seen *observation
	if err := suite.Ask(ctx, client, func(s *suite.S) { seen = observe(s, changes) }); err != nil {
		return nil, err
	}
	return decide(changes, seen)
}

// decide finds the day that fits best.
func decide(changes []change, seen *observation) (*Found, error) {
	d := &decision{changes: changes, seen: seen}
	if err := d.prepare(); err != nil {
		return nil, err
	}
	found := &Found{Revision: spec.DefaultRevision, Rows: seen.rows()}
	if len(d.subjects) == 0 {
		found.Because = "nothing that tells could be read"
		return found, nil
	}
	found.Seen = true
	best := d.best()
	if at := slices.IndexFunc(best, func(day int) bool { return d.ends[day] != "" }); at >= 0 {
		d.settle(found, best)
		return found, nil
	}
	d.settleBetween(found, best[len(best)-1])
	return found, nil
}

// decision weighs the days. Day n is the one on which the first n changes held.
type decision struct {
	changes  []change
	seen     *observation
	ends     map[int]spec.Revision // the days that are the last of a revision
	subjects []subject             // that could be seen
}

// subject is what signs are about, which one change may add and a later one remove.
type subject struct {
	sign
	there bool
	turns map[int]bool // what the change of that number made of it
}

// on reports whether the subject was there on a day.
func (s *subject) on(day int) bool {
	there, first := false, true
	for _, change := range slices.Sorted(maps.Keys(s.turns)) {
		if first {
			there = !s.turns[change]
			first = false
		}
		if change < day {
			there = s.turns[change]
		}
	}
	return there
}

// prepare notes what could be seen, and where revisions end.
func (d *decision) prepare() error {
	revisions, err := spec.Revisions()
	if err != nil {
		return err
	}
	d.ends = map[int]spec.Revision{}
	for _, about := range revisions {
		day := 0
		for _, c := range d.changes {
			if c.revision <= about.Name {
				day++
			}
		}
		d.ends[day] = about.Name
	}
	for number, c := range d.changes {
		for _, s := range c.signs {
			d.note(number, s, isWriteOnly(s, c.revision))
		}
	}
	return nil
}

// note adds a sign of a change.
func (d *decision) note(number int, s sign, writeOnly bool) {
	there, seen := d.seen.of(s, writeOnly)
	if !seen {
		return
	}
	added := s.added
	s.added = false // what it is about is the same, whichever way it changed
	at := slices.IndexFunc(d.subjects, func(known subject) bool { return known.sign == s })
	if at < 0 {
		at = len(d.subjects)
		d.subjects = append(d.subjects, subject{s, there, map[int]bool{}})
	}
	d.subjects[at].turns[number] = added
}

func isWriteOnly(s sign, revision spec.Revision) bool {
	document, err := spec.LoadRevision(revision)
	if err != nil || s.path != "" {
		return false
	}
	schema, ok := document.Schema(s.schema)
	if !ok {
		return false
	}
	property, _ := schema.Property(s.property)
	return property.WriteOnly
}

// misfits lists, in words, what is not as it was on a day.
func (d *decision) misfits(day int) (list []string) {
	for i := range d.subjects {
		if s := &d.subjects[i]; s.there != s.on(day) {
			list = append(list, s.words(s.there))
		}
	}
	return list
}

// best lists the days that fit best, in their order. Changes of one day are not told apart.
func (d *decision) best() (days []int) {
	fewest := -1
	for day := range len(d.changes) + 1 {
		if day > 0 && day < len(d.changes) && d.ends[day] == "" && d.changes[day-1].Since == d.changes[day].Since {
			continue
		}
		switch n := len(d.misfits(day)); {
		case fewest < 0 || n < fewest:
			fewest, days = n, []int{day}
		case n == fewest:
			days = append(days, day)
		}
	}
	return days
}

// settle says that the deployment runs a revision: of those that fit equally well the default one, else the latest.
func (d *decision) settle(found *Found, days []int) {
	var fitting []string
	chosen := -1
	for _, day := range days {
		if revision := d.ends[day]; revision != "" {
			fitting = append(fitting, string(revision))
			if chosen < 0 || d.ends[chosen] != spec.DefaultRevision {
				chosen = day
			}
		}
	}
	found.Revision = d.ends[chosen]
	found.Odd = d.misfits(chosen)
	found.Because = strings.Join(append(d.counts(), d.witnesses(chosen)...), "; ")
	if len(fitting) > 1 {
		found.Because += "; what tells " + strings.Join(fitting, " from ") + " could not be read"
	}
}

// settleBetween says that the deployment lies between two revisions, and which is nearer.
func (d *decision) settleBetween(found *Found, day int) {
	before, after := 0, len(d.changes)
	for end := range d.ends {
		if end < day {
			before = max(before, end)
		} else {
			after = min(after, end)
		}
	}
	found.Before, found.After = d.ends[before], d.ends[after]
	found.Revision = found.After
	if len(d.misfits(before)) < len(d.misfits(after)) {
		found.Revision = found.Before
	}
	for c := before; c < after; c++ {
		if c < day {
			d.addUnseen(found, &d.changes[c])
			found.Has = append(found.Has, d.changes[c].What)
		} else {
			found.Lacks = append(found.Lacks, d.changes[c].What)
		}
	}
	found.Odd = d.misfits(day)
	found.Because = strings.Join(append(d.counts(), d.witnesses(day)...), "; ")
}

// addUnseen adds to the rows what a change brought that is only written: it came with the rest.
func (d *decision) addUnseen(found *Found, c *change) {
	for _, s := range c.signs {
		if names, seen := found.Rows[s.schema]; seen && s.added && isWriteOnly(s, c.revision) {
			found.Rows[s.schema] = append(names, s.property)
		}
	}
}

// counts says how many keys rows have.
func (d *decision) counts() (parts []string) {
	for _, r := range rows {
		n := len(d.seen.properties[r.schema])
		switch {
		case r.collection != "" && slices.Contains(d.seen.missing, r.collection):
			parts = append(parts, "there are no "+r.plural)
		case n == 0 || r.collection == "":
		case d.seen.declared[r.schema]:
			parts = append(parts, fmt.Sprintf("OPTIONS of %s lists %d fields", r.plural, n))
		default:
			parts = append(parts, fmt.Sprintf("%s rows have %d keys", r.singular, n))
		}
	}
	return parts
}

// witnesses says what of the last change before a day is there, and what of the next is not.
func (d *decision) witnesses(day int) (parts []string) {
	witness := func(change int) bool {
		best := (*subject)(nil) // what changed but once tells more
		for i := range d.subjects {
			s := &d.subjects[i]
			if _, turned := s.turns[change]; turned && s.there == s.on(day) && (best == nil || len(s.turns) < len(best.turns)) {
				best = s
			}
		}
		if best != nil {
			parts = append(parts, best.words(best.there))
		}
		return best != nil
	}
	for change := day - 1; change >= 0 && !witness(change); change-- {
	}
	for change := day; change < len(d.changes) && !witness(change); change++ {
	}
	return parts
}

// rows returns the properties of rows that were seen.
func (o *observation) rows() map[string][]string {
	seen := map[string][]string{}
	for schema, names := range o.properties {
		if !o.declared[schema] {
			seen[schema] = slices.Sorted(maps.Keys(names))
		}
	}
	return seen
}
