package pytext

import (
	"math/big"
	"strings"
	"unicode"
)

// Len is len() of a string: its code points. A lone surrogate, which is kept as
// three bytes, counts once.
func Len(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i]&0xc0 != 0x80 {
			n++
		}
	}
	return n
}

// Strip is str.strip(): without the white space at both ends.
func Strip(s string) string { return strings.TrimFunc(s, isSpace) }

func isSpace(r rune) bool { return unicode.IsSpace(r) || (r >= 0x1c && r <= 0x1f) }

// ParseInt is int() of a string: white space around, a sign, digits of any
// script, single underscores between digits. ok is false where Python raises
// ValueError. The number is an int64, or a *big.Int where that does not do.
func ParseInt(s string) (number any, ok bool) {
	s = Strip(s)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	digits, ok := decimal(s)
	if !ok || len(digits) > 4300 {
		return nil, false
	}
	n, _ := new(big.Int).SetString(digits, 10)
	if negative {
		n.Neg(n)
	}
	if n.IsInt64() {
		return n.Int64(), true
	}
	return n, true
}

// decimal turns digits of any script into ASCII digits.
func decimal(s string) (string, bool) {
	digits := make([]byte, 0, len(s))
	underscore := true // none may come first
	for _, r := range s {
		if r == '_' {
			if underscore {
				return "", false
			}
			underscore = true
			continue
		}
		value, ok := digitValue(r)
		if !ok {
			return "", false
		}
		digits = append(digits, '0'+value)
		underscore = false
	}
	return string(digits), !underscore
}

func digitValue(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r - '0'), true
	}
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	// Decimal digits come in runs of ten, zero first (Unicode, section 4.6).
	zero := r
	for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 {
		zero--
	}
	return byte(r - zero), true
}
