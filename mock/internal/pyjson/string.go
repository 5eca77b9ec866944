package pyjson

import (
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// string consumes a string, from its quote.
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

// escapedString consumes a string that begins at start and is plain up to end.
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

// escape consumes an escape. Its backslash is not the last byte.
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

// unicodeEscape consumes \uXXXX, or two that make a surrogate pair.
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

// hex4 returns the code of the \uXXXX that s begins with. Python requires
// something, at least a quote, to follow.
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
	lowBits  = 0x0101010101010101 // in each byte of a word
	highBits = 0x80 * lowBits
)

// nonASCII is a stop of plainLen: the run ends at the first byte that is not
// ASCII.
const nonASCII = highBits

// plainLen returns the length of the prefix of s that a JSON string holds
// unescaped: up to a quote, a backslash or a control character and, if stop is
// nonASCII and not 0, a byte that is not ASCII. It reads eight bytes at a time.
func plainLen(s string, stop uint64) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		word := loadWord(s[i : i+8])
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

// loadWord returns a little-endian word; the compiler makes it one instruction.
func loadWord(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// special sets the top bit of the first byte that is a quote, a backslash or a
// control character. Bits of later bytes may be set too: a subtraction borrows
// only from the bytes behind a match.
func special(word uint64) uint64 {
	control := (word - ' '*lowBits) &^ word
	quote := word ^ '"'*lowBits
	backslash := word ^ '\\'*lowBits
	return (control | (quote-lowBits)&^quote | (backslash-lowBits)&^backslash) & highBits
}

// FindSurrogate finds the first lone surrogate in a decoded string. Python's
// strings can hold one, as "\ud800" in JSON gives; here it is the three bytes
// that UTF-8 would encode it as, ED A0 80.
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
