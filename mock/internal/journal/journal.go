// Package journal remembers the requests that a sandbox got and what became of
// them, so that people can look at them, search them, follow them and replay them.
//
// A [Journal] takes an [Exchange] for each request, as it was: with keys, cookies
// and passwords. Nothing that the package gives out has them. They are masked when
// an [Entry] is shown, not when it is recorded, so that recording costs next to
// nothing and the price is paid by whoever looks.
//
//	j := journal.New(journal.Limits{})
//	j.Record(journal.Exchange{Method: "GET", URI: "/api/users/@me/", Status: 200})
//	list := j.List(journal.Query{})
//
// What a journal holds is bounded, see [Limits], and what several hold together, see
// [Budget]; the oldest entries make room.
package journal

import (
	"cmp"
	"slices"
	"sync"
)

// Limits bound a journal. One that is zero is as in [DefaultLimits].
type Limits struct {
	// Entries is how many it holds.
	Entries int
	// Bytes is how many bytes the addresses, headers and bodies in it may have
	// together. The newest entry stays even if it has more.
	Bytes int
	// Body is how many bytes are kept of each body.
	Body int
}

// DefaultLimits are those of a journal that was given none.
var DefaultLimits = Limits{Entries: 1000, Bytes: 8 << 20, Body: 64 << 10}

// Journal holds the newest requests of a sandbox. It is safe for concurrent use.
type Journal struct {
	limits  Limits
	budget  *Budget // nil is no bound
	account account

	mu      sync.Mutex
	entries []*Entry // oldest first; their numbers have no gaps
	last    int64    // the newest number that was given
	bytes   int
	dropped int64
	onDrop  func(entries int)
	closed  bool
	more    chan struct{} // closes with the next entry; nil while nobody waits
}

// New makes an empty journal, of which [Journal.SetBudget] bounds several. It takes up next to nothing until it is used.
func New(limits Limits) *Journal {
	return &Journal{limits: Limits{
		Entries: cmp.Or(limits.Entries, DefaultLimits.Entries),
		Bytes:   cmp.Or(limits.Bytes, DefaultLimits.Bytes),
		Body:    cmp.Or(limits.Body, DefaultLimits.Body),
	}}
}

// OnDrop sets what learns how many entries made room for another one. It must not
// wait. Call it before the journal is used.
func (j *Journal) OnDrop(learn func(entries int)) { j.onDrop = learn }

// Record adds an exchange and returns its entry. Entries are numbered from 1 in the
// order of their recording; no number is used twice.
func (j *Journal) Record(x Exchange) *Entry {
	e := newEntry(x, j.limits.Body)
	j.budget.charge(j, j.add(e))
	return e
}

// add adds an entry and returns how much more the journal holds then.
func (j *Journal) add(e *Entry) (more int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.dropped
	more = e.bytes + besides
	for len(j.entries) > 0 && (len(j.entries) >= j.limits.Entries || j.bytes+e.bytes > j.limits.Bytes) {
		more -= j.drop()
	}
	j.last++
	e.number = j.last
	j.entries = append(j.entries, e)
	j.bytes += e.bytes
	j.announce()
	j.tell(before)
	return more
}

// drop lets the oldest entry go and returns how much it held.
func (j *Journal) drop() int {
	bytes := j.entries[0].bytes
	j.bytes -= bytes
	j.entries[0] = nil // the array lives on for a while
	j.entries = j.entries[1:]
	j.dropped++
	return bytes + besides
}

// tell says how many entries have made room since there were so many.
func (j *Journal) tell(before int64) {
	if j.onDrop != nil && j.dropped > before {
		j.onDrop(int(j.dropped - before))
	}
}

// Clear empties the journal. Numbers go on where they were.
func (j *Journal) Clear() { j.budget.charge(j, -j.empty()) }

// empty forgets everything and returns how much that was.
func (j *Journal) empty() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	held := j.bytes + len(j.entries)*besides
	j.entries, j.bytes, j.dropped = nil, 0, 0
	return held
}

// Close ends every subscription and stream, those to come as well. The journal can
// still be read and written.
func (j *Journal) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	j.announce()
}

// Entry finds an entry by its number. It is gone when it was dropped.
func (j *Journal) Entry(number int64) (*Entry, bool) {
	j.budget.touch(j)
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.entries) == 0 || number > j.last || number < j.entries[0].number {
		return nil, false
	}
	return j.entries[number-j.entries[0].number], true
}

// Last is the number of the newest entry that was recorded, 0 if none was.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Select returns the entries that a query asks for, oldest first. When it has a
// limit, they are the newest.
func (j *Journal) Select(q Query) []*Entry {
	entries, _ := j.snapshot()
	return q.choose(entries)
}

// List is what GET /requests answers.
type List struct {
	Count    int       `json:"count"`
	Dropped  int64     `json:"dropped"` // entries that made room since the journal was last cleared
	Requests []Summary `json:"requests"`
}

// List summarises the entries that a query asks for, newest first.
func (j *Journal) List(q Query) List {
	entries, dropped := j.snapshot()
	requests := []Summary{}
	for _, e := range slices.Backward(q.choose(entries)) {
		requests = append(requests, e.Summary())
	}
	return List{len(requests), dropped, requests}
}

func (j *Journal) snapshot() (entries []*Entry, dropped int64) {
	j.budget.touch(j)
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries), j.dropped
}
