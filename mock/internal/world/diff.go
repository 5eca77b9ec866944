package world

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"time"
)

// Action is what happened to a row between two worlds.
type Action string

// The actions.
const (
	Created Action = "created"
	Updated Action = "updated"
	Deleted Action = "deleted"
)

// Change is one row that differs between two worlds.
type Change struct {
	// Table is the resource by its documented name, such as "domain".
	Table string `json:"table"`
	// ID identifies the row in its table. For a session it is a fingerprint, since its
	// key is a secret.
	ID     string        `json:"id"`
	Action Action        `json:"action"`
	Fields []FieldChange `json:"fields"`
}

// FieldChange is a field that differs. Before and After are JSON values: nil, a bool, an
// int, a string (times are RFC 3339), or a list of those or of objects. For a secret
// they are [Masked] or [MaskedChange], which shows that it is set or has changed.
type FieldChange struct {
	Name   string `json:"name"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// Placeholders for a secret, and for a secret that replaced another.
const (
	Masked       = "***"
	MaskedChange = "*** (changed)"
)

// Diff lists the rows that differ between two worlds, table by table, in the order of
// their keys. A row that was created or deleted has all fields that are not empty, one
// that was updated those that changed. Two rows with equal fields are the same row.
//
// The cost depends on the sizes of the changed tables: if one world grew from the other,
// tables without changes are skipped, and of the others each row is visited once, and
// compared only if it was stored again.
func Diff(before, after *World) []Change {
	d := differ{}
	compare(&d, organizationColumns, before.organizations, after.organizations)
	compare(&d, userColumns, before.users, after.users)
	compare(&d, membershipColumns, before.memberships, after.memberships)
	compare(&d, keyColumns, before.keys, after.keys)
	compare(&d, sessionColumns, before.sessions, after.sessions)
	compare(&d, projectColumns, before.projects, after.projects)
	compare(&d, domainColumns, before.domains, after.domains)
	compare(&d, configColumns, before.configs, after.configs)
	compare(&d, configLinkColumns, before.configLinks, after.configLinks)
	compare(&d, integrationColumns, before.integrations, after.integrations)
	compare(&d, projectPartColumns, before.projectParts, after.projectParts)
	compare(&d, inviteColumns, before.invites, after.invites)
	compare(&d, roleColumns, before.roles, after.roles)
	compare(&d, roleMemberColumns, before.roleMembers, after.roleMembers)
	compare(&d, provisionedColumns, before.provisioned, after.provisioned)
	compare(&d, scimLogColumns, before.scimLogs, after.scimLogs)
	compare(&d, txtColumns, before.txt, after.txt)
	compare(&d, mailColumns, before.mail, after.mail)
	compare(&d, upstreamCallColumns, before.upstreamCalls, after.upstreamCalls)
	d.compareUpstream(before, after)
	return d.changes
}

// differ collects changes.
type differ struct{ changes []Change }

// columns declare how the rows of a table are compared and shown.
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

// secret declares a column whose value is masked.
func secret[T any](name string, value func(*T) any) column[T] { return column[T]{name, value, true} }

// compare walks two versions of a table in parallel.
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

// walk iterates over the rows of a tree in order. Its row is nil at the end.
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

// differences lists the fields in which two rows differ. If one of them is nil, these
// are the fields of the other that are not empty.
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

// empty reports whether a value of a created or deleted row is left out.
func empty(value any) bool {
	if value == nil || value == "" {
		return true
	}
	list := reflect.ValueOf(value)
	return list.Kind() == reflect.Slice && list.Len() == 0
}

// mask masks two values that differ.
func mask(before, after any) (any, any) {
	switch {
	case empty(before):
		return before, Masked
	case empty(after):
		return Masked, after
	}
	return Masked, MaskedChange
}

// What JSON shows of the types of fields.

func shownTime(t time.Time) any { return t.UTC().Format(time.RFC3339Nano) }

func shownOptTime(t *time.Time) any {
	if t == nil {
		return nil
	}
	return shownTime(*t)
}

func optional[V any](value *V) any {
	if value == nil {
		return nil
	}
	return *value
}

// nullable returns the zero value, which stands for none, as null.
func nullable[V comparable](value V) any {
	var none V
	if value == none {
		return nil
	}
	return value
}

// copyOf returns a list that may be nil as one that is not.
func copyOf[V any](values []V) any { return append([]V{}, values...) }

// rawJSON returns JSON as it is; an empty text is null.
func rawJSON(text []byte) any {
	if len(text) == 0 {
		return nil
	}
	return json.RawMessage(text)
}

// fingerprint identifies a secret without revealing it.
func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:6])
}
