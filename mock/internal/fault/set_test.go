package fault_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

func newSet() *fault.Set { return fault.NewSet(fault.Config{Operations: operations, Seed: 1}) }

func callers(names ...string) func() []string { return func() []string { return names } }

// TestMatching tells from the names of the faults that calls meet which calls
// these are.
func TestMatching(t *testing.T) {
	list, create := fault.Call{Operation: "invites_list"}, fault.Call{Operation: "invites_create"}
	ann := fault.Call{Operation: "invites_list", Callers: callers("ann@example.com", "CI key")}
	five := []fault.Call{list, list, list, list, list}
	for _, c := range []struct {
		name   string
		faults []fault.Fault
		calls  []fault.Call
		met    string // "-" is a call that nothing happens to
	}{
		{"every call", []fault.Fault{{ID: "a", Status: 500}}, five[:3], "a a a"},
		{"any operation", []fault.Fault{{ID: "a", Operation: "*", Status: 500}}, []fault.Call{list, create}, "a a"},
		{"one operation", []fault.Fault{{ID: "a", Operation: "invites_create", Status: 500}}, []fault.Call{list, create}, "- a"},
		{"a pattern", []fault.Fault{{ID: "a", Operation: "invites_*", Status: 500}}, []fault.Call{list, {Operation: "members_list"}, create}, "a - a"},
		{"a user", []fault.Fault{{ID: "a", Caller: "Ann@example.com", Status: 500}}, []fault.Call{list, ann, {Callers: callers("bob@example.com")}}, "- a -"},
		{"a key", []fault.Fault{{ID: "a", Caller: "CI key", Status: 500}}, []fault.Call{list, ann}, "- a"},
		{"from the third on", []fault.Fault{{ID: "a", Nth: 3, Status: 500}}, five, "- - a a a"},
		{"the third alone", []fault.Fault{{ID: "a", Nth: 3, Count: 1, Status: 500}}, five, "- - a - -"},
		{"twice", []fault.Fault{{ID: "a", Count: 2, Status: 500}}, five, "a a - - -"},
		{"nth counts matching calls", []fault.Fault{{ID: "a", Nth: 2, Operation: "invites_create", Status: 500}}, []fault.Call{list, list, create, list, create}, "- - - - a"},
		{"a script", []fault.Fault{{ID: "a", Count: 1, Status: 500}, {ID: "b", Count: 2, Status: 503}}, five, "a b b - -"},
		{"nth does not depend on others", []fault.Fault{{ID: "a", Nth: 1, Count: 1, Status: 500}, {ID: "b", Nth: 2, Count: 1, Status: 503}}, five, "a b - - -"},
		{"slowness is added", []fault.Fault{{ID: "a", Latency: fault.Fixed(1)}, {ID: "b", Nth: 2, Phase: fault.Lost}, {ID: "c", Latency: fault.Fixed(1), Count: 2}}, five[:3], "a,c a,b,c a,b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSet()
			g.Expect(s.Add(c.faults...)).Error().NotTo(HaveOccurred())
			met := map[string]int{}
			var names []string
			for _, call := range c.calls {
				name := "-"
				if d := s.Decide(call); d != nil {
					name = strings.ReplaceAll(d.Name, ", ", ",")
					for id := range strings.SplitSeq(name, ",") {
						met[id]++
					}
				}
				names = append(names, name)
			}
			g.Expect(strings.Join(names, " ")).To(Equal(c.met))
			for _, state := range s.List() {
				g.Expect(state.Met).To(Equal(met[state.ID]), state.ID)
				g.Expect(state.Spent).To(Equal(state.Count > 0 && state.Met == state.Count), state.ID)
			}
		})
	}
}

// A call counts for every fault that is for it, met or not.
func TestAccounting(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	g.Expect(s.Add(
		fault.Fault{ID: "list", Operation: "invites_list", Status: 500, Count: 1},
		fault.Fault{ID: "all", Status: 503, Nth: 3},
		fault.Fault{ID: "ann", Caller: "ann@example.com", Phase: fault.Lost},
	)).Error().NotTo(HaveOccurred())
	for range 3 {
		s.Decide(fault.Call{Operation: "invites_list"})
	}
	s.Decide(fault.Call{Operation: "members_list", Callers: callers("ann@example.com")})
	accounts := map[string][]int{}
	for _, state := range s.List() {
		accounts[state.ID] = []int{state.Matched, state.Met}
	}
	g.Expect(accounts).To(Equal(map[string][]int{"list": {3, 1}, "all": {4, 2}, "ann": {1, 0}}))
}

// Who calls is asked once, and not without need.
func TestCallersAreAskedOnNeed(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	asked := 0
	c := fault.Call{Operation: "invites_list", Callers: func() []string { asked++; return []string{"ann@example.com"} }}
	g.Expect(s.Add(fault.Fault{Status: 500}, fault.Fault{Operation: "members_list", Caller: "ann@example.com", Status: 500})).Error().NotTo(HaveOccurred())
	s.Decide(c)
	g.Expect(asked).To(Equal(0))
	g.Expect(s.Add(fault.Fault{Caller: "bob@example.com", Status: 500}, fault.Fault{Caller: "ann@example.com", Status: 500})).Error().NotTo(HaveOccurred())
	s.Decide(c)
	g.Expect(asked).To(Equal(1))
}

func TestUnmet(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault fault.Fault
		calls int
		unmet bool
	}{
		{"never met", fault.Fault{Status: 500}, 0, true},
		{"met", fault.Fault{Status: 500}, 1, false},
		{"matched too early", fault.Fault{Status: 500, Nth: 2}, 1, true},
		{"met too rarely", fault.Fault{Status: 500, Count: 3}, 2, true},
		{"spent", fault.Fault{Status: 500, Count: 3}, 4, false},
		{"left to chance", fault.Fault{Status: 500, Probability: 1e-12}, 5, false},
		{"certain", fault.Fault{Status: 500, Probability: 1}, 0, true},
		{"counted", fault.Fault{Status: 500, Probability: 1e-12, Count: 1}, 5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSet()
			g.Expect(s.Add(c.fault)).Error().NotTo(HaveOccurred())
			for range c.calls {
				s.Decide(fault.Call{})
			}
			g.Expect(len(s.Unmet()) == 1).To(Equal(c.unmet))
		})
	}
}

func ids(states []fault.State) (ids []string) {
	for _, s := range states {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestResources(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	states, err := s.Add(fault.Fault{Status: 500}, fault.Fault{ID: "f2", Status: 500}, fault.Fault{Status: 503})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(ids(states)).To(Equal([]string{"f1", "f2", "f3"}), "given ids keep out of the way")
	s.Decide(fault.Call{})

	g.Expect(s.Add(fault.Fault{ID: "f1", Phase: fault.Lost})).Error().NotTo(HaveOccurred())
	g.Expect(ids(s.List())).To(Equal([]string{"f1", "f2", "f3"}), "it takes the place")
	f1, ok := s.Get("f1")
	g.Expect(ok).To(BeTrue())
	g.Expect(f1.Phase).To(Equal(fault.Lost))
	g.Expect(f1.Met).To(Equal(0), "it counts anew")

	g.Expect(s.Remove("f2")).To(BeTrue())
	g.Expect(s.Remove("f2")).To(BeFalse())
	_, ok = s.Get("f2")
	g.Expect(ok).To(BeFalse())

	_, err = s.Replace(fault.Fault{Status: 500}, fault.Fault{Status: 5})
	g.Expect(problemsOf(err)).To(HaveKey("faults[1].status"))
	g.Expect(ids(s.List())).To(Equal([]string{"f1", "f3"}), "all or none")

	states, err = s.Replace(fault.Fault{Status: 500})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(ids(states)).To(Equal([]string{"f4"}))
	s.Clear()
	g.Expect(s.List()).To(BeEmpty())
	g.Expect(s.Decide(fault.Call{})).To(BeNil())
}

func TestSetIsBounded(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	for range fault.MaxFaults {
		g.Expect(s.Add(fault.Fault{Status: 500})).Error().NotTo(HaveOccurred())
	}
	_, err := s.Add(fault.Fault{Status: 500})
	g.Expect(err).To(MatchError(ContainSubstring("there can be 1000 faults")))
	g.Expect(s.Add(fault.Fault{ID: "f1", Status: 500})).Error().NotTo(HaveOccurred(), "one for another")
	g.Expect(s.List()).To(HaveLen(fault.MaxFaults))
}

func TestPresets(t *testing.T) {
	for _, name := range fault.Presets() {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSet()
			faults, err := fault.Preset(name)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(s.Add(faults...)).Error().NotTo(HaveOccurred())
			g.Expect(s.Add(faults...)).Error().NotTo(HaveOccurred())
			g.Expect(s.List()).To(HaveLen(len(faults)), "arming it twice changes nothing")
			for range 500 {
				s.Decide(fault.Call{})
			}
			for _, state := range s.List() {
				g.Expect(state.Met).To(BeNumerically(">", 0), state.ID)
			}
		})
	}
	_, err := fault.Preset("monday")
	NewWithT(t).Expect(err).To(MatchError(`there is no preset "monday": send one of "flaky-network", "rate-limited", "maintenance"`))
}

// Calls from everywhere are all counted, while faults come and go.
func TestConcurrentCalls(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	g.Expect(s.Add(fault.Fault{ID: "some", Status: 500, Count: 100}, fault.Fault{ID: "rest", Status: 503, Probability: 0.5})).Error().NotTo(HaveOccurred())
	var group sync.WaitGroup
	var mu sync.Mutex
	met := map[string]int{}
	for i := range 8 {
		group.Go(func() {
			for range 250 {
				if d := s.Decide(fault.Call{Operation: "invites_list"}); d != nil {
					mu.Lock()
					met[d.Name]++
					mu.Unlock()
				}
			}
		})
		group.Go(func() {
			id := fmt.Sprint("passing-", i)
			for range 50 {
				_, _ = s.Add(fault.Fault{ID: id, Operation: "members_list", Status: 500})
				s.List()
				s.Unmet()
				s.Remove(id)
			}
		})
	}
	group.Wait()
	some, _ := s.Get("some")
	rest, _ := s.Get("rest")
	g.Expect(some.Matched).To(Equal(2000))
	g.Expect(met).To(Equal(map[string]int{"some": 100, "rest": rest.Met}))
	g.Expect(some.Met).To(Equal(100))
	g.Expect(rest.Met).To(BeNumerically("~", 950, 100))
}

func TestNoFaultsCostNothing(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	r := request("POST", "/api/organizations/@current/invites/?limit=10", "")
	body := []byte(strings.Repeat(`{"target_email": "ann@example.com"}`, 100))
	c := fault.Call{Operation: "invites_list", Callers: callers("ann@example.com")}
	g.Expect(testing.AllocsPerRun(100, func() {
		if d, err := fault.Magic(r, body); d != nil || err != nil || s.Decide(c) != nil {
			t.Fatal("there is no fault")
		}
	})).To(BeZero())
}

// Of many who arm a fault of one name at once, one made it.
func TestOneArmsAFaultFirst(t *testing.T) {
	g := NewWithT(t)
	s := fault.NewSet(fault.Config{})
	var made atomic.Int64
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, created, err := s.PutJSON("x", []byte(`{"status": 500}`)); err == nil && created {
				made.Add(1)
			}
		})
	}
	group.Wait()
	g.Expect(made.Load()).To(BeEquivalentTo(1))
}
