package pyjson

import "iter"

// indexedFrom is the number of members from which an object has an index.
const indexedFrom = 16

// Object is a JSON object that keeps the order of its members. Setting a key
// again changes the value and not the position, as in a Python dict. The zero
// Object is empty and ready to use. It is not safe for concurrent modification.
type Object struct {
	members []member
	index   map[string]int // of members; nil while they are few
}

type member struct {
	key   string
	value any
}

// Get returns the value under a key.
func (o *Object) Get(key string) (value any, ok bool) {
	i, ok := o.find(key)
	if !ok {
		return nil, false
	}
	return o.members[i].value, true
}

// Set stores a value under a key.
func (o *Object) Set(key string, value any) {
	if i, ok := o.find(key); ok {
		o.members[i].value = value
		return
	}
	if o.members == nil {
		o.members = make([]member, 0, 4)
	}
	o.members = append(o.members, member{key, value})
	switch {
	case o.index != nil:
		o.index[key] = len(o.members) - 1
	case len(o.members) == indexedFrom:
		o.index = make(map[string]int, 2*indexedFrom)
		for i, m := range o.members {
			o.index[m.key] = i
		}
	}
}

func (o *Object) find(key string) (i int, ok bool) {
	if o.index != nil {
		i, ok = o.index[key]
		return i, ok
	}
	for i := range o.members {
		if o.members[i].key == key {
			return i, true
		}
	}
	return 0, false
}

// Len is the number of members.
func (o *Object) Len() int { return len(o.members) }

// All yields the keys with their values, in order.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, m := range o.members {
			if !yield(m.key, m.value) {
				return
			}
		}
	}
}

// Keys yields the keys, in order.
func (o *Object) Keys() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, m := range o.members {
			if !yield(m.key) {
				return
			}
		}
	}
}
