package suite

import (
	"net/http"
	"strings"
)

// Beside is a sandbox beside the target, which begins as the target is when it is made. What a
// story changes there, such as limits or the world outside, no other story notices.
type Beside struct {
	s *S
	// name is the sandbox's, url the base URL that has it in its path.
	name, url string
}

// What says which sandbox a request to the fake is for: a header, or the beginning of the path,
// which comes before a header.
const (
	sandboxHeader = "Understudy-Sandbox"
	sandboxPath   = "/_sandbox/"
)

// Beside makes a sandbox beside the target, through the control plane. It is gone when the
// story ends.
func (s *S) Beside() *Beside {
	control := s.Target().Control
	from := s.Anonymous().Get(control + "/about").Status(http.StatusOK).Text("sandbox")
	made := s.Anonymous().Post(control+"/sandboxes", JSON{"sandbox": from}).Status(http.StatusCreated)
	b := &Beside{s, made.Text("name"), made.Text("url")}
	s.Cleanup("sandbox "+b.name, func(s *S) *Response { return s.Anonymous().Delete(control + "/sandboxes/" + b.name) })
	return b
}

// As is a caller in the sandbox, who was there before it was made. Where the target is chosen
// by the path, its answers are not held against the document.
func (b *Beside) As(c *Caller) *Caller {
	if !strings.Contains(b.s.Target().BaseURL, sandboxPath) {
		return c.With(sandboxHeader, b.name)
	}
	beside := *c
	beside.instead = b.s.client.sameProtocol(b.url)
	return &beside
}

// Put changes a setting of the sandbox on the control plane, such as dns-mode.
func (b *Beside) Put(setting string, body JSON) *Response {
	return b.As(b.s.Anonymous()).Put(b.s.Target().Control+"/"+setting, body).Status(http.StatusOK)
}

// Advance sets the clock of the sandbox ahead by a duration, such as 1h.
func (b *Beside) Advance(by string) {
	b.As(b.s.Anonymous()).Post(b.s.Target().Control+"/clock", JSON{"advance": by}).Status(http.StatusOK)
}

// Outbox is the mail that the sandbox has sent.
func (b *Beside) Outbox() *Response {
	return b.As(b.s.Anonymous()).Get(b.s.Target().Control + "/outbox").Status(http.StatusOK)
}
