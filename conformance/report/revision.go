package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// RevisionShown is the revision of the API that a target shows, and what tells.
type RevisionShown struct {
	// Revision is its name, "between A and B", or unknown.
	Revision string `json:"revision,omitempty"`
	Because  string `json:"revision_because,omitempty"`
	// Has and Lacks are the changes from A to B that a target between two has, and has not.
	Has   []string `json:"revision_has,omitempty"`
	Lacks []string `json:"revision_lacks,omitempty"`
	// Odd is what the target shows that does not fit the rest.
	Odd []string `json:"revision_odd,omitempty"`
}

// between reports whether the target lies between two revisions.
func (s *RevisionShown) between() bool { return len(s.Has) > 0 || len(s.Lacks) > 0 }

// Words says in a line which revision was played, and why. told is whether the profile or a
// flag said which.
func (s *RevisionShown) Words(played string, told bool) string {
	because := ""
	if s.Because != "" {
		because = " (" + s.Because + ")"
	}
	switch {
	case played == "" || s.Revision == "":
		return cmp.Or(played, s.Revision, "unknown")
	case told && s.Revision == "unknown":
		return played + ", as told"
	case told && s.Revision == played:
		return fmt.Sprintf("%s, as told and as the target shows%s", played, because)
	case told:
		return fmt.Sprintf("%s, as told; what the target shows is %s%s", played, s.Revision, because)
	case s.Revision != played && s.between():
		return fmt.Sprintf("%s%s; played as %s, the nearest", s.Revision, because, played)
	case s.Revision != played:
		return fmt.Sprintf("%s%s; played as %s, the default. --revision, or revision in the profile, says which", s.Revision, because, played)
	}
	return played + because
}

// WriteDetails writes what stands behind the line: the changes between two revisions, and
// what is odd.
func (s *RevisionShown) WriteDetails(b *strings.Builder, indent string) {
	for _, group := range []struct {
		word string
		list []string
	}{{"has", s.Has}, {"lacks", s.Lacks}, {"odd", s.Odd}} {
		for _, text := range group.list {
			fmt.Fprintf(b, "%s%-6s %s\n", indent, group.word, text)
		}
	}
}

// differing lists the outcomes that are otherwise as the target lies between two revisions.
func (r *Report) differing() (list []*Outcome) {
	for i := range r.Outcomes {
		if r.Outcomes[i].Status == RevisionBetween {
			list = append(list, &r.Outcomes[i])
		}
	}
	return list
}

// differingNote says what to do about them.
func (r *Report) differingNote() string {
	return fmt.Sprintf("The target lies between two revisions, so this is no failure; with --revision %s it would be one.", r.Played)
}

// statuses are those that a report counts: that of a target between two revisions only where
// there is such an outcome.
func (r *Report) statuses() []Status {
	if len(r.differing()) > 0 {
		return Statuses
	}
	return slices.DeleteFunc(slices.Clone(Statuses), func(s Status) bool { return s == RevisionBetween })
}
