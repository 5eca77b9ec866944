package world

import "reflect"

// differ collects changes.
type differ struct{ changes []Change }

// columns say how the rows of a table are compared and shown.
type columns[T any] struct {
	table  string
	id     func(*T) string
	fields []column[T]
}

// column is one field of a row, by its documented name.
type column[T any] struct {
	name   string
	value  func(*T) any
	secret bool
}

// secret is a column whose value is shown to nobody.
func secret[T any](name string, value func(*T) any) column[T] { return column[T]{name, value, true} }

// compare goes through two versions of a table side by side.
func compare[T any](d *differ, c *columns[T], before, after *table[T]) {
	if before == after {
		return
	}
	less := before.def.key
	was, is := newWalk(before.primary), newWalk(after.primary)
	for was.row != nil || is.row != nil {
		switch {
		case was.row == is.row:
			was.next()
			is.next()
		case is.row == nil || was.row != nil && less(was.row, is.row):
			d.add(c.table, c.id(was.row), Deleted, c.differences(was.row, nil))
			was.next()
		case was.row == nil || less(is.row, was.row):
			d.add(c.table, c.id(is.row), Created, c.differences(nil, is.row))
			is.next()
		default:
			if fields := c.differences(was.row, is.row); len(fields) > 0 {
				d.add(c.table, c.id(is.row), Updated, fields)
			}
			was.next()
			is.next()
		}
	}
}

func (d *differ) add(table, id string, action Action, fields []FieldChange) {
	d.changes = append(d.changes, Change{table, id, action, fields})
}

// walk goes through the rows of a tree in order. Its row is nil at the end.
type walk[T any] struct {
	row  *T
	next func()
}

func newWalk[T any](t tree[T]) *walk[T] {
	w := &walk[T]{}
	rows := t.rows.Iter()
	more := rows.First()
	w.next = func() {
		if w.row = nil; more {
			w.row = rows.Item()
			more = rows.Next()
		}
	}
	w.next()
	return w
}

// differences lists the fields in which two rows differ. Where one of them is nil,
// these are the fields of the other that are not empty.
func (c *columns[T]) differences(before, after *T) []FieldChange {
	fields := []FieldChange{}
	for i := range c.fields {
		f := &c.fields[i]
		was, is := f.of(before), f.of(after)
		if reflect.DeepEqual(was, is) || before == nil && empty(is) || after == nil && empty(was) {
			continue
		}
		if f.secret {
			was, is = mask(was, is)
		}
		fields = append(fields, FieldChange{f.name, was, is})
	}
	return fields
}

func (f *column[T]) of(row *T) any {
	if row == nil {
		return nil
	}
	return f.value(row)
}

// empty tells whether a value is not worth showing of a row that is new or gone.
func empty(value any) bool {
	if value == nil || value == "" {
		return true
	}
	list := reflect.ValueOf(value)
	return list.Kind() == reflect.Slice && list.Len() == 0
}

// mask hides two values that differ.
func mask(before, after any) (any, any) {
	switch {
	case empty(before):
		return before, Masked
	case empty(after):
		return Masked, after
	}
	return Masked, MaskedChange
}
