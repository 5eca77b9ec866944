// Package pytext holds the text formats of Python and Django that clients of the
// real server see: what str() and repr() print, what int(), EmailValidator and
// parse_datetime accept, how a query string is parsed and written. It knows nothing
// of requests, fields or resources.
//
// Values are those of package pyjson: nil, bool, int64, *big.Int, float64,
// string, []any and JSON objects. A Python string can hold lone surrogates,
// which UTF-8 cannot; here they are the three bytes that UTF-8 would encode them as
// (WTF-8), and every function accepts them.
//
// The tests compare with CPython 3.12; testdata/generate.py recorded its results.
package pytext
