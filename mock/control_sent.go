package mock

import "encoding/json"

// What the bodies of the control plane may leave out.

// assign changes what was sent.
func assign[T any](to *T, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

// isSet tells whether something was sent that is not nothing.
func isSet[T comparable](sent *T) bool {
	var nothing T
	return sent != nil && *sent != nothing
}

// maybeNull is a value that may be sent as null, which is not the same as not at all.
type maybeNull[T any] struct {
	sent  bool
	value *T
}

func (n *maybeNull[T]) UnmarshalJSON(data []byte) error {
	n.sent = true
	return json.Unmarshal(data, &n.value)
}

// set changes what was sent.
func (n maybeNull[T]) set(to **T) {
	if n.sent {
		*to = n.value
	}
}
