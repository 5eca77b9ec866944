package fault_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// The same seed and the same number of a call give the same chance.
func TestChanceIsReproducible(t *testing.T) {
	pattern := func(seed int64, f fault.Fault) string {
		s := fault.NewSet(fault.Config{Seed: seed})
		_, err := s.Add(f)
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		var met strings.Builder
		for range 10_000 {
			if s.Decide(fault.Call{}) == nil {
				met.WriteByte('.')
			} else {
				met.WriteByte('x')
			}
		}
		return met.String()
	}
	g := NewWithT(t)
	f := fault.Fault{Status: 500, Probability: 0.3}
	first := pattern(1, f)
	g.Expect(pattern(1, f)).To(Equal(first))
	g.Expect(pattern(2, f)).NotTo(Equal(first), "another seed")
	other := f
	other.ID = "other"
	g.Expect(pattern(1, other)).NotTo(Equal(first), "another fault")
	other.Seed = 7
	own := pattern(1, other)
	g.Expect(pattern(2, other)).To(Equal(own), "a seed of its own")
	for _, p := range []string{first, own} {
		g.Expect(strings.Count(p, "x")).To(BeNumerically("~", 3000, 150))
		g.Expect(strings.Count(p, "xx")).To(BeNumerically("~", 690, 120), "calls do not go in step")
	}
}

func TestLatencies(t *testing.T) {
	waits := func(l *fault.Latency) []time.Duration {
		s := newServer()
		_, err := s.Add(fault.Fault{Latency: l})
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		for range 4000 {
			s.Decide(fault.Call{}).WaitBefore(nil, request("GET", "/", ""), s.sleep)
		}
		slices.Sort(s.naps)
		return s.naps
	}
	g := NewWithT(t)
	even := waits(fault.Fixed(time.Second))
	g.Expect([]time.Duration{even[0], even[len(even)-1]}).To(Equal([]time.Duration{time.Second, time.Second}))

	flat := waits(fault.Uniform(time.Second, 3*time.Second))
	g.Expect(flat[0]).To(BeNumerically("~", 1005*time.Millisecond, 5*time.Millisecond))
	g.Expect(flat[len(flat)-1]).To(BeNumerically("~", 2995*time.Millisecond, 5*time.Millisecond))
	g.Expect(flat[1000]).To(BeNumerically("~", 1500*time.Millisecond, 100*time.Millisecond))

	network := waits(fault.Lognormal(100*time.Millisecond, 0.5))
	g.Expect(network[2000]).To(BeNumerically("~", 100*time.Millisecond, 5*time.Millisecond), "the median")
	g.Expect(network[3364]).To(BeNumerically("~", 165*time.Millisecond, 8*time.Millisecond), "one sigma above")
	wide := waits(fault.Lognormal(time.Hour, 10))
	g.Expect(wide[len(wide)-1]).To(Equal(time.Hour), "nothing takes longer")
	g.Expect(waits(fault.Lognormal(100*time.Millisecond, 0.5))).To(Equal(network), "reproducible")
}
