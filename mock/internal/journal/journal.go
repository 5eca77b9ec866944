// Package journal records the requests that a sandbox received with their responses,
// and lists, searches, streams and exports them. It never shows a secret, and never
// decides how a request is answered.
//
// A [Journal] records an [Exchange] for each request, as it was: with keys, cookies
// and passwords. They are masked when an [Entry] is shown, not when it is recorded,
// so that recording is cheap and readers pay for the masking.
//
//	j := journal.New(journal.Limits{})
//	j.Record(journal.Exchange{Method: "GET", URI: "/api/users/@me/", Status: 200})
//	list := j.List(journal.Query{})
//
// A journal is bounded, see [Limits], and so are several together, see [Budget]; the
// oldest entries are dropped first.
package journal

import (
	"cmp"
	"slices"
	"sync"
)

// Limits bound a journal. A zero field has the value of [DefaultLimits].
type Limits struct {
	// Entries is the number of entries.
	Entries int
	// Bytes is the total size of the addresses, headers and bodies. The newest entry
	// is kept even if it is larger.
	Bytes int
	// Body is the number of bytes that are kept of each body.
	Body int
}

// DefaultLimits are the limits of a journal that was given none.
var DefaultLimits = Limits{Entries: 1000, Bytes: 8 << 20, Body: 64 << 10}

// Journal holds the newest requests of a sandbox. It is safe for concurrent use.
type Journal struct {
	limits  Limits
	budget  *Budget // nil is no bound
	account account

	mu       sync.Mutex
	entries  []*Entry // oldest first; their numbers have no gaps
	last     int64    // the number of the newest entry
	bytes    int
	dropped  int64
	onDrop   func(entries int)
	closed   bool
	appended chan struct{} // closes with the next entry; nil while nobody waits
}

// New returns an empty journal. [Journal.SetBudget] bounds several together.
func New(limits Limits) *Journal {
	return &Journal{limits: Limits{
		Entries: cmp.Or(limits.Entries, DefaultLimits.Entries),
		Bytes:   cmp.Or(limits.Bytes, DefaultLimits.Bytes),
		Body:    cmp.Or(limits.Body, DefaultLimits.Body),
	}}
}

// OnDrop sets a function that is called with the number of entries that were dropped
// to make room. It must not block. Call OnDrop before the journal is used.
func (j *Journal) OnDrop(notify func(entries int)) { j.onDrop = notify }

// Record adds an exchange and returns its entry. Entries are numbered from 1 in the
// order in which they are recorded; no number is used twice.
func (j *Journal) Record(x Exchange) *Entry {
	e := newEntry(x, j.limits.Body)
	j.budget.charge(j, j.add(e))
	return e
}

// add adds an entry and returns by how many bytes the journal grew.
func (j *Journal) add(e *Entry) (more int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.dropped
	more = e.bytes + entryOverhead
	for len(j.entries) > 0 && (len(j.entries) >= j.limits.Entries || j.bytes+e.bytes > j.limits.Bytes) {
		more -= j.drop()
	}
	j.last++
	e.number = j.last
	j.entries = append(j.entries, e)
	j.bytes += e.bytes
	j.wakeSubscribers()
	j.reportDropped(before)
	return more
}

// drop removes the oldest entry and returns its size.
func (j *Journal) drop() int {
	bytes := j.entries[0].bytes
	j.bytes -= bytes
	j.entries[0] = nil // the backing array keeps it reachable otherwise
	j.entries = j.entries[1:]
	j.dropped++
	return bytes + entryOverhead
}

// reportDropped reports the entries that were dropped since there were before of them.
func (j *Journal) reportDropped(before int64) {
	if j.onDrop != nil && j.dropped > before {
		j.onDrop(int(j.dropped - before))
	}
}

// Clear removes all entries. Numbering continues.
func (j *Journal) Clear() { j.budget.charge(j, -j.removeAll()) }

// removeAll removes all entries and returns their size.
func (j *Journal) removeAll() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	held := j.bytes + len(j.entries)*entryOverhead
	j.entries, j.bytes, j.dropped = nil, 0, 0
	return held
}

// Close ends every subscription and stream, present and future. The journal can still
// be read and written.
func (j *Journal) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	j.wakeSubscribers()
}

// Entry returns the entry with a number, unless it was dropped.
func (j *Journal) Entry(number int64) (*Entry, bool) {
	j.budget.touch(j)
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.entries) == 0 || number > j.last || number < j.entries[0].number {
		return nil, false
	}
	return j.entries[number-j.entries[0].number], true
}

// Last is the number of the newest entry, 0 without any.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Select returns the entries that match a query, oldest first. A limit keeps the
// newest.
func (j *Journal) Select(q Query) []*Entry {
	entries, _ := j.snapshot()
	return q.filter(entries)
}

// List is what GET /requests answers.
type List struct {
	Count    int       `json:"count"`
	Dropped  int64     `json:"dropped"` // entries that were dropped since the journal was last cleared
	Requests []Summary `json:"requests"`
}

// List summarises the entries that match a query, newest first.
func (j *Journal) List(q Query) List {
	entries, dropped := j.snapshot()
	requests := []Summary{}
	for _, e := range slices.Backward(q.filter(entries)) {
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
