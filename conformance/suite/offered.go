package suite

import "slices"

// EachOffered tells a part of a story for each of several things, most often operations. One
// that the target does not offer, and need not, takes away its own part alone; where the
// target offers none of them, the whole story is about nothing that it has.
func EachOffered[T any](s *S, all []T, part func(T)) {
	var absent []string
	for _, one := range all {
		if missing := s.offers(func() { part(one) }); missing != "" {
			absent = append(absent, missing)
		}
	}
	if len(all) > 0 && len(absent) == len(all) {
		slices.Sort(absent)
		s.NotOffered(absent[0])
	}
}

// offers tells a part of the story, and returns what the target does not offer of it, ""
// where it offers everything.
func (s *S) offers(part func()) (absent string) {
	defer func() {
		reason := recover()
		if end, ok := reason.(ending); ok && end.notOffered != "" {
			absent = end.notOffered
		} else if reason != nil {
			panic(reason)
		}
	}()
	part()
	return ""
}

// CannotRun ends the story: the rule holds, and the target lacks something that it takes to try
// it, which only the story could find out.
func (s *S) CannotRun(reason string) { s.cannotRun(reason) }
