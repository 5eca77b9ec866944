package pytext

import "unicode/utf8"

// DecodeRune is the first code point of s and its length in bytes. Unlike
// [utf8.DecodeRuneInString] it also knows lone surrogates. Bytes that are no
// code point are U+FFFD, one byte each; an empty string has length 0.
func DecodeRune(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && startsWithSurrogate(s) {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return r, size
}

// startsWithSurrogate looks for ED A0..BF 80..BF, which UTF-8 leaves out for
// surrogates (Unicode, table 3-7).
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
