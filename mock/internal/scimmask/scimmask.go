// Package scimmask hides personal data in the log of SCIM requests as the real
// server hides it. Source: ee/api/scim/utils.py.
package scimmask

import "strings"

// Email keeps the first and last letter of the local part, and the domain:
// a***e@example.com. Local parts of up to two characters become stars.
func Email(address string) string {
	at := strings.LastIndex(address, "@")
	if at < 0 {
		return Text(address)
	}
	return Text(address[:at]) + address[at:]
}

// Text keeps the first and the last letter: a***e. Texts of up to two
// characters become stars.
func Text(text string) string {
	runes := []rune(text)
	if len(runes) <= 2 {
		return strings.Repeat("*", len(runes))
	}
	return string(runes[0]) + "***" + string(runes[len(runes)-1])
}

// Search masks a search text as the value would be masked in a body.
func Search(text string) string {
	if at := strings.LastIndex(text, "@"); at >= 0 && strings.Contains(text[at:], ".") {
		return Email(text)
	}
	return Text(text)
}
