package pytext

import (
	"fmt"
	"iter"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// object is a decoded JSON object. Package pyjson has the type, and imports this
// package.
type object interface {
	All() iter.Seq2[string, any]
}

// TypeName returns the name of the Python type of a decoded JSON value, as in
// "Expected a dictionary, but got list." Other values have their Go type's name.
func TypeName(value any) string {
	switch value.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []any:
		return "list"
	case object:
		return "dict"
	}
	return fmt.Sprintf("%T", value)
}

// Str is str() of a decoded JSON value: a text as it is, anything else as [Repr].
func Str(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return Repr(value)
}

// Repr is repr() of a decoded JSON value.
func Repr(value any) string {
	return string(appendRepr(nil, value))
}

func appendRepr(dst []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(dst, "None"...)
	case bool:
		if v {
			return append(dst, "True"...)
		}
		return append(dst, "False"...)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case *big.Int:
		return v.Append(dst, 10)
	case float64:
		return AppendFloat(dst, v)
	case string:
		return appendQuoted(dst, v)
	case []any:
		return appendList(dst, v)
	case object:
		return appendDict(dst, v)
	}
	return fmt.Appendf(dst, "<%s object>", TypeName(value))
}

func appendList(dst []byte, list []any) []byte {
	dst = append(dst, '[')
	for i, item := range list {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendRepr(dst, item)
	}
	return append(dst, ']')
}

func appendDict(dst []byte, o object) []byte {
	dst = append(dst, '{')
	first := true
	for key, value := range o.All() {
		if !first {
			dst = append(dst, ", "...)
		}
		first = false
		dst = append(appendQuoted(dst, key), ": "...)
		dst = appendRepr(dst, value)
	}
	return append(dst, '}')
}

// appendQuoted appends repr() of a string: in single quotes, unless only those
// occur in it; what cannot be printed is escaped.
func appendQuoted(dst []byte, s string) []byte {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	dst = utf8.AppendRune(dst, quote)
	for s != "" {
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

// Len is len() of a string: its code points.
func Len(s string) int {
	n := 0
	for i := range len(s) {
		if s[i]&0xc0 != 0x80 {
			n++
		}
	}
	return n
}

// Strip is str.strip(): s without the white space at both ends.
func Strip(s string) string { return strings.TrimFunc(s, isSpace) }

// isSpace is str.isspace(): Unicode white space and the four separators of ASCII,
// which Go leaves out.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
