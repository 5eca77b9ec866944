package pyjson

import (
	"fmt"
	"unicode/utf8"
)

// decodeUTF8 checks the encoding and returns the text. An incomplete sequence at
// the very end is dropped without a word, as Python's stream reader does.
func decodeUTF8(data []byte) ([]byte, *Error) {
	if utf8.Valid(data) {
		return data, nil
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r != utf8.RuneError || size > 1 {
			i += size
			continue
		}
		length, reason := badSequence(data[i:])
		switch {
		case reason == "":
			return data[:i], nil
		case length == 1:
			return nil, &Error{fmt.Sprintf("'utf-8' codec can't decode byte 0x%02x in position %d: %s", data[i], i, reason)}
		}
		return nil, &Error{fmt.Sprintf("'utf-8' codec can't decode bytes in position %d-%d: %s", i, i+length-1, reason)}
	}
	return data, nil
}

// badSequence tells how many bytes of an invalid sequence Python blames, and
// why; no reason means that the sequence is only cut off.
func badSequence(data []byte) (length int, reason string) {
	want, low, high := leadByte(data[0])
	if want == 0 {
		return 1, "invalid start byte"
	}
	for i := 1; i < want; i++ {
		if i >= len(data) {
			return i, ""
		}
		if data[i] < low || data[i] > high {
			return i, "invalid continuation byte"
		}
		low, high = 0x80, 0xbf
	}
	return want, ""
}

// leadByte gives the length of the sequence that a byte starts, 0 for none, and
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
