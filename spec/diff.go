package spec

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Kind says what a [Difference] is about.
type Kind string

// The kinds of differences, in the order in which [Compare] lists them.
const (
	OperationKind Kind = "operation" // there is one more, one less, or it is found elsewhere
	AccessKind    Kind = "access"    // who may call: scope, level, features and the like
	ParameterKind Kind = "parameter" // of the query, or a header
	StatusKind    Kind = "status"    // that an operation can answer with
	RequestKind   Kind = "request"   // a field of a request's body
	AnswerKind    Kind = "answer"    // a field of the body of an answer that is no error
)

// kinds are all of them, in their order.
var kinds = []Kind{OperationKind, AccessKind, ParameterKind, StatusKind, RequestKind, AnswerKind}

// Difference is one difference between the documents of two revisions. Those that are the same for several operations are one.
type Difference struct {
	Kind Kind `json:"kind"`
	// Change is added, removed or changed, or moved for an operation.
	Change string `json:"change"`
	// Name is what differs: the id of an operation, the name of a parameter, a status, the path of a field such as
	// domains[].name. The fields of a page are those of its results.
	Name string `json:"name"`
	// From is what stood there, and To what stands there now; empty for nothing.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Operations are the ids of those that differ so, in the order of the document.
	Operations []string `json:"operations"`
}

// Compare lists how one document differs from another. Operations are paired by their id, so that one that moved is known, and what
// several of them share is one difference. Descriptions, examples and the bodies of errors are not compared.
//
// oasdiff compares OpenAPI documents, too, and is well kept; but it says each field anew for each operation and media type (310 lines
// for what is 63 here), pairs operations by path, has no words for x-required-scope and its kin, and would add ten modules.
func Compare(from, to *Document) []Difference {
	c := &comparison{known: map[string]int{}}
	for _, before := range from.operations {
		if after, stays := to.Operation(before.ID); stays {
			c.compare(before, after)
		} else {
			c.add(before, Difference{Kind: OperationKind, Change: "removed", Name: before.ID, From: before.String()})
		}
	}
	for _, after := range to.operations {
		if _, stood := from.Operation(after.ID); !stood {
			c.add(after, Difference{Kind: OperationKind, Change: "added", Name: after.ID, To: after.String()})
		}
	}
	slices.SortStableFunc(c.found, func(a, b Difference) int { return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind) })
	return c.found
}

// comparison collects differences.
type comparison struct {
	found []Difference
	known map[string]int // where in found a difference stands, by all but its operations
}

// add takes up a difference of an operation.
func (c *comparison) add(o *Operation, d Difference) {
	key := fmt.Sprintf("%q", []string{string(d.Kind), d.Change, d.Name, d.From, d.To})
	at, ok := c.known[key]
	if !ok {
		at = len(c.found)
		c.known[key] = at
		c.found = append(c.found, d)
	}
	c.found[at].Operations = append(c.found[at].Operations, o.ID)
}

// compare compares an operation with itself.
func (c *comparison) compare(before, after *Operation) {
	if before.String() != after.String() {
		c.add(after, Difference{Kind: OperationKind, Change: "moved", Name: after.ID, From: before.String(), To: after.String()})
	}
	c.compareTexts(after, AccessKind, before.access(), after.access())
	c.compareTexts(after, ParameterKind, before.parameters(), after.parameters())
	c.compareTexts(after, StatusKind, before.statusTexts(), after.statusTexts())
	c.compareTexts(after, RequestKind, before.requestFields(), after.requestFields())
	c.compareTexts(after, AnswerKind, before.answerFields(), after.answerFields())
}

// described is a name with what is said of it.
type described struct{ name, text string }

// compareTexts compares what is said of names, in the order in which they stand.
func (c *comparison) compareTexts(o *Operation, kind Kind, before, after []described) {
	find := func(list []described, name string) (string, bool) {
		i := slices.IndexFunc(list, func(d described) bool { return d.name == name })
		if i < 0 {
			return "", false
		}
		return list[i].text, true
	}
	for _, was := range before {
		switch is, stays := find(after, was.name); {
		case !stays:
			c.add(o, Difference{Kind: kind, Change: "removed", Name: was.name, From: was.text})
		case is != was.text:
			c.add(o, Difference{Kind: kind, Change: "changed", Name: was.name, From: was.text, To: is})
		}
	}
	for _, is := range after {
		if _, stood := find(before, is.name); !stood {
			c.add(o, Difference{Kind: kind, Change: "added", Name: is.name, To: is.text})
		}
	}
}

// access says who may call.
func (o *Operation) access() (list []described) {
	say := func(name, text string, holds bool) {
		if holds {
			list = append(list, described{name, text})
		}
	}
	say("scope", o.Scope, o.Scope != "")
	say("level", strconv.Itoa(o.Level), o.Level != 0)
	for _, feature := range o.Features {
		say("feature "+feature, "", true)
	}
	say("sessions only", "", o.SessionOnly)
	say("public", "", o.Public)
	say("any key", "", o.AnyKey)
	say("recent login", "", o.RecentLogin)
	return list
}

// parameters describes those that do not stand in the path, which a move shows.
func (o *Operation) parameters() (list []described) {
	for _, ref := range o.Spec.Parameters {
		p := ref.Value
		if p.In == openapi3.ParameterInPath {
			continue
		}
		text := "in " + p.In
		if p.Schema != nil {
			property := newProperty(p.Schema.Value, nil)
			text += ", " + property.describe()
			if p.Required {
				text += ", required"
			}
		}
		list = append(list, described{p.Name, text})
	}
	return list
}

func (o *Operation) statusTexts() (list []described) {
	for _, status := range o.Statuses() {
		list = append(list, described{name: strconv.Itoa(status)})
	}
	return list
}

// requestFields describes the fields of a request's body.
func (o *Operation) requestFields() []described {
	if o.Spec.RequestBody == nil || o.Spec.RequestBody.Value == nil {
		return nil
	}
	media := jsonContent(o.Spec.RequestBody.Value.Content)
	if media == nil || media.Schema == nil {
		return nil
	}
	return fieldTexts(media.Schema, requested)
}

// answerFields describes the fields of the answers that are no errors.
func (o *Operation) answerFields() (list []described) {
	for _, status := range o.Statuses() {
		schema, ok := o.ResponseSchema(status)
		if !ok || status >= http.StatusBadRequest {
			continue
		}
		for _, field := range fieldTexts(schema, answered) {
			if !slices.ContainsFunc(list, func(d described) bool { return d.name == field.name }) {
				list = append(list, field)
			}
		}
	}
	return list
}

// requested describes a field of a request, and reports whether it can have one.
func requested(p Property) (text string, ok bool) {
	if p.Required {
		return p.describe() + ", required", !p.ReadOnly
	}
	return p.describe(), !p.ReadOnly
}

// answered describes a field of an answer, and reports whether it can have one.
func answered(p Property) (text string, ok bool) {
	if p.Required {
		return p.describe(), !p.WriteOnly
	}
	return p.describe() + ", not always there", !p.WriteOnly
}

// fieldTexts describes the fields of a body, with those inside them. A field that describe does not accept is left out.
func fieldTexts(schema *openapi3.SchemaRef, describe func(Property) (text string, ok bool)) (list []described) {
	body := newProperty(schema.Value, nil)
	if i := slices.IndexFunc(body.Properties, func(p Property) bool { return p.Name == "results" && p.Items != nil }); i >= 0 {
		body = *body.Properties[i].Items // a page
	}
	var add func(prefix string, p Property)
	add = func(prefix string, p Property) {
		for p.Items != nil {
			prefix, p = strings.TrimSuffix(prefix, ".")+"[].", *p.Items
		}
		for _, field := range p.Properties {
			if text, ok := describe(field); ok {
				name := strings.TrimPrefix(prefix+field.Name, "[].")
				list = append(list, described{name, text})
				add(prefix+field.Name+".", field)
			}
		}
	}
	add("", body)
	return list
}

// describe says in a few words what a property takes.
func (p *Property) describe() string {
	text := p.Type
	switch {
	case p.Items != nil:
		text = "list of " + p.Items.describe()
	case p.Type == "":
		text = "anything"
	}
	if p.Format != "" {
		text += ", " + p.Format
	}
	if len(p.Enum) > 0 {
		texts := make([]string, len(p.Enum))
		for i, value := range p.Enum {
			texts[i] = cmp.Or(fmt.Sprint(value), `""`)
		}
		text += ", one of " + strings.Join(texts, "|")
	}
	if p.MaxLength > 0 {
		text += fmt.Sprintf(", at most %d characters", p.MaxLength)
	}
	if p.Nullable {
		text += ", or null"
	}
	return text
}
