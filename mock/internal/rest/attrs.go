package rest

// Attrs are the checked values of a request, in the order of the fields. A field
// that was not sent and has no default is not there.
type Attrs struct{ values []attr }

type attr struct {
	name  string
	value any
}

func (a *Attrs) set(name string, value any) { a.values = append(a.values, attr{name, value}) }

func (a *Attrs) get(name string) (any, bool) {
	for i := range a.values {
		if a.values[i].name == name {
			return a.values[i].value, true
		}
	}
	return nil, false
}

// Has tells whether the field was sent, or has a default.
func (a *Attrs) Has(name string) bool {
	_, ok := a.get(name)
	return ok
}

// Any tells whether one of the fields was sent.
func (a *Attrs) Any(names ...string) bool {
	for _, name := range names {
		if a.Has(name) {
			return true
		}
	}
	return false
}

// Value returns a field as its binding left it.
func Value[V any](a *Attrs, name string) (V, bool) {
	value, ok := a.get(name)
	typed, _ := value.(V)
	return typed, ok
}

// Set stores a field in to if it was sent.
func Set[V any](a *Attrs, name string, to *V) {
	if value, ok := a.get(name); ok {
		*to, _ = value.(V)
	}
}

// SetOpt stores a nullable field in to if it was sent; null is nil.
func SetOpt[V any](a *Attrs, name string, to **V) {
	value, ok := a.get(name)
	if !ok {
		return
	}
	*to = nil
	if typed, ok := value.(V); ok {
		*to = &typed
	}
}

// SetText stores a nullable text in to if it was sent; null is nil.
func SetText(a *Attrs, name string, to **string) { SetOpt(a, name, to) }
