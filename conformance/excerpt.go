package conformance

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// longestBody is how much of a body goes into a report, in bytes.
const longestBody = 2000

// excerpt is the beginning of a body without its secrets. They go first: the cut
// could leave half of one.
func excerpt(body []byte, secrets *suite.Secrets) string {
	text := secrets.Mask(string(body))
	if len(text) > longestBody {
		text = fmt.Sprintf("%s… (%d bytes)", text[:longestBody], len(body))
	}
	return visible(text)
}

// visible writes what no terminal and no XML file takes as Go would: control
// characters and broken UTF-8.
func visible(text string) string {
	var b strings.Builder
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1, r < ' ' && r != '\n' && r != '\t', r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, rest[0])
		case r == '\ufffe', r == '\uffff', r >= 0x80 && r < 0xa0:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(rest[:size])
		}
		rest = rest[size:]
	}
	return b.String()
}
