package world

import (
	"sync"
	"sync/atomic"
)

// Store holds the current world. Readers never wait; writers run one at a time.
type Store struct {
	writeLock sync.Mutex
	current   atomic.Pointer[World]
	onMail    func(*Mail)
	settler   Settler
	settled   bool // the settler knows of a world
}

// NewStore returns a store that starts from w.
func NewStore(w *World) *Store {
	s := &Store{}
	s.current.Store(w)
	return s
}

// OnMail sets a function that is called with each mail after its transaction is
// committed, in the order in which they were sent. It must not block: it holds up
// other transactions. Call OnMail before the store is used.
func (s *Store) OnMail(notify func(*Mail)) { s.onMail = notify }

// Settler keeps what belongs to the world elsewhere. Settle is called with the current
// world before the first transaction and at the end of each, whether it was committed or
// not, and of each reset, while no other can begin: what is kept elsewhere then stands
// where the world stands.
type Settler interface{ Settle(w *World) }

// OnSettle sets who settles. Call OnSettle before the store is used.
func (s *Store) OnSettle(settler Settler) { s.settler = settler }

// Settle settles while no transaction runs. It must not be called within one.
func (s *Store) Settle() {
	s.writeLock.Lock()
	s.end()
}

// begin begins a transaction.
func (s *Store) begin() {
	s.writeLock.Lock()
	if !s.settled {
		s.settle()
	}
}

// end ends a transaction or a reset.
func (s *Store) end() {
	s.settle()
	s.writeLock.Unlock()
}

func (s *Store) settle() {
	if s.settled = true; s.settler != nil {
		s.settler.Settle(s.current.Load())
	}
}

// View returns the current world.
func (s *Store) View() *World { return s.current.Load() }

// Reset makes w the current world, in constant time. Transactions before it are
// lost, transactions after it start from w. along is called before the next
// transaction, to reset what belongs to the world and is kept elsewhere.
func (s *Store) Reset(w *World, along func()) {
	s.writeLock.Lock()
	defer s.end()
	s.current.Store(w)
	along()
}

// Update runs change in a transaction. Its changes become the current world if
// it returns nil; otherwise, and if it panics, they are dropped.
func (s *Store) Update(change func(*Tx) error) error {
	_, _, err := s.Commit(change)
	return err
}

// Commit is [Store.Update], and returns the worlds before and after the transaction.
// They are the same if it changed nothing.
func (s *Store) Commit(change func(*Tx) error) (before, after *World, err error) {
	s.begin()
	defer s.end()
	before = s.current.Load()
	tx := &Tx{World: *before}
	if err := change(tx); err != nil {
		return before, before, err
	}
	after = before
	if tx.changed {
		tx.Version++
		next := tx.World
		after = &next
		s.current.Store(after)
	}
	if s.onMail != nil {
		for _, m := range tx.sent {
			s.onMail(m)
		}
	}
	return before, after, nil
}

// Tx is a transaction: a world that may be changed and that only its writer sees.
type Tx struct {
	World
	changed bool
	sent    []*Mail // passed to Store.onMail after the commit
}

// edit returns the table at t, writable by tx.
func edit[T any](tx *Tx, t **table[T]) *table[T] {
	*t = (*t).writable(tx)
	tx.changed = true
	return *t
}

// Savepoint runs change in a nested transaction. Its changes become part of tx if it
// returns nil; otherwise they are dropped, and tx goes on.
func (tx *Tx) Savepoint(change func(*Tx) error) error {
	inner := &Tx{World: tx.World}
	if err := change(inner); err != nil {
		return err
	}
	tx.World, tx.changed = inner.World, tx.changed || inner.changed
	return nil
}
