package generated

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// moving are properties that may differ between two answers about the same thing: times of
// changes, and what only the answer to a change shows.
var moving = []string{"updated_at", "scim_bearer_token", "value", "last_used_at"}

// unchanged wants an answer to show every property as an earlier one did, but for those that
// move and those that are named.
func unchanged(now, before *suite.Response, but ...string) {
	before.Get("@this").ForEach(func(key, value gjson.Result) bool {
		if name := key.String(); !slices.Contains(moving, name) && !slices.Contains(but, name) {
			now.Has(strings.ReplaceAll(name, ".", `\.`), value.Value())
		}
		return true
	})
}
