// Package scim speaks SCIM 2.0 (RFC 7643, RFC 7644) as the real server does: its
// errors, media types, pages, filters and patches. It knows nothing of users,
// groups or the world; those rules are in package mock.
//
// The real server stands on django-scim2 and scim2-filter-parser, which leave parts
// of the RFCs out; where this package follows them, it says so. The grammar of
// filters and paths is that of github.com/scim2/filter-parser.
// Source: ee/api/scim/views.py, and src/django_scim of django-scim2.
package scim

// MediaType is what SCIM requests and answers are written in.
const MediaType = "application/scim+json"

// The schemas that the real server names.
const (
	SchemaUser                  = "urn:ietf:params:scim:schemas:core:2.0:User"
	SchemaGroup                 = "urn:ietf:params:scim:schemas:core:2.0:Group"
	SchemaServiceProviderConfig = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
	SchemaListResponse          = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	SchemaError                 = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// MaxResults is the most resources on a page, and the page's size when the request
// gives none.
const MaxResults = 200
