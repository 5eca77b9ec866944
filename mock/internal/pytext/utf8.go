package pytext

import "unicode/utf8"

// BadUTF8 is a sequence of bytes that Python's codec refuses.
type BadUTF8 struct {
	Start, End int    // positions in bytes, End behind the last one
	Reason     string // the codec's words
}

// Truncated is the reason for a sequence that is cut off at the end of the text.
const Truncated = "unexpected end of data"

// FindBadUTF8 finds the first sequence in s that is not UTF-8.
func FindBadUTF8(s string) (bad BadUTF8, found bool) {
	if utf8.ValidString(s) {
		return BadUTF8{}, false
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			length, reason := invalidSequence(s[i:])
			return BadUTF8{i, i + length, reason}, true
		}
		i += size
	}
	return BadUTF8{}, false
}

// ReplaceBadUTF8 is bytes.decode('utf-8', 'replace'): each invalid sequence
// becomes one U+FFFD.
func ReplaceBadUTF8(s string) string {
	bad, found := FindBadUTF8(s)
	if !found {
		return s
	}
	text := make([]byte, 0, len(s)+2)
	for ; found; bad, found = FindBadUTF8(s) {
		text = append(text, s[:bad.Start]...)
		text = utf8.AppendRune(text, utf8.RuneError)
		s = s[bad.End:]
	}
	return string(append(text, s...))
}

// invalidSequence returns how many bytes of an invalid sequence Python refuses,
// and why: the longest prefix of a valid one, or a single byte.
func invalidSequence(s string) (length int, reason string) {
	want, low, high := leadByte(s[0])
	if want == 0 {
		return 1, "invalid start byte"
	}
	for i := 1; i < want; i++ {
		if i >= len(s) {
			return i, Truncated
		}
		if s[i] < low || s[i] > high {
			return i, "invalid continuation byte"
		}
		low, high = 0x80, 0xbf
	}
	return want, ""
}

// leadByte returns the length of the sequence that a byte starts, 0 for none, and
// the range of its second byte (Unicode, table 3-7).
func leadByte(b byte) (length int, low, high byte) {
	switch {
	case b >= 0xc2 && b <= 0xdf:
		return 2, 0x80, 0xbf
	case b == 0xe0:
		return 3, 0xa0, 0xbf
	case b == 0xed:
		return 3, 0x80, 0x9f
	case b >= 0xe1 && b <= 0xef:
		return 3, 0x80, 0xbf
	case b == 0xf0:
		return 4, 0x90, 0xbf
	case b >= 0xf1 && b <= 0xf3:
		return 4, 0x80, 0xbf
	case b == 0xf4:
		return 4, 0x80, 0x8f
	}
	return 0, 0, 0
}

// DecodeRune returns the first code point of s and its length in bytes. Unlike
// [utf8.DecodeRuneInString] it also decodes lone surrogates. Bytes that are no
// code point are U+FFFD, one byte each; an empty string has length 0.
func DecodeRune(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && startsWithSurrogate(s) {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return r, size
}

// startsWithSurrogate reports whether s starts with ED A0..BF 80..BF, which UTF-8
// leaves out for surrogates (Unicode, table 3-7).
func startsWithSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xed && s[1]&0xe0 == 0xa0 && s[2]&0xc0 == 0x80
}

// AppendRune appends a code point. Unlike [utf8.AppendRune] it keeps a lone
// surrogate.
func AppendRune(dst []byte, r rune) []byte {
	if r >= 0xd800 && r <= 0xdfff {
		return append(dst, 0xed, 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
	}
	return utf8.AppendRune(dst, r)
}
