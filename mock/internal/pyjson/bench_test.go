package pyjson_test

import (
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

const invite = `{
	"target_email": "grace.hopper@understudy.example.com",
	"first_name": "Grace",
	"level": 8,
	"message": "Welcome aboard.\nSee you on Monday, in the room behind the library.",
	"private_project_access": [{"id": 1, "level": "admin"}, {"id": 2, "level": "member"}],
	"send_email": true,
	"combine_pending_invites": false
}`

func BenchmarkDecode(b *testing.B) {
	body := []byte(invite)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pyjson.Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	value, err := pyjson.Decode([]byte(invite))
	if err != nil {
		b.Fatal(err)
	}
	dst := pyjson.Append(nil, value)
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
	for b.Loop() {
		dst = pyjson.Append(dst[:0], value)
	}
}

func BenchmarkAppendString(b *testing.B) {
	for name, s := range map[string]string{
		"plain":     strings.Repeat("abcdefghij", 10),
		"short":     "example",
		"escapes":   strings.Repeat("one\ntwo \"x\"", 10),
		"non-ASCII": strings.Repeat("Grüße 日本", 8),
	} {
		b.Run(name, func(b *testing.B) {
			dst := pyjson.AppendString(nil, s)
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				dst = pyjson.AppendString(dst[:0], s)
			}
		})
	}
}

func TestAppendStringDoesNotAllocate(t *testing.T) {
	for name, s := range map[string]string{
		"plain":     strings.Repeat("abcdefghij", 10),
		"escapes":   "one\ntwo \"x\" \\ \x01 \u2028",
		"non-ASCII": "Grüße 日本 😀",
	} {
		dst := make([]byte, 0, 256)
		if n := testing.AllocsPerRun(100, func() { dst = pyjson.AppendString(dst[:0], s) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
