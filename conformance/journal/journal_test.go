package journal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/journal"
)

var here = journal.Target{BaseURL: "https://posthog.example.com", Organization: "01900000-0001-7000-8000-000000000001"}

// written is a journal with three intents: one open, one made, one struck out.
func written(t *testing.T) string {
	t.Helper()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "state", "run.ndjson")
	j, err := journal.Open(file, "abcdefgh", here)
	g.Expect(err).NotTo(HaveOccurred())
	for _, label := range []string{"us-abcdefgh-1", "us-abcdefgh-2", "us-abcdefgh-3"} {
		_, err := j.Intent(journal.Event{Kind: "config", Collection: "/configs/", Label: label})
		g.Expect(err).NotTo(HaveOccurred())
	}
	g.Expect(j.Made(2, "the-id", "", "2026-01-01T00:00:00Z")).To(Succeed())
	g.Expect(j.Gone(3)).To(Succeed())
	g.Expect(j.Close()).To(Succeed())
	return file
}

func TestReadsWhatIsNotStruckOut(t *testing.T) {
	g := NewWithT(t)
	file := written(t)
	entries, err := journal.Read(file, here)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(entries).To(HaveExactElements(
		HaveValue(And(HaveField("N", 2), HaveField("Answered", true), HaveField("ID", "the-id"), HaveField("Created", "2026-01-01T00:00:00Z"))),
		HaveValue(And(HaveField("N", 1), HaveField("Answered", false), HaveField("Label", "us-abcdefgh-1"), HaveField("Run", "abcdefgh"))),
	), "the latest first")
	info, err := os.Stat(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o600)))

	sweep, err := journal.Reopen(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(sweep.StrikeOut(entries[0], "")).To(Succeed())
	g.Expect(sweep.StrikeOut(entries[1], "somebody else's")).To(Succeed())
	g.Expect(sweep.Close()).To(Succeed())
	g.Expect(journal.Read(file, here)).To(BeEmpty())
}

// A process that is killed may leave half a line.
func TestLinesThatWereCutOff(t *testing.T) {
	g := NewWithT(t)
	file := written(t)
	cut := func() {
		text, err := os.ReadFile(file)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(os.WriteFile(file, append(text, `{"event":"intent","ru`...), 0o600)).To(Succeed())
	}
	cut()
	g.Expect(journal.Read(file, here)).To(HaveLen(2))
	again, err := journal.Open(file, "bcdefghi", here)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = again.Intent(journal.Event{Kind: "config"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again.Close()).To(Succeed())
	g.Expect(journal.Read(file, here)).To(HaveLen(3), "what follows half a line counts")
}

func TestRefusals(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		target     journal.Target
		want       any
	}{
		{"another target", "", journal.Target{BaseURL: "https://elsewhere.example.com", Organization: here.Organization}, journal.ErrOtherTarget},
		{"another organization", "", journal.Target{BaseURL: here.BaseURL, Organization: "other"}, journal.ErrOtherTarget},
		{"no journal", "hello\n", here, "line 1: no event of a journal"},
		{"another kind of file", "{\"kind\": \"world\"}\n", here, "line 1: no event of a journal"},
		{"a later form", `{"event":"run","schema":"understudy/journal/v9"}` + "\n", here, `this version knows "understudy/journal/v1"`},
		{"an entry of no run", `{"event":"intent","run":"x","n":1}` + "\n", here, "no event of a journal"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			file := written(t)
			if tc.text != "" {
				g.Expect(os.WriteFile(file, []byte(tc.text), 0o600)).To(Succeed())
			}
			_, err := journal.Read(file, tc.target)
			if text, ok := tc.want.(string); ok {
				g.Expect(err).To(MatchError(ContainSubstring(text)))
			} else {
				g.Expect(err).To(MatchError(tc.want))
			}
			_, err = journal.Open(file, "run", tc.target)
			g.Expect(err).To(HaveOccurred(), "nor does a run add to it")
		})
	}
}

func TestOneWriterAtATime(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "run.ndjson")
	first, err := journal.Open(file, "first", here)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = journal.Open(file, "second", here)
	g.Expect(err).To(MatchError(journal.ErrInUse))
	_, err = journal.Reopen(file)
	g.Expect(err).To(MatchError(journal.ErrInUse))
	g.Expect(first.Close()).To(Succeed())
	_, err = journal.Reopen(filepath.Join(t.TempDir(), "nothing"))
	g.Expect(err).To(MatchError(os.ErrNotExist))
}

func TestOlderThan(t *testing.T) {
	g := NewWithT(t)
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	young := &journal.Entry{Event: journal.Event{At: now.Add(-time.Minute)}}
	old := &journal.Entry{Event: journal.Event{At: now.Add(-time.Hour)}}
	g.Expect(journal.OlderThan([]*journal.Entry{young, old}, 30*time.Minute, now)).To(Equal([]*journal.Entry{old}))
	g.Expect(journal.OlderThan([]*journal.Entry{young, old}, 0, now)).To(HaveLen(2))
}

// A journal that cannot be written must stop what would go unnoted.
func TestNoDiskNoIntent(t *testing.T) {
	g := NewWithT(t)
	j, err := journal.Open(filepath.Join(t.TempDir(), "run.ndjson"), "run", here)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(j.Close()).To(Succeed())
	_, err = j.Intent(journal.Event{Kind: "config"})
	g.Expect(err).To(MatchError(ContainSubstring("cannot write the journal")))
	var none *journal.Journal
	n, err := none.Intent(journal.Event{Kind: "config"})
	g.Expect(n, err).To(BeZero())
	g.Expect(none.Gone(1)).To(Succeed())
	g.Expect(none.Close()).To(Succeed())
}

func FuzzRead(f *testing.F) {
	f.Add(`{"event":"run","run":"a","schema":"understudy/journal/v1","base_url":"https://posthog.example.com"}` + "\n" + `{"event":"intent","run":"a","n":1}` + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), "run.ndjson")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		entries, err := journal.Read(file, here)
		if err == nil && len(entries) > strings.Count(text, "\n") {
			t.Fatal("more entries than lines")
		}
	})
}
