package dashboard

// hint tells a person what to write or to choose instead: a sentence, which a page
// shows as it is.
type hint string

func (h hint) Error() string { return string(h) }
