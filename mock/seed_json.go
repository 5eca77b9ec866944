package mock

import (
	"bytes"
	"encoding/json"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// either is the JSON of a value of a world, or the text that stands in its place;
// of nothing it is nothing.
func either(value any, text string) ([]byte, error) {
	_, isObject := value.(fixtures.Object)
	switch {
	case text != "":
		return []byte(text), nil
	case value == nil && !isObject:
		return nil, nil
	}
	return rawJSON(value)
}

// rawJSON writes a value of a world as the API shows it: with <, > and & as they
// are.
func rawJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}

// textOf is the text under a key of a JSON object, "" where there is none.
func textOf(object []byte, key string) string {
	decoded, err := pyjson.Decode(object)
	if err != nil {
		return ""
	}
	o, ok := decoded.(*pyjson.Object)
	if !ok {
		return ""
	}
	value, _ := o.Get(key)
	text, _ := value.(string)
	return text
}
