package pytext

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ValidEmail reports whether Django's EmailValidator accepts an address: up to
// 320 characters, a local part of dotted atoms or a quoted string, and a domain
// of at least two labels, "localhost", or an IP address in brackets. A domain in
// another script is checked in its ASCII form. Source: the rules of
// EmailValidator in django/core/validators.py, 5.x.
func ValidEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || Len(s) > 320 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if !validAtoms(local) && !validQuoted(local) {
		return false
	}
	if domain == "localhost" || validDomain(domain) {
		return true
	}
	ascii, ok := domainToASCII(domain)
	return ok && validDomain(ascii)
}

// isAlphanumeric accepts ASCII letters and digits, and the four other letters
// whose other case is an ASCII letter: Python's patterns ignore case that way.
func isAlphanumeric(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return true
	}
	return r == 'İ' || r == 'ı' || r == 'ſ' || r == '\u212a' // the Kelvin sign
}

func validAtoms(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, notInAtom) {
			return false
		}
	}
	return true
}

func notInAtom(r rune) bool {
	return !isAlphanumeric(r) && !strings.ContainsRune("-!#$%&'*+/=?^_`{}|~", r)
}

// validQuoted accepts a quoted string. A quote, space or tab needs a backslash
// before it; line ends are not allowed.
func validQuoted(s string) bool {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return false
	}
	escaped := false
	for _, r := range s[1 : len(s)-1] {
		switch {
		case r == 0 || r == '\n' || r == '\r' || r > 0x7f && !isAlphanumeric(r):
			return false
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"' || r == ' ' || r == '\t':
			return false
		}
	}
	return !escaped
}

func validDomain(s string) bool {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		return ok && validLiteral(inner)
	}
	labels, last, dotted := cutLast(s, ".")
	if !dotted || !validTopLabel(last) {
		return false
	}
	for label := range strings.SplitSeq(labels, ".") {
		if n := Len(label); n < 1 || n > 63 || label[0] == '-' || !validLabel(label) {
			return false
		}
	}
	return true
}

// validTopLabel accepts the last label, which may begin with a dash.
func validTopLabel(s string) bool {
	n := Len(s)
	return n >= 2 && n <= 63 && validLabel(s)
}

func validLabel(s string) bool {
	return !strings.HasSuffix(s, "-") && !strings.ContainsFunc(s, notInLabel)
}

func notInLabel(r rune) bool { return r != '-' && !isAlphanumeric(r) }

// validLiteral accepts an IPv4 or IPv6 address without a zone.
func validLiteral(s string) bool {
	address, err := netip.ParseAddr(s)
	return err == nil && address.Zone() == ""
}

func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(separator):], true
}

// Python converts by IDNA 2003. UTS #46 in its transitional form, which folds
// "ß" to "ss" as that did, is the nearest that is still maintained. It differs on
// letters that hold a dot, which it refuses, and on digits behind Hebrew or
// Arabic, which it takes. Nothing else about a label is validated.
var idna2003 = idna.New(
	idna.MapForLookup(), idna.Transitional(true),
	idna.StrictDomainName(false), idna.ValidateLabels(false), idna.BidiRule(),
)

// domainToASCII is domain.encode('idna') for a domain that is not ASCII already.
func domainToASCII(domain string) (ascii string, ok bool) {
	if isASCII(domain) {
		return "", false
	}
	labels := strings.Split(strings.Map(foldDot, domain), ".")
	for i, label := range labels {
		if isASCII(label) {
			continue
		}
		mapped, err := idna2003.ToASCII(label)
		if err != nil || strings.HasPrefix(strings.ToLower(label), "xn--") {
			return "", false
		}
		labels[i] = mapped
	}
	return strings.Join(labels, "."), true
}

// foldDot maps the dots of other scripts to the ASCII one (RFC 3490, section
// 3.1).
func foldDot(r rune) rune {
	switch r {
	case '\u3002', '\uff0e', '\uff61':
		return '.'
	}
	return r
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
