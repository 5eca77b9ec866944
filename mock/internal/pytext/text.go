package pytext

import (
	"strings"
	"unicode"
)

// Len is len() of a string: its code points.
func Len(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i]&0xc0 != 0x80 {
			n++
		}
	}
	return n
}

// Strip is str.strip(): s without the white space at both ends.
func Strip(s string) string { return strings.TrimFunc(s, isSpace) }

// isSpace is str.isspace(): Unicode's white space and the four separators of
// ASCII, which Go leaves out.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
