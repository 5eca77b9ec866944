package pyjson

import (
	"fmt"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// Error says why a document was refused, in the words that the real server puts
// behind "JSON parse error - ".
type Error struct{ text string }

// Error returns the words.
func (e *Error) Error() string { return e.text }

// errorAt is a complaint about a place, given in bytes and told in code points,
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

// notCompliant refuses the words for numbers that Python reads and the
// framework, in its strict mode, does not.
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
