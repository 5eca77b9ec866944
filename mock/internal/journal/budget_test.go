package journal_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"weak"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// tenth is a request that takes a tenth of a budget of tenTenths, and a little more.
func tenth() journal.Exchange {
	x := get("/")
	x.RequestBody = body(strings.Repeat("x", 10_000))
	return x
}

const tenTenths = 10 * 11_200

// under makes journals under one budget, with what they gave up.
func under(budget *journal.Budget, n int) (journals []*journal.Journal, gone []int) {
	gone = make([]int, n)
	for i := range n {
		j := journal.New(journal.Limits{})
		j.SetBudget(budget)
		j.OnDrop(func(entries int) { gone[i] += entries })
		journals = append(journals, j)
	}
	return journals, gone
}

// holds is how many entries a journal has, and how many made room. It reads as one who
// watches does.
func holds(j *journal.Journal) string {
	list := j.List(journal.Query{})
	return fmt.Sprint(list.Count, " of ", int64(list.Count)+list.Dropped)
}

func TestIdleJournalsMakeRoom(t *testing.T) {
	g := NewWithT(t)
	j, gone := under(journal.NewBudget(tenTenths), 3)
	for _, of := range []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 2} {
		j[of].Record(tenth())
	}
	g.Expect(gone).To(Equal([]int{0, 0, 0}), "there is room for ten")
	j[1].Record(tenth())
	g.Expect(gone).To(Equal([]int{1, 0, 0}), "the one that was idle for longest")
	_, _ = j[0].Entry(2) // somebody reads it
	j[1].Record(tenth())
	g.Expect(gone).To(Equal([]int{1, 0, 1}))
	for range 4 {
		j[1].Record(tenth())
	}
	g.Expect(gone).To(Equal([]int{2, 0, 4}), "when one has nothing more, the next")
	g.Expect(holds(j[0])).To(Equal("1 of 3"))
	g.Expect(holds(j[1])).To(Equal("9 of 9"))
	g.Expect(holds(j[2])).To(Equal("0 of 4"))
	g.Expect(j[0].List(journal.Query{}).Requests[0].Number).To(BeEquivalentTo(3), "the oldest first")
	g.Expect(j[2].Record(tenth()).Number()).To(BeEquivalentTo(5))
}

func TestAJournalAloneKeepsToTheBudget(t *testing.T) {
	g := NewWithT(t)
	j, gone := under(journal.NewBudget(tenTenths), 1)
	for range 15 {
		j[0].Record(tenth())
	}
	g.Expect(holds(j[0])).To(Equal("10 of 15"))
	g.Expect(gone).To(Equal([]int{5}))

	j, _ = under(journal.NewBudget(1), 2)
	j[0].Record(tenth())
	j[1].Record(tenth())
	g.Expect(holds(j[0])).To(Equal("0 of 1"))
	g.Expect(holds(j[1])).To(Equal("1 of 1"), "the newest of all stays")
}

// What is cleared, dropped for a bound of its own, or retired no longer counts.
func TestBudgetsGetBackWhatIsGone(t *testing.T) {
	g := NewWithT(t)
	budget := journal.NewBudget(tenTenths)
	j, gone := under(budget, 2)
	small := journal.New(journal.Limits{Entries: 1})
	small.SetBudget(budget)
	for range 20 {
		small.Record(tenth())
	}
	for range 3 {
		for range 5 {
			j[0].Record(tenth())
		}
		j[0].Clear()
	}
	for range 4 {
		j[0].Record(tenth())
	}
	j[0].Retire()
	g.Expect(holds(j[0])).To(Equal("4 of 4"), "who still has it can read it")
	j[0].Record(tenth())
	for range 9 {
		j[1].Record(tenth())
	}
	g.Expect(append(gone, small.List(journal.Query{}).Count)).To(Equal([]int{0, 0, 1}))
	j[1].Record(tenth())
	g.Expect(small.List(journal.Query{}).Count).To(BeZero())
}

// Small requests count for what they take, which is more than what is in them.
func TestSmallRequestsCount(t *testing.T) {
	j, _ := under(journal.NewBudget(100<<10), 1)
	for range 1000 {
		j[0].Record(get("/"))
	}
	NewWithT(t).Expect(j[0].List(journal.Query{}).Count).To(BeNumerically("~", 100, 5))
}

// Many at once keep to the budget, and nobody waits for ever.
func TestBudgetOfManyAtOnce(t *testing.T) {
	g := NewWithT(t)
	j, _ := under(journal.NewBudget(tenTenths), 8)
	var busy sync.WaitGroup
	for i := range j {
		busy.Go(func() {
			for n := range 200 {
				j[i].Record(tenth())
				j[(i+1)%len(j)].List(journal.Query{})
				switch n % 50 {
				case 20:
					j[i].Clear()
				case 40:
					j[(i+3)%len(j)].Entry(1)
				}
			}
			if i == 0 {
				j[i].Retire()
			}
		})
	}
	busy.Wait()
	total := 0
	for _, one := range j[1:] {
		total += one.List(journal.Query{}).Count
	}
	g.Expect(total).To(BeNumerically("<=", 10))
	j[1].Record(tenth())
	for range 20 {
		j[2].Record(tenth())
	}
	g.Expect(holds(j[2])).To(HavePrefix("10 of "), "what was given back can be used")
}

// A journal that was retired is not kept by its budget.
func TestBudgetsForgetTheRetired(t *testing.T) {
	budget := journal.NewBudget(tenTenths)
	gone := func() weak.Pointer[journal.Journal] {
		j, _ := under(budget, 1)
		j[0].Record(tenth())
		j[0].Retire()
		return weak.Make(j[0])
	}()
	NewWithT(t).Eventually(func() *journal.Journal { runtime.GC(); return gone.Value() }).Should(BeNil())
}

func BenchmarkRecordUnderABudget(b *testing.B) {
	for _, many := range []int{10, 10_000} {
		b.Run(fmt.Sprint(many, " journals"), func(b *testing.B) {
			j, _ := under(journal.NewBudget(16<<20), many)
			x := typical()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				j[i%many].Record(x)
			}
		})
	}
}
