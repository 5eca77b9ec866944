package pyjson

import (
	"bytes"
	"fmt"
	"math/big"
	"strconv"
)

const (
	// maxDepth is how deep lists and objects may nest. Python gives up near a
	// thousand with a crash; the fake refuses sooner, with the words of that crash.
	maxDepth = 512
	// maxDigits is the longest whole number that Python reads.
	maxDigits = 4300
)

// Decode reads one JSON document: nil, bool, int64, *big.Int where int64 does
// not do, float64, string, []any and *Object. Lone surrogates stay in strings
// as three bytes each; see [HasSurrogate]. Errors are *Error.
func Decode(data []byte) (any, error) {
	text, invalid := decodeUTF8(data)
	if invalid != nil {
		return nil, invalid
	}
	d := &decoder{data: text}
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		return nil, d.errorAt(0, "Unexpected UTF-8 BOM (decode using utf-8-sig)")
	}
	d.space()
	value, err := d.value(0)
	if err != nil {
		return nil, err
	}
	d.space()
	if d.pos < len(d.data) {
		return nil, d.errorAt(d.pos, "Extra data")
	}
	return value, nil
}

type decoder struct {
	data []byte
	pos  int
}

func (d *decoder) errorAt(at int, message string) error { return errorAt(d.data, at, message) }

func (d *decoder) space() {
	for d.pos < len(d.data) {
		switch d.data[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

// peek is the next byte; 0 at the end, where no value can begin.
func (d *decoder) peek() byte {
	if d.pos < len(d.data) {
		return d.data[d.pos]
	}
	return 0
}

func (d *decoder) literal(word string) bool {
	if !bytes.HasPrefix(d.data[d.pos:], []byte(word)) {
		return false
	}
	d.pos += len(word)
	return true
}

func (d *decoder) value(depth int) (any, error) {
	switch c := d.peek(); {
	case c == '"':
		d.pos++
		return d.string()
	case c == '{':
		return d.object(depth + 1)
	case c == '[':
		return d.array(depth + 1)
	case c == 'n' && d.literal("null"):
		return nil, nil
	case c == 't' && d.literal("true"):
		return true, nil
	case c == 'f' && d.literal("false"):
		return false, nil
	case c == '-' || (c >= '0' && c <= '9'):
		return d.number()
	}
	for _, word := range []string{"NaN", "Infinity"} {
		if d.literal(word) {
			return nil, notCompliant(word)
		}
	}
	return nil, d.errorAt(d.pos, "Expecting value")
}

// notCompliant refuses the numbers that Python would read and the framework,
// in its strict mode, does not.
func notCompliant(word string) error {
	return &Error{"Out of range float values are not JSON compliant: '" + word + "'"}
}

func tooDeep(kind string) error {
	return &Error{"maximum recursion depth exceeded while decoding a JSON " + kind + " from a unicode string"}
}

func (d *decoder) object(depth int) (any, error) {
	if depth > maxDepth {
		return nil, tooDeep("object")
	}
	const wantName = "Expecting property name enclosed in double quotes"
	d.pos++
	object := new(Object)
	d.space()
	if d.peek() == '}' {
		d.pos++
		return object, nil
	}
	for {
		if d.peek() != '"' {
			return nil, d.errorAt(d.pos, wantName)
		}
		if err := d.member(object, depth); err != nil {
			return nil, err
		}
		d.space()
		switch d.peek() {
		case '}':
			d.pos++
			return object, nil
		case ',':
			d.pos++
			d.space()
		default:
			return nil, d.errorAt(d.pos, "Expecting ',' delimiter")
		}
	}
}

func (d *decoder) member(object *Object, depth int) error {
	d.pos++
	name, err := d.string()
	if err != nil {
		return err
	}
	d.space()
	if d.peek() != ':' {
		return d.errorAt(d.pos, "Expecting ':' delimiter")
	}
	d.pos++
	d.space()
	value, err := d.value(depth)
	if err != nil {
		return err
	}
	object.Set(name, value)
	return nil
}

func (d *decoder) array(depth int) (any, error) {
	if depth > maxDepth {
		return nil, tooDeep("array")
	}
	d.pos++
	list := []any{}
	d.space()
	if d.peek() == ']' {
		d.pos++
		return list, nil
	}
	for {
		value, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		d.space()
		switch d.peek() {
		case ']':
			d.pos++
			return list, nil
		case ',':
			d.pos++
			d.space()
		default:
			return nil, d.errorAt(d.pos, "Expecting ',' delimiter")
		}
	}
}

func (d *decoder) digits() (n int) {
	for d.pos < len(d.data) && d.data[d.pos] >= '0' && d.data[d.pos] <= '9' {
		d.pos++
		n++
	}
	return n
}

// number reads the longest number that stands here, as Python's scanner does:
// what follows it is somebody else's problem.
func (d *decoder) number() (any, error) {
	start := d.pos
	if d.peek() == '-' {
		d.pos++
		if d.literal("Infinity") {
			return nil, notCompliant("-Infinity")
		}
	}
	if d.peek() == '0' {
		d.pos++
	} else if d.digits() == 0 {
		return nil, d.errorAt(start, "Expecting value")
	}
	whole := d.pos
	if d.peek() == '.' {
		d.pos++
		if d.digits() == 0 {
			d.pos = whole
		}
	}
	d.exponent()
	if d.pos == whole {
		return integer(string(d.data[start:whole]))
	}
	f, _ := strconv.ParseFloat(string(d.data[start:d.pos]), 64) // out of range is ±Inf, as in Python
	return f, nil
}

func (d *decoder) exponent() {
	if c := d.peek(); c != 'e' && c != 'E' {
		return
	}
	back := d.pos
	d.pos++
	if c := d.peek(); c == '+' || c == '-' {
		d.pos++
	}
	if d.digits() == 0 {
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
	if digits > maxDigits {
		return nil, &Error{fmt.Sprintf("Exceeds the limit (%d digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", maxDigits, digits)}
	}
	n, _ := new(big.Int).SetString(text, 10)
	return n, nil
}
