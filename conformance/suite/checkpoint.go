package suite

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
)

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

// inStory reports whether a function belongs to those who write scenarios: not to
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
