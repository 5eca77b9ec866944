package pyjson_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// The limit is the fake's own: CPython's depends on its caller.
func TestDecodeRefusesDeepNesting(t *testing.T) {
	for name, c := range map[string]struct {
		open, close, kind string
	}{
		"arrays":  {"[", "]", "array"},
		"objects": {`{"a":`, "}", "object"},
		"mixed":   {`[{"a":`, "}]", "array"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			levels := 512 / (strings.Count(c.open, "[") + strings.Count(c.open, "{"))
			nested := func(n int) []byte {
				return []byte(strings.Repeat(c.open, n) + "1" + strings.Repeat(c.close, n))
			}
			value, err := pyjson.Decode(nested(levels))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(pyjson.Append(nil, value)).To(Equal(nested(levels)))

			_, err = pyjson.Decode(nested(levels + 1))
			g.Expect(err).To(MatchError("maximum recursion depth exceeded while decoding a JSON " + c.kind + " from a unicode string"))
			_, err = pyjson.Decode([]byte(strings.Repeat(c.open, 100_000)))
			g.Expect(err).To(MatchError(ContainSubstring("maximum recursion depth")))
		})
	}
}

func TestDecodeCountsDepthNotContainers(t *testing.T) {
	g := NewWithT(t)
	wide := "[" + strings.Repeat("[{}],", 2000) + "[]]"
	_, err := pyjson.Decode([]byte(wide))
	g.Expect(err).NotTo(HaveOccurred())
}

func TestDecodeDoesNotKeepTheBody(t *testing.T) {
	g := NewWithT(t)
	for name, size := range map[string]int{"short": 10, "long": 10_000} {
		body := []byte(`["` + strings.Repeat("x", size) + `"]`)
		value, err := pyjson.Decode(body)
		g.Expect(err).NotTo(HaveOccurred(), name)
		clear(body)
		g.Expect(value).To(Equal([]any{strings.Repeat("x", size)}), name)
	}
}
