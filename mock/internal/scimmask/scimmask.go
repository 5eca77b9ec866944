// Package scimmask masks personal data for the log of SCIM requests as the real server
// does. It never decides what is logged, and stores nothing. Source:
// ee/api/scim/utils.py.
package scimmask

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

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

// personalKeys are the keys whose texts are masked in bodies.
var personalKeys = []string{"userName", "displayName", "givenName", "familyName", "value", "display", "formatted"}

// maxDepth is how deep a body is masked; deeper values are left out.
const maxDepth = 20

// Payload masks a JSON body: the texts under the personal keys, at any depth. Texts
// in a list have no key and stay. The value is not modified.
func Payload(value any) any { return payload(value, 0) }

func payload(value any, depth int) any {
	if depth > maxDepth {
		return "[DEPTH_LIMIT_EXCEEDED]"
	}
	switch value := value.(type) {
	case *pyjson.Object:
		masked := new(pyjson.Object)
		for key, member := range value.All() {
			masked.Set(key, payloadMember(key, member, depth))
		}
		return masked
	case []any:
		masked := make([]any, len(value))
		for i, item := range value {
			masked[i] = payload(item, depth+1)
		}
		return masked
	}
	return value
}

// payloadMember masks the value of a key. The items of a list have the depth of the
// list.
func payloadMember(key string, value any, depth int) any {
	switch value := value.(type) {
	case *pyjson.Object:
		return payload(value, depth+1)
	case []any:
		return payload(value, depth)
	case string:
		if slices.Contains(personalKeys, key) {
			return Search(value)
		}
	}
	return value
}

// Headers returns the headers of a request for the log: without cookies, and with
// the Authorization masked.
func Headers(header http.Header) *pyjson.Object {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	masked := new(pyjson.Object)
	for _, name := range names {
		switch name {
		case "Cookie", "Set-Cookie":
		case "Authorization":
			masked.Set(name, "***")
		default:
			masked.Set(name, strings.Join(header[name], ","))
		}
	}
	return masked
}

// Filter masks the quoted values of a SCIM filter.
func Filter(filter string) string {
	parts := strings.Split(strings.ReplaceAll(filter, `\"`, ""), `"`)
	for i := 1; i < len(parts); i += 2 {
		parts[i] = Search(parts[i])
	}
	return strings.Join(parts, `"`)
}

// Path masks the filter in a path with its query, and keeps the rest as it was
// sent.
func Path(path string) string {
	path, query, ok := strings.Cut(path, "?")
	if !ok {
		return path
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err != nil || decoded != "filter" {
			continue
		}
		filter, err := url.QueryUnescape(value)
		if err != nil {
			filter = "" // it cannot be masked, so it must not be shown
		}
		// Stars need no escape in a query.
		pairs[i] = name + "=" + strings.ReplaceAll(url.QueryEscape(Filter(filter)), "%2A", "*")
	}
	return path + "?" + strings.Join(pairs, "&")
}
