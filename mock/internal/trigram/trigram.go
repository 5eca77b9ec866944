// Package trigram measures how similar texts are, as PostgreSQL's pg_trgm does: by
// the groups of three letters that they share, which forgives typing errors. It
// keeps no index and decides no threshold. It is written here because the results of
// searches depend on this exact measure.
package trigram

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Set is the set of trigrams of a text.
type Set map[string]struct{}

// Of returns the trigrams of a text.
func Of(text string) Set {
	set := Set{}
	for _, t := range list(text) {
		set[t] = struct{}{}
	}
	return set
}

// list returns the trigrams of a text in order. Each word is in lower case, with
// two blanks before it and one behind.
func list(text string) (trigrams []string) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, word := range words {
		padded := []rune("  " + word + " ")
		for i := range len(padded) - 2 {
			trigrams = append(trigrams, string(padded[i:i+3]))
		}
	}
	return trigrams
}

// WordSimilarity is the greatest similarity between the set and the trigrams of
// any continuous part of text, from 0 to 1: word_similarity(set, text).
func (s Set) WordSimilarity(text string) (best float64) {
	trigrams := list(text)
	for first, t := range trigrams {
		if _, in := s[t]; !in {
			continue // the best part begins with a trigram of the set
		}
		seen, shared := Set{}, 0
		for _, t := range trigrams[first:] {
			if _, again := seen[t]; !again {
				seen[t] = struct{}{}
				if _, in := s[t]; in {
					shared++
				}
			}
			best = max(best, float64(shared)/float64(len(s)+len(seen)-shared))
		}
	}
	return best
}

// Closest returns the known names that are most like a name, the best first and no more
// than most: those whose similarity is at least alike. Equally similar names keep their
// order.
func Closest(name string, known []string, alike float64, most int) []string {
	type match struct {
		name       string
		similarity float64
	}
	var matches []match
	wanted := Of(name)
	for _, candidate := range known {
		if similarity := wanted.WordSimilarity(candidate); similarity >= alike {
			matches = append(matches, match{candidate, similarity})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return cmp.Compare(b.similarity, a.similarity) })
	names := make([]string, 0, most)
	for _, m := range matches[:min(most, len(matches))] {
		names = append(names, m.name)
	}
	return names
}
