package pytext_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

func TestReplaceBadUTF8(t *testing.T) {
	for name, c := range map[string]struct{ in, out string }{
		"empty":              {"", ""},
		"plain":              {"plain é日😀", "plain é日😀"},
		"stray byte":         {"a\xffb", "a\ufffdb"},
		"stray bytes":        {"\xff\xfe", "\ufffd\ufffd"},
		"continuation":       {"\x80", "\ufffd"},
		"cut off":            {"a\xe2\x82", "a\ufffd"},
		"cut off inside":     {"\xe2\x82x", "\ufffdx"},
		"two cut off":        {"\xf0\x9f\x98\xe2\x82", "\ufffd\ufffd"},
		"overlong":           {"\xc0\xaf", "\ufffd\ufffd"},
		"surrogate":          {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
		"beyond Unicode":     {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
		"a real U+FFFD":      {"\ufffd", "\ufffd"},
		"between valid text": {"é\xffé", "é\ufffdé"},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(pytext.ReplaceBadUTF8(c.in)).To(Equal(c.out))
		})
	}
}

func TestFindBadUTF8(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want pytext.BadUTF8
	}{
		"start byte":      {"ab\xff", pytext.BadUTF8{Start: 2, End: 3, Reason: "invalid start byte"}},
		"continuation":    {"é\xe2(", pytext.BadUTF8{Start: 2, End: 3, Reason: "invalid continuation byte"}},
		"two bytes blame": {"\xe2\x82(", pytext.BadUTF8{Start: 0, End: 2, Reason: "invalid continuation byte"}},
		"cut off":         {"a\xf0\x9f\x98", pytext.BadUTF8{Start: 1, End: 4, Reason: pytext.Truncated}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			bad, found := pytext.FindBadUTF8(c.in)
			g.Expect(found).To(BeTrue())
			g.Expect(bad).To(Equal(c.want))
		})
	}
}

func TestRunesAndSurrogates(t *testing.T) {
	g := NewWithT(t)
	for r := rune(0); r <= 0x10ffff; r++ {
		text := string(pytext.AppendRune(nil, r))
		if got, size := pytext.DecodeRune(text + "x"); got != r || size != len(text) {
			t.Fatalf("%U reads back as %U of %d bytes", r, got, size)
		}
	}
	for name, s := range map[string]string{"stray": "\xff", "cut off": "\xed\xa0", "not a surrogate": "\xed\xa0x", "not UTF-8": "\xed\xc0\x80"} {
		r, size := pytext.DecodeRune(s)
		g.Expect(r).To(Equal('\ufffd'), name)
		g.Expect(size).To(Equal(1), name)
	}
	_, size := pytext.DecodeRune("")
	g.Expect(size).To(BeZero())
}
