package mock_test

import (
	"encoding/json"
	"fmt"
	"mime"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// controlDocument is the document of the control plane.
var controlDocument = sync.OnceValue(func() *openapi3.T {
	document, err := openapi3.NewLoader().LoadFromFile("../spec/control.yaml")
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
func (a *answer) undocumentedAnswer(op *openapi3.Operation) string {
	response := op.Responses.Status(a.code)
	if response == nil {
		response = op.Responses.Value(strconv.Itoa(a.code/100) + "XX")
	}
	if response == nil {
		return "it has no such status"
	}
	if len(a.body) == 0 {
		if response.Value.Content["application/json"] != nil && response.Value.Content["text/plain"] == nil {
			return "it has a body"
		}
		return ""
	}
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	content := response.Value.Content[kind]
	if content == nil {
		return "it has no body of the type " + kind
	}
	if kind != "application/json" || content.Schema == nil {
		return ""
	}
	var value any
	if err := json.Unmarshal(a.body, &value); err != nil {
		return err.Error()
	}
	if err := content.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse()); err != nil {
		return err.Error()
	}
	if missing := undocumented("", content.Schema, value); len(missing) > 0 {
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
