package pyjson

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// Append appends a JSON value as the framework's renderer writes it: compact,
// text unescaped where JSON and JavaScript allow it, floats as Python prints
// them. It panics on a value that is none of this package's.
//
// What the real server cannot write, and answers with 500, still gives valid
// JSON: an infinity (see [Decode]) is null, a lone surrogate U+FFFD.
//
// Source: JSONRenderer in rest_framework/renderers.py, 3.15.
func Append(dst []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case *big.Int:
		return v.Append(dst, 10)
	case float64:
		return appendFloat(dst, v)
	case string:
		return AppendString(dst, v)
	case []any:
		return appendArray(dst, v)
	case *Object:
		return appendObject(dst, v)
	}
	panic(fmt.Sprintf("pyjson: cannot write a %T; give nil, bool, int64, *big.Int, float64, string, []any or *Object", value))
}

func appendFloat(dst []byte, f float64) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return append(dst, "null"...)
	}
	return pytext.AppendFloat(dst, f)
}

func appendArray(dst []byte, list []any) []byte {
	dst = append(dst, '[')
	for i, item := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = Append(dst, item)
	}
	return append(dst, ']')
}

func appendObject(dst []byte, o *Object) []byte {
	dst = append(dst, '{')
	for i, m := range o.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendString(dst, m.key), ':')
		dst = Append(dst, m.value)
	}
	return append(dst, '}')
}

// AppendString appends a string in quotes. Bytes that are no text, lone
// surrogates included, become U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		n := plainLen(s, nonASCII)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		r, size := pytext.DecodeRune(s[n:])
		dst = appendRune(dst, r)
		s = s[n+size:]
	}
}

// appendRune appends a character that is not plain.
func appendRune(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	// Line ends in JavaScript, which the framework escapes for scripts that
	// take JSON for their own language.
	case '\u2028', '\u2029':
		return fmt.Appendf(dst, `\u%04x`, r)
	}
	if r < ' ' {
		return fmt.Appendf(dst, `\u%04x`, r)
	}
	return utf8.AppendRune(dst, r) // which has U+FFFD for a surrogate
}
