package suite

import (
	"fmt"
	"net/http"
	"sort"
	"strings"
	"time"
)

// Exchange is one request and what came back.
type Exchange struct {
	Method, URL    string
	RequestHeader  http.Header
	RequestBody    []byte
	Status         int // 0 when there was no answer
	ResponseHeader http.Header
	ResponseBody   []byte
	Duration       time.Duration
	// Waited counts how often the target said 429 before it answered this.
	Waited int
}

// Curl is a command line that repeats the request. Secrets stand in variables.
func (e *Exchange) Curl(secrets *Secrets) string {
	var b strings.Builder
	fmt.Fprintf(&b, "curl -i -X %s %s", e.Method, shellQuote(secrets.Variables(e.URL)))
	names := make([]string, 0, len(e.RequestHeader))
	for name := range e.RequestHeader {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, " -H %s", shellQuote(secrets.Variables(name+": "+e.RequestHeader.Get(name))))
	}
	if len(e.RequestBody) > 0 {
		fmt.Fprintf(&b, " --data-binary %s", shellQuote(secrets.Variables(string(e.RequestBody))))
	}
	return b.String()
}

// shellQuote quotes for a POSIX shell and leaves $UNDERSTUDY_… to be expanded.
func shellQuote(s string) string {
	if !strings.Contains(s, "$UNDERSTUDY_") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	parts := strings.Split(s, "$UNDERSTUDY_")
	quoted := escapeDouble(parts[0])
	for _, part := range parts[1:] {
		quoted += "$UNDERSTUDY_" + escapeDouble(part)
	}
	return `"` + quoted + `"`
}

func escapeDouble(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`).Replace(s)
}
