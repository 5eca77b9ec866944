package pytext

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

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

// foldDot turns the dots of other scripts into the ASCII one (RFC 3490, section 3.1).
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
