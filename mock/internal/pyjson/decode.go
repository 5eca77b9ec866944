package pyjson

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// maxDepth is how deep lists and objects may nest. Near a thousand, depending on
// the call stack, Python gives up and the real server answers 500; here a depth
// that no client needs is refused as any other invalid body is, with Python's
// message.
const maxDepth = 512

// maxShared is the longest document, in bytes, whose strings share its memory.
// Sharing saves a copy of each string, but a single string that is kept keeps the
// whole document.
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

// decodeText checks that the document is UTF-8. A sequence that is cut off at the
// end is dropped without an error, because the framework reads through a stream
// decoder that waits for the rest.
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

// isHalfSurrogate reports whether s is the one invalid sequence for whose third
// byte the stream decoder waits all the same.
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

// peek returns the next byte, or 0, which starts no value, at the end.
func (d *decoder) peek() byte {
	if d.pos < len(d.text) {
		return d.text[d.pos]
	}
	return 0
}

// take consumes word if it is next.
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

// stringValue is string as a value, which must be nil with an error.
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

// openContainer consumes the opening bracket, and the closing one of an empty
// container.
func (d *decoder) openContainer(kind, end string) (empty bool, err error) {
	if d.depth == maxDepth {
		return false, tooDeep(kind)
	}
	d.pos++
	d.skipSpace()
	if d.take(end) {
		return true, nil
	}
	d.depth++
	return false, nil
}

// nextItem consumes what follows an item: a comma and the space before the next
// item, or the closing bracket.
func (d *decoder) nextItem(end string) (more bool, err error) {
	d.skipSpace()
	switch {
	case d.take(","):
		d.skipSpace()
		return true, nil
	case d.take(end):
		d.depth--
		return false, nil
	}
	return false, d.errorAt(d.pos, "Expecting ',' delimiter")
}

func (d *decoder) array() (any, error) {
	if empty, err := d.openContainer("array", "]"); empty || err != nil {
		return []any{}, err
	}
	list := make([]any, 0, 4)
	for {
		value, err := d.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if more, err := d.nextItem("]"); !more {
			return list, err
		}
	}
}

func (d *decoder) object() (any, error) {
	object := new(Object)
	if empty, err := d.openContainer("object", "}"); empty || err != nil {
		return object, err
	}
	for {
		if err := d.member(object); err != nil {
			return nil, err
		}
		if more, err := d.nextItem("}"); !more {
			return object, err
		}
	}
}

func (d *decoder) member(object *Object) error {
	if d.peek() != '"' {
		return d.errorAt(d.pos, "Expecting property name enclosed in double quotes")
	}
	key, err := d.string()
	if err != nil {
		return err
	}
	d.skipSpace()
	if !d.take(":") {
		return d.errorAt(d.pos, "Expecting ':' delimiter")
	}
	d.skipSpace()
	value, err := d.value()
	if err != nil {
		return err
	}
	object.Set(key, value)
	return nil
}

// number consumes the longest number. What follows it, like the "x" of "1x" or
// the "." of "1.", is left.
func (d *decoder) number() (any, error) {
	start := d.pos
	if d.take("-") && d.take("Infinity") {
		return nil, notCompliant("-Infinity")
	}
	if !d.take("0") && !d.digits() {
		return nil, d.errorAt(start, "Expecting value")
	}
	whole := d.pos
	d.fraction()
	d.exponent()
	if d.pos == whole {
		return integer(d.text[start:whole])
	}
	f, _ := strconv.ParseFloat(d.text[start:d.pos], 64) // out of range is an infinity, as in Python
	return f, nil
}

// digits consumes digits and reports whether there were any.
func (d *decoder) digits() bool {
	start := d.pos
	for d.pos < len(d.text) && d.text[d.pos] >= '0' && d.text[d.pos] <= '9' {
		d.pos++
	}
	return d.pos > start
}

func (d *decoder) fraction() {
	back := d.pos
	if d.take(".") && !d.digits() {
		d.pos = back
	}
}

func (d *decoder) exponent() {
	back := d.pos
	if !d.take("e") && !d.take("E") {
		return
	}
	if !d.take("-") {
		d.take("+")
	}
	if !d.digits() {
		d.pos = back
	}
}

func integer(text string) (any, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	digits := len(text)
	if text[0] == '-' {
		digits--
	}
	if digits > pytext.MaxDigits {
		return nil, tooManyDigits(digits)
	}
	n, _ := new(big.Int).SetString(text, 10)
	return n, nil
}

// Error is a decoding error, with the message that the real server appends to
// "JSON parse error - ".
type Error struct{ text string }

// Error returns the message.
func (e *Error) Error() string { return e.text }

// errorAt returns an error at a position in bytes. The message has code points,
// as Python counts. Only "\n" ends a line.
func (d *decoder) errorAt(pos int, message string) *Error {
	before := d.text[:pos]
	line := strings.Count(before, "\n") + 1
	column := pytext.Len(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return &Error{fmt.Sprintf("%s: line %d column %d (char %d)", message, line, column, pytext.Len(before))}
}

func badEncoding(text string, bad pytext.BadUTF8) *Error {
	where := fmt.Sprintf("byte 0x%02x in position %d", text[bad.Start], bad.Start)
	if last := bad.End - 1; last > bad.Start {
		where = fmt.Sprintf("bytes in position %d-%d", bad.Start, last)
	}
	return &Error{"'utf-8' codec can't decode " + where + ": " + bad.Reason}
}

// notCompliant refuses the constants that Python accepts and the framework, in
// its strict mode, does not.
func notCompliant(word string) *Error {
	return &Error{"Out of range float values are not JSON compliant: '" + word + "'"}
}

func tooManyDigits(digits int) *Error {
	return &Error{fmt.Sprintf("Exceeds the limit (%d digits) for integer string conversion: "+
		"value has %d digits; use sys.set_int_max_str_digits() to increase the limit", pytext.MaxDigits, digits)}
}

func tooDeep(kind string) *Error {
	return &Error{"maximum recursion depth exceeded while decoding a JSON " + kind + " from a unicode string"}
}
