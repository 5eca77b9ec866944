package worldfile_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/understudy-dev/understudy/fixtures"
)

// What an export costs for each invite is the same however many there are.
func BenchmarkExport(b *testing.B) {
	for _, invites := range []int{10_000, 100_000} {
		options := fixtures.DefaultGenerateOptions()
		options.Organizations, options.Invites = 1, invites
		server := startFrom(b, fixtures.Generate(options))
		w, err := server.Export()
		if err != nil {
			b.Fatal(err)
		}
		each := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*invites), "ns/invite")
		}
		b.Run(fmt.Sprintf("describe %d invites", invites), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := server.Export(); err != nil {
					b.Fatal(err)
				}
			}
			each(b)
		})
		for _, form := range []struct {
			name  string
			write func(io.Writer, *fixtures.World) error
		}{{"YAML", fixtures.Write}, {"JSON", fixtures.WriteJSON}} {
			b.Run(fmt.Sprintf("write %d invites as %s", invites, form.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := form.write(io.Discard, w); err != nil {
						b.Fatal(err)
					}
				}
				each(b)
			})
		}
		b.Run(fmt.Sprintf("start from %d invites", invites), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				startFrom(b, w)
			}
			each(b)
		})
	}
}
