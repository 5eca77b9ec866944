package journal

import (
	"cmp"
	"container/list"
	"sync"
)

// DefaultBudget is the default total size of the journals of a server, in bytes.
const DefaultBudget = 256 << 20

// entryOverhead is the approximate memory of an entry besides its address, headers and
// bodies.
const entryOverhead = 1 << 10

// Budget bounds the total size of several journals: the least recently used one drops
// its oldest entries first. The cost of recording does not depend on the number of
// journals. It is safe for concurrent use.
//
// Lock order: the budget's lock, then a journal's. A journal must not hold its lock when
// it calls its budget.
type Budget struct {
	limit int

	mu    sync.Mutex
	bytes int
	order list.List // of the journals with entries, the most recently used in front
}

// NewBudget returns a budget of a number of bytes; 0 is [DefaultBudget].
func NewBudget(bytes int) *Budget { return &Budget{limit: cmp.Or(bytes, DefaultBudget)} }

// account is the budget's record of a journal, guarded by the budget's lock.
type account struct {
	element *list.Element // in the order, nil when it is not there
	bytes   int           // that the journal holds, for all that was said
	retired bool
}

// SetBudget makes the journal share a budget. Call it before the journal is used.
func (j *Journal) SetBudget(b *Budget) { j.budget = b }

// Retire closes the journal and removes it from its budget. Its entries are freed with
// the journal.
func (j *Journal) Retire() {
	j.Close()
	if b := j.budget; b != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.adjust(j, -j.account.bytes)
		j.account.retired = true
		b.remove(j)
	}
}

// charge adds a number of bytes to a journal's account, and evicts entries if the total
// is above the limit.
func (b *Budget) charge(j *Journal, bytes int) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if j.account.retired {
		return
	}
	b.adjust(j, bytes)
	if j.account.element == nil {
		j.account.element = b.order.PushFront(j)
	}
	b.order.MoveToFront(j.account.element)
	for b.bytes > b.limit && b.evict(j) {
	}
}

// touch marks a journal as used.
func (b *Budget) touch(j *Journal) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if j.account.element != nil {
		b.order.MoveToFront(j.account.element)
	}
}

// evict drops entries of the least recently used journal until the total is within the
// limit or that journal is empty. It returns false if only the newest entry of all is
// left.
func (b *Budget) evict(newest *Journal) bool {
	idle := b.order.Back().Value.(*Journal)
	if idle == newest {
		b.adjust(idle, -idle.evictOldest(b.bytes-b.limit, 1))
		return false
	}
	freed := idle.evictOldest(b.bytes-b.limit, 0)
	b.adjust(idle, -freed)
	if b.bytes > b.limit {
		b.remove(idle) // it has nothing any more
	}
	return true
}

// adjust adds a number of bytes, which may be negative, to the account of a journal.
func (b *Budget) adjust(j *Journal, bytes int) {
	j.account.bytes += bytes
	b.bytes += bytes
}

// remove takes a journal out of the order.
func (b *Budget) remove(j *Journal) {
	if j.account.element != nil {
		b.order.Remove(j.account.element)
		j.account.element = nil
	}
}

// evictOldest drops the oldest entries until so many bytes are freed, or only keep
// entries are left. It returns the number of bytes that were freed.
func (j *Journal) evictOldest(bytes, keep int) (freed int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.dropped
	for freed < bytes && len(j.entries) > keep {
		freed += j.drop()
	}
	j.reportDropped(before)
	return freed
}
