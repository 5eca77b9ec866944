package pyjson

// Object is a JSON object that keeps the order of its keys. Setting a key again
// keeps its place, as in a Python dict. The zero Object is empty and ready.
type Object struct {
	keys   []string
	values map[string]any
}

// Get returns the value under a key.
func (o *Object) Get(key string) (any, bool) {
	value, ok := o.values[key]
	return value, ok
}

// Set stores a value under a key.
func (o *Object) Set(key string, value any) {
	if o.values == nil {
		o.values = make(map[string]any)
	}
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

// Len is the number of keys.
func (o *Object) Len() int { return len(o.keys) }

// Keys returns the keys in order. The caller must not change them.
func (o *Object) Keys() []string { return o.keys }
