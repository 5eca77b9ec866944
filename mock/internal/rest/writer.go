package rest

import (
	"bytes"
	"strconv"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// Writer appends one JSON document in the compact form that the real API uses: keys
// in the order in which they are written, text unescaped where possible. The zero
// Writer is ready to use.
type Writer struct {
	buf   []byte
	comma bool
}

// Bytes returns the document. It is valid until the next Reset.
func (w *Writer) Bytes() []byte { return w.buf }

// Reset empties the writer and keeps its memory.
func (w *Writer) Reset() { w.buf, w.comma = w.buf[:0], false }

// separate writes a comma if one is due.
func (w *Writer) separate() {
	if w.comma {
		w.buf = append(w.buf, ',')
		w.comma = false
	}
}

func (w *Writer) value() {
	w.separate()
	w.comma = true
}

// Copy writes the one value of write and returns a copy of its JSON.
func (w *Writer) Copy(write func(w *Writer)) []byte {
	w.separate()
	start := len(w.buf)
	write(w)
	return bytes.Clone(w.buf[start:])
}

// Object opens an object. End closes it.
func (w *Writer) Object() {
	w.value()
	w.buf = append(w.buf, '{')
	w.comma = false
}

// End closes an object.
func (w *Writer) End() {
	w.buf = append(w.buf, '}')
	w.comma = true
}

// Array opens an array. EndArray closes it.
func (w *Writer) Array() {
	w.value()
	w.buf = append(w.buf, '[')
	w.comma = false
}

// EndArray closes an array.
func (w *Writer) EndArray() {
	w.buf = append(w.buf, ']')
	w.comma = true
}

// Key writes the name of the next value.
func (w *Writer) Key(name string) *Writer {
	w.value()
	w.buf = pyjson.AppendString(w.buf, name)
	w.buf = append(w.buf, ':')
	w.comma = false
	return w
}

// key writes a name that is already quoted, with its colon.
func (w *Writer) key(quoted []byte) {
	w.separate()
	w.buf = append(w.buf, quoted...)
}

// String writes text.
func (w *Writer) String(s string) {
	w.value()
	w.buf = pyjson.AppendString(w.buf, s)
}

// OptString writes text, or null for nil.
func (w *Writer) OptString(s *string) {
	if s == nil {
		w.Null()
		return
	}
	w.String(*s)
}

// NonEmpty writes text, or null for the empty string.
func (w *Writer) NonEmpty(s string) {
	if s == "" {
		w.Null()
		return
	}
	w.String(s)
}

// Strings writes a list of texts; nil is the empty list.
func (w *Writer) Strings(list []string) {
	w.Array()
	for _, s := range list {
		w.String(s)
	}
	w.EndArray()
}

// Int writes a whole number.
func (w *Writer) Int(n int) {
	w.value()
	w.buf = strconv.AppendInt(w.buf, int64(n), 10)
}

// Bool writes true or false.
func (w *Writer) Bool(b bool) {
	w.value()
	w.buf = strconv.AppendBool(w.buf, b)
}

// OptBool writes true or false, or null for nil.
func (w *Writer) OptBool(b *bool) {
	if b == nil {
		w.Null()
		return
	}
	w.Bool(*b)
}

// Null writes null.
func (w *Writer) Null() {
	w.value()
	w.buf = append(w.buf, "null"...)
}

// Raw writes the JSON of a value; nil is null.
func (w *Writer) Raw(json []byte) {
	if json == nil {
		w.Null()
		return
	}
	w.value()
	w.buf = append(w.buf, json...)
}

// Time writes a time as Python's isoformat does: UTC, up to microseconds, no
// fraction when it is zero, Z for the zone.
func (w *Writer) Time(t time.Time) {
	w.value()
	w.buf = append(w.buf, '"')
	w.buf = AppendTime(w.buf, t)
	w.buf = append(w.buf, '"')
}

// OptTime writes a time, or null for nil.
func (w *Writer) OptTime(t *time.Time) {
	if t == nil {
		w.Null()
		return
	}
	w.Time(*t)
}

// AppendTime appends a time in the API's format.
func AppendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	if t.Nanosecond() < 1000 {
		return t.AppendFormat(dst, "2006-01-02T15:04:05Z")
	}
	return t.AppendFormat(dst, "2006-01-02T15:04:05.000000Z")
}
