package suite

import (
	"bytes"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// Call is one request for a documented operation: who made it, and how it went.
type Call struct {
	Operation string
	Caller    string // without what differs from run to run
	Status    int
	Duration  time.Duration
}

// calls are the requests that the story made for documented operations.
func (s *S) calls() []Call {
	var list []Call
	for _, e := range s.exchanges {
		if e.Operation != "" {
			list = append(list, Call{e.Operation, e.Caller, e.Status, e.Duration})
		}
	}
	return list
}

// label is who makes a request, for the report, the same in every run: whom the run
// made is nobody in particular. Who is anonymous but sends credentials that a
// scenario put together is not.
func (c *Caller) label(address string, body []byte) string {
	outside := strings.Contains(address, keyParameter) || bytes.Contains(body, []byte(keyParameter))
	switch {
	case c.who == anonymous && (outside || c.carriesCredentials()):
		return "other credentials"
	case strings.HasPrefix(c.who, scimOf):
		return "SCIM client"
	case !c.s.isOurs(c.who):
		return c.who
	case strings.HasSuffix(c.who, sessionSuffix):
		return "somebody new" + sessionSuffix
	}
	return "somebody new"
}

// isOurs tells whether a name is that of somebody whom the run made.
func (s *S) isOurs(who string) bool { return strings.Contains(who, "us-"+s.run+"-") }

// keyParameter is where a key may stand outside of a header.
const keyParameter = "personal_api_key"

// longestTrail is how many exchanges before a failure are kept.
const longestTrail = 8

func (s *S) trail() []*Exchange {
	return s.exchanges[max(0, len(s.exchanges)-longestTrail):]
}

// checkpoint names the expectation that is failing: the lines of the story that
// lead to it, counted from where each of its functions begins, so that edits
// elsewhere do not move them, and the kind of expectation.
func checkpoint(message string) string {
	var b strings.Builder
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if _, entry := startOf(frame); inStory(frame.Function) {
			fmt.Fprintf(&b, "%d<", frame.Line-entry)
		}
		if !more {
			break
		}
	}
	return b.String() + kindOf(message)
}

func startOf(frame runtime.Frame) (file string, line int) {
	if frame.Func == nil { // inlined: the function around it counts
		return frame.File, 0
	}
	return frame.Func.FileLine(frame.Entry)
}

// inStory tells whether a function belongs to those who write scenarios: not to
// this package, its matchers or Go itself.
func inStory(function string) bool {
	for _, prefix := range []string{
		"github.com/understudy-dev/understudy/conformance/suite.", "github.com/understudy-dev/understudy/conformance.",
		"github.com/onsi/gomega", "golang.org/x/sync/", "runtime.", "sync.", "testing.",
	} {
		if strings.HasPrefix(function, prefix) {
			return false
		}
	}
	return function != ""
}

// changing is what differs from run to run in a message.
var changing = regexp.MustCompile(`https?://\S+|[0-9a-f]{8}-[0-9a-f-]{27}|\bus-[a-z0-9]+-[0-9]+|/[0-9]+`)

// kindOf is what a message says about the expectation, without what came.
func kindOf(message string) string {
	message, _, _ = strings.Cut(message, "\n")
	for _, end := range []string{", got", " to be "} {
		message, _, _ = strings.Cut(message, end)
	}
	return changing.ReplaceAllString(message, "…")
}
