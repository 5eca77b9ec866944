package pytext

import (
	"bytes"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// MaxDigits is how many digits a whole number may have for Python to read it
// (sys.set_int_max_str_digits); more are a ValueError.
const MaxDigits = 4300

// ParseInt is int() of a string: surrounding white space, a sign, digits of any
// script, single underscores between them. The number is an int64, or a *big.Int
// where it does not fit. It is not ok where Python raises ValueError.
func ParseInt(s string) (number any, ok bool) {
	// Not Strip: int() does not take the separators of ASCII for white space.
	s = strings.TrimFunc(s, unicode.IsSpace)
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	digits, ok := decimalDigits(s)
	if !ok || len(digits) > MaxDigits {
		return nil, false
	}
	if n, err := strconv.ParseInt(sign+digits, 10, 64); err == nil {
		return n, true
	}
	n, ok := new(big.Int).SetString(sign+digits, 10)
	return n, ok
}

// decimalDigits converts digits of any script to ASCII and drops underscores.
func decimalDigits(s string) (digits string, ok bool) {
	ascii := make([]byte, 0, len(s))
	afterDigit := false
	for _, r := range s {
		if r == '_' {
			if !afterDigit {
				return "", false
			}
			afterDigit = false
			continue
		}
		digit, ok := decimalDigit(r)
		if !ok {
			return "", false
		}
		ascii = append(ascii, digit)
		afterDigit = true
	}
	return string(ascii), afterDigit
}

// decimalDigit returns the ASCII form of a digit of any script.
func decimalDigit(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r), true
	}
	if r <= unicode.MaxLatin1 || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	// A script's digits are ten in a row, zero first (Unicode, section 4.6).
	// Some rows touch, but each starts at a multiple of ten from the first.
	first := r
	for unicode.Is(unicode.Nd, first-1) {
		first--
	}
	return '0' + byte((r-first)%10), true
}

// AppendFloat appends repr() of a float: the shortest digits that parse to the
// same number, with an exponent below 1e-4 and from 1e16 on, and always
// recognizable as a float ("1.0"). The special values are inf, -inf and nan.
func AppendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	case math.IsNaN(f):
		return append(dst, "nan"...)
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if bytes.IndexByte(dst[start:], '.') < 0 {
		dst = append(dst, ".0"...)
	}
	return dst
}
