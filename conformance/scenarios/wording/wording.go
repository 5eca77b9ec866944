// Package wording holds the words in which the real server refuses what several resources
// have in common. Clients match on them, so that scenarios want them exactly. It makes no
// request, and knows no resource.
//
// Sources: posthog/permissions.py, posthog/auth.py and posthog/api/routing.py; for fields
// rest_framework/fields.py of Django REST framework.
package wording

import "fmt"

// Why a field is refused.
const (
	Required   = "This field is required."
	Null       = "This field may not be null."
	Blank      = "This field may not be blank."
	NotText    = "Not a valid string."
	NotBoolean = "Must be a valid boolean."
	NotInteger = "A valid integer is required."
	NullByte   = "Null characters are not allowed."
	NotEmail   = "Enter a valid email address."
	NotAList   = `Expected a list of items but got type "%s".`
)

// Why a caller is refused.
const (
	NoKeyAccess    = "This action does not support personal API key access"
	LowLevel       = "Your organization access level is insufficient."
	NoPermission   = "You do not have permission to perform this action."
	NoEndpoint     = "Endpoint not found."
	NoOrganization = "Organization not found."
	NotRecent      = "This action requires you to be recently authenticated."
	ProjectKey     = "API keys with scoped projects are only supported on project-based endpoints."
	// CSRFRefused begins what Django says of a CSRF token that is missing or wrong; how it goes on
	// is another text in each of its versions (django/middleware/csrf.py).
	CSRFRefused     = "CSRF Failed: …"
	TooManyProjects = "You have reached the maximum limit of allowed projects for your current plan. Upgrade your plan to be able to create and manage more projects."
	NoProvisioning  = "Automatic provisioning is not enabled for this organization."
	OnlyAdminsLogs  = "Only organization admins can view SCIM logs."
)

// InvalidKey begins the refusal of a key that nobody has; where it stood in the request
// follows.
const InvalidKey = "Personal API key found in request "

// MissingScope refuses a key that lacks a scope.
func MissingScope(scope string) string {
	return "API key missing required scope '" + scope + "'"
}

// OtherOrganization refuses a key that is limited to other organizations than this one.
func OtherOrganization(id string) string {
	return "API key does not have access to the requested organization: ID " + id + "."
}

// TooLong refuses a text of more characters than that.
func TooLong(most int) string {
	return fmt.Sprintf("Ensure this field has no more than %d characters.", most)
}

// NotAChoice refuses what is none of the values to choose from.
func NotAChoice(value string) string { return `"` + value + `" is not a valid choice.` }
