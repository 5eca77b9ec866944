package coverage

import (
	"net/http"
	"strconv"
)

// Seen is a request for a documented operation, and what a story asserted of its
// answer. It is about requests whose status was asserted: of others nothing is known.
type Seen struct {
	Operation string
	Status    int
	// Key tells that the request was made with a personal API key.
	Key bool
	// Body is the request body, as decoded JSON or a form as a map.
	Body any
	// Paths are the gjson paths that were looked at, Wanted the values that some of
	// them were said to equal.
	Paths  []string
	Wanted map[string]any
	// Detail is the text of a refusal, if it was asserted.
	Detail string
	// Switched are the features that the story switched on or off before, in an
	// organization of its own.
	Switched map[string]bool
}

// Points are what the request and the assertions cover. Only what is documented is in
// the result.
func (c *Catalogue) Points(seen Seen) Set {
	set := Set{}
	operation, ok := c.document.Operation(seen.Operation)
	if !ok {
		return set
	}
	add := func(points ...Point) {
		for _, p := range points {
			if c.set[operation.ID][p] {
				set.Add(operation.ID, p)
			}
		}
	}
	add(Point{Status, strconv.Itoa(seen.Status)})
	add(c.Fields(operation.ID, seen.Body)...)
	for _, path := range seen.Paths {
		add(c.Properties(operation.ID, seen.Status, path)...)
	}
	for path, value := range seen.Wanted {
		add(c.Wanted(operation.ID, seen.Status, path, value)...)
	}
	if seen.Key && seen.Status < http.StatusMultipleChoices {
		add(Point{Scope, operation.Scope + Granted})
	}
	add(refusal(operation, seen.Detail)...)
	for _, feature := range operation.Features {
		// Without a feature everything that is asserted is about it; with it only what is
		// refused since it is there.
		if on, switched := seen.Switched[feature]; switched && (!on || seen.Status >= http.StatusBadRequest) {
			add(Point{Feature, feature})
		}
	}
	return set
}

// NotAllowed are what the refusal of a method covers that a path does not have: 405 is
// documented with the methods that it has.
func (c *Catalogue) NotAllowed(operations []string) Set {
	set := Set{}
	p := Point{Status, strconv.Itoa(http.StatusMethodNotAllowed)}
	for _, operation := range operations {
		if c.set[operation][p] {
			set.Add(operation, p)
		}
	}
	return set
}
