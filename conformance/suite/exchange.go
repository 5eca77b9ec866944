package suite

import (
	"fmt"
	"net/http"
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Exchange is one request and what came back.
type Exchange struct {
	Method, URL    string
	Caller         string // who called, such as admin or "member (session)"
	Operation      string // the documented operation that was called; "" if none
	RequestHeader  http.Header
	RequestBody    []byte
	Status         int // 0 when there was no answer
	ResponseHeader http.Header
	ResponseBody   []byte
	Duration       time.Duration
	// Waited counts how often the target said 429 before it answered this, Retried
	// how often it was sent again after a broken connection or 502, 503, 504.
	Waited, Retried int

	// repeatable marks a request that may be sent twice though its method is not safe.
	repeatable bool
	// once marks a request that must not be sent twice though its method is safe.
	once bool
	// impatient marks a request that is not put off by 429.
	impatient bool
	// asserted is what the story said of the answer, switched the features that it had
	// switched before.
	asserted asserted
	switched map[string]bool
	// who names the credential; cutOff marks a request that ends with its context.
	who    string
	cutOff bool
	// sentAt is when it went out, by the clock that the client goes by.
	sentAt time.Time
	// before is called when the request is about to be sent, after all waiting.
	before func() error
}

// IsSafe reports whether the method only reads, as RFC 9110 has it.
func (e *Exchange) IsSafe() bool {
	return e.Method == http.MethodGet || e.Method == http.MethodHead || e.Method == http.MethodOptions
}

// Curl is a command line that repeats the request, byte for byte. Secrets stand in
// variables.
func (e *Exchange) Curl(secrets *Secrets) string {
	var b strings.Builder
	body := secrets.Variables(string(e.RequestBody))
	piped := !printable(body)
	if piped {
		fmt.Fprintf(&b, "printf %%b %s | ", shellQuote(octal(body)))
	}
	fmt.Fprintf(&b, "curl -i %s %s", methodOption(e.Method), shellQuote(secrets.Variables(e.URL)))
	names := make([]string, 0, len(e.RequestHeader))
	for name := range e.RequestHeader {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, " -H %s", shellQuote(secrets.Variables(name+": "+e.RequestHeader.Get(name))))
	}
	if body != "" && e.RequestHeader.Get("Content-Type") == "" {
		b.WriteString(" -H 'Content-Type:'") // or curl sends one of its own
	}
	switch {
	case piped:
		b.WriteString(" --data-binary @-")
	case body != "":
		fmt.Fprintf(&b, " --data-raw %s", shellQuote(body))
	}
	return b.String()
}

// methodOption is curl's option for a method. Curl waits for a body that never comes when
// HEAD is only named.
func methodOption(name string) string {
	if name == http.MethodHead {
		return "--head"
	}
	return "-X " + name
}

// printable reports whether a body can stand in a command line as it is.
func printable(body string) bool {
	return utf8.ValidString(body) && !strings.ContainsFunc(body, func(r rune) bool { return r != '\n' && unicode.IsControl(r) })
}

// octal writes a body for printf %b.
func octal(body string) string {
	var b strings.Builder
	for _, c := range []byte(body) {
		switch {
		case c == '\\':
			b.WriteString(`\\`)
		case c < ' ' || c >= utf8.RuneSelf || c == 0x7f:
			fmt.Fprintf(&b, `\0%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// shellQuote quotes for a POSIX shell and leaves $UNDERSTUDY_… to be expanded, which no
// library for quoting does.
func shellQuote(s string) string {
	if !strings.Contains(s, "$UNDERSTUDY_") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	parts := strings.Split(s, "$UNDERSTUDY_")
	var quoted strings.Builder
	quoted.WriteString(escapeDouble(parts[0]))
	for _, part := range parts[1:] {
		quoted.WriteString("$UNDERSTUDY_" + escapeDouble(part))
	}
	return `"` + quoted.String() + `"`
}

func escapeDouble(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`).Replace(s)
}

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

// longestTrail is how many exchanges before a failure are kept.
const longestTrail = 8
