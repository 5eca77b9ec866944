package trigram_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/trigram"
)

// The first value is from the manual of pg_trgm; the others follow by counting.
func TestWordSimilarity(t *testing.T) {
	for _, tc := range []struct {
		query, text string
		want        float64
	}{
		{"word", "two words", 0.8},
		{"word", "word", 1},
		{"Word", "a WORD, here", 1},
		{"two words", "two words", 1},
		{"ada", "adam", 0.75},
		{"mia", "maria", 0.25},
		{"", "word", 0},
		{"word", "", 0},
		{"x", "word", 0},
		{"öl", "Öl", 1},
	} {
		t.Run(tc.query+" in "+tc.text, func(t *testing.T) {
			NewWithT(t).Expect(trigram.Of(tc.query).WordSimilarity(tc.text)).To(BeNumerically("~", tc.want, 1e-9))
		})
	}
}
