package suite

import (
	"regexp"
	"slices"
	"sync"

	"github.com/tidwall/gjson"
)

// Of projects and users no source says all properties, so a deployment may show fewer than the
// document, see [promised]. What is asked of such a property that the target shows nowhere does
// not apply to it. That is found out when something failed, by reading one.

// observable are the schemas of neighbours that may show less, by tag.
var observable = map[string]string{"projects": "Project", "users": "User"}

// oneOf reads one of the things of a tag that is observable.
func (s *S) oneOf(tag string) *Response {
	if tag == "users" {
		return s.Admin().Get(mePath)
	}
	list := s.Admin().Get(s.Org(Projects))
	return s.Admin().Get(s.Org(Projects, list.value("results.0.id").String()))
}

// unshown are the properties that a target does not show, by tag; they are read once.
type unshown struct {
	mu   sync.Mutex
	tags map[string][]string
}

// notShown says which property the request that the story fails on was about that the target does not show,
// and need not; "" is none.
func (s *S) notShown(message string) string {
	e := s.failing()
	if e == nil {
		return ""
	}
	path, _ := s.client.pathOf(e.URL)
	operation := s.contract.operation(e.Method, path)
	if operation == nil {
		return ""
	}
	for _, name := range s.unshownOf(operation.Tag) {
		if s.isAbout(message, name, e) {
			return "the target does not show " + name + " of " + operation.Tag
		}
	}
	return ""
}

var word = regexp.MustCompile(`\w+`)

// isAbout reports whether a failure is about a property: it is named, was sent last, or was read
// since the last expectation.
func (s *S) isAbout(message, name string, e *Exchange) bool {
	if slices.Contains(word.FindAllString(message, -1), name) || gjson.GetBytes(e.RequestBody, gjson.Escape(name)).Exists() {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.readings, func(r reading) bool {
		return !r.value.Exists() && slices.Contains(word.FindAllString(r.path, -1), name)
	})
}

// unshownOf are the properties of the things of a tag that the target does not show.
func (s *S) unshownOf(tag string) []string {
	schema, ok := observable[tag]
	if !ok {
		return nil
	}
	u := &s.client.unshown
	u.mu.Lock()
	defer u.mu.Unlock()
	names, known := u.tags[tag]
	if !known {
		names = s.findUnshown(tag, schema)
		if u.tags == nil {
			u.tags = map[string][]string{}
		}
		u.tags[tag] = names
	}
	return names
}

// findUnshown reads a thing, and returns what the document has of it besides; nil where it cannot
// be read.
func (s *S) findUnshown(tag, schema string) (names []string) {
	must := append(slices.Clone(promised[schema]), promised[schema+"Representation"]...)
	why := s.aside().Try(func(s *S) {
		answer := s.oneOf(tag).Status(200)
		for _, name := range s.Shown(schema) {
			if !slices.Contains(must, name) && !answer.value(gjson.Escape(name)).Exists() {
				names = append(names, name)
			}
		}
	})
	if why != "" {
		return nil
	}
	return names
}
