package generated

import (
	"strings"

	"github.com/understudy-dev/understudy/spec"
)

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
