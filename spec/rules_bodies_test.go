package spec_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/spec"
)

// Rules for what requests and responses carry.

// bodiless are actions by a method that sets fields, which set none that is sent.
var bodiless = []string{"organizations_projects_reset_token_partial_update", "projects_reset_token_partial_update"}

// checkRequest wants a body of what sets fields, in every encoding, all of one schema.
func checkRequest(d *spec.Document, o *spec.Operation, report func(string, ...any)) {
	sets := o.Method == http.MethodPut || o.Method == http.MethodPatch || creates(d, o)
	if o.Request == "" {
		if sets && !slices.Contains(bodiless, o.ID) {
			report("add a requestBody with a schema of components/schemas")
		}
		return
	}
	encodings := []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
	if o.IsSCIM() {
		encodings = []string{"application/scim+json", "application/json"}
	}
	if o.ID == "invites_bulk_create" { // a form cannot say a list
		encodings = []string{"application/json"}
	}
	content := o.Spec.RequestBody.Value.Content
	if len(content) != len(encodings) {
		report("requestBody: want %s", strings.Join(encodings, ", "))
	}
	for _, encoding := range encodings {
		if media := content[encoding]; media == nil || media.Schema == nil || media.Schema.Ref != schemas+o.Request {
			report("requestBody: %s does not take %s", encoding, o.Request)
		}
	}
	if _, ok := d.Schema(o.Request); !ok {
		report("requestBody: there is no schema %s", o.Request)
	}
}

// creates reports whether the operation makes an object of those that its path lists.
func creates(d *spec.Document, o *spec.Operation) bool {
	item := d.T.Paths.Value(o.Path)
	return o.Method == http.MethodPost && item != nil && item.Get != nil
}

// otherStatuses are the statuses that do not follow from the method, the path and the body: those that an operation answers with
// as well, and those that it never does.
var otherStatuses = map[string]struct{ also, never []int }{
	"personal_api_keys_current_retrieve":                {also: []int{404}},
	"login_create":                                      {never: []int{401}},
	"login_precheck_create":                             {never: []int{401}},
	"users_retrieve":                                    {never: []int{404}}, // everybody else is 403
	"organizations_projects_reset_token_partial_update": {also: []int{400}},
	"projects_reset_token_partial_update":               {also: []int{400}},
	"logout_create":                                     {also: []int{302}, never: []int{200, 401, 429}},
	// The refusal for a feature. There are no fields that could be wrong.
	"identity_provider_configs_scim_token_create": {also: []int{400}},
	// A restriction of the membership, a config without a scope.
	"membership_restricted domains_destroy":                      {also: []int{400}},
	"scopes_of_configs identity_provider_configs_destroy":        {also: []int{400}},
	"remove_blocked_members_and_enforce_verified_domains_create": {also: []int{400}},
	"organization_integrations_destroy":                          {also: []int{409}},
	"invites_bulk_create":                                        {also: []int{201}, never: []int{200}},
	"invites_delegate_create":                                    {also: []int{201}, never: []int{200}},
	// Filters that cannot be read, an owner who leaves.
	"members_list":    {also: []int{400}},
	"members_destroy": {also: []int{400}},
	// What is no number is a bad request, whatever the method.
	"organizations_projects_retrieve": {also: []int{400}},
	"organizations_projects_destroy":  {also: []int{400}},
	"projects_retrieve":               {also: []int{400}},
	"projects_destroy":                {also: []int{400}},
	// There may be no current organization.
	"organizations_list": {also: []int{404}},
	"projects_list":      {also: []int{404}},
	"projects_create":    {also: []int{404}},
	// An invite that is gone is a bad request.
	"signup_retrieve": {also: []int{400}, never: []int{401, 403, 404}},
	"signup_create":   {never: []int{401, 404}},
	// Bad pages, owners, a name that is taken.
	"scim_users_list":    {also: []int{400}},
	"scim_groups_list":   {also: []int{400}},
	"scim_users_destroy": {also: []int{400}},
	"scim_users_create":  {also: []int{409}},
}

func checkStatuses(d *spec.Document, o *spec.Operation, report func(string, ...any)) {
	want := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed}
	switch {
	case o.Method == http.MethodDelete:
		want = append(want, http.StatusNoContent)
	case creates(d, o):
		want = append(want, http.StatusCreated)
	default:
		want = append(want, http.StatusOK)
	}
	object := strings.Contains(o.Path, "{")
	if o.IsSCIM() { // whose domain goes with its token
		want = append(want, http.StatusNotAcceptable)
		object = strings.Contains(o.Path, "{id}")
	} else {
		want = append(want, http.StatusTooManyRequests)
	}
	if object {
		want = append(want, http.StatusNotFound)
	}
	if o.Request != "" {
		want = append(want, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	other, _ := exceptionOf(otherStatuses, d, o)
	want = slices.DeleteFunc(want, func(status int) bool { return slices.Contains(other.never, status) })
	want = append(want, other.also...)
	slices.Sort(want)
	if got := o.Statuses(); !slices.Equal(got, want) {
		report("responses: want %v, not %v; if that is meant, list it in otherStatuses", want, got)
	}
}

const schemas = "#/components/schemas/"

// otherBodies are the schemas of successes that are not the representation of the resource, nor a page of it.
var otherBodies = map[string]string{
	"login_create":                                               "LoginSuccess",
	"domains_scim_logs_retrieve":                                 "PaginatedScimLogList",
	"identity_provider_configs_scim_logs_retrieve":               "PaginatedScimLogList",
	"remove_blocked_members_and_enforce_verified_domains_create": "RemovedMembers",
	"domains_scim_token_create":                                  "DomainScimToken",
	"identity_provider_configs_scim_token_create":                "IdentityProviderConfigScimToken",
	"invites_bulk_create":                                        "OrganizationInviteList",
	"organizations_projects_list":                                "PaginatedProjectRowList",
	"projects_list":                                              "PaginatedProjectRowList",
	"signup_retrieve":                                            "InviteSummary",
	"signup_create":                                              "SignedUpUser",
	"login_precheck_create":                                      "LoginPrecheckResult",
	"personal_api_keys_list":                                     "PersonalAPIKeyList",
	"members_github_login_retrieve":                              "MemberGithubLogin",
	"members_scoped_api_keys_retrieve":                           "MemberScopedAPIKeys",
}

func checkSuccess(d *spec.Document, o *spec.Operation, report func(string, ...any)) {
	for _, status := range o.Statuses() {
		if status >= http.StatusBadRequest {
			return
		}
		schema, ok := o.ResponseSchema(status)
		bodiless := status >= 300 || status == http.StatusNoContent
		switch want := successSchema(d, o); {
		case ok && bodiless:
			report("%d: has no body", status)
		case !ok && !bodiless:
			report("%d: add a body with the schema %s", status, want)
		case ok && schema.Ref != schemas+want:
			report("%d: the schema is %q, want %s; if it is meant, list it in otherBodies", status, strings.TrimPrefix(schema.Ref, schemas), want)
		}
	}
}

// successSchema names the body of a success: what the first operation on the resource has that answers with one object, or a page of
// that. It is called after the resource.
func successSchema(d *spec.Document, o *spec.Operation) string {
	if other := otherBodies[o.ID]; other != "" {
		return other
	}
	one := "…" + resource(o) + "…"
	for _, other := range d.Operations() {
		if resource(other) != resource(o) || strings.HasSuffix(other.ID, "_list") || otherBodies[other.ID] != "" {
			continue
		}
		schema, ok := other.ResponseSchema(other.Statuses()[0])
		if !ok {
			continue
		}
		if name := strings.TrimPrefix(schema.Ref, schemas); strings.Contains(strings.ToLower(name), resource(o)) {
			one = name
			break
		}
	}
	if !strings.HasSuffix(o.ID, "_list") {
		return one
	}
	page := strings.TrimSuffix(one, "Representation") + "List"
	if !o.IsSCIM() {
		page = "Paginated" + page
	}
	return page
}

// resource is what the operation is about, in the singular and without separators, as it stands in the names of schemas.
func resource(o *spec.Operation) string {
	name := o.Tag
	if o.IsSCIM() {
		name = "scim" + strings.ToLower(strings.Split(o.Path, "/")[4])
	}
	return strings.TrimSuffix(strings.ReplaceAll(name, "_", ""), "s")
}

// plainRefusals are the operations with a refusal that the API gives as a plain detail.
var plainRefusals = []string{
	"domains_scim_token_create", "identity_provider_configs_scim_token_create", "integrations_environment_mapping_partial_update",
}

// ofTheFramework are refusals that come before the SCIM server has a say.
var ofTheFramework = []int{http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusUnsupportedMediaType}

func checkErrors(_ *spec.Document, o *spec.Operation, report func(string, ...any)) {
	for _, status := range o.Statuses() {
		if status < http.StatusBadRequest {
			continue
		}
		want := "Error"
		switch {
		case o.IsSCIM() && slices.Contains(ofTheFramework, status):
			want = "ScimFrameworkError"
		case o.IsSCIM():
			want = "ScimError"
		case status == http.StatusBadRequest && slices.Contains(plainRefusals, o.ID):
			want = "AnyError"
		}
		if schema, ok := o.ResponseSchema(status); !ok || schema.Ref != schemas+want {
			report("%d: the schema must be %s", status, want)
		}
	}
}

var exampleRules = []rule{checkRequestExamples, checkResponseExamples}

func checkRequestExamples(_ *spec.Document, o *spec.Operation, report func(string, ...any)) {
	if o.Request == "" {
		return
	}
	body := o.Spec.RequestBody
	checkExamples(body.Value.Content, place(body.Ref, "requestBody"), report, func(media *openapi3.MediaType, value any) error {
		return media.Schema.Value.VisitJSON(value, openapi3.VisitAsRequest())
	})
}

func checkResponseExamples(_ *spec.Document, o *spec.Operation, report func(string, ...any)) {
	responses := o.Spec.Responses.Map()
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		response := responses[status]
		checkExamples(response.Value.Content, place(response.Ref, status), report, func(media *openapi3.MediaType, value any) error {
			if err := media.Schema.Value.VisitJSON(value, openapi3.VisitAsResponse()); err != nil {
				return err
			}
			if extra := spec.UndocumentedProperties(media.Schema, value); len(extra) > 0 {
				return fmt.Errorf("has the undocumented properties %q", extra)
			}
			return nil
		})
	}
}

// place names a body: a component by its reference, as it is that for each operation that has it.
func place(ref, own string) string {
	if ref != "" {
		return ref
	}
	return own
}

// checkExamples wants an example of each body, and that each is as its schema says.
func checkExamples(content openapi3.Content, at string, report func(string, ...any), check func(*openapi3.MediaType, any) error) {
	for _, contentType := range slices.Sorted(maps.Keys(content)) {
		media := content[contentType]
		if len(media.Examples) == 0 {
			report("%s: add an example of %s", at, contentType)
		}
		for _, name := range slices.Sorted(maps.Keys(media.Examples)) {
			if err := check(media, media.Examples[name].Value.Value); err != nil {
				report("%s: the example %s of %s: %v", at, name, contentType, err)
			}
		}
	}
}
