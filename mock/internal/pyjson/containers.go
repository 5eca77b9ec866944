package pyjson

// enter reads the bracket of a container, and the end of an empty one.
func (d *decoder) enter(kind, end string) (empty bool, err error) {
	if d.depth == maxDepth {
		return false, tooDeep(kind)
	}
	d.pos++
	d.skipSpace()
	if d.take(end) {
		return true, nil
	}
	d.depth++
	return false, nil
}

// another reads what stands behind an item: a comma and the space to the next
// item, or the end of the container.
func (d *decoder) another(end string) (more bool, err error) {
	d.skipSpace()
	switch {
	case d.take(","):
		d.skipSpace()
		return true, nil
	case d.take(end):
		d.depth--
		return false, nil
	}
	return false, d.errorAt(d.pos, "Expecting ',' delimiter")
}

func (d *decoder) array() (any, error) {
	if empty, err := d.enter("array", "]"); empty || err != nil {
		return []any{}, err
	}
	list := make([]any, 0, 4)
	for {
		value, err := d.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if more, err := d.another("]"); !more {
			return list, err
		}
	}
}

func (d *decoder) object() (any, error) {
	object := new(Object)
	if empty, err := d.enter("object", "}"); empty || err != nil {
		return object, err
	}
	for {
		if err := d.member(object); err != nil {
			return nil, err
		}
		if more, err := d.another("}"); !more {
			return object, err
		}
	}
}

func (d *decoder) member(object *Object) error {
	if d.peek() != '"' {
		return d.errorAt(d.pos, "Expecting property name enclosed in double quotes")
	}
	key, err := d.string()
	if err != nil {
		return err
	}
	d.skipSpace()
	if !d.take(":") {
		return d.errorAt(d.pos, "Expecting ':' delimiter")
	}
	d.skipSpace()
	value, err := d.value()
	if err != nil {
		return err
	}
	object.Set(key, value)
	return nil
}
