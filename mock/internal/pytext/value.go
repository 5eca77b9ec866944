package pytext

import (
	"fmt"
	"iter"
	"math/big"
	"strconv"
)

// object is a decoded JSON object. Package pyjson has the type, and imports
// this package.
type object interface {
	All() iter.Seq2[string, any]
}

// TypeName is the name of the Python type that a decoded JSON value has, as in
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

// Str is str() of a decoded JSON value: text as it is, anything else as [Repr].
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
