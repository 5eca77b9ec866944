package pyjson

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// maxDepth is how deep lists and objects may nest. Near a thousand, depending on
// who calls it, Python gives up and the real server answers 500; here a depth
// that no client needs is refused as any other bad body is, in Python's words.
const maxDepth = 512

// maxShared is the longest document whose strings share its memory, in bytes.
// Sharing spares a copy of each string; beyond this a single name that is kept
// would keep too much alive.
const maxShared = 4096

// Decode reads one JSON document as the framework's JSONParser does in its
// strict mode: no NaN and no Infinity. A number too large for a float is an
// infinity all the same, as in Python. A lone surrogate escape is legal, see
// [FindSurrogate]. More than 512 levels of nesting are refused. Every error is an
// *[Error].
//
// Source: JSONParser in rest_framework/parsers.py, 3.15; Modules/_json.c of
// CPython 3.12.
func Decode(data []byte) (any, error) {
	text, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	d := &decoder{text: text, share: len(text) <= maxShared}
	if strings.HasPrefix(text, "\ufeff") {
		return nil, d.errorAt(0, "Unexpected UTF-8 BOM (decode using utf-8-sig)")
	}
	d.skipSpace()
	value, err := d.value()
	if err != nil {
		return nil, err
	}
	d.skipSpace()
	if d.pos < len(d.text) {
		return nil, d.errorAt(d.pos, "Extra data")
	}
	return value, nil
}

// decodeText checks that the document is UTF-8. A sequence that its end cuts off
// is dropped without a word, because the framework reads through a stream that
// waits for the rest.
func decodeText(data []byte) (string, error) {
	text := string(data)
	bad, found := pytext.FindBadUTF8(text)
	switch {
	case !found:
		return text, nil
	case bad.Reason == pytext.Truncated || isHalfSurrogate(text[bad.Start:]):
		return text[:bad.Start], nil
	}
	return "", badEncoding(text, bad)
}

// isHalfSurrogate knows the one sequence that can never become UTF-8 and for
// whose third byte the stream waits all the same.
func isHalfSurrogate(s string) bool {
	return len(s) == 2 && s[0] == 0xed && s[1]&0xe0 == 0xa0
}

type decoder struct {
	text  string
	pos   int // in bytes
	depth int
	share bool // strings are parts of text, not copies
}

func (d *decoder) skipSpace() {
	for d.pos < len(d.text) {
		switch d.text[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

// peek is the next byte, or 0, which begins nothing, at the end.
func (d *decoder) peek() byte {
	if d.pos < len(d.text) {
		return d.text[d.pos]
	}
	return 0
}

// take reads a word if it stands here.
func (d *decoder) take(word string) bool {
	if !strings.HasPrefix(d.text[d.pos:], word) {
		return false
	}
	d.pos += len(word)
	return true
}

func (d *decoder) value() (any, error) {
	switch d.peek() {
	case '"':
		return d.stringValue()
	case '{':
		return d.object()
	case '[':
		return d.array()
	}
	return d.scalar()
}

// stringValue keeps the string that an error comes with out of the value.
func (d *decoder) stringValue() (any, error) {
	text, err := d.string()
	if err != nil {
		return nil, err
	}
	return text, nil
}

func (d *decoder) scalar() (any, error) {
	switch d.peek() {
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return d.number()
	}
	switch {
	case d.take("null"):
		return nil, nil
	case d.take("true"):
		return true, nil
	case d.take("false"):
		return false, nil
	case d.take("NaN"):
		return nil, notCompliant("NaN")
	case d.take("Infinity"):
		return nil, notCompliant("Infinity")
	}
	return nil, d.errorAt(d.pos, "Expecting value")
}
