package pytext_test

import (
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

func BenchmarkValidEmail(b *testing.B) {
	for name, address := range map[string]string{
		"ASCII": "grace.hopper@understudy.example.com",
		"IDN":   "grace.hopper@bücher.example.com",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !pytext.ValidEmail(address) {
					b.Fatal("refused")
				}
			}
		})
	}
}

func BenchmarkParseQuery(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		pytext.ParseQuery("limit=20&offset=40&search=grace%20hopper")
	}
}

func BenchmarkParseDateTime(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := pytext.ParseDateTime("2024-01-02T03:04:05.678901Z"); !ok {
			b.Fatal("refused")
		}
	}
}
