package pyjson_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

func TestAppendStringFindsWhatToEscapeAnywhere(t *testing.T) {
	for name, c := range map[string]struct{ in, out string }{
		"quote":          {`"`, `\"`},
		"backslash":      {`\`, `\\`},
		"line feed":      {"\n", `\n`},
		"null":           {"\x00", `\u0000`},
		"unit separator": {"\x1f", `\u001f`},
		"space":          {" ", " "},
		"delete":         {"\x7f", "\x7f"},
		"markup":         {"</a>&", "</a>&"},
		"two bytes":      {"é", "é"},
		"three bytes":    {"日", "日"},
		"four bytes":     {"😀", "😀"},
		"U+2028":         {"\u2028", `\u2028`},
		"U+2029":         {"\u2029", `\u2029`},
		"U+FFFD":         {"\ufffd", "\ufffd"},
		"surrogate":      {"\xed\xa0\x80", "\ufffd"},
		"stray byte":     {"\xff", "\ufffd"},
		"half a rune":    {"\xc3", "\ufffd"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			for length := range 20 { // around the words that the scan reads
				for place := range length + 1 {
					before, behind := strings.Repeat("a", place), strings.Repeat("~", length-place)
					got := pyjson.AppendString([]byte("x"), before+c.in+behind)
					g.Expect(string(got)).To(Equal(`x"` + before + c.out + behind + `"`))
				}
			}
		})
	}
}

func TestAppendStringGivesEachByteItsMeaning(t *testing.T) {
	g := NewWithT(t)
	for r := range rune(0x3000) {
		want := "padding" + string(r) + "padding"
		var got string
		g.Expect(json.Unmarshal(pyjson.AppendString(nil, want), &got)).To(Succeed())
		g.Expect(got).To(Equal(want))
	}
}

func TestAppendWritesNullForWhatJSONHasNoNumberFor(t *testing.T) {
	g := NewWithT(t)
	for _, f := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
		g.Expect(pyjson.Append(nil, []any{f})).To(BeEquivalentTo("[null]"))
	}
}

func TestAppendNamesTheTypeThatItCannotWrite(t *testing.T) {
	g := NewWithT(t)
	g.Expect(func() { pyjson.Append(nil, struct{}{}) }).To(PanicWith(ContainSubstring("cannot write a struct {}")))
}

func TestHasSurrogate(t *testing.T) {
	for name, c := range map[string]struct {
		in    string
		rune  rune
		found bool
	}{
		"empty":           {"", 0, false},
		"plain":           {"plain", 0, false},
		"begins alike":    {"\ud7ff", 0, false},
		"high":            {"\xed\xa0\xbd", 0xd83d, true},
		"low":             {"a\xed\xbf\xbfb", 0xdfff, true},
		"behind":          {"\ud7ff\ud7a3\xed\xa0\x80", 0xd800, true},
		"first of two":    {"\xed\xbf\xbf\xed\xa0\x80", 0xdfff, true},
		"astral":          {"😀", 0, false},
		"half of one":     {"\xed\xa0", 0, false},
		"the lead alone":  {"\xed", 0, false},
		"stray then true": {"\xed\xed\xa0\x80", 0xd800, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			r, found := pyjson.FindSurrogate(c.in)
			g.Expect(found).To(Equal(c.found))
			g.Expect(r).To(Equal(c.rune))
		})
	}
}
