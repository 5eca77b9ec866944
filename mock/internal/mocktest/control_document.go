package mocktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/spec"
)

// holdToControlDocument fails where a call of the control plane is not as its document says.
func (a *Answer) holdToControlDocument(method, path, contentType, body string) {
	a.T.Helper()
	op := controlOperation(method, path)
	if op == nil || a.Code == http.StatusSeeOther { // for a token, wherever it comes
		return
	}
	if wrong := a.undocumentedAnswer(op); wrong != "" {
		a.T.Errorf("%.300s\n  answers %d %.300s\n  of which spec/control.yaml says: %s", a.Asked, a.Code, a.Body, wrong)
	}
	if a.Code < 300 && contentType == "application/json" {
		if wrong := undocumentedRequest(op, body); wrong != "" {
			a.T.Errorf("%.300s\n  is accepted, and of the body spec/control.yaml says: %s", a.Asked, wrong)
		}
	}
}

// controlDocument is the document of the control plane.
var controlDocument = sync.OnceValue(func() *openapi3.T {
	document, err := openapi3.NewLoader().LoadFromData(spec.ControlOpenAPI())
	if err != nil {
		panic(err)
	}
	return document
})

// controlOperation is what the document says of a call, nil when it has none such.
func controlOperation(method, path string) *openapi3.Operation {
	path, _, _ = strings.Cut(path, "?")
	if below, ok := strings.CutPrefix(path, "/_sandbox/"); ok {
		_, path, _ = strings.Cut(below, "/")
		path = "/" + path
	}
	path, ok := strings.CutPrefix(path, "/_understudy")
	if !ok {
		return nil
	}
	if item := controlDocument().Paths.Value(path); item != nil {
		return item.GetOperation(method)
	}
	sent := strings.Split(path, "/")
	for documented, item := range controlDocument().Paths.Map() {
		if op := item.GetOperation(method); op != nil && fits(strings.Split(documented, "/"), sent) {
			return op
		}
	}
	return nil
}

func fits(documented, sent []string) bool {
	if len(documented) != len(sent) {
		return false
	}
	for i, part := range documented {
		if part != sent[i] && !strings.HasPrefix(part, "{") {
			return false
		}
	}
	return true
}

// undocumentedAnswer is what an answer of the control plane has in it that its document
// does not say, and what is not as the document says; "" is nothing.
func (a *Answer) undocumentedAnswer(op *openapi3.Operation) string {
	response := op.Responses.Status(a.Code)
	if response == nil {
		response = op.Responses.Value(strconv.Itoa(a.Code/100) + "XX")
	}
	if response == nil {
		return "it has no such status"
	}
	if len(a.Body) == 0 {
		if response.Value.Content["application/json"] != nil && response.Value.Content["text/plain"] == nil {
			return "it has a body"
		}
		return ""
	}
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	content := response.Value.Content[kind]
	if content == nil {
		return "it has no body of the type " + kind
	}
	if kind != "application/json" || content.Schema == nil {
		return ""
	}
	var value any
	if err := json.Unmarshal(a.Body, &value); err != nil {
		return err.Error()
	}
	if err := content.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse()); err != nil {
		return err.Error()
	}
	if missing := Undocumented("", content.Schema, value); len(missing) > 0 {
		return fmt.Sprint("it does not name ", missing)
	}
	return ""
}

// undocumentedRequest is how a body that was accepted is not as the document says.
func undocumentedRequest(op *openapi3.Operation, body string) string {
	if op.RequestBody == nil {
		if strings.TrimSpace(body) != "" {
			return "it takes no body"
		}
		return ""
	}
	content := op.RequestBody.Value.Content["application/json"]
	var value any
	if content == nil || json.Unmarshal([]byte(body), &value) != nil {
		return "" // a world is read as YAML, whatever it says it is
	}
	if err := content.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsRequest()); err != nil {
		return err.Error()
	}
	return ""
}

// Undocumented are the properties of a value that its schema does not name.
func Undocumented(at string, schema *openapi3.SchemaRef, value any) (missing []string) {
	switch value := value.(type) {
	case []any:
		if schema.Value.Items == nil {
			return nil
		}
		for _, item := range value {
			missing = append(missing, Undocumented(at+"[]", schema.Value.Items, item)...)
		}
	case map[string]any:
		if extra := schema.Value.AdditionalProperties; extra.Schema != nil || extra.Has != nil && *extra.Has {
			return nil
		}
		known := openapi3.Schemas{}
		for _, part := range append(openapi3.SchemaRefs{schema}, schema.Value.AllOf...) {
			maps.Copy(known, part.Value.Properties)
		}
		if len(known) == 0 {
			return nil // any object
		}
		for name, inner := range value {
			if known[name] == nil {
				missing = append(missing, at+"."+name)
				continue
			}
			missing = append(missing, Undocumented(at+"."+name, known[name], inner)...)
		}
	}
	return missing
}
