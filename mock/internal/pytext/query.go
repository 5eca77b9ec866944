package pytext

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Pair is a key of a query string or a form with one of its values.
type Pair struct{ Key, Value string }

// ParseQuery parses a query string or a urlencoded form as Django's QueryDict
// does, which calls urllib.parse.parse_qsl and keeps blank values: nothing is
// refused, an invalid escape stays as it is, bytes that are not UTF-8 become
// U+FFFD. Pairs keep their order.
func ParseQuery(raw string) []Pair {
	if raw == "" {
		return nil
	}
	raw = decodeRaw(raw)
	pairs := make([]Pair, 0, strings.Count(raw, "&")+1)
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, Pair{unquotePlus(key), unquotePlus(value)})
	}
	return pairs
}

// decodeRaw decodes the raw bytes. Unescaped bytes should be UTF-8; if they are
// not, Django takes all of them for Latin-1.
func decodeRaw(raw string) string {
	if utf8.ValidString(raw) {
		return raw
	}
	text := make([]byte, 0, len(raw)+8)
	for i := range len(raw) {
		text = utf8.AppendRune(text, rune(raw[i]))
	}
	return string(text)
}

func unquotePlus(s string) string {
	if !strings.ContainsAny(s, "+%") {
		return s
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
	return ReplaceBadUTF8(string(plain))
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

// EncodeQuery encodes pairs as the framework writes the links between pages,
// urllib.parse.urlencode(sorted(query.items()), doseq=True): sorted by key, the
// values of a key in their order. It does not modify pairs.
func EncodeQuery(pairs []Pair) string {
	sorted := slices.Clone(pairs)
	slices.SortStableFunc(sorted, func(a, b Pair) int { return cmp.Compare(a.Key, b.Key) })
	var dst []byte
	for i, p := range sorted {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = append(appendQuotePlus(dst, p.Key), '=')
		dst = appendQuotePlus(dst, p.Value)
	}
	return string(dst)
}

// appendQuotePlus appends urllib.parse.quote_plus of s.
func appendQuotePlus(dst []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case isUnreserved(c):
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}

// isUnreserved reports whether a character needs no escape (RFC 3986, section
// 2.3).
func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}
