package pyjson

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// Append appends a JSON value as the framework's renderer writes it: compact,
// text unescaped where JSON and JavaScript allow it, floats as Python prints
// them. It panics on a value of any other Go type.
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

// AppendString appends a string in quotes. Invalid UTF-8, lone surrogates
// included, becomes U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	copied := 0
	for i := plainLen(s, nonASCII); i < len(s); i += plainLen(s[i:], nonASCII) {
		r, size := pytext.DecodeRune(s[i:])
		if isPlain(r, size) {
			i += size
			continue
		}
		dst = append(dst, s[copied:i]...)
		dst = appendEscape(dst, r)
		i += size
		copied = i
	}
	return append(append(dst, s[copied:]...), '"')
}

// isPlain reports whether a character of size bytes is written unescaped. U+2028
// and U+2029 are not: they end lines in JavaScript.
func isPlain(r rune, size int) bool {
	return r >= utf8.RuneSelf && r != '\u2028' && r != '\u2029' &&
		!utf16.IsSurrogate(r) && !(r == utf8.RuneError && size == 1)
}

// appendEscape appends the escape of a character that is not plain.
func appendEscape(dst []byte, r rune) []byte {
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
	case '\u2028':
		return append(dst, `\u2028`...)
	case '\u2029':
		return append(dst, `\u2029`...)
	}
	if r < ' ' {
		const hex = "0123456789abcdef"
		return append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&0xf])
	}
	return utf8.AppendRune(dst, utf8.RuneError)
}
