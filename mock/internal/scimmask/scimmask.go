// Package scimmask hides personal data in the log of SCIM requests as the real
// server hides it. Source: ee/api/scim/utils.py.
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

// personal are the keys whose texts are hidden in bodies.
var personal = []string{"userName", "displayName", "givenName", "familyName", "value", "display", "formatted"}

// maxDepth is how deep a body is looked into; what lies deeper is left out.
const maxDepth = 20

// Payload masks a JSON body: the texts under the personal keys, at any depth. Texts
// that stand in a list by themselves have no key and stay. The value is copied.
func Payload(value any) any { return payload(value, 0) }

func payload(value any, depth int) any {
	if depth > maxDepth {
		return "[DEPTH_LIMIT_EXCEEDED]"
	}
	switch value := value.(type) {
	case *pyjson.Object:
		masked := new(pyjson.Object)
		for key, member := range value.All() {
			masked.Set(key, under(key, member, depth))
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

// under masks what stands under a key. The items of a list are as deep as the
// list.
func under(key string, value any, depth int) any {
	switch value := value.(type) {
	case *pyjson.Object:
		return payload(value, depth+1)
	case []any:
		return payload(value, depth)
	case string:
		if slices.Contains(personal, key) {
			return Search(value)
		}
	}
	return value
}

// Headers are the headers of a request as the log shows them: without cookies, and
// without the secret of Authorization.
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

// Path masks the filter in a path with its query, and leaves the rest as it was
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
			filter = "" // what cannot be read cannot be masked
		}
		// Stars may stand in a query as they are.
		pairs[i] = name + "=" + strings.ReplaceAll(url.QueryEscape(Filter(filter)), "%2A", "*")
	}
	return path + "?" + strings.Join(pairs, "&")
}
