package guard_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/spec"
)

// Whoever follows the examples of the document follows the document.
func TestExamplesOfRequests(t *testing.T) {
	document, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	bodies := 0
	for _, operation := range document.Operations() {
		target, facts := exampleTarget(t, document, operation), guard.Facts{}
		if operation.Scope != "" {
			facts = guard.Facts{Key: true, Scopes: []string{operation.Scope}}
		}
		if operation.Spec.RequestBody == nil {
			t.Run(operation.ID, func(t *testing.T) {
				NewWithT(t).Expect(exchange{operation.ID, target, "", "", facts}.check(t)).To(BeEmpty())
			})
			continue
		}
		for contentType, media := range operation.Spec.RequestBody.Value.Content {
			for name, example := range media.Examples {
				bodies++
				t.Run(operation.ID+" "+contentType+" "+name, func(t *testing.T) {
					kind, body := encoded(t, contentType, example.Value.Value)
					NewWithT(t).Expect(exchange{operation.ID, target, kind, body, facts}.check(t)).To(BeEmpty(), body)
				})
			}
		}
	}
	NewWithT(t).Expect(bodies).To(BeNumerically(">", 60))
}

func TestExamplesOfResponses(t *testing.T) {
	document, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range document.Operations() {
		for _, status := range operation.Statuses() {
			for contentType, media := range operation.Spec.Responses.Status(status).Value.Content {
				for name, example := range media.Examples {
					t.Run(fmt.Sprint(operation.ID, " ", status, " ", name), func(t *testing.T) {
						body, err := json.Marshal(example.Value.Value)
						g := NewWithT(t)
						g.Expect(err).NotTo(HaveOccurred())
						header := http.Header{"Content-Type": {contentType}}
						g.Expect(theGuard(t).CheckResponse(operation.ID, status, header, body)).To(Succeed())
					})
				}
			}
		}
	}
}

// exampleTarget is the path of an operation with every parameter as the document shows it.
func exampleTarget(t *testing.T, document *spec.Document, operation *spec.Operation) string {
	t.Helper()
	target, query := operation.Path, url.Values{}
	parameters := append(openapi3.Parameters{}, operation.Spec.Parameters...)
	for _, ref := range append(parameters, document.T.Paths.Value(operation.Path).Parameters...) {
		example := ref.Value.Example
		for _, one := range ref.Value.Examples {
			example = one.Value.Value
		}
		if example == nil {
			t.Fatalf("parameter %s of %s has no example", ref.Value.Name, operation.ID)
		}
		switch ref.Value.In {
		case openapi3.ParameterInPath:
			target = strings.Replace(target, "{"+ref.Value.Name+"}", fmt.Sprint(example), 1)
		case openapi3.ParameterInQuery:
			query.Set(ref.Value.Name, fmt.Sprint(example))
		}
	}
	return target + "?" + query.Encode()
}

// encoded writes an example as a client would in a content type.
func encoded(t *testing.T, contentType string, value any) (kind, body string) {
	t.Helper()
	if strings.HasSuffix(contentType, "json") {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return contentType, string(data)
	}
	form := url.Values{}
	for name, member := range value.(map[string]any) {
		switch member := member.(type) {
		case []any:
			if _, texts := member[0].(string); texts {
				for _, item := range member {
					form.Add(name, fmt.Sprint(item))
				}
				continue
			}
			data, err := json.Marshal(member)
			if err != nil {
				t.Fatal(err)
			}
			form.Set(name, string(data))
		default:
			form.Set(name, fmt.Sprint(member))
		}
	}
	if contentType == forms {
		return forms, form.Encode()
	}
	var parts strings.Builder
	for name, values := range form {
		for _, text := range values {
			fmt.Fprintf(&parts, "--example\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, text)
		}
	}
	parts.WriteString("--example--\r\n")
	return contentType + "; boundary=example", parts.String()
}
