package scimserver

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/scim"
)

// What the SCIM server tells of itself. The texts are the real server's, and so is
// what it leaves out: schemas come without attributes.
// Source: ee/api/scim/views.py; resource_type_dict in ee/api/scim/{user,group}.py.

// retrieveServiceProviderConfig says which parts of SCIM the server has.
func (c *call) retrieveServiceProviderConfig() (int, error) {
	w := &c.out
	supported := func(name string, is bool) {
		w.Key(name).Object()
		w.Key("supported").Bool(is)
		w.End()
	}
	w.Object()
	w.Key("schemas").Strings([]string{scim.SchemaServiceProviderConfig})
	w.Key("documentationUri").String("https://posthog.com/docs/scim")
	supported("patch", true)
	w.Key("bulk").Object()
	w.Key("supported").Bool(false)
	w.Key("maxOperations").Int(0)
	w.Key("maxPayloadSize").Int(0)
	w.End()
	w.Key("filter").Object()
	w.Key("supported").Bool(true)
	w.Key("maxResults").Int(scim.MaxResults)
	w.End()
	supported("changePassword", false)
	supported("sort", false)
	supported("etag", false)
	w.Key("authenticationSchemes").Array()
	w.Object()
	w.Key("type").String("oauthbearertoken")
	w.Key("name").String("OAuth Bearer Token")
	w.Key("description").String("Authentication scheme using the OAuth Bearer Token Standard")
	w.Key("specUri").String("https://www.rfc-editor.org/rfc/rfc6750.txt")
	w.Key("documentationUri").String("https://posthog.com/docs/settings/scim")
	w.End()
	w.EndArray()
	w.End()
	return http.StatusOK, nil
}

// resourceKinds are the two kinds of resources.
var resourceKinds = []struct{ name, endpoint, schema, description string }{
	{"User", "Users", scim.SchemaUser, "User Account"},
	{"Group", "Groups", scim.SchemaGroup, "Group"},
}

// listResourceTypes lists the kinds of resources with their addresses.
func (c *call) listResourceTypes() (int, error) {
	return c.listKinds(func(i int) {
		kind := resourceKinds[i]
		c.out.Key("id").String(kind.name)
		c.out.Key("name").String(kind.name)
		c.out.Key("endpoint").String(c.resourcePath(kind.endpoint))
		c.out.Key("schema").String(kind.schema)
	})
}

// listSchemas lists the kinds of resources with their schemas.
func (c *call) listSchemas() (int, error) {
	return c.listKinds(func(i int) {
		kind := resourceKinds[i]
		c.out.Key("id").String(kind.schema)
		c.out.Key("name").String(kind.name)
		c.out.Key("description").String(kind.description)
	})
}

// listKinds lists the kinds of resources, in a list without pages.
func (c *call) listKinds(show func(i int)) (int, error) {
	c.out.Object()
	c.out.Key("schemas").Strings([]string{scim.SchemaListResponse})
	c.out.Key("totalResults").Int(len(resourceKinds))
	c.out.Key("Resources").Array()
	for i := range resourceKinds {
		c.out.Object()
		show(i)
		c.out.End()
	}
	c.out.EndArray()
	c.out.End()
	return http.StatusOK, nil
}
