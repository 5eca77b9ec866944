package mocktest

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// Exported is the text that a server's state is exported as.
func Exported(t testing.TB, s *mock.Server, write func(io.Writer, *fixtures.World) error) string {
	t.Helper()
	w, err := s.Export()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := write(&text, w); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// SameText wants two texts to be the same. It shows the first lines that differ.
func SameText(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			t.Fatalf("line %d\n got: %.1500s\nwant: %.1500s", i+1, strings.Join(a[min(i, len(a)):min(i+3, len(a))], "\n"), strings.Join(b[min(i, len(b)):min(i+3, len(b))], "\n"))
		}
	}
}
