package spec_test

import (
	"fmt"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

func TestExamplesOfRequests(t *testing.T) {
	for _, operation := range load(t).Operations() {
		if operation.Request == "" {
			continue
		}
		for contentType, media := range operation.Spec.RequestBody.Value.Content {
			t.Run(operation.ID+" "+contentType, func(t *testing.T) {
				g := NewWithT(t)

				g.Expect(media.Examples).NotTo(BeEmpty())
				for name, example := range media.Examples {
					g.Expect(media.Schema.Value.VisitJSON(example.Value.Value, openapi3.VisitAsRequest())).To(Succeed(), name)
				}
			})
		}
	}
}

func TestExamplesOfResponses(t *testing.T) {
	for _, operation := range load(t).Operations() {
		for status, response := range operation.Spec.Responses.Map() {
			for contentType, media := range response.Value.Content {
				t.Run(fmt.Sprint(operation.ID, " ", status, " ", contentType), func(t *testing.T) {
					g := NewWithT(t)

					g.Expect(media.Examples).NotTo(BeEmpty())
					for name, example := range media.Examples {
						body := example.Value.Value
						g.Expect(media.Schema.Value.VisitJSON(body, openapi3.VisitAsResponse())).To(Succeed(), name)
						g.Expect(spec.Undocumented(media.Schema, body)).To(BeEmpty(), name)
					}
				})
			}
		}
	}
}

func TestRequestsTakeTheirEncodingsOfOneSchema(t *testing.T) {
	document := load(t)
	for _, operation := range document.Operations() {
		if operation.Request == "" {
			continue
		}
		t.Run(operation.ID, func(t *testing.T) {
			g := NewWithT(t)
			content := operation.Spec.RequestBody.Value.Content
			contentTypes := []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
			if operation.IsSCIM() {
				contentTypes = []string{"application/scim+json", "application/json"}
			}

			if operation.ID == "invites_bulk_create" { // a form cannot say a list
				contentTypes = []string{"application/json"}
			}
			g.Expect(content).To(HaveLen(len(contentTypes)))
			for _, contentType := range contentTypes {
				g.Expect(content).To(HaveKey(contentType))
				g.Expect(content[contentType].Schema.Ref).To(Equal("#/components/schemas/" + operation.Request))
			}
			_, ok := document.Schema(operation.Request)
			g.Expect(ok).To(BeTrue(), "the schema is indexed")
		})
	}
}
