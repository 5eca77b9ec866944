package world

import (
	"sync"

	"github.com/tidwall/btree"
)

// definition declares the keys and the orders of a table. All versions of the table
// share it.
type definition[T any] struct {
	// key orders rows by the primary key.
	key func(a, b *T) bool
	// indexes are further unique orders over all rows.
	indexes []func(a, b *T) bool
	// owner returns the id of the object whose list a row belongs to; nil if the table
	// has no lists.
	owner func(row *T) string
	// order is the documented order of each list.
	order func(a, b *T) bool
}

// table is one version of a table.
type table[T any] struct {
	def     *definition[T]
	tx      *Tx // the transaction that may change this version; nil once published
	primary tree[T]
	indexes []tree[T]
	lists   tree[list[T]]
}

// list is one version of the list of an owner.
type list[T any] struct {
	owner string
	tx    *Tx
	tree[T]
}

func newTable[T any](def *definition[T]) *table[T] {
	t := &table[T]{def: def, primary: newTree(def.key), lists: newTree(func(a, b *list[T]) bool { return a.owner < b.owner })}
	for _, less := range def.indexes {
		t.indexes = append(t.indexes, newTree(less))
	}
	return t
}

// writable returns the version of t that tx may change.
func (t *table[T]) writable(tx *Tx) *table[T] {
	if t.tx == tx {
		return t
	}
	own := &table[T]{def: t.def, tx: tx, primary: t.primary.clone(), lists: t.lists.clone()}
	own.indexes = make([]tree[T], len(t.indexes))
	for i, index := range t.indexes {
		own.indexes[i] = index.clone()
	}
	return own
}

// put inserts row, or replaces the row with the same key.
func (t *table[T]) put(row *T) {
	if old, ok := t.primary.rows.Set(row); ok {
		t.unindex(old)
	}
	for _, index := range t.indexes {
		index.rows.Set(row)
	}
	if t.def.owner != nil {
		t.list(t.def.owner(row)).rows.Set(row)
	}
}

// remove deletes the row with the key of row.
func (t *table[T]) remove(row *T) {
	if old, ok := t.primary.rows.Delete(row); ok {
		t.unindex(old)
	}
}

func (t *table[T]) unindex(row *T) {
	for _, index := range t.indexes {
		index.rows.Delete(row)
	}
	if t.def.owner != nil {
		t.list(t.def.owner(row)).rows.Delete(row)
	}
}

// list returns the owner's list, writable for t's transaction.
func (t *table[T]) list(owner string) *list[T] {
	found, ok := t.lists.get(&list[T]{owner: owner})
	if ok && found.tx == t.tx {
		return found
	}
	own := &list[T]{owner: owner, tx: t.tx}
	if ok {
		own.tree = found.clone()
	} else {
		own.tree = newTree(t.def.order)
	}
	t.lists.rows.Set(own)
	return own
}

// listOf returns the owner's list for reading.
func (t *table[T]) listOf(owner string) List[T] {
	found, ok := t.lists.get(&list[T]{owner: owner})
	if !ok {
		return List[T]{}
	}
	return List[T]{&found.tree}
}

// List is an ordered, immutable list of rows. The zero List is empty.
type List[T any] struct{ tree *tree[T] }

// Len is the number of rows.
func (l List[T]) Len() int {
	if l.tree == nil {
		return 0
	}
	return l.tree.rows.Len()
}

// Page returns up to limit rows from position offset on, in O(log n + limit).
func (l List[T]) Page(offset, limit int) []*T {
	if l.tree == nil {
		return nil
	}
	return l.tree.page(offset, limit)
}

// Rows copies the list, so that its table can be changed while the rows are visited.
func (l List[T]) Rows() []*T { return l.Page(0, l.Len()) }

// All calls visit with every row, in order, until it returns false.
func (l List[T]) All(visit func(*T) bool) {
	if l.tree != nil {
		l.tree.rows.Scan(visit)
	}
}

// tree is an ordered set of rows. A published tree is only read or copied.
type tree[T any] struct {
	rows *btree.BTreeG[*T]

	// copying guards rows.Copy, which writes to the tree that it copies: two stores
	// that started from one snapshot may copy the same tree at once.
	copying *sync.Mutex
}

func newTree[T any](less func(a, b *T) bool) tree[T] {
	return tree[T]{
		rows:    btree.NewBTreeGOptions(less, btree.Options{NoLocks: true, Degree: 32}),
		copying: new(sync.Mutex),
	}
}

// clone returns a copy that may be changed without changing t, in constant time.
func (t tree[T]) clone() tree[T] {
	t.copying.Lock()
	defer t.copying.Unlock()
	return tree[T]{rows: t.rows.Copy(), copying: new(sync.Mutex)}
}

// get returns the row that sorts equal to key.
func (t tree[T]) get(key *T) (*T, bool) { return t.rows.Get(key) }

// from calls visit with the rows from pivot on, in order, until it returns false.
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
