package mock

import (
	"bytes"
	"strings"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// jsonValue is JSON as a world says it: as a value where that gives the same text
// again, else as the text. Of nothing both are nothing.
func jsonValue(text []byte) (value any, asText string) {
	if len(text) == 0 {
		return nil, ""
	}
	decoded, err := pyjson.Decode(text)
	if err != nil {
		return nil, string(text)
	}
	value, ok := fixtureValue(decoded, maxShownDepth)
	if again, err := either(value, ""); !ok || err != nil || !bytes.Equal(again, text) {
		return nil, string(text)
	}
	return value, ""
}

// maxShownDepth is how deep values nest that a person still reads; a world can say a
// little more.
const maxShownDepth = 32

// fixtureValue makes a value of a world of a decoded one. It is not ok for what YAML
// has no way to say.
func fixtureValue(decoded any, depth int) (value any, ok bool) {
	if depth == 0 {
		return nil, false
	}
	switch v := decoded.(type) {
	case nil, bool, int64, float64:
		return v, true
	case string:
		return v, !strings.ContainsRune(v, 0)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			if list[i], ok = fixtureValue(v[i], depth-1); !ok {
				return nil, false
			}
		}
		return list, true
	case *pyjson.Object:
		object := make(fixtures.Object, 0, v.Len())
		for key, member := range v.All() {
			value, ok := fixtureValue(member, depth-1)
			if !ok || strings.ContainsRune(key, 0) {
				return nil, false
			}
			object = append(object, fixtures.Entry{Key: key, Value: value})
		}
		return object, true
	}
	return nil, false // an integer beyond 64 bits
}
