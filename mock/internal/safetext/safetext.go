// Package safetext finds in the texts of people what phishing by mail needs: addresses of
// pages, markup, and characters that hide what stands there.
//
// Source: posthog/helpers/email_utils.py, validate_display_name and validate_message_body.
package safetext

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Rules are what texts are held to. They differ from one revision of the server to another.
type Rules struct {
	Off         bool // every text will do, as before 2026-04-24
	BareDomains bool // a name may hold a domain, such as acme.com, as since the summer of 2026
}

// Find is what a text must not hold, by the code of its refusal.
type Find string

// What is found, in the order in which it is looked for.
const (
	Nothing   Find = ""
	Control   Find = "invalid_control_char"
	Invisible Find = "invalid_invisible_char"
	Bracket   Find = "invalid_bracket"
	URL       Find = "invalid_url"
)

// InName looks through a name, which is one line.
func (r Rules) InName(name string) Find {
	return r.find(name, controls, !r.BareDomains)
}

// InMessage looks through a message, which may have lines, tabs and domains.
func (r Rules) InMessage(message string) Find {
	return r.find(message, controlsInLines, false)
}

func (r Rules) find(text, forbidden string, domains bool) Find {
	switch {
	case r.Off, isPlain(text):
		return Nothing
	case strings.ContainsAny(text, forbidden):
		return Control
	}
	text = fold(text)
	switch {
	case strings.ContainsAny(text, invisible):
		return Invisible
	case strings.ContainsAny(text, "<>"):
		return Bracket
	case addresses.MatchString(text), domains && bareDomain.MatchString(text):
		return URL
	}
	return Nothing
}

const (
	c0WithoutLines  = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"
	controlsInLines = c0WithoutLines + "\x7f\u0085\u2028\u2029"
	controls        = controlsInLines + "\t\n"
	invisible       = "\u200b\u200c\u200d\u200e\u200f" + // of no width, and marks of direction
		"\u202a\u202b\u202c\u202d\u202e" + // embeddings and overrides
		"\u2066\u2067\u2068\u2069" + // isolates
		"\ufeff"
)

// isPlain reports whether a text is ASCII letters, digits, spaces, commas and apostrophes,
// as most are: there is nothing to be found in it.
func isPlain(text string) bool {
	for i := range len(text) {
		switch b := text[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == ' ', b == ',', b == '\'':
		default:
			return false
		}
	}
	return true
}

// fold writes characters that are other forms of one as that one, so that full-width letters
// are letters. The two forms of "i" that remain count as it where case does not matter.
func fold(text string) string {
	return forms.Replace(norm.NFKC.String(text))
}

var forms = strings.NewReplacer("ı", "i", "İ", "i")

// A word ends where no letter, digit or underscore of any script goes on.
const (
	wordStart = `(?:^|[^\p{L}\p{N}_])`
	wordEnd   = `(?:$|[^\p{L}\p{N}_])`
)

var (
	addresses = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://|www\.|` + wordStart + `(?:javascript|data|vbscript|file|ftp|mailto|tel|sms):`)
	// The labels of a domain have 63 characters at most, the last one 2 to 24 letters.
	bareDomain = regexp.MustCompile(`(?i)` + wordStart + `(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}` + wordEnd)
)
