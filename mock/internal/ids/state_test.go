package ids_test

import (
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/ids"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// draw asks a source for everything that it makes.
func draw(s *ids.Source, times int) (drawn []string) {
	for i := range times {
		drawn = append(drawn, s.UUID(start.Add(time.Duration(i/3)*time.Millisecond)), s.Token(), s.Alphanumeric(43), s.Letters(i%5))
	}
	return drawn
}

// A source goes on from every position as the one that stood there did, whether the
// position travelled as a value or as text. The generator renews its key after some
// hundred words, which is among the positions.
func TestASourceGoesOnFromAState(t *testing.T) {
	for _, before := range []int{0, 1, 2, 3, 7, 20, 100} {
		t.Run(fmt.Sprintf("after %d", before), func(t *testing.T) {
			g := NewWithT(t)
			s := ids.New(7)
			draw(s, before)
			at := s.State()
			want := draw(s, 30)
			g.Expect(s.State()).NotTo(Equal(at))

			other := ids.New(8)
			draw(other, 5)
			g.Expect(other.Restore(at)).To(Succeed())
			g.Expect(other.State()).To(Equal(at))
			g.Expect(draw(other, 30)).To(Equal(want))

			text, err := at.MarshalText()
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(text)).To(MatchRegexp(`^[A-Za-z0-9_-]{64}$`))
			var read ids.State
			g.Expect(read.UnmarshalText(text)).To(Succeed())
			g.Expect(read == at).To(BeTrue())
		})
	}
}

func TestStatesOfSources(t *testing.T) {
	g := NewWithT(t)
	g.Expect(ids.New(1).State()).To(Equal(ids.New(1).State()))
	g.Expect(ids.New(1).State()).NotTo(Equal(ids.New(2).State()))
	s := ids.New(1)
	draw(s, 3)
	s.Restart(1)
	g.Expect(s.State()).To(Equal(ids.New(1).State()))
}

func TestWhatIsNoState(t *testing.T) {
	g := NewWithT(t)
	s := ids.New(1)
	draw(s, 3)
	was := s.State()
	g.Expect(s.Restore(ids.State{})).To(MatchError(ContainSubstring("not the state of a source")))
	g.Expect(s.State()).To(Equal(was))
	written, err := was.MarshalText()
	g.Expect(err).NotTo(HaveOccurred())
	for _, text := range []string{"", "x", "AAAA", string(make([]byte, 64)), string(written) + "\n", string(written[:8]) + "\r\n" + string(written[8:]),
		"!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		var state ids.State
		g.Expect(state.UnmarshalText([]byte(text))).To(MatchError(ContainSubstring("is no state")), "%q", text)
		g.Expect(state).To(Equal(ids.State{}))
	}
}

// FuzzState wants any text to be refused, or to be a state that is written the same
// again and that a source either goes on from or refuses whole.
func FuzzState(f *testing.F) {
	text, _ := ids.New(3).State().MarshalText()
	f.Add(string(text))
	f.Add("__________________________8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add(string(text[:8]) + "\n" + string(text[8:]))
	f.Fuzz(func(t *testing.T, text string) {
		g := NewWithT(t)
		var state ids.State
		if state.UnmarshalText([]byte(text)) != nil {
			return
		}
		again, err := state.MarshalText()
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(again)).To(Equal(text))
		s := ids.New(1)
		if s.Restore(state) != nil {
			g.Expect(s.State()).To(Equal(ids.New(1).State()))
			return
		}
		g.Expect(s.State()).To(Equal(state))
		draw(s, 3)
	})
}
