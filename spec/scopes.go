package spec

import "strings"

// Grants tells whether scopes of a personal API key hold a required one. Writing includes reading; * is everything.
func Grants(scopes []string, required string) bool {
	object, reading := strings.CutSuffix(required, ":read")
	for _, scope := range scopes {
		if scope == "*" || scope == required || (reading && scope == object+":write") {
			return true
		}
	}
	return false
}
