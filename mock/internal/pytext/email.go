package pytext

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// ValidEmail tells whether Django's EmailValidator accepts an address: up to
// 320 characters, a local part of dotted atoms or a quoted string, and a domain
// name with at least two labels, "localhost" or an address in brackets.
func ValidEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || Len(s) > 320 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if !validLocal(local) {
		return false
	}
	if domain == "localhost" || validDomain(domain) {
		return true
	}
	ascii, err := idna.ToASCII(domain)
	return err == nil && validDomain(ascii)
}

func validLocal(s string) bool {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return validQuoted(s[1 : len(s)-1])
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.Trim(strings.ToLower(atom), "-!#$%&'*+/=?^_`{}|~0123456789abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}

// validQuoted accepts the inside of a quoted string: control characters but
// tab, line feed and carriage return, everything printable but space, and
// anything printable behind a backslash.
func validQuoted(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			if i++; i == len(s) || s[i] == 0 || s[i] == '\n' || s[i] == '\r' || s[i] > 0x7f {
				return false
			}
		case c == '"' || c == 0 || c == '\t' || c == '\n' || c == '\r' || c == ' ' || c > 0x7f:
			return false
		}
	}
	return true
}

func validDomain(s string) bool {
	if inner, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(s, "]") {
		_, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return err == nil
	}
	labels := strings.Split(strings.ToLower(s), ".")
	if len(labels) < 2 {
		return false
	}
	for i, label := range labels {
		last := i == len(labels)-1
		switch {
		case label == "" || len(label) > 63 || label[len(label)-1] == '-',
			last && len(label) < 2,
			!last && label[0] == '-',
			strings.Trim(label, "-0123456789abcdefghijklmnopqrstuvwxyz") != "":
			return false
		}
	}
	return true
}
