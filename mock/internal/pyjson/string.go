package pyjson

import (
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// string reads a string whose quote stands here.
func (d *decoder) string() (string, error) {
	d.pos++
	start := d.pos
	end := start + plainLen(d.text[start:], 0)
	if end < len(d.text) && d.text[end] == '"' {
		d.pos = end + 1
		if d.share {
			return d.text[start:end], nil
		}
		return strings.Clone(d.text[start:end]), nil
	}
	return d.escapedString(start, end)
}

// escapedString reads a string that begins at start and is plain up to end.
func (d *decoder) escapedString(start, end int) (string, error) {
	text := make([]byte, 0, end-start+32)
	d.pos = start
	for {
		text = append(text, d.text[d.pos:end]...)
		d.pos = end
		switch {
		case d.take(`"`):
			return string(text), nil
		case end == len(d.text) || d.text[end:] == `\`:
			return "", d.errorAt(start-1, "Unterminated string starting at")
		case d.text[end] != '\\':
			return "", d.errorAt(end, "Invalid control character at")
		}
		r, err := d.escape()
		if err != nil {
			return "", err
		}
		text = pytext.AppendRune(text, r)
		end = d.pos + plainLen(d.text[d.pos:], 0)
	}
}

// escape reads an escape, whose backslash stands here and is not the last byte.
func (d *decoder) escape() (rune, error) {
	c := d.text[d.pos+1]
	if c == 'u' {
		return d.unicodeEscape()
	}
	r, ok := shortEscape(c)
	if !ok {
		return 0, d.errorAt(d.pos, `Invalid \escape`)
	}
	d.pos += 2
	return r, nil
}

func shortEscape(c byte) (r rune, ok bool) {
	switch c {
	case '"', '\\', '/':
		return rune(c), true
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

// unicodeEscape reads \uXXXX, or the two that make a surrogate pair.
func (d *decoder) unicodeEscape() (rune, error) {
	r, ok := hex4(d.text[d.pos:])
	if !ok {
		return 0, d.errorAt(d.pos+1, `Invalid \uXXXX escape`)
	}
	d.pos += len(`\uXXXX`)
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if low, ok := hex4(d.text[d.pos:]); ok {
		if pair := utf16.DecodeRune(r, low); pair != '\ufffd' {
			d.pos += len(`\uXXXX`)
			return pair, nil
		}
	}
	return r, nil
}

// hex4 is the code of the \uXXXX that s begins with. Python wants something,
// at least a quote, to follow.
func hex4(s string) (r rune, ok bool) {
	if len(s) <= len(`\uXXXX`) || s[:2] != `\u` {
		return 0, false
	}
	for i := 2; i < 6; i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

const (
	ones = 0x0101010101010101 // in each byte of a word
	tops = 0x80 * ones
)

// nonASCII as the stop of plainLen ends a run at the first byte that is not ASCII.
const nonASCII = tops

// plainLen counts the bytes at the start of s that a JSON string holds as they
// are: up to a quote, a backslash or a control character and, if stop is
// nonASCII and not 0, a byte that is not ASCII. It looks at eight at a time.
func plainLen(s string, stop uint64) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		word := load(s[i : i+8])
		if found := special(word) | word&stop; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf && stop != 0 {
			return i
		}
	}
	return i
}

// load is a little-endian word; the compiler makes it one instruction.
func load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// special sets the top bit of the first byte that is a quote, a backslash or a
// control character. Bits of later bytes may be set too: a subtraction borrows
// only from the bytes behind a match.
func special(word uint64) uint64 {
	control := (word - ' '*ones) &^ word
	quote := word ^ '"'*ones
	backslash := word ^ '\\'*ones
	return (control | (quote-ones)&^quote | (backslash-ones)&^backslash) & tops
}

// FindSurrogate finds the first lone surrogate in a decoded string. Python's
// strings can hold one, as "\ud800" in JSON gives; here it is the three bytes
// that UTF-8 would have given it, ED A0 80.
func FindSurrogate(s string) (r rune, found bool) {
	for {
		next := strings.IndexByte(s, 0xed)
		if next < 0 {
			return 0, false
		}
		s = s[next:]
		if r, _ := pytext.DecodeRune(s); r >= 0xd800 && r <= 0xdfff {
			return r, true
		}
		s = s[1:]
	}
}
