// Package pyjson reads and writes JSON as the real server does, Python's json
// module under Django REST framework: the same values, the same complaints in
// the same words at the same places, the same bytes out.
//
// A JSON value is nil, bool, int64, *big.Int where int64 does not do, float64,
// string, []any or *[Object]. See package pytext for the text forms of these,
// and for the lone surrogates that strings can hold.
//
// The tests compare with CPython 3.12; testdata/generate.py asked it.
package pyjson
