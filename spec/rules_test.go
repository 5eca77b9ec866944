package spec_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/spec"
)

// What all operations have in common, and the operations that differ. A usual operation is in none of the lists.

// A rule finds what is wrong with an operation. A report says what to write, not only what is amiss.
type rule func(document *spec.Document, operation *spec.Operation, report func(format string, args ...any))

var operationRules = []rule{
	checkDocumented, checkID, checkPath, checkOrder, checkAccess, checkScope, checkLevel, checkRecentLogin, checkFeatures, checkSecurity,
	checkRequest, checkStatuses, checkSuccess, checkErrors,
}

// mistakesIn lists what the rules find in operations. What several of them share is said once.
func mistakesIn(document *spec.Document, operations []*spec.Operation, rules []rule) (list []string) {
	said := map[string]bool{}
	for _, operation := range operations {
		for _, check := range rules {
			check(document, operation, func(format string, args ...any) {
				text := fmt.Sprintf(format, args...)
				if !strings.HasPrefix(text, "#/components/") {
					text = operation.ID + ": " + text
				}
				if !said[text] {
					said[text] = true
					list = append(list, text)
				}
			})
		}
	}
	return list
}

// documented is what stands on the public page of the API: the method and path, and the scope, which the page leaves out of
// actions that take no personal API key.
// Source: https://posthog.com/docs/api/organizations
var documented = map[string]struct{ endpoint, scope string }{
	"domains_partial_update":                          {"PATCH " + organization + "domains/{id}/", "organization:write"},
	"domains_destroy":                                 {"DELETE " + organization + "domains/{id}/", "organization:write"},
	"domains_scim_logs_retrieve":                      {"GET " + organization + "domains/{id}/scim/logs/", ""},
	"domains_scim_token_create":                       {"POST " + organization + "domains/{id}/scim/token/", ""},
	"domains_verify_create":                           {"POST " + organization + "domains/{id}/verify/", ""},
	"identity_provider_configs_list":                  {"GET " + organization + "identity_provider_configs/", "organization:read"},
	"identity_provider_configs_create":                {"POST " + organization + "identity_provider_configs/", "organization:write"},
	"identity_provider_configs_retrieve":              {"GET " + organization + "identity_provider_configs/{id}/", "organization:read"},
	"identity_provider_configs_partial_update":        {"PATCH " + organization + "identity_provider_configs/{id}/", "organization:write"},
	"identity_provider_configs_destroy":               {"DELETE " + organization + "identity_provider_configs/{id}/", "organization:write"},
	"identity_provider_configs_scim_token_create":     {"POST " + organization + "identity_provider_configs/{id}/scim/token/", ""},
	"org_organizations_integrations_list":             {"GET " + organization + "integrations/", "organization_integration:read"},
	"org_organizations_integrations_retrieve":         {"GET " + organization + "integrations/{id}/", "organization_integration:read"},
	"organization_integrations_destroy":               {"DELETE " + organization + "integrations/{id}/", "organization_integration:write"},
	"integrations_environment_mapping_partial_update": {"PATCH " + organization + "integrations/{id}/environment-mapping/", ""},
	"invites_list":                                    {"GET " + organization + "invites/", "organization_member:read"},
	"invites_create":                                  {"POST " + organization + "invites/", "organization_member:write"},
	"invites_destroy":                                 {"DELETE " + organization + "invites/{id}/", "organization_member:write"},
}

const organization = "/api/organizations/{organization_id}/"

func checkDocumented(_ *spec.Document, o *spec.Operation, report func(string, ...any)) {
	page, onPage := documented[o.ID]
	switch {
	case o.Documented && !onPage:
		report("x-documented: the public page does not have it")
	case onPage && !o.Documented:
		report("the public page has it: add x-documented: true")
	case onPage && o.String() != page.endpoint:
		report("is %s, and %s on the public page", o, page.endpoint)
	case onPage && o.Scope != page.scope:
		report("x-required-scope is %q, and %q on the public page", o.Scope, page.scope)
	}
}

// exceptionOf finds what a list says of an operation: of one after a change of the API, such as "oidc domains_update", of one
// before a change, such as "before oidc domains_update", or of one in every revision. No two changes tell of the same operation.
func exceptionOf[T any](list map[string]T, d *spec.Document, o *spec.Operation) (T, bool) {
	for key, found := range list {
		if strings.HasSuffix(key, " "+o.ID) && tellsOf(key, d) {
			return found, true
		}
	}
	found, ok := list[o.ID]
	return found, ok
}

// tellsOf reports whether an exception holds in the revision of a document.
func tellsOf(key string, d *spec.Document) bool {
	change, _, some := strings.Cut(strings.TrimPrefix(key, "before "), " ")
	return !some || d.Revision.Has(spec.ChangeID(change)) != strings.HasPrefix(key, "before ")
}

// otherIDs are the ids that do not follow from the method and the path, and those that would.
var otherIDs = map[string]string{
	"org_organizations_integrations_list":     "integrations_list",
	"org_organizations_integrations_retrieve": "integrations_retrieve",
	"organization_integrations_destroy":       "integrations_destroy",
	// The short names are those of /api/projects/.
	"organizations_projects_list":                       "projects_list",
	"organizations_projects_create":                     "projects_create",
	"organizations_projects_retrieve":                   "projects_retrieve",
	"organizations_projects_update":                     "projects_update",
	"organizations_projects_partial_update":             "projects_partial_update",
	"organizations_projects_destroy":                    "projects_destroy",
	"organizations_projects_reset_token_partial_update": "projects_reset_token_partial_update",
	"personal_api_keys_list":                            "personal_api_keys_retrieve", // it has no pages
	// Those of the members, whom the path leads through.
	"members_github_login_retrieve":    "github_login_retrieve",
	"members_scoped_api_keys_retrieve": "scoped_api_keys_retrieve",
}

func checkID(_ *spec.Document, o *spec.Operation, report func(string, ...any)) {
	want := usualID(o)
	if other, ok := otherIDs[o.ID]; ok && other == want {
		return
	}
	if o.ID != want {
		report("%s is called %s by its path", o, want)
	}
}

// usualID is made as the API's own document makes it: the fixed parts of the path without the objects that it only leads through,
// and a verb for the method.
func usualID(o *spec.Operation) string {
	parts := strings.Split(strings.Trim(o.Path, "/"), "/")
	var words []string
	for i, part := range parts {
		parent := i+2 < len(parts) && strings.HasPrefix(parts[i+1], "{") && parts[i+1] != "{id}"
		if part != "api" && !strings.HasPrefix(part, "{") && !parent {
			words = append(words, snakeCase(strings.TrimPrefix(part, "@")))
		}
	}
	verb := map[string]string{"GET": "retrieve", "POST": "create", "PUT": "update", "PATCH": "partial_update", "DELETE": "destroy"}[o.Method]
	if o.Method == http.MethodGet && (takes(o, "limit") || takes(o, "startIndex")) {
		verb = "list"
	}
	return strings.Join(append(words, verb), "_")
}

func takes(o *spec.Operation, parameter string) bool {
	return o.Spec.Parameters.GetByInAndName(openapi3.ParameterInQuery, parameter) != nil
}

func snakeCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.ReplaceAll(b.String(), "-", "_")
}

// notLists are paths before a parameter that are no list of objects themselves.
var notLists = []string{"/api/signup/", "/scim/v2/"}

// checkPath wants a slash at the end as the servers have it, a list before a parameter, one name for it in all paths of a
// resource, and that it is described.
func checkPath(d *spec.Document, o *spec.Operation, report func(string, ...any)) {
	if slash := strings.HasSuffix(o.Path, "/"); slash == (o.IsSCIM() || o.ID == "logout_create") {
		report("%s: paths end in a slash, but for those of SCIM and /logout", o.Path)
	}
	for i, char := range o.Path {
		list := o.Path[:i]
		if char == '{' && !slices.Contains(notLists, list) && d.T.Paths.Value(list) == nil && d.T.Paths.Value(strings.TrimSuffix(list, "/")) == nil {
			report("%s leads through %s, which is no path", o.Path, list)
		}
	}
	prefix, name := cutParameter(o.Path)
	for _, other := range d.Operations() {
		if otherPrefix, otherName := cutParameter(other.Path); other.Tag == o.Tag && otherPrefix == prefix && otherName != name && otherName != "" && name != "" {
			report("%s has %s where %s has %s", o.Path, name, other.Path, otherName)
			return
		}
	}
	for _, item := range d.T.Paths.Map() {
		if item.GetOperation(o.Method) != o.Spec {
			continue
		}
		for _, parameter := range item.Parameters {
			if parameter.Value.In == openapi3.ParameterInPath && !strings.Contains(o.Path, "{"+parameter.Value.Name+"}") {
				report("%s does not have its parameter %s", o.Path, parameter.Value.Name)
			}
		}
	}
}

// cutParameter finds the last parameter of a path, and what stands before it.
func cutParameter(path string) (prefix, name string) {
	at := strings.LastIndex(path, "{")
	if at < 0 {
		return path, ""
	}
	name, _, _ = strings.Cut(path[at:], "/")
	return path[:at], name
}

// checkOrder wants the operations of a resource together, the resources in the order of the tags, and the methods of a path in one
// order.
func checkOrder(d *spec.Document, o *spec.Operation, report func(string, ...any)) {
	all := d.Operations()
	at := slices.Index(all, o)
	tag := func(o *spec.Operation) int {
		return slices.IndexFunc(d.T.Tags, func(t *openapi3.Tag) bool { return t.Name == o.Tag })
	}
	if tag(o) < 0 {
		report("the tag %s is not in the list of tags", o.Tag)
	}
	if at == 0 {
		return
	}
	before := all[at-1]
	methods := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	switch {
	case tag(before) > tag(o) && d.Revision == spec.DefaultRevision: // what an overlay adds stands last
		report("stands behind %s: the list of tags has %s first", before.ID, o.Tag)
	case before.Path == o.Path && slices.Index(methods, before.Method) > slices.Index(methods, o.Method):
		report("stands behind %s: the order of methods is %s", before.ID, strings.Join(methods, ", "))
	}
}

const sessionOnly, public, anyKey = "x-session-only", "x-public", "x-any-key"

// accessWithoutScope are the operations for which no scope decides, and what does.
var accessWithoutScope = map[string]string{
	"personal_api_keys_current_retrieve":                anyKey,
	"login_create":                                      public,
	"logout_create":                                     public,
	"domains_scim_logs_retrieve":                        sessionOnly,
	"identity_provider_configs_scim_logs_retrieve":      sessionOnly,
	"domains_scim_token_create":                         sessionOnly,
	"domains_verify_create":                             sessionOnly,
	"identity_provider_configs_scim_token_create":       sessionOnly,
	"integrations_environment_mapping_partial_update":   sessionOnly,
	"signup_retrieve":                                   public,
	"signup_create":                                     public,
	"personal_api_keys_list":                            sessionOnly,
	"personal_api_keys_create":                          sessionOnly,
	"personal_api_keys_retrieve":                        anyKey, // the very key alone
	"personal_api_keys_update":                          sessionOnly,
	"personal_api_keys_partial_update":                  sessionOnly,
	"personal_api_keys_destroy":                         sessionOnly,
	"personal_api_keys_roll_create":                     sessionOnly,
	"login_precheck_create":                             public,
	"members_scoped_api_keys_retrieve":                  sessionOnly,
	"organizations_projects_reset_token_partial_update": sessionOnly,
	"projects_reset_token_partial_update":               sessionOnly,
}

func checkAccess(_ *spec.Document, o *spec.Operation, report func(string, ...any)) {
	want := accessWithoutScope[o.ID]
	for mark, marked := range map[string]bool{sessionOnly: o.SessionOnly, public: o.Public, anyKey: o.AnyKey} {
		switch {
		case marked && mark != want:
			report("%s is unusual: if it is meant, list it in accessWithoutScope", mark)
		case !marked && mark == want:
			report("add %s: true", mark)
		}
	}
	switch needsScope := want == "" && !o.IsSCIM(); {
	case o.Scope == "" && needsScope:
		report("add x-required-scope")
	case o.Scope != "" && !needsScope:
		report("x-required-scope: no scope decides here")
	}
}

// scopeObjects are what scopes of the operations are about.
// Source: APIScopeObject in posthog/scopes.py.
var scopeObjects = []string{"organization", "organization_integration", "organization_member", "project", "user"}

func checkScope(d *spec.Document, o *spec.Operation, report func(string, ...any)) {
	if o.Scope == "" {
		return
	}
	object, action, _ := strings.Cut(o.Scope, ":")
	if want := map[bool]string{true: "read", false: "write"}[o.Reads()]; action != want {
		report("x-required-scope: %s with %s is :%s", o.Method, o.Scope, want)
	}
	if !slices.Contains(scopeObjects, object) {
		report("x-required-scope: %s is none of the objects %s", object, strings.Join(scopeObjects, ", "))
	}
	for _, other := range d.Operations() {
		if same, _, _ := strings.Cut(other.Scope, ":"); other.Tag == o.Tag && same != "" && same != object {
			report("x-required-scope is about %s, that of %s about %s: a resource has one object", object, other.ID, same)
			return
		}
	}
}

// otherLevels are the levels that do not follow from the method and the path.
var otherLevels = map[string]int{
	"organizations_destroy":                        15,
	"domains_scim_logs_retrieve":                   8, // the log is for administrators
	"identity_provider_configs_scim_logs_retrieve": 8,
	// A setting of the organization says whether members may invite.
	"invites_create":          1,
	"invites_bulk_create":     1,
	"invites_delegate_create": 1,
	// The levels of both members decide.
	"members_update":         1,
	"members_partial_update": 1,
	"members_destroy":        1,
	// The caller's access to the project decides.
	"organizations_projects_update":                     1,
	"organizations_projects_partial_update":             1,
	"organizations_projects_destroy":                    1,
	"organizations_projects_reset_token_partial_update": 1,
	"projects_create":                                   8, // in the current organization
}

// usualLevel asks members for reading and administrators for writing, in an organization that the path names.
func usualLevel(o *spec.Operation) int {
	switch {
	case !strings.Contains(o.Path, "{organization_id}"):
		return 0
	case o.Reads():
		return 1
	}
	return 8
}

func checkLevel(_ *spec.Document, o *spec.Operation, report func(string, ...any)) {
	if _, ok := o.Spec.Extensions["x-membership-level"]; !ok {
		report("add x-membership-level")
		return
	}
	want := usualLevel(o)
	if other, ok := otherLevels[o.ID]; ok {
		want = other
	}
	if o.Level != want {
		report("x-membership-level: %d is usual; if %d is meant, list it in otherLevels", want, o.Level)
	}
}

// recentLogin are the resources whose writes need a recent login.
// Source: the views that have TimeSensitiveActionPermission (posthog/permissions.py).
var recentLogin = []string{"organizations", "personal_api_keys", "domains", "identity_provider_configs", "invites", "members", "roles", "role_memberships"}

func checkRecentLogin(_ *spec.Document, o *spec.Operation, report func(string, ...any)) {
	if want := slices.Contains(recentLogin, o.Tag) && !o.Reads(); o.RecentLogin != want {
		report("x-recent-login: want %t, as %s of %s", want, o.Method, o.Tag)
	}
}

// features are those that operations ask for. Most ask for none.
var features = map[string][]string{
	"domains_create":                                             {"automatic_provisioning"},
	"domains_update":                                             {"automatic_provisioning", "scim", "xaa_authentication"},
	"domains_partial_update":                                     {"automatic_provisioning", "scim", "xaa_authentication"},
	"before configs_shown domains_update":                        {"automatic_provisioning", "scim"},
	"before configs_shown domains_partial_update":                {"automatic_provisioning", "scim"},
	"identity_on_configs domains_update":                         {"automatic_provisioning"},
	"identity_on_configs domains_partial_update":                 {"automatic_provisioning"},
	"oidc identity_provider_configs_create":                      {"scim", "xaa_authentication", "oidc"},
	"oidc identity_provider_configs_update":                      {"scim", "xaa_authentication", "oidc"},
	"oidc identity_provider_configs_partial_update":              {"scim", "xaa_authentication", "oidc"},
	"remove_blocked_members_and_enforce_verified_domains_create": {"automatic_provisioning"},
	"domains_scim_token_create":                                  {"scim"},
	"identity_provider_configs_create":                           {"scim", "xaa_authentication"},
	"identity_provider_configs_update":                           {"scim", "xaa_authentication"},
	"identity_provider_configs_partial_update":                   {"scim", "xaa_authentication"},
	"identity_provider_configs_scim_token_create":                {"scim"},
	"invites_create":                                             {"organization_invite_settings"},
	"organizations_create":                                       {"organizations_projects"},
	"organizations_update":                                       {"organizations_projects", "organization_invite_settings", "organization_security_settings", "2fa_enforcement"},
	"organizations_partial_update":                               {"organization_invite_settings", "organization_security_settings", "2fa_enforcement"},
	"invites_bulk_create":                                        {"organization_invite_settings"},
	"invites_delegate_create":                                    {"organization_invite_settings"},
	"organizations_projects_create":                              {"organizations_projects"},
	"organizations_projects_update":                              {"organizations_projects"},
	"projects_create":                                            {"organizations_projects"},
	"projects_update":                                            {"organizations_projects"},
}

func checkFeatures(d *spec.Document, o *spec.Operation, report func(string, ...any)) {
	want, _ := exceptionOf(features, d, o)
	if o.IsSCIM() {
		want = []string{"scim"}
	}
	if !slices.Equal(o.Features, want) {
		report("x-features: want %q, not %q; if that is meant, list it in features", want, o.Features)
	}
}

// checkSecurity compares the credentials that the document names with the extensions.
func checkSecurity(d *spec.Document, o *spec.Operation, report func(string, ...any)) {
	requirements := d.T.Security
	if o.Spec.Security != nil {
		requirements = *o.Spec.Security
	}
	wanted := map[string]bool{
		"personalApiKey": !o.IsSCIM() && !o.SessionOnly && !o.Public,
		"session":        !o.IsSCIM() && !o.Public,
		"csrfToken":      !o.IsSCIM() && !o.Public && !o.Reads(),
		"scimToken":      o.IsSCIM(),
	}
	for scheme, want := range wanted {
		times := 0
		for _, requirement := range requirements {
			if _, ok := requirement[scheme]; ok {
				times++
			}
		}
		switch {
		case want && times == 0:
			report("security: add %s", scheme)
		case want && times > 1:
			report("security: %s stands there %d times", scheme, times)
		case !want && times > 0:
			report("security: %s does not go with the extensions", scheme)
		}
	}
}
