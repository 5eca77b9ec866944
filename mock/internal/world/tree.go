package world

import (
	"sync"

	"github.com/tidwall/btree"
)

// tree is an ordered set of rows. A published tree is only read or copied.
type tree[T any] struct {
	rows *btree.BTreeG[*T]

	// copying guards rows.Copy: it stamps the tree that it copies, and two
	// stores that grew from one snapshot may copy the same tree at once.
	copying *sync.Mutex
}

func newTree[T any](less func(a, b *T) bool) tree[T] {
	return tree[T]{
		rows:    btree.NewBTreeGOptions(less, btree.Options{NoLocks: true, Degree: 32}),
		copying: new(sync.Mutex),
	}
}

// clone returns a tree that may be changed without t seeing it, in constant time.
func (t tree[T]) clone() tree[T] {
	t.copying.Lock()
	defer t.copying.Unlock()
	return tree[T]{rows: t.rows.Copy(), copying: new(sync.Mutex)}
}

// get returns the row that sorts equal to key.
func (t tree[T]) get(key *T) (*T, bool) { return t.rows.Get(key) }

// from visits the rows from pivot on, in order, until visit returns false.
func (t tree[T]) from(pivot *T, visit func(*T) bool) { t.rows.Ascend(pivot, visit) }

// page returns up to limit rows from position offset on, in O(log n + limit).
func (t tree[T]) page(offset, limit int) []*T {
	n := t.rows.Len()
	if offset < 0 || offset >= n || limit <= 0 {
		return nil
	}
	limit = min(limit, n-offset)
	page := make([]*T, 0, limit)
	collect := func(row *T) bool {
		page = append(page, row)
		return len(page) < limit
	}
	if offset == 0 {
		t.rows.Scan(collect)
		return page
	}
	first, _ := t.rows.GetAt(offset)
	t.rows.Ascend(first, collect)
	return page
}
