package worldfile

import (
	"bytes"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// FuzzExport wants every world that is accepted to be built, and to come back from its
// export as it was.
func FuzzExport(f *testing.F) {
	full, err := Export(&InitialState{Fixture: &fixtures.World{Name: "full"}, World: storing(spec.DefaultRevision, nil, nil)}, ids.New(1).State())
	if err != nil {
		f.Fatal(err)
	}
	var text bytes.Buffer
	if err := fixtures.Write(&text, full); err != nil {
		f.Fatal(err)
	}
	f.Add(text.Bytes())
	empty, err := fixtures.Text("empty")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(empty)
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<20 {
			t.Skip("size is bounded by a test of its own")
		}
		w, err := fixtures.Load(bytes.NewReader(text), "fuzz")
		if err != nil || w.State != nil && !begins(w.State) {
			return
		}
		start, first := again(t, w)
		back, err := fixtures.Load(bytes.NewReader(first), "exported")
		if err != nil {
			t.Fatalf("what was exported is refused: %v", err)
		}
		restart, second := again(t, back)
		if !bytes.Equal(first, second) {
			t.Fatalf("exported:\n%s\nand from there:\n%s", first, second)
		}
		for _, change := range world.Diff(start.World, restart.World) {
			t.Fatalf("this has changed: %+v", change)
		}
	})
}

// begins tells whether a state has a position of identifiers, which the loader does not
// look into.
func begins(s *fixtures.State) bool {
	_, err := identifiersOf(s)
	return err == nil
}

// again builds a world and exports it.
func again(t *testing.T, w *fixtures.World) (*InitialState, []byte) {
	t.Helper()
	start, err := New(w, 1, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), "")
	if err != nil {
		t.Fatalf("an accepted world is not built: %v", err)
	}
	at := ids.New(1)
	start.RestartIDs(at, 1)
	exported, err := Export(start, at.State())
	if err != nil {
		t.Skipf("beyond what times can say: %v", err)
	}
	var text bytes.Buffer
	if err := fixtures.Write(&text, exported); err != nil {
		t.Fatalf("what was exported cannot be written: %v", err)
	}
	return start, text.Bytes()
}
