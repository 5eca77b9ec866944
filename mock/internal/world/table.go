package world

import (
	"sync"

	"github.com/tidwall/btree"
)

// definition says how the rows of one kind are found and ordered. It is written
// once per kind and shared by every version of the table.
type definition[T any] struct {
	// key orders by the primary key.
	key func(a, b *T) bool
	// indexes are further orders over all rows, in which rows must differ.
	indexes []func(a, b *T) bool
	// owner names the list that a row is in; nil means that rows are not listed.
	owner func(row *T) string
	// order is the documented order of a list.
	order func(a, b *T) bool
}

// table is one version of all rows of a kind.
type table[T any] struct {
	def     *definition[T]
	tx      *Tx // the transaction that may change this version; nil once published
	primary tree[T]
	indexes []tree[T]
	lists   tree[list[T]]
}

// list is one version of the rows of one owner, in the documented order.
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

// put stores row, in place of the row with the same key if there is one.
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

// list returns the owner's list, ready to be changed by t's transaction.
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

// of returns the owner's list for reading.
func (t *table[T]) of(owner string) List[T] {
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

// All visits every row in order until visit returns false.
func (l List[T]) All(visit func(*T) bool) {
	if l.tree != nil {
		l.tree.rows.Scan(visit)
	}
}

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
