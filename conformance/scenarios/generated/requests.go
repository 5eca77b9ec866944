package generated

import (
	"encoding/json"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

const mediaJSON = "application/json"

// contentType is that of the body of an operation, "" where it has none.
func contentType(o *spec.Operation) string {
	if takesBody(o) {
		return mediaJSON
	}
	return ""
}

// bodyBytes is a body that an operation takes, as JSON; nil where it has none.
func bodyBytes(s *suite.S, o *spec.Operation) []byte {
	if !takesBody(o) {
		return nil
	}
	return encode(bodyOf(s, o))
}

// encode writes a body of values that scenarios have made.
func encode(body any) []byte {
	data, err := json.Marshal(body)
	if err != nil {
		panic("generated: a body that is no JSON: " + err.Error())
	}
	return data
}

// segments are the parts of a path.
func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// lastSegment is the last part of a path.
func lastSegment(path string) string {
	all := segments(path)
	return all[len(all)-1]
}

// collectionOf is the name in the path of the collection that an operation is about: the part before the
// last parameter, or the last part where nothing in the collection is named.
func collectionOf(o *spec.Operation) string {
	all := segments(o.Path)
	for i := len(all) - 1; i > 0; i-- {
		if all[i][0] == '{' && "{"+strings.Trim(all[i], "{}")+"}" != inOrganization {
			if all[i-1] == o.Tag {
				return all[i-1]
			}
			break
		}
	}
	return o.Tag
}
