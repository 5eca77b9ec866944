package pytext_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// FuzzText: nothing that a client can send makes a function panic, and what
// holds of any text holds.
func FuzzText(f *testing.F) {
	for _, kind := range []string{"strings", "integers", "datetimes", "emails"} {
		for _, c := range goldens(f, kind) {
			if text := c.text("text"); len(text) < 400 {
				f.Add(text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		pytext.Repr(s)
		pytext.FindBadUTF8(s)
		if n := pytext.Len(s); utf8.ValidString(s) && n != utf8.RuneCountInString(s) {
			t.Errorf("%d code points", n)
		}
		if stripped := pytext.Strip(s); pytext.Strip(stripped) != stripped || !strings.Contains(s, stripped) {
			t.Errorf("stripped to %q", stripped)
		}
		if clean := pytext.ReplaceBadUTF8(s); !utf8.ValidString(clean) || utf8.ValidString(s) && clean != s {
			t.Errorf("cleaned to %q", clean)
		}
		if number, ok := pytext.ParseInt(s); ok {
			if again, ok := pytext.ParseInt(pytext.Str(number)); !ok || pytext.Str(again) != pytext.Str(number) {
				t.Errorf("read %v, then %v", number, again)
			}
		}
		if moment, ok := pytext.ParseDateTime(s); ok && moment.Year() > 0 && moment.Year() < 10000 {
			if again, ok := pytext.ParseDateTime(moment.Format("2006-01-02T15:04:05.000000Z07:00")); !ok || !again.Equal(moment) {
				t.Errorf("read %v, then %v", moment, again)
			}
		}
		if pytext.ValidEmail(s) && !strings.Contains(s, "@") {
			t.Error("an address without @")
		}
	})
}

// FuzzQuery: what was read and written reads as the same pairs, sorted.
func FuzzQuery(f *testing.F) {
	for _, c := range goldens(f, "queries") {
		f.Add(rawQuery(c))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		pairs := pytext.ParseQuery(raw)
		encoded := pytext.EncodeQuery(pairs)
		slices.SortStableFunc(pairs, func(a, b pytext.Pair) int { return strings.Compare(a.Key, b.Key) })
		if again := pytext.ParseQuery(encoded); !slices.Equal(again, pairs) {
			t.Errorf("read %q, wrote %s, which reads %q", pairs, encoded, again)
		}
	})
}
