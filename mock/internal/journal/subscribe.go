package journal

import (
	"context"
	"iter"
	"slices"
)

// Batch is what a subscriber gets at a time.
type Batch struct {
	Entries []*Entry // oldest first
	// Missed is how many entries before these were dropped or cleared before the
	// subscriber came to read them.
	Missed int64
}

// Subscribe yields the entries after a number, those that are there and those to
// come, until the context ends or the journal is closed.
//
// Nobody waits for a subscriber: its buffer is the journal itself, so that one who is
// slower than the requests for long misses some, and is told how many.
func (j *Journal) Subscribe(ctx context.Context, after int64) iter.Seq[Batch] {
	return func(yield func(Batch) bool) {
		for r := (reader{j, after}); ctx.Err() == nil; {
			batch, more, open := r.next()
			if !batch.empty() && !yield(batch) {
				return
			}
			if !open {
				return
			}
			select {
			case <-more:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (b Batch) empty() bool { return len(b.Entries) == 0 && b.Missed == 0 }

// reader is a place in a journal.
type reader struct {
	journal *Journal
	after   int64 // the number that was read last
}

// next returns what has come since, whether the journal is open, and a channel that
// closes when there is more.
//
// A number that the journal has not given yet is of another life of it; such a
// reader starts at the beginning.
func (r *reader) next() (batch Batch, more <-chan struct{}, open bool) {
	j := r.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if r.after > j.last {
		r.after = 0
	}
	unread := j.last - max(r.after, 0)
	have := min(unread, int64(len(j.entries)))
	batch = Batch{Entries: slices.Clone(j.entries[int64(len(j.entries))-have:]), Missed: unread - have}
	r.after = j.last
	if j.more == nil {
		j.more = make(chan struct{})
	}
	return batch, j.more, !j.closed
}

// announce wakes the subscribers. The caller holds the lock.
func (j *Journal) announce() {
	if j.more != nil {
		close(j.more)
		j.more = nil
	}
}
