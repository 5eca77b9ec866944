package suite

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/conformance/journal"
)

// Who makes a project or an organization is in it from then on, and who deletes their current
// one is moved to another. So what is current to the people of the profile changes with what
// a run makes. They get it back.

// current is what is current to a user: the organization and the project.
type current struct {
	Organization string `json:"set_current_organization,omitempty"`
	Project      string `json:"set_current_team,omitempty"`
}

// currentOf is what is current to a caller, nothing if that is not shown.
func currentOf(by *Caller) (now current) {
	if me := by.Get(mePath); me.Code() == http.StatusOK {
		now = current{me.Text("organization.id"), me.Get("team.id").String()}
	}
	return now
}

// movesCurrent reports whether a request may change what is current to whoever sends it.
func movesCurrent(e *Exchange, path string) bool {
	steps, action := stepsOf(path)
	if len(steps) == 0 || action != "" {
		return false
	}
	last := steps[len(steps)-1]
	switch e.Method {
	case http.MethodPost:
		return last.id == "" && slices.Contains([]string{allOrgs, Projects}, last.collection)
	case http.MethodDelete:
		return slices.Contains([]string{allOrgs, Projects}, last.collection)
	case http.MethodPatch:
		return last == step{users, "@me"}
	}
	return false
}

// keepCurrent has a user of the profile get back what was current to them before the run, once
// the story ends.
func (s *S) keepCurrent(by *Caller, e *Exchange) {
	path, aimed := s.aimedPath(by, e)
	if s.unchecked || !aimed || !movesCurrent(e, path) {
		return
	}
	role := (&aim{s: s, by: by, e: e}).role()
	if role == "" || !by.carriesCredentials() || !s.keepsOnce(role) {
		return
	}
	by = s.someCallerOf(role)
	if by == nil {
		return
	}
	was := s.currentBefore(role, by)
	if was == (current{}) {
		return
	}
	n, err := s.client.Journal.Change(journal.Event{Path: mePath, Was: encode(was), Who: by.who})
	if err != nil {
		s.giveUp(err.Error())
	}
	s.Cleanup("what is current to credentials."+role, func(s *S) (back *Response) {
		if currentOf(by.forStory(s)) != was {
			back = by.forStory(s).Patch(mePath, was)
		}
		if back != nil && back.value("code").String() == "does_not_exist" {
			back = nil // it is not there any more: another run had made it
		}
		if back == nil || back.code() < http.StatusMultipleChoices {
			_ = s.client.Journal.Gone(n)
		}
		return back
	})
}

// someCallerOf calls with the key of a role, else in its session; nil if it has neither.
func (s *S) someCallerOf(role string) *Caller {
	if by := s.callerNamed(role); by != nil {
		return by
	}
	return s.callerNamed(role + sessionSuffix)
}

// keepsOnce reports whether a story comes to change what is current to a role for the first
// time.
func (s *S) keepsOnce(role string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.moved, role) {
		return false
	}
	s.moved = append(s.moved, role)
	return true
}

// currentBefore is what was current to a role before the run changed it for the first time.
func (s *S) currentBefore(role string, by *Caller) current {
	c := s.client
	c.current.mu.Lock()
	defer c.current.mu.Unlock()
	if was, known := c.current.before[role]; known {
		return was
	}
	var was current
	if end := s.aside().runStory(func(s *S) { was = currentOf(by.forStory(s)) }); end != (ending{}) {
		return current{}
	}
	if c.current.before == nil {
		c.current.before = map[string]current{}
	}
	c.current.before[role] = was
	return was
}
