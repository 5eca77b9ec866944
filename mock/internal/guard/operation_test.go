package guard

import (
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

// The document of the API requires no parameter outside of paths, so these are of another.
func TestRequiredParameters(t *testing.T) {
	text := openapi3.NewSchemaRef("", openapi3.NewStringSchema())
	documented := &spec.Operation{ID: "hedgehogs_list", Method: "GET", Path: "/hedgehogs/", Spec: &openapi3.Operation{Parameters: openapi3.Parameters{
		{Value: &openapi3.Parameter{Name: "spikes", In: "query", Required: true, Schema: text, Description: "How many."}},
		{Value: &openapi3.Parameter{Name: "X-Garden", In: "header", Required: true, Schema: text}},
		{Value: &openapi3.Parameter{Name: "colour", In: "query", Schema: text}},
	}}}
	o, err := newOperation(&spec.Document{T: &openapi3.T{Paths: openapi3.NewPaths()}}, documented, fieldCollector{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, query string
		header      http.Header
		want        []string // places
	}{
		{"all of them", "spikes=5000", http.Header{"X-Garden": {"back"}}, nil},
		{"none of them", "colour=brown", http.Header{}, []string{"query spikes", "header X-Garden"}},
		{"an empty one", "spikes=", http.Header{"X-Garden": {"back"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			f := checker{operation: o, method: "GET"}

			f.checkQuery(c.query)
			f.checkHeaders(c.header)

			var places []string
			for _, v := range f.found {
				g.Expect(v.Code).To(Equal(MissingParameter))
				g.Expect(v.Message).To(ContainSubstring("was not sent; the document requires it: a text"))
				places = append(places, v.Where)
			}
			g.Expect(places).To(Equal(c.want))
		})
	}
}

func TestAParameterThatIsNotInItsPath(t *testing.T) {
	g := NewWithT(t)
	documented := &spec.Operation{ID: "hedgehogs_retrieve", Method: "GET", Path: "/hedgehogs/{id}/", Spec: &openapi3.Operation{Parameters: openapi3.Parameters{
		{Value: &openapi3.Parameter{Name: "name", In: "path", Required: true}},
	}}}

	_, err := newOperation(&spec.Document{T: &openapi3.T{Paths: openapi3.NewPaths()}}, documented, fieldCollector{})

	g.Expect(err).To(MatchError("parameter name is not in the path"))
}

// The first server of a program prepares the guard when it starts.
func BenchmarkLoad(b *testing.B) {
	document, err := spec.Load()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := newGuard(document); err != nil {
			b.Fatal(err)
		}
	}
}
