package pyjson

import (
	"fmt"
	"unicode/utf8"
)

// Error says why a document is not JSON, in the words of Python's json module.
type Error struct{ text string }

// Error returns the words.
func (e *Error) Error() string { return e.text }

// errorAt is a complaint about a place: line, column and character counted from
// the start in code points, as Python counts.
func errorAt(data []byte, at int, message string) *Error {
	line, column, char := 1, 1, 0
	for i := 0; i < at && i < len(data); {
		_, size := utf8.DecodeRune(data[i:])
		if data[i] == '\n' {
			line, column = line+1, 1
		} else {
			column++
		}
		char++
		i += size
	}
	return &Error{fmt.Sprintf("%s: line %d column %d (char %d)", message, line, column, char)}
}
