package fault

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/trigram"
)

// operations are the ids of all operations there are.
type operations []string

// match returns the operations that a pattern means; nil is every one. It is
// false for a pattern that means none.
func (o operations) match(pattern string) (map[string]bool, bool) {
	if pattern == "" || pattern == "*" {
		return nil, true
	}
	found := map[string]bool{}
	for _, id := range o {
		if matched, _ := path.Match(pattern, id); matched {
			found[id] = true
		}
	}
	return found, len(found) > 0
}

// nearest says which names are like one that is not there.
func nearest(name string, known []string) string {
	const alike, most, longest = 0.4, 3, 100
	similarity := map[string]float64{}
	var near []string
	wanted := trigram.Of(name[:min(len(name), longest)])
	for _, candidate := range known {
		if s := wanted.WordSimilarity(candidate); s >= alike {
			similarity[candidate] = s
			near = append(near, candidate)
		}
	}
	if len(near) == 0 {
		if len(known) <= 20 {
			return "; there are " + quoted(known)
		}
		return ""
	}
	slices.SortStableFunc(near, func(a, b string) int {
		switch {
		case similarity[a] > similarity[b]:
			return -1
		case similarity[a] < similarity[b]:
			return 1
		}
		return len(a) - len(b)
	})
	return "; close ones are " + quoted(near[:min(most, len(near))])
}

// quoted lists names.
func quoted[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = strconv.Quote(string(name))
	}
	return strings.Join(texts, ", ")
}
