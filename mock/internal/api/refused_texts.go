package api

import (
	"errors"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// textCheck are the refusals of the texts of a body, by field; see [rest.Serializer.RefusedTexts].
type textCheck = func(c *call, in *rest.Input) map[string]error

// RefusedText is a text of a request that its revision refuses, whoever sends it.
type RefusedText struct {
	Pointer string // to the text in the body (RFC 6901)
	Name    string // of the field
	Refusal *rest.Error
}

// RefusedTexts finds the texts of a body that the rules of the revision refuse, in the order of the
// body's items. They are the rules that operations go by; here nothing but the text counts.
func (a *API) RefusedTexts(of *spec.Operation, body rest.Body) (found []RefusedText) {
	name, isList := bodySchema(of)
	check, ok := a.refusedTexts[name]
	if !ok {
		check, ok = a.refusedTexts[strings.TrimPrefix(name, "Patched")]
	}
	if !ok {
		return nil
	}
	in, err := body.Parse()
	if err != nil {
		return nil
	}
	if !isList {
		return a.refusedIn(in, check, "")
	}
	items, _ := in.Items()
	for i, item := range items {
		found = append(found, a.refusedIn(item, check, "/"+strconv.Itoa(i))...)
	}
	return found
}

func (a *API) refusedIn(in *rest.Input, check textCheck, pointer string) (found []RefusedText) {
	refused := check(&call{api: a}, in)
	for _, name := range in.Names() {
		if refusal, ok := errors.AsType[*rest.Error](refused[name]); ok {
			found = append(found, RefusedText{pointer + "/" + name, name, refusal})
		}
	}
	return found
}

// bodySchema names the schema of an operation's body, or of the items of a list; "" is none.
func bodySchema(of *spec.Operation) (name string, isList bool) {
	if of.Spec.RequestBody == nil {
		return "", false
	}
	media := of.Spec.RequestBody.Value.Content["application/json"]
	if media == nil {
		return "", false
	}
	schema := media.Schema
	if isList = schema.Value.Items != nil; isList {
		schema = schema.Value.Items
	}
	return strings.TrimPrefix(schema.Ref, "#/components/schemas/"), isList
}
