package report

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Printable returns a text with control characters and broken UTF-8, which terminals and
// XML do not take, as Go escapes them.
func Printable(text string) string {
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

// PublicAddress returns an address without its user and password.
func PublicAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.User = nil
	return u.String()
}
