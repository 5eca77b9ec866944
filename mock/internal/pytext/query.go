package pytext

import (
	"sort"
	"strings"
)

// Pair is a key of a query string or a form with one of its values.
type Pair struct{ Key, Value string }

// ParseQuery reads a query string as urllib.parse.parse_qsl does with
// keep_blank_values: nothing is refused, what is not an escape stays as it is.
func ParseQuery(raw string) []Pair {
	if raw == "" {
		return nil
	}
	pairs := make([]Pair, 0, strings.Count(raw, "&")+1)
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, Pair{unquote(key), unquote(value)})
	}
	return pairs
}

func unquote(s string) string {
	if !strings.ContainsAny(s, "+%") {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	plain := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			plain = append(plain, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			plain = append(plain, fromHex(s[i+1])<<4|fromHex(s[i+2]))
			i += 2
		default:
			plain = append(plain, s[i])
		}
	}
	return strings.ToValidUTF8(string(plain), "\uFFFD")
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func fromHex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// EncodeQuery writes pairs as urllib.parse.urlencode(sorted(…)) does: by key,
// equal keys in their order.
func EncodeQuery(pairs []Pair) string {
	sorted := append([]Pair(nil), pairs...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Key < sorted[j].Key })
	var b strings.Builder
	for i, p := range sorted {
		if i > 0 {
			b.WriteByte('&')
		}
		quotePlus(&b, p.Key)
		b.WriteByte('=')
		quotePlus(&b, p.Value)
	}
	return b.String()
}

func quotePlus(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("_.-~", c) >= 0:
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
}
