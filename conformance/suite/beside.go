package suite

import "net/http"

// Beside is a sandbox beside the target, which begins as the target is when it is made. What a
// story changes there, such as limits or the world outside, no other story notices.
type Beside struct {
	s    *S
	name string
}

// sandboxHeader names the sandbox that a request to the fake is for.
const sandboxHeader = "Understudy-Sandbox"

// Beside makes a sandbox beside the target, through the control plane. It is gone when the
// story ends.
func (s *S) Beside() *Beside {
	control := s.Target().Control
	from := s.Anonymous().Get(control + "/about").Status(http.StatusOK).Text("sandbox")
	made := s.Anonymous().Post(control+"/sandboxes", JSON{"sandbox": from}).Status(http.StatusCreated)
	b := &Beside{s, made.Text("name")}
	s.Cleanup("sandbox "+b.name, func(s *S) *Response { return s.Anonymous().Delete(control + "/sandboxes/" + b.name) })
	return b
}

// As is a caller in the sandbox, who was there before it was made.
func (b *Beside) As(c *Caller) *Caller { return c.With(sandboxHeader, b.name) }

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
