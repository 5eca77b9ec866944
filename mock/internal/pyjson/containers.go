package pyjson

// nested reads an object or an array one level deeper.
func (d *decoder) nested(read func(*decoder) (any, error), kind string) (any, error) {
	if d.depth == maxDepth {
		return nil, tooDeep(kind)
	}
	d.depth++
	value, err := read(d)
	d.depth--
	return value, err
}

func (d *decoder) object() (any, error) {
	d.pos++
	object := new(Object)
	d.skipSpace()
	if d.take("}") {
		return object, nil
	}
	for {
		if err := d.member(object); err != nil {
			return nil, err
		}
		if more, err := d.another('}'); !more {
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

func (d *decoder) array() (any, error) {
	d.pos++
	list := []any{}
	d.skipSpace()
	if d.take("]") {
		return list, nil
	}
	for {
		value, err := d.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if more, err := d.another(']'); !more {
			return list, err
		}
	}
}

// another reads what stands behind an item: a comma and the space to the next
// item, or the end of the container.
func (d *decoder) another(end byte) (more bool, err error) {
	d.skipSpace()
	switch d.peek() {
	case end:
		d.pos++
		return false, nil
	case ',':
		d.pos++
		d.skipSpace()
		return true, nil
	}
	return false, d.errorAt(d.pos, "Expecting ',' delimiter")
}
