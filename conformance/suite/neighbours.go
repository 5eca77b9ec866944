package suite

import (
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

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

// lenient is the document that answers of neighbours are held against.
var lenient = sync.OnceValues(func() (*spec.Document, error) {
	document, err := spec.Fresh()
	if err != nil {
		return nil, err
	}
	for name, properties := range promised {
		promise(document.T.Components.Schemas[name].Value, properties)
	}
	return document, nil
})

func promise(schema *openapi3.Schema, properties []string) {
	if schema.Extensions == nil {
		schema.Extensions = map[string]any{}
	}
	schema.Extensions["x-partial"] = true
	schema.Required = slices.DeleteFunc(slices.Clone(schema.Required), func(name string) bool { return !slices.Contains(properties, name) })
	for _, part := range schema.AllOf {
		if part.Ref == "" {
			promise(part.Value, properties)
		}
	}
}
