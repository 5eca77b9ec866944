package spec_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

// TestDocumentIsComplete holds the document against the specification of OpenAPI, and its operations and examples against our own
// rules. It reports all that is missing or wrong in one list.
func TestDocumentIsComplete(t *testing.T) { inEachRevision(t, checkDocument) }

func checkDocument(t *testing.T, document *spec.Document) {
	found := mistakesIn(document, document.Operations(), slices.Concat(operationRules, exampleRules))
	var invalid openapi3.MultiError
	if err := document.T.Validate(t.Context(), openapi3.EnableMultiError()); errors.As(err, &invalid) {
		for _, err := range invalid {
			text, _, _ := strings.Cut(err.Error(), "\n") // what follows is the schema
			found = append(found, text)
		}
	} else if err != nil {
		found = append(found, err.Error())
	}
	if len(found) > 0 {
		t.Errorf("%d mistakes:\n%s", len(found), strings.Join(found, "\n"))
	}
}

// TestExceptionsAreNeeded finds exceptions of operations that are gone, and those that say what the rule says already.
func TestExceptionsAreNeeded(t *testing.T) {
	g := NewWithT(t)
	var documents []*spec.Document
	inEachRevision(t, func(_ *testing.T, document *spec.Document) { documents = append(documents, document) })
	lists := map[string][]string{
		"documented":         slices.Collect(maps.Keys(documented)),
		"otherIDs":           slices.Collect(maps.Keys(otherIDs)),
		"accessWithoutScope": slices.Collect(maps.Keys(accessWithoutScope)),
		"otherLevels":        slices.Collect(maps.Keys(otherLevels)),
		"features":           slices.Collect(maps.Keys(features)),
		"otherStatuses":      slices.Collect(maps.Keys(otherStatuses)),
		"otherBodies":        slices.Collect(maps.Keys(otherBodies)),
		"plainRefusals":      plainRefusals,
	}
	for list, ids := range lists {
		for _, id := range ids {
			is := slices.ContainsFunc(documents, func(d *spec.Document) bool {
				_, in := d.Operation(id[strings.LastIndex(id, " ")+1:])
				return in && tellsOf(id, d)
			})
			g.Expect(is).To(BeTrue(), "%s names %s, which is no operation of any revision", list, id)
		}
	}
	for _, document := range documents {
		for id, level := range otherLevels {
			if operation, ok := document.Operation(id); ok {
				g.Expect(level).NotTo(Equal(usualLevel(operation)), "otherLevels need not name %s", id)
			}
		}
		for id, other := range otherIDs {
			if operation, ok := document.Operation(id); ok {
				g.Expect(other).To(Equal(usualID(operation)), "otherIDs: the usual id of %s", id)
				g.Expect(other).NotTo(Equal(id), "otherIDs need not name %s", id)
			}
		}
	}
}

// TestRulesNoticeMistakes makes each operation wrong in each way, one at a time, and wants the rules to see it.
func TestRulesNoticeMistakes(t *testing.T) { inEachRevision(t, makeMistakes) }

func makeMistakes(t *testing.T, shared *spec.Document) {
	document, err := spec.LoadCopy(shared.Revision)
	if err != nil {
		t.Fatal(err)
	}
	all := document.Operations()
	sound := mistakesIn(document, all, operationRules)
	for _, operation := range all {
		resource := slices.DeleteFunc(slices.Clone(all), func(o *spec.Operation) bool { return o.Tag != operation.Tag })
		for _, mistake := range mistakesOf(document, operation) {
			before, beforeSpec := *operation, *operation.Spec
			mistake.commit(operation)
			noticed := slices.ContainsFunc([][]*spec.Operation{{operation}, resource}, func(operations []*spec.Operation) bool {
				return len(mistakesIn(document, operations, operationRules)) > 0
			})
			if !noticed {
				t.Errorf("%s: nothing notices %s", before.ID, mistake.name)
			}
			*operation = before
			*operation.Spec = beforeSpec
		}
	}
	NewWithT(t).Expect(mistakesIn(document, all, operationRules)).To(Equal(sound), "the document is as it was")
}

// mistake is something that an author can get wrong about one operation. The operation and what its Spec holds directly may be
// changed, nothing below.
type mistake struct {
	name   string
	commit func(*spec.Operation)
}

func mistakesOf(document *spec.Document, operation *spec.Operation) (list []mistake) {
	add := func(name string, commit func(*spec.Operation)) { list = append(list, mistake{name, commit}) }

	if path, ok := strings.CutSuffix(operation.Path, "/"); ok {
		add("a longer path", func(o *spec.Operation) { o.Path += "more/" })
		add("no slash at the end", func(o *spec.Operation) { o.Path = path })
	} else {
		add("a longer path", func(o *spec.Operation) { o.Path += "/more" })
		add("a slash at the end", func(o *spec.Operation) { o.Path += "/" })
	}
	for i, part := range strings.Split(operation.Path, "/") {
		if part != "" && !strings.HasPrefix(part, "{") {
			add(part+" misspelt", func(o *spec.Operation) {
				parts := strings.Split(o.Path, "/")
				parts[i] += "x"
				o.Path = strings.Join(parts, "/")
			})
		}
	}
	if prefix, name := cutParameter(operation.Path); name != "" {
		add("another parameter", func(o *spec.Operation) {
			o.Path = prefix + strings.Replace(operation.Path[len(prefix):], name, "{key}", 1)
		})
	}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if method != operation.Method {
			add("the method "+method, func(o *spec.Operation) { o.Method = method })
		}
	}
	for _, scope := range []string{"", "organization:read", "organization:write", "project:read", "organisation:read"} {
		if scope != operation.Scope {
			add("the scope "+scope, func(o *spec.Operation) { o.Scope = scope })
		}
	}
	for _, level := range []int{0, 1, 8, 15} {
		if level != operation.Level {
			add(fmt.Sprint("the level ", level), func(o *spec.Operation) { o.Level = level })
		}
	}
	add("no level", func(o *spec.Operation) {
		o.Spec.Extensions = maps.Clone(o.Spec.Extensions)
		delete(o.Spec.Extensions, "x-membership-level")
	})
	add("x-documented", func(o *spec.Operation) { o.Documented = !o.Documented })
	add("x-session-only", func(o *spec.Operation) { o.SessionOnly = !o.SessionOnly })
	add("x-public", func(o *spec.Operation) { o.Public = !o.Public })
	add("x-any-key", func(o *spec.Operation) { o.AnyKey = !o.AnyKey })
	add("x-recent-login", func(o *spec.Operation) { o.RecentLogin = !o.RecentLogin })
	add("x-features", func(o *spec.Operation) { o.Features = append(slices.Clone(o.Features), "white_labelling") })
	if operation.Features != nil {
		add("no x-features", func(o *spec.Operation) { o.Features = nil })
	}
	add("other credentials", func(o *spec.Operation) {
		o.Spec.Security = &openapi3.SecurityRequirements{{"session": nil, "csrfToken": nil, "scimToken": nil}}
	})
	if operation.Request != "" {
		add("no body in the request", func(o *spec.Operation) { o.Request, o.Spec.RequestBody = "", nil })
	}
	return append(list, mistakesOfResponses(document, operation)...)
}

func mistakesOfResponses(document *spec.Document, operation *spec.Operation) (list []mistake) {
	change := func(name string, change func(*openapi3.Responses)) {
		list = append(list, mistake{name, func(o *spec.Operation) {
			responses := openapi3.NewResponsesWithCapacity(o.Spec.Responses.Len())
			for status, response := range o.Spec.Responses.Map() {
				responses.Set(status, response)
			}
			change(responses)
			o.Spec.Responses = responses
		}})
	}
	statuses := operation.Statuses()
	for _, status := range []int{200, 201, 204, 400, 401, 403, 404, 405, 406, 409, 413, 415, 429} {
		if code := fmt.Sprint(status); slices.Contains(statuses, status) {
			change("no status "+code, func(r *openapi3.Responses) { r.Delete(code) })
		} else {
			change("the status "+code, func(r *openapi3.Responses) { r.Set(code, operation.Spec.Responses.Status(http.StatusForbidden)) })
		}
	}
	for _, status := range statuses {
		code := fmt.Sprint(status)
		for _, name := range []string{"OrganizationDomainRepresentation", "PersonalAPIKey", "Error", "PlainError"} {
			if schema, ok := operation.ResponseSchema(status); ok && schema.Ref == schemas+name {
				continue
			}
			body := openapi3.NewResponse().WithJSONSchemaRef(&openapi3.SchemaRef{Ref: schemas + name, Value: document.T.Components.Schemas[name].Value})
			change(code+" with "+name, func(r *openapi3.Responses) { r.Set(code, &openapi3.ResponseRef{Value: body}) })
		}
		if _, ok := operation.ResponseSchema(status); ok {
			change(code+" without a body", func(r *openapi3.Responses) { r.Set(code, &openapi3.ResponseRef{Value: openapi3.NewResponse()}) })
		}
	}
	return list
}

// TestOperationsInDocumentOrder compares the order with that of the text.
func TestOperationsInDocumentOrder(t *testing.T) {
	g := NewWithT(t)
	var want, got []string
	for _, match := range regexp.MustCompile(`(?m)^ +operationId: (\w+)$`).FindAllSubmatch(spec.OpenAPI(), -1) {
		want = append(want, string(match[1]))
	}
	for _, operation := range load(t).Operations() {
		got = append(got, operation.ID)
	}

	g.Expect(got).To(Equal(want))
}

func TestOperationsReturnsACopy(t *testing.T) {
	g := NewWithT(t)
	document := load(t)

	document.Operations()[0] = nil

	g.Expect(document.Operations()[0]).NotTo(BeNil())
}

func TestResponseSchemaOfWhatIsNotDocumented(t *testing.T) {
	g := NewWithT(t)
	operation, _ := load(t).Operation("domains_list")

	_, ok := operation.ResponseSchema(418)

	g.Expect(ok).To(BeFalse())
}

func TestGrants(t *testing.T) {
	for _, c := range []struct {
		name     string
		scopes   []string
		required string
		want     bool
	}{
		{"the scope itself", []string{"insight:read", "organization:read"}, "organization:read", true},
		{"writing includes reading", []string{"organization:write"}, "organization:read", true},
		{"reading does not include writing", []string{"organization:read"}, "organization:write", false},
		{"everything", []string{"*"}, "organization:write", true},
		{"another object whose name begins alike", []string{"organization_member:write"}, "organization:read", false},
		{"no scopes", nil, "organization:read", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			NewWithT(t).Expect(spec.ScopesAllow(c.scopes, c.required)).To(Equal(c.want))
		})
	}
}
