package api

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/safetext"
	"github.com/understudy-dev/understudy/spec"
)

// What people write of themselves and of others, and what goes out by mail. Every field of
// the kind has one of these rules: the name of an organization, first and last names, the
// name and the message of an invite. Names of projects, roles, configs and keys have none:
// no mail holds them. What was stored by other ways, such as a world's, may hold anything.
// Source: posthog/helpers/email_utils.py.

// textRulesOf are the rules of a revision: there were none before the documented one, and the
// newest lets names hold a bare domain.
// Source: pull request #56246, posthog/helpers/email_utils.py.
func textRulesOf(r spec.Revision, rules safetext.Rules) safetext.Rules {
	rules.Off = rules.Off || !r.Has(spec.NamesChecked)
	rules.BareDomains = rules.BareDomains || r.Has(spec.BareDomainsInNames)
	return rules
}

// textRules are what such texts are held to.
func (c *call) textRules() safetext.Rules { return c.api.texts }

// The details of the refusals of texts.
var textRefusals = map[safetext.Find]*rest.Error{
	safetext.Control:   rest.Invalid(string(safetext.Control), "Line breaks and control characters are not allowed in this field."),
	safetext.Invisible: rest.Invalid(string(safetext.Invisible), "Invisible or direction-override characters are not allowed in this field."),
	safetext.Bracket:   rest.Invalid(string(safetext.Bracket), "Angle brackets are not allowed in this field."),
	safetext.URL:       rest.Invalid(string(safetext.URL), "URLs are not allowed in this field."),
}

// refuseName refuses what no name may hold.
func refuseName(c *call, text string) error { return refuseFound(c.textRules().InName(text)) }

// refuseMessage refuses what no message may hold.
func refuseMessage(c *call, text string) error { return refuseFound(c.textRules().InMessage(text)) }

func refuseFound(found safetext.Find) error {
	if found != safetext.Nothing {
		return textRefusals[found]
	}
	return nil
}

// mailName is a name as mail writes it: one that the rules refuse, as old ones are, gives way
// to a word that is no name.
func (c *call) mailName(name, instead string) string {
	if c.textRules().InName(name) != safetext.Nothing {
		return instead
	}
	return cmp.Or(oneLine(name), instead)
}

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
