package generated

import (
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// fields send every property that a body may have, one at a time, with each kind of value:
// what is taken and what is refused stands in the document, how it is refused is the
// framework's (rest_framework/fields.py).
func fields(d *spec.Document) (list []suite.Scenario) {
	for _, k := range append(badValues(), goodValues()...) {
		f := family{
			name: "fields.everywhere_" + k.name, title: k.title, rule: "requests.everywhere." + k.name, rich: true,
			access: suite.Write, aspect: suite.Validation,
			about: func(o *spec.Operation) bool { return len(k.propertiesOf(d, o)) > 0 },
			tell:  k.tell,
		}
		list = append(list, f.scenarios(d)...)
	}
	return list
}

// kind is a kind of value that properties are sent with.
type kind struct {
	name, title string
	// takes chooses the properties, value makes one for it; it is sent alone, beside what
	// the operation requires.
	takes func(o *spec.Operation, p spec.Property) bool
	value func(s *suite.S, p spec.Property) any
	// want says what must come back.
	want func(answer *suite.Response, p spec.Property, sent any)
	// keeps says that the value is taken, and everything else stays as it is.
	keeps bool
	// clears says that the property has another value before: taking away is to be seen.
	clears bool
	fills  bool // everything has a value before, which the others keep
}

// propertiesOf are the properties of the body of an operation that are sent with the kind.
func (k kind) propertiesOf(d *spec.Document, o *spec.Operation) (list []spec.Property) {
	schema, ok := d.Schema(o.Request)
	if !ok || !slices.Contains(writable, o.Tag) || !readsBody(o) || isAction(o) {
		return nil
	}
	for _, p := range schema.Properties {
		fixed := p.Name == "domain" && !creates(o) // it is ignored
		if !p.ReadOnly && !fixed && k.takes(o, p) {
			list = append(list, p)
		}
	}
	return list
}

// tell sends every property to every operation of a resource. What takes away is sent first as
// things are, then once they have something to lose.
func (k kind) tell(s *suite.S, operations []*spec.Operation) {
	g := richGround(s, operations[0].Tag)
	if k.keeps {
		g.verify(operations[0].Tag)
	}
	if k.fills {
		g.fillAll(operations)
	}
	k.send(g, operations, false)
	if k.clears {
		k.send(g, operations, true)
	}
	if !k.keeps {
		g.stands()
	}
}

// send sends every property to every operation; fill is that of properties that have an example each
// gets that before.
func (k kind) send(g *ground, operations []*spec.Operation, fill bool) {
	s := g.s
	suite.EachOffered(s, operations, func(o *spec.Operation) {
		if !g.complete(o) {
			return
		}
		for _, p := range k.propertiesOf(s.Document(), o) {
			sent := k.value(s, p)
			if (k.keeps && s.ShutsOut(p.Name, sent)) || (fill && !g.fill(o, p)) {
				continue
			}
			body := suite.Together(g.required(o), suite.JSON{p.Name: sent})
			answer := g.caller(o).Send(o.Method, g.path(o), body)
			if k.keeps && gated(answer, p) {
				continue
			}
			k.want(answer, p, sent)
			if k.keeps && !creates(o) {
				g.changed(answer, p)
			}
		}
	})
}

// fill gives a property a value that it can lose. It reports whether it could: where the document has an
// example, and the thing takes it.
func (g *ground) fill(o *spec.Operation, p spec.Property) bool {
	if g.thing.ID == "" || !hasExample(p) || g.s.ShutsOut(p.Name, example(g.s, p)) {
		return false
	}
	filled := g.caller(o).Send(o.Method, g.path(o), suite.Together(g.required(o), suite.JSON{p.Name: example(g.s, p)}))
	if gated(filled, p) {
		return false
	}
	g.thing.Response = filled.Status(http.StatusOK)
	return true
}

// fillAll gives every property that has an example that value, so that each has something to lose.
func (g *ground) fillAll(operations []*spec.Operation) {
	for _, o := range operations {
		if o.Method != http.MethodPatch || !g.complete(o) {
			continue
		}
		schema, _ := g.s.Document().Schema(o.Request)
		for _, p := range schema.Properties {
			if !p.ReadOnly && !p.WriteOnly {
				g.fill(o, p)
			}
		}
	}
}

// verify verifies a domain that was made, where the profile lets a run publish its challenge: most
// settings of a domain can be changed only then. It returns the answer to that, nil where there is
// none.
func (g *ground) verify(tag string) *suite.Response {
	t := g.s.Target()
	if tag != suite.Domains || suite.TXTRecords(t).Reason != "" || suite.SessionOf("admin")(t).Reason != "" {
		return nil
	}
	g.s.Publish(g.thing)
	verified := g.s.Session("admin").Post(g.thing.Path("verify"), nil).Status(http.StatusOK).Has("is_verified", true)
	g.thing.Response = g.now()
	return verified
}

// required is what the body of an operation must have: new names where something is made, else
// those that the thing has, so that nothing else changes.
func (g *ground) required(o *spec.Operation) suite.JSON {
	body := bodyOf(g.s, o)
	for name := range body {
		if now := g.thing; !creates(o) && now.ID != "" {
			body[name] = now.Get(name).Value()
		}
	}
	return body
}

// changed wants a change of one property to have changed it, what derives from it, and nothing
// else, in the answer and afterwards.
func (g *ground) changed(answer *suite.Response, p spec.Property) {
	if g.thing.ID == "" {
		return
	}
	unchanged(answer, g.thing.Response, append(derived(p.Name), p.Name)...)
	unchanged(g.now(), answer)
	g.thing.Response = answer
}

// gated reports whether a property is refused for what the thing lacks, which no body changes: a
// plan's feature, or that a domain is verified.
func gated(answer *suite.Response, p spec.Property) bool {
	code := answer.Text("code")
	return answer.Code() == http.StatusBadRequest && answer.Text("attr") == p.Name && (p.Name == needsOwnDomain ||
		slices.Contains([]string{"payment_required", "feature_not_available", "verification_required"}, code))
}

// needsOwnDomain is on only where the organization has a verified domain, and its caller an
// address there; no source tells the code of the refusal.
const needsOwnDomain = "enforce_verified_domains"

// badValues are those that are refused, and change nothing.
func badValues() []kind {
	refused := func(code, detail string) func(*suite.Response, spec.Property, any) {
		return func(answer *suite.Response, p spec.Property, _ any) { answer.Invalid(code, detail, p.Name) }
	}
	fixed := func(value any) func(*suite.S, spec.Property) any {
		return func(*suite.S, spec.Property) any { return value }
	}
	return []kind{
		{
			name: "null", title: "No property is null that the document does not let be null",
			takes: func(_ *spec.Operation, p spec.Property) bool { return !p.Nullable && !p.WriteOnly && isPlain(p) },
			value: fixed(nil), want: refused("null", wording.Null),
		},
		{
			name: "blank", title: "No text is blank that the document does not let be blank",
			takes: func(_ *spec.Operation, p spec.Property) bool { return isText(p) && !p.AllowBlank },
			value: fixed(" \t "), want: refused("blank", wording.Blank),
		},
		{
			name: "too_long", title: "No text is longer than the document says",
			takes: func(_ *spec.Operation, p spec.Property) bool { return isText(p) && p.MaxLength > 0 && p.Pattern == "" },
			value: func(_ *suite.S, p spec.Property) any { return strings.Repeat("x", p.MaxLength+1) },
			want: func(answer *suite.Response, p spec.Property, _ any) {
				answer.Invalid("max_length", wording.TooLong(p.MaxLength), p.Name)
			},
		},
		{
			name: "null_byte", title: "No text has a zero byte",
			takes: func(_ *spec.Operation, p spec.Property) bool { return isFreeText(p) },
			value: fixed("a\x00b"), want: refused("null_characters_not_allowed", wording.NullByte),
		},
		{
			name: "object", title: "No text is an object",
			takes: func(_ *spec.Operation, p spec.Property) bool { return isText(p) },
			value: fixed(suite.JSON{"a": 1}), want: refused("invalid_input", wording.NotText),
		},
		{
			name: "word", title: "No truth value is a word that says neither yes nor no",
			takes: func(_ *spec.Operation, p spec.Property) bool { return p.Type == "boolean" },
			value: fixed("perhaps"), want: refused("invalid_input", wording.NotBoolean),
		},
		{
			name: "choice", title: "No choice is another than the document has",
			takes: func(_ *spec.Operation, p spec.Property) bool { return p.Enum != nil },
			value: fixed("perhaps"), want: refused("invalid_choice", wording.NotAChoice("perhaps")),
		},
	}
}

// goodValues are those that are taken.
func goodValues() []kind {
	stored := func(answer *suite.Response, p spec.Property, sent any) {
		if text, is := sent.(string); is {
			sent = strings.TrimSpace(text)
		}
		answer.Has(p.Name, sent)
	}
	changes := func(o *spec.Operation) bool { return !creates(o) && o.Method != http.MethodPost }
	return []kind{
		{
			name: "alone", title: "A property that is sent alone is changed, and no other with it", keeps: true, fills: true,
			takes: func(o *spec.Operation, p spec.Property) bool { return changes(o) && hasExample(p) },
			value: example, want: stored,
		},
		{
			name: "longest", title: "A text may be as long as the document says, without the blanks around it", keeps: true,
			takes: func(_ *spec.Operation, p spec.Property) bool { return isFreeText(p) && p.MaxLength > 0 },
			value: func(s *suite.S, p spec.Property) any {
				name := s.Name()
				return " " + name + strings.Repeat("ü", max(0, p.MaxLength-len(name))) + " "
			},
			want: stored,
		},
		{
			name: "nullable", title: "A property is null where the document lets it be null", keeps: true, clears: true,
			takes: func(o *spec.Operation, p spec.Property) bool { return changes(o) && p.Nullable && !p.WriteOnly },
			value: func(*suite.S, spec.Property) any { return nil },
			want: func(answer *suite.Response, p spec.Property, _ any) {
				answer.Status(http.StatusOK).Has(p.Name, nil)
			},
		},
		{
			name: "emptied", title: "A text is blank where the document lets it be blank", keeps: true, clears: true,
			takes: func(o *spec.Operation, p spec.Property) bool { return changes(o) && isFreeText(p) && p.AllowBlank },
			value: func(*suite.S, spec.Property) any { return "" },
			want: func(answer *suite.Response, p spec.Property, _ any) {
				blank := gomega.BeEmpty()
				if p.Nullable {
					blank = gomega.Or(blank, gomega.BeNil())
				}
				answer.Status(http.StatusOK).That(p.Name, blank)
			},
		},
		{
			name: "plain_address", title: "An address of ID-JAG loses the blanks around it and its final slashes", keeps: true,
			takes: func(o *spec.Operation, p spec.Property) bool {
				return changes(o) && strings.HasPrefix(p.Name, "id_jag_") && strings.HasSuffix(p.Name, "_url")
			},
			value: func(s *suite.S, _ spec.Property) any { return "  https://posthog.com/" + s.Name() + "// " },
			want: func(answer *suite.Response, p spec.Property, sent any) {
				answer.Has(p.Name, strings.TrimRight(strings.TrimSpace(sent.(string)), "/"))
			},
		},
		{
			name: "odd_text", title: "A text keeps its letters, whatever they are, and loses the blanks around it", keeps: true,
			takes: func(_ *spec.Operation, p spec.Property) bool { return isFreeText(p) },
			value: func(s *suite.S, _ spec.Property) any { return " \t" + s.Name() + " ñ日本 & 'q' %20  " }, want: stored,
		},
	}
}
