package journal_test

import (
	"context"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

func TestSubscribersGetWhatIsThereAndWhatComes(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{})
	j.Record(get("/1"))
	j.Record(get("/2"))
	var got []int64
	for batch := range j.Subscribe(t.Context(), 1) {
		g.Expect(batch.Missed).To(BeZero())
		got = append(got, numbers(batch)...)
		if len(got) < 4 {
			j.Record(get("/next")) // nobody waits for the subscriber, not even itself
			continue
		}
		break
	}
	g.Expect(got).To(Equal([]int64{2, 3, 4, 5}))
}

func TestSubscribersAreToldWhatTheyMissed(t *testing.T) {
	for name, c := range map[string]struct {
		after  int64
		change func(*journal.Journal)
		got    []int64
		missed int64
	}{
		"nothing":                    {5, func(*journal.Journal) {}, []int64{6, 7, 8}, 0},
		"what made room":             {2, func(*journal.Journal) {}, []int64{6, 7, 8}, 3},
		"what made room, from zero":  {0, func(*journal.Journal) {}, []int64{6, 7, 8}, 5},
		"what was cleared":           {7, (*journal.Journal).Clear, nil, 1},
		"of what came after that":    {7, func(j *journal.Journal) { j.Clear(); j.Record(get("/")) }, []int64{9}, 1},
		"all, of another life":       {100, func(*journal.Journal) {}, []int64{6, 7, 8}, 5},
		"all, from before the first": {-3, func(*journal.Journal) {}, []int64{6, 7, 8}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			j := journal.New(journal.Limits{Entries: 3})
			for range 8 {
				j.Record(get("/"))
			}
			c.change(j)
			for batch := range j.Subscribe(t.Context(), c.after) {
				g.Expect(numbers(batch)).To(Equal(c.got))
				g.Expect(batch.Missed).To(Equal(c.missed))
				break
			}
		})
	}
}

func TestSubscriptionsEnd(t *testing.T) {
	for name, end := range map[string]func(*journal.Journal, context.CancelFunc){
		"when nobody wants them any more": func(_ *journal.Journal, cancel context.CancelFunc) { cancel() },
		"when the journal is closed":      func(j *journal.Journal, _ context.CancelFunc) { j.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			j := journal.New(journal.Limits{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			j.Record(get("/"))
			var got []int64
			for batch := range j.Subscribe(ctx, 0) {
				got = append(got, numbers(batch)...)
				go end(j, cancel) // while the subscriber waits for the next
			}
			g.Expect(got).To(Equal([]int64{1}))
			g.Expect(j.Record(get("/")).Number()).To(BeEquivalentTo(2), "the journal goes on")
		})
	}
}

func TestSubscriptionsEndThoughRequestsKeepComing(t *testing.T) {
	g := NewWithT(t)
	for range 50 {
		j := journal.New(journal.Limits{})
		j.Record(get("/"))
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		batches := 0
		for range j.Subscribe(ctx, 0) {
			batches++
			cancel()
			j.Record(get("/"))
		}
		g.Expect(batches).To(Equal(1))
	}
}

func TestAClosedJournalGivesWhatItHas(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{})
	j.Record(get("/"))
	j.Close()
	var got []int64
	for batch := range j.Subscribe(t.Context(), 0) {
		got = append(got, numbers(batch)...)
	}
	g.Expect(got).To(Equal([]int64{1}))
}

// However fast requests come, each subscriber gets each of them or is told that it
// missed it.
func TestSubscribersCanAccountForEverything(t *testing.T) {
	g := NewWithT(t)
	const requests = 2000
	j := journal.New(journal.Limits{Entries: 10})
	var reading, recording sync.WaitGroup
	sums := make([]int64, 3)
	for i := range sums {
		reading.Go(func() {
			var last int64
			for batch := range j.Subscribe(t.Context(), 0) {
				last += batch.Missed
				for _, e := range batch.Entries {
					if last++; e.Number() != last {
						t.Errorf("entry %d where %d was due", e.Number(), last)
					}
				}
				if sums[i] = last; last == requests {
					return
				}
			}
		})
	}
	for range 4 {
		recording.Go(func() {
			for range requests / 4 {
				j.Record(get("/"))
			}
		})
	}
	recording.Wait()
	reading.Wait()
	g.Expect(sums).To(HaveEach(BeEquivalentTo(requests)))
}

func numbers(b journal.Batch) (list []int64) {
	for _, e := range b.Entries {
		list = append(list, e.Number())
	}
	return list
}
