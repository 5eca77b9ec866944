// Package pyjson reads and writes JSON as the real server does, with Python's json
// module under Django REST framework: the same values, the same error messages with
// the same positions, the same bytes out. It knows nothing of HTTP, schemas or
// resources. Package encoding/json has none of this, nor keeps the order of keys.
//
// A JSON value is nil, bool, int64, *big.Int where int64 does not do, float64,
// string, []any or *[Object]. See package pytext for the text forms of these,
// and for the lone surrogates that strings can hold.
//
// The tests compare with CPython 3.12; testdata/generate.py recorded its results.
package pyjson
