// Package pyjson reads and writes JSON as the real server's Python does: the
// same values, the same complaints.
package pyjson
