package pytext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// appendQuoted appends repr() of a string: in single quotes, unless only those
// occur in it; what cannot be printed is escaped.
func appendQuoted(dst []byte, s string) []byte {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	dst = utf8.AppendRune(dst, quote)
	for len(s) > 0 {
		r, size := DecodeRune(s)
		s = s[size:]
		switch {
		case r == quote || r == '\\':
			dst = append(dst, '\\', byte(r))
		// Both languages print the letters, marks, numbers, punctuation and
		// symbols of Unicode 15, and of the spaces only the ASCII one.
		case unicode.IsPrint(r):
			dst = utf8.AppendRune(dst, r)
		default:
			dst = appendEscaped(dst, r)
		}
	}
	return utf8.AppendRune(dst, quote)
}

func appendEscaped(dst []byte, r rune) []byte {
	switch {
	case r == '\n':
		return append(dst, `\n`...)
	case r == '\r':
		return append(dst, `\r`...)
	case r == '\t':
		return append(dst, `\t`...)
	case r <= 0xff:
		return fmt.Appendf(dst, `\x%02x`, r)
	case r <= 0xffff:
		return fmt.Appendf(dst, `\u%04x`, r)
	}
	return fmt.Appendf(dst, `\U%08x`, r)
}
