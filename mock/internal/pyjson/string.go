package pyjson

import (
	"unicode/utf16"
	"unicode/utf8"
)

// string reads the rest of a string whose quote has been read.
func (d *decoder) string() (string, error) {
	start := d.pos
	for i := start; i < len(d.data); i++ {
		switch c := d.data[i]; {
		case c == '"':
			d.pos = i + 1
			return string(d.data[start:i]), nil
		case c == '\\' || c < 0x20:
			return d.escaped(start, i)
		}
	}
	return "", d.errorAt(start-1, "Unterminated string starting at")
}

// escaped reads on from i, where the plain part ends.
func (d *decoder) escaped(start, i int) (string, error) {
	text := append(make([]byte, 0, i-start+32), d.data[start:i]...)
	for i < len(d.data) {
		c := d.data[i]
		switch {
		case c == '"':
			d.pos = i + 1
			return string(text), nil
		case c < 0x20:
			return "", d.errorAt(i, "Invalid control character at")
		case c != '\\':
			text = append(text, c)
			i++
			continue
		case i+1 >= len(d.data):
			return "", d.errorAt(start-1, "Unterminated string starting at")
		}
		if d.data[i+1] != 'u' {
			plain, ok := simpleEscape(d.data[i+1])
			if !ok {
				return "", d.errorAt(i, `Invalid \escape`)
			}
			text = append(text, plain)
			i += 2
			continue
		}
		r, next, ok := d.unicode(i + 2)
		if !ok {
			return "", d.errorAt(i+1, `Invalid \uXXXX escape`)
		}
		text, i = appendRune(text, r), next
	}
	return "", d.errorAt(start-1, "Unterminated string starting at")
}

func simpleEscape(c byte) (byte, bool) {
	switch c {
	case '"', '\\', '/':
		return c, true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	}
	return 0, false
}

// unicode reads four hexadecimal digits, and the second half of a pair.
func (d *decoder) unicode(i int) (r rune, next int, ok bool) {
	high, ok := d.hex4(i)
	if !ok {
		return 0, 0, false
	}
	i += 4
	if high >= 0xd800 && high <= 0xdbff && i+1 < len(d.data) && d.data[i] == '\\' && d.data[i+1] == 'u' {
		if low, ok := d.hex4(i + 2); ok && low >= 0xdc00 && low <= 0xdfff {
			return utf16.DecodeRune(high, low), i + 6, true
		}
	}
	return high, i, true
}

func (d *decoder) hex4(i int) (rune, bool) {
	if i+4 > len(d.data) {
		return 0, false
	}
	var r rune
	for _, c := range d.data[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// appendRune appends r in UTF-8, a lone surrogate as the three bytes that it
// would have there.
func appendRune(text []byte, r rune) []byte {
	if r >= 0xd800 && r <= 0xdfff {
		return append(text, 0xe0|byte(r>>12), 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
	}
	return utf8.AppendRune(text, r)
}

// HasSurrogate finds the first lone surrogate in a decoded string.
func HasSurrogate(s string) (rune, bool) {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == 0xed && s[i+1] >= 0xa0 {
			return 0xd000 | rune(s[i+1]&0x3f)<<6 | rune(s[i+2]&0x3f), true
		}
	}
	return 0, false
}
