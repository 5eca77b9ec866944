package safetext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	. "github.com/onsi/gomega"
	"golang.org/x/text/unicode/norm"

	"github.com/understudy-dev/understudy/mock/internal/safetext"
)

// documented are the rules of the documented revision.
var documented = safetext.Rules{}

func TestNames(t *testing.T) {
	g := NewWithT(t)
	for text, want := range map[string]safetext.Find{
		"":                                    safetext.Nothing,
		"Ada":                                 safetext.Nothing,
		"O'Brien-Łukasiewicz 🦔":               safetext.Nothing,
		"Михаил":                              safetext.Nothing,
		"Ben & Jerry's":                       safetext.Nothing,
		"St. John's, Inc.":                    safetext.Nothing,
		"Wwwilliam":                           safetext.Nothing,
		"v1.2":                                safetext.Nothing,
		"a.b":                                 safetext.Nothing,
		"metadata":                            safetext.Nothing,
		"Data: the Android":                   safetext.URL,
		"metadata: x":                         safetext.Nothing,
		"édata: x":                            safetext.Nothing,
		"müller.de":                           safetext.Nothing, // the word goes on before what would be the domain
		"acme.comé":                           safetext.Nothing,
		"acme.com_":                           safetext.Nothing,
		"a" + strings.Repeat("-", 62) + ".co": safetext.Nothing,
		"Acme.com":                            safetext.URL,
		"join evil.example now":               safetext.URL,
		"x-1.sub.acme.io.":                    safetext.URL,
		"acme.com/path":                       safetext.URL,
		"ａcme．com":                            safetext.URL,
		"ACME.Cİ":                             safetext.URL,
		"https://evil.example":                safetext.URL,
		"slack://hack":                        safetext.URL,
		"1://x":                               safetext.Nothing,
		"x+1://x":                             safetext.URL,
		"www.x":                               safetext.URL,
		"mywww.x":                             safetext.URL,
		"click JavaScript:alert(1)":           safetext.URL,
		"tel:1":                               safetext.URL,
		"ｈｔｔｐ：／／x":                            safetext.URL,
		"ſms:1":                               safetext.URL,
		"maılto:x":                            safetext.URL,
		"a<b":                                 safetext.Bracket,
		"a > b":                               safetext.Bracket,
		"a＜b":                                 safetext.Bracket,
		"https://x <b>":                       safetext.Bracket,
		"a\u200bb":                            safetext.Invisible,
		"a\u202eb<":                           safetext.Invisible,
		"\ufeffa":                             safetext.Invisible,
		"a\u2060b":                            safetext.Nothing, // a word joiner is not among them
		"a\nb":                                safetext.Control,
		"a\tb":                                safetext.Control,
		"a\rb":                                safetext.Control,
		"a\x00b":                              safetext.Control,
		"a\x7fb":                              safetext.Control,
		"a\u0085b":                            safetext.Control,
		"a\u0086b":                            safetext.Nothing,
		"a\u2028b<\u200b":                     safetext.Control,
		"\xff.":                               safetext.Nothing,
	} {
		g.Expect(documented.InName(text)).To(Equal(want), "%q", text)
	}
}

func TestMessages(t *testing.T) {
	g := NewWithT(t)
	for text, want := range map[string]safetext.Find{
		"":                              safetext.Nothing,
		"Hey!\n\tWelcome.\nCheers.":     safetext.Nothing,
		"see README.md, or acme.com":    safetext.Nothing,
		"see https://acme.com":          safetext.URL,
		"see www.acme.com":              safetext.URL,
		"write to mailto:a@example.com": safetext.URL,
		"a <b>":                         safetext.Bracket,
		"a\u2069b":                      safetext.Invisible,
		"a\rb":                          safetext.Control,
		"a\x0bb":                        safetext.Control,
		"a\u2029b":                      safetext.Control,
	} {
		g.Expect(documented.InMessage(text)).To(Equal(want), "%q", text)
	}
}

func TestRulesOfOtherRevisions(t *testing.T) {
	g := NewWithT(t)
	newer, earlier := safetext.Rules{BareDomains: true}, safetext.Rules{Off: true}
	g.Expect(newer.InName("acme.com")).To(Equal(safetext.Nothing))
	g.Expect(newer.InName("www.acme.com")).To(Equal(safetext.URL))
	g.Expect(newer.InName("<acme.com")).To(Equal(safetext.Bracket))
	for _, text := range []string{"acme.com", "https://x", "<", "\u200b", "\n"} {
		g.Expect(earlier.InName(text)).To(Equal(safetext.Nothing))
		g.Expect(earlier.InMessage(text)).To(Equal(safetext.Nothing))
	}
}

// Whatever the text: what a message refuses a name refuses too, what newer rules refuse the
// documented ones do too, and another form of the same characters is refused likewise.
func FuzzRules(f *testing.F) {
	for _, text := range []string{"Ada", "acme.com", "ｈｔｔｐ：／／x", "a\u200b<", "a\tb", "\xff", strings.Repeat("a.", 300), strings.Repeat("a-", 300) + ".de"} {
		f.Add(text)
	}
	newer := safetext.Rules{BareDomains: true}
	f.Fuzz(func(t *testing.T, text string) {
		name, message := documented.InName(text), documented.InMessage(text)
		if message != safetext.Nothing && name == safetext.Nothing {
			t.Errorf("%q: a name may hold what is %s in a message", text, message)
		}
		if later := newer.InName(text); later != safetext.Nothing && later != name {
			t.Errorf("%q: %s by the newer rules, %q by the documented ones", text, later, name)
		}
		if folded := norm.NFKC.String(text); utf8.ValidString(text) && documented.InName(folded) != name {
			t.Errorf("%q: %q, as %q: %q", text, name, folded, documented.InName(folded))
		}
	})
}

func BenchmarkInName(b *testing.B) {
	for b.Loop() {
		documented.InName("Ada Lovelace")
	}
}
