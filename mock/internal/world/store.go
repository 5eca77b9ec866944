package world

import (
	"sync"
	"sync/atomic"
)

// Store holds the current world. Reading never waits; writers take turns.
type Store struct {
	writing sync.Mutex
	current atomic.Pointer[World]
	onMail  func(*Mail)
}

// NewStore returns a store that starts from w.
func NewStore(w *World) *Store {
	s := &Store{}
	s.current.Store(w)
	return s
}

// OnMail sets what learns of each mail once its transaction is part of the
// world, in the order in which they were sent. It must not wait: other
// transactions do. Call it before the store is used.
func (s *Store) OnMail(learn func(*Mail)) { s.onMail = learn }

// View returns the current world.
func (s *Store) View() *World { return s.current.Load() }

// Reset makes w the current world, in constant time. Transactions before it are
// lost, transactions after it start from w. What belongs to a world besides is put in
// its place along with it, before the next transaction.
func (s *Store) Reset(w *World, along func()) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.current.Store(w)
	along()
}

// WithWriteLock calls look while there is no transaction.
func (s *Store) WithWriteLock(look func()) {
	s.writing.Lock()
	defer s.writing.Unlock()
	look()
}

// Update runs change in a transaction. Its changes become the current world if
// it returns nil; otherwise, and when it panics, they leave no trace.
func (s *Store) Update(change func(*Tx) error) error {
	_, _, err := s.Commit(change)
	return err
}

// Commit is Update, and returns the worlds before and after the transaction. They are
// the same when it changed nothing.
func (s *Store) Commit(change func(*Tx) error) (before, after *World, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
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

// Tx is a transaction: a world that may be changed, seen by its writer alone.
type Tx struct {
	World
	changed bool
	sent    []*Mail
}

// edit makes the table at t writable by tx.
func edit[T any](tx *Tx, t **table[T]) *table[T] {
	*t = (*t).writable(tx)
	tx.changed = true
	return *t
}

// all copies a list, so that it can be changed while one goes through it.
func all[T any](list List[T]) []*T { return list.Page(0, list.Len()) }

// Savepoint runs change in a transaction within the transaction. Its changes become
// part of tx if it returns nil; otherwise they leave no trace, and tx goes on.
func (tx *Tx) Savepoint(change func(*Tx) error) error {
	inner := &Tx{World: tx.World}
	if err := change(inner); err != nil {
		return err
	}
	tx.World, tx.changed = inner.World, tx.changed || inner.changed
	return nil
}
