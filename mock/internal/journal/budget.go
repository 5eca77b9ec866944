package journal

import (
	"cmp"
	"container/list"
	"sync"
)

// DefaultBudget is how many bytes the journals of a server hold together, unless it is
// told otherwise.
const DefaultBudget = 256 << 20

// besides is what an entry takes in memory, about, besides the bytes of its address,
// headers and bodies.
const besides = 1 << 10

// Budget bounds what several journals hold together: the one that nobody has written or
// read for longest gives up its oldest entries first. Recording costs the same however
// many journals there are. It is safe for concurrent use.
//
// It asks journals while it holds its own lock, so that a journal must not hold its lock
// when it asks the budget.
type Budget struct {
	limit int

	mu    sync.Mutex
	bytes int
	order list.List // of the journals that hold something, the one used last in front
}

// NewBudget makes a budget of so many bytes; 0 is [DefaultBudget].
func NewBudget(bytes int) *Budget { return &Budget{limit: cmp.Or(bytes, DefaultBudget)} }

// account is what a budget knows of a journal. Its lock is that of the budget.
type account struct {
	place   *list.Element // in the order, nil when it is not there
	bytes   int           // that the journal holds, for all that was said
	retired bool
}

// SetBudget puts the journal under a budget. Call it before the journal is used.
func (j *Journal) SetBudget(b *Budget) { j.budget = b }

// Retire closes the journal and takes it out of its budget: what it still holds goes
// with whoever still has it.
func (j *Journal) Retire() {
	j.Close()
	if b := j.budget; b != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.spend(j, -j.account.bytes)
		j.account.retired = true
		b.leave(j)
	}
}

// charge notes that a journal holds so many bytes more, and makes room if that is too
// much.
func (b *Budget) charge(j *Journal, bytes int) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if j.account.retired {
		return
	}
	b.spend(j, bytes)
	if j.account.place == nil {
		j.account.place = b.order.PushFront(j)
	}
	b.order.MoveToFront(j.account.place)
	for b.bytes > b.limit && b.relieve(j) {
	}
}

// touch notes that somebody reads a journal.
func (b *Budget) touch(j *Journal) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if j.account.place != nil {
		b.order.MoveToFront(j.account.place)
	}
}

// relieve lets the journal give up what is too much that was not used for longest. It
// returns false when there is nothing left but the newest entry of all.
func (b *Budget) relieve(newest *Journal) bool {
	idle := b.order.Back().Value.(*Journal)
	if idle == newest {
		b.spend(idle, -idle.giveUp(b.bytes-b.limit, 1))
		return false
	}
	freed := idle.giveUp(b.bytes-b.limit, 0)
	b.spend(idle, -freed)
	if b.bytes > b.limit {
		b.leave(idle) // it has nothing any more
	}
	return true
}

func (b *Budget) spend(j *Journal, bytes int) {
	j.account.bytes += bytes
	b.bytes += bytes
}

func (b *Budget) leave(j *Journal) {
	if j.account.place != nil {
		b.order.Remove(j.account.place)
		j.account.place = nil
	}
}

// giveUp lets the oldest entries go until so many bytes are free, or no more than some
// are left. It returns how many bytes that made.
func (j *Journal) giveUp(bytes, keep int) (freed int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.dropped
	for freed < bytes && len(j.entries) > keep {
		freed += j.drop()
	}
	j.tell(before)
	return freed
}
