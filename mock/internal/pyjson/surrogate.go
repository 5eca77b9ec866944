package pyjson

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// FindSurrogate finds the first lone surrogate in a decoded string. Python's
// strings can hold one, as "\ud800" in JSON gives; here it is the three bytes
// that UTF-8 would have given it, ED A0 80.
func FindSurrogate(s string) (r rune, found bool) {
	for {
		next := strings.IndexByte(s, 0xed)
		if next < 0 {
			return 0, false
		}
		s = s[next:]
		if r, _ := pytext.DecodeRune(s); r >= 0xd800 && r <= 0xdfff {
			return r, true
		}
		s = s[1:]
	}
}
