package generated

import (
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// slashes leave the final slash of every path out. They ask for what is not there, and send what
// no operation takes: an answer about the thing or the body shows that the path was understood.
// Source: posthog/api/routing.py, whose routers take both.
func slashes(d *spec.Document) []suite.Scenario {
	return family{
		name: "paths.everywhere_slash", title: "Without its final slash a path means the same, by every method", rule: "requests.everywhere.slash",
		access: suite.Write, aspect: suite.Protocol,
		about: func(o *spec.Operation) bool { return inside(o) && o.Tag != organizations && !o.Public },
		tell: func(s *suite.S, operations []*spec.Operation) {
			g := nothing(s, s.Target().Organization.ID)
			suite.EachOffered(s, operations, g.leaveSlash)
		},
	}.scenarios(d)
}

// leaveSlash makes a request without the final slash. Where the path was not understood, it is
// made with it: what the target does not offer is not there either way.
func (g *ground) leaveSlash(o *spec.Operation) {
	var body any
	if takesBody(o) {
		body = "no object"
	}
	admin := g.s.Admin()
	bare := admin.Undocumented().Send(o.Method, strings.TrimSuffix(g.path(o), "/"), body)
	if understood(bare) {
		return
	}
	whole := admin.Send(o.Method, g.path(o), body)
	bare.Status(whole.Code()).Has("detail", whole.Get("detail").Value())
}

// understood reports whether an answer is that of an operation, and not of a path that nothing
// serves or that leads elsewhere.
func understood(answer *suite.Response) bool {
	moved := []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect}
	code := answer.Code()
	return code < http.StatusInternalServerError && code != http.StatusMethodNotAllowed && !slices.Contains(moved, code) &&
		(code != http.StatusNotFound || answer.Text("detail") != wording.NoEndpoint && answer.Get("detail").Exists())
}
