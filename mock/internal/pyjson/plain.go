package pyjson

import (
	"math/bits"
	"unicode/utf8"
)

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
