package suite

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/spec"
)

// promised are the properties of neighbours that a deployment must show. Of these
// schemas the public page says nothing, and what is known of the real server says that
// there is more: what else stands in them is the deployment's own business.
var promised = map[string][]string{
	"Organization":               {"id", "name", "slug", "membership_level", "available_product_features"},
	"OrganizationRepresentation": {},
	"OrganizationBasic":          {"id", "name", "slug"},
	"TeamBasic":                  {"id"},
	"ProjectBasic":               {"id"},
	"User":                       {"uuid", "email"},
	"PersonalAPIKey":             {"id", "scopes"},
	"Project":                    {"id", "uuid", "organization", "api_token"},
	"ProjectRepresentation":      {"name", "timezone"},
	"ProjectRow":                 {"id", "uuid", "organization", "api_token", "name", "timezone"},
	"Role":                       {"id", "name", "created_at", "created_by", "members"},
	"RoleRepresentation":         {"name"},
	"RoleMembership":             {"id", "role_id", "user", "joined_at"},
	"RoleMember":                 {},
}

// lenient is the document that answers of neighbours are held against, in a revision.
var lenient = spec.OncePerRevision(func(revision spec.Revision) (*spec.Document, error) {
	document, err := spec.LoadCopy(revision)
	if err != nil {
		return nil, err
	}
	return demandOnlyPromised(document), nil
})

// demandOnlyPromised changes a document so that it asks of neighbours only what they promise.
func demandOnlyPromised(document *spec.Document) *spec.Document {
	for name, properties := range promised {
		if schema, ok := document.T.Components.Schemas[name]; ok {
			requireOnly(schema.Value, properties)
		}
	}
	return document
}

func requireOnly(schema *openapi3.Schema, properties []string) {
	if schema.Extensions == nil {
		schema.Extensions = map[string]any{}
	}
	schema.Extensions["x-partial"] = true
	schema.Required = slices.DeleteFunc(slices.Clone(schema.Required), func(name string) bool { return !slices.Contains(properties, name) })
	for _, part := range schema.AllOf {
		if part.Ref == "" {
			requireOnly(part.Value, properties)
		}
	}
}

// The neighbours: operations around those of the public page, which a deployment may
// do without. Rules about them do not apply where they are not there.

// isNeighbour reports whether a deployment may do without an operation: it is not on the
// public page, nor of a resource that is all there. Sessions may come from anywhere.
func isNeighbour(o *spec.Operation) bool {
	return !o.Documented && !slices.Contains([]string{"domains", "identity_provider_configs", "integrations"}, o.Tag)
}

// notOffered names what was asked for where the target has no such neighbour, ""
// where it has one or must have it.
//
// A path that is not there answers as other unknown paths do. A method that is not
// there, on a path that the target has for others, is refused: to a key as an action
// without a scope, else with 405. As that may be a mistake too, allowed is asked for the
// methods that the target says are there.
func (c *Contract) notOffered(e *Exchange, allowed func() string) string {
	if !isUnknownPath(e) && !isUnknownMethod(e) {
		return "" // most answers; what was asked for need not be looked up
	}
	u, err := url.Parse(e.URL)
	if err != nil {
		return ""
	}
	path := strings.TrimPrefix(u.Path, c.basePath)
	asked, others := c.operationsAround(e.Method, path)
	switch {
	case asked == nil && len(others) > 0 && isNeighbour(others[0]) && isUnknownPath(e):
		return others[0].Path
	case asked == nil || !isNeighbour(asked):
		return ""
	case asked.SessionOnly && e.Status == http.StatusForbidden:
		return "" // a key is refused where the operation is there
	case isUnknownPath(e):
		return asked.ID
	case !isUnknownMethod(e):
		return ""
	case slices.ContainsFunc(others, alwaysThere), !slices.Contains(strings.Fields(strings.ReplaceAll(allowed(), ",", " ")), e.Method):
		return asked.ID + toWhom(e)
	}
	return ""
}

// toWhom says to whom something is not offered: what refuses a key may be there for sessions.
func toWhom(e *Exchange) string {
	if e.Status == http.StatusForbidden {
		return " to personal API keys"
	}
	return ""
}

// alwaysThere reports whether there is an operation on its path wherever there is
// anything: what else is refused there is not offered.
func alwaysThere(o *spec.Operation) bool {
	return !isNeighbour(o) || slices.Contains([]string{"organizations_list", "organizations_retrieve", "users_me_retrieve"}, o.ID)
}

// operationsAround finds the operation of a request, nil if there is none, and all others whose
// path matches, those with the path that says most first.
func (c *Contract) operationsAround(method, path string) (asked *spec.Operation, others []*spec.Operation) {
	asked = c.operation(method, path)
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for _, o := range c.document.Operations() {
		if _, ok := matchTemplate(strings.Split(strings.Trim(o.Path, "/"), "/"), segments); ok && o != asked {
			others = append(others, o)
		}
	}
	parameters := func(o *spec.Operation) int { return strings.Count(o.Path, "{") }
	slices.SortStableFunc(others, func(a, b *spec.Operation) int { return parameters(a) - parameters(b) })
	return asked, others
}

// isUnknownPath reports whether an answer is that of a path that is not there: the API's own
// words for it, or a 404 that no part of the API writes.
func isUnknownPath(e *Exchange) bool {
	if e.Status != http.StatusNotFound {
		return false
	}
	if e.Method == http.MethodHead {
		return true // without a body; scenarios ask with it only for what is there
	}
	detail := gjson.GetBytes(e.ResponseBody, "detail")
	return !detail.Exists() || detail.String() == "Endpoint not found."
}

// UnknownPath reports whether the answer is that of a path that is not there.
func (r *Response) UnknownPath() bool { return isUnknownPath(r.exchange) }

// isUnknownMethod reports whether an answer is that of a method that is not there.
func isUnknownMethod(e *Exchange) bool {
	return e.Status == http.StatusMethodNotAllowed ||
		(e.Status == http.StatusForbidden && gjson.GetBytes(e.ResponseBody, "detail").String() == "This action does not support personal API key access")
}
