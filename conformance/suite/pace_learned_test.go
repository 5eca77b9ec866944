package suite

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// throttle is a target that answers so many requests a second, seen by one credential whose
// requests follow one another at the pace that it keeps.
type throttle struct {
	pace *pace
	now  time.Time
}

// play sends requests for a while, of which put tells which are put off, and returns how many
// were answered.
func (th *throttle) play(d time.Duration, put func(at time.Time, n int) bool) (answered int) {
	end := th.now.Add(d)
	for n := 0; th.now.Before(end); n++ {
		th.now = th.now.Add(time.Millisecond)
		if l := th.pace.learned; l != nil {
			th.now = th.now.Add(l.ReserveN(th.now, 1).DelayFrom(th.now))
		}
		if put(th.now, n) {
			th.pace.noteThrottled(th.now, time.Second)
			continue
		}
		answered++
		th.pace.noteAccepted(th.now)
	}
	return answered
}

func never(time.Time, int) bool { return false }

func TestLearnsFrom429(t *testing.T) {
	start := func() *throttle {
		th := &throttle{pace: &pace{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		th.play(10*time.Second, never)
		return th
	}
	t.Run("a short burst is soon forgotten", func(t *testing.T) {
		g := NewWithT(t)
		th := start()
		began := th.now
		th.play(3*time.Second, func(time.Time, int) bool { return true })
		g.Expect(th.pace.learned).NotTo(BeNil())
		g.Expect(th.play(10*time.Second, never)).To(BeNumerically(">", 6000), "of 10,000")
		g.Expect(th.now.Sub(began)).To(BeNumerically("~", 13*time.Second, time.Second))
		g.Expect(th.play(10*time.Second, never)).To(BeNumerically(">", 9000), "of 10,000")
	})
	t.Run("now and then is no reason", func(t *testing.T) {
		g := NewWithT(t)
		th := start()
		g.Expect(th.play(60*time.Second, func(_ time.Time, n int) bool { return n%33 == 0 })).To(BeNumerically(">", 55_000))
	})
	t.Run("a limit is kept to", func(t *testing.T) {
		g := NewWithT(t)
		th := start()
		const allowed = 8 // a second
		var sent []time.Time
		refused := 0
		limit := func(at time.Time, _ int) bool {
			for len(sent) > 0 && at.Sub(sent[0]) >= time.Second {
				sent = sent[1:]
			}
			if len(sent) >= allowed {
				refused++
				return true
			}
			sent = append(sent, at)
			return false
		}
		th.play(time.Minute, limit)
		refused = 0
		answered := th.play(10*time.Minute, limit)
		g.Expect(answered).To(BeNumerically(">", 10*60*allowed/2))
		g.Expect(refused).To(BeNumerically("<", answered/4))
	})
	t.Run("never slower than one a second", func(t *testing.T) {
		g := NewWithT(t)
		th := start()
		th.play(time.Hour, func(time.Time, int) bool { return true })
		g.Expect(th.pace.learned.Limit()).To(Equal(minRate))
	})
}
