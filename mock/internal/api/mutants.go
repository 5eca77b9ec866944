package api

import (
	"fmt"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// The catalogue of planted defects, and the changes of answers that some of them are.

// defect changes the tables that the API is built from.
type defect = func(*Tables)

// mutantRow is a row of the catalogue. It is a [mutant.Mutant] of a type of its own, so
// that rows need not name its fields.
type mutantRow mutant.Mutant[*Tables]

// Mutants are the defects that the API can be told to have.
func Mutants() []mutant.Mutant[*Tables] {
	var all []mutant.Mutant[*Tables]
	for _, p := range slices.Concat(
		domainMutants(),
		identityMutants(),
		newestDomainMutants(),
		configMutants(),
		configDomainMutants(),
		configLogMutants(),
		oidcMutants(),
		integrationMutants(),
		inviteMutants(),
		limitMutants(),
		signupMutants(),
		memberMutants(),
		metadataMutants(),
		organizationMutants(),
		keyMutants(),
		projectMutants(),
		roleMutants(),
		scimLogMutants(),
		scimTokenMutants(),
		sessionMutants(),
		userMutants(),
		textMutants(),
		verifiedDomainMutants(),
		everywhereMutants(),
	) {
		all = append(all, mutant.Mutant[*Tables](p))
	}
	return all
}

// changeAnswers makes a defect of a change of answers, as package mutant knows them.
func changeAnswers(change func(*mutant.Tables)) defect {
	return func(t *Tables) { change(t.Tables) }
}

// changeAnswer changes the answers of an operation; "" is of every path.
func changeAnswer(id string, do func(*mutant.Response)) defect {
	return changeAnswers(mutant.Answer(id, do))
}

// changeAnswerWithStatus changes the answers of an operation that have a status.
func changeAnswerWithStatus(id string, status int, do func(*mutant.Response)) defect {
	return changeAnswers(mutant.Answered(id, status, do))
}

// changeStatus gives the answers of an operation another status.
func changeStatus(id string, from, to int) defect {
	return changeAnswerWithStatus(id, from, func(a *mutant.Response) { a.Status = to })
}

// changeBody changes the JSON object in the answers of an operation.
func changeBody(id string, do func(*pyjson.Object)) defect { return changeAnswers(mutant.Body(id, do)) }

// changeRows changes the rows of a page, and leaves the rest of it.
func changeRows(id string, do func([]any) []any) defect {
	return changeAnswers(mutant.Rows(id, "results", do))
}

// replaceText changes the body of the successful answers of an operation as text.
func replaceText(id, old, replacement string) defect {
	return changeAnswers(mutant.Replace(id, old, replacement))
}

// setMember gives a member that a JSON object has another value.
func setMember(key string, value any) func(*pyjson.Object) {
	return func(o *pyjson.Object) {
		if _, ok := o.Get(key); !ok {
			return
		}
		if members, ok := value.(map[string]string); ok {
			object := new(pyjson.Object)
			for name, text := range members {
				object.Set(name, text)
			}
			value = object
		}
		o.Set(key, value)
	}
}

// Changes of one property of a schema, which mutants are made of.

// fieldChange changes one property of a schema: what the document says of it, how
// it is checked, how it is written.
type fieldChange struct {
	schema, name string
	property     func(*spec.Property)
	check        func(next checker) checker
	write        func(json string) string
	remove       bool   // it is neither read nor written
	move         int    // it changes places with the property that many places below
	add          string // a new property, which always is this JSON
}

// checker is the own rule of a field. It returns the value as it is stored.
type checker = func(*call, any) (any, error)

// changeProperty makes a defect of a change of one property.
func changeProperty(change fieldChange) defect {
	return func(t *Tables) {
		if change.add != "" {
			t.AimAtProperty(change.schema, "")
		} else {
			t.AimAtProperty(change.schema, change.name)
		}
		t.fields = append(t.fields, change)
	}
}

// changeConstraint changes what the document says of a property.
func changeConstraint(schema, name string, change func(*spec.Property)) defect {
	return changeProperty(fieldChange{schema: schema, name: name, property: change})
}

// maxLength lets a text have another length; 0 is any.
func maxLength(schema, name string, most int) defect {
	return changeConstraint(schema, name, func(p *spec.Property) { p.MaxLength = most })
}

// optional lets a property be left out.
func optional(schema, name string) defect {
	return changeConstraint(schema, name, func(p *spec.Property) { p.Required = false })
}

// nullable lets a property be null.
func nullable(schema, name string) defect {
	return changeConstraint(schema, name, func(p *spec.Property) { p.Nullable = true })
}

// blankable lets a text be empty, or no longer.
func blankable(schema, name string, is bool) defect {
	return changeConstraint(schema, name, func(p *spec.Property) { p.AllowBlank = is })
}

// dropCheck leaves out the field's own rule.
func dropCheck(schema, name string) defect {
	return aroundCheck(schema, name, func(_ *call, value any, _ checker) (any, error) { return value, nil })
}

// aroundCheck does something in place of the field's own rule, which next is.
func aroundCheck(schema, name string, do func(c *call, value any, next checker) (any, error)) defect {
	return changeProperty(fieldChange{schema: schema, name: name, check: func(next checker) checker {
		if next == nil {
			next = func(_ *call, value any) (any, error) { return value, nil }
		}
		return func(c *call, value any) (any, error) { return do(c, value, next) }
	}})
}

// refuseValues makes a field refuse texts that its own rule takes.
func refuseValues(schema, name string, when func(text string) bool, code, detail string) defect {
	return aroundCheck(schema, name, func(c *call, value any, next checker) (any, error) {
		if text, ok := value.(string); ok && when(text) {
			return nil, rest.Invalid(code, detail)
		}
		return next(c, value)
	})
}

// omitProperty leaves a property out of answers.
func omitProperty(schema, name string) defect {
	return changeProperty(fieldChange{schema: schema, name: name, remove: true})
}

// addProperty adds a property to answers.
func addProperty(schema, name, json string) defect {
	return changeProperty(fieldChange{schema: schema, name: name, add: json})
}

// rewriteProperty changes how a property is written, as JSON.
func rewriteProperty(schema, name string, change func(json string) string) defect {
	return changeProperty(fieldChange{schema: schema, name: name, write: change})
}

// writeAlways writes the same for a property.
func writeAlways(schema, name, json string) defect {
	return rewriteProperty(schema, name, func(string) string { return json })
}

// writeInstead writes one value as another.
func writeInstead(schema, name, of, json string) defect {
	return rewriteProperty(schema, name, func(value string) string {
		if value == of {
			return json
		}
		return value
	})
}

// writeQuoted writes a number or a truth value as text.
func writeQuoted(schema, name string) defect {
	return rewriteProperty(schema, name, func(value string) string { return `"` + value + `"` })
}

// applyFieldChange applies a change to copies of a schema and its bindings.
func applyFieldChange[T any](d *fieldChange, schema *spec.Schema, bindings []rest.Binding[T, *call]) (*spec.Schema, []rest.Binding[T, *call]) {
	own := *schema // the document is shared
	own.Properties = slices.Clone(schema.Properties)
	if d.add != "" {
		own.Properties = append(own.Properties, spec.Property{Name: d.name, ReadOnly: true})
		return &own, append(bindings, rest.Binding[T, *call]{
			Name: d.name, Write: func(w *rest.Writer, _ T) { w.Raw([]byte(d.add)) },
		})
	}
	at := slices.IndexFunc(own.Properties, func(p spec.Property) bool { return p.Name == d.name })
	bound := slices.IndexFunc(bindings, func(b rest.Binding[T, *call]) bool { return b.Name == d.name })
	if at < 0 && bound >= 0 {
		return schema, bindings // the revision does not have it
	}
	if at < 0 || bound < 0 {
		panic(fmt.Sprintf("mutant: schema %s has no property %q", schema.Name, d.name))
	}
	if d.remove {
		own.Properties = slices.Delete(own.Properties, at, at+1)
		return &own, slices.Delete(bindings, bound, bound+1)
	}
	if d.property != nil {
		d.property(&own.Properties[at])
	}
	if d.move != 0 {
		own.Properties[at], own.Properties[at+d.move] = own.Properties[at+d.move], own.Properties[at]
	}
	b := &bindings[bound]
	if d.check != nil {
		own := *b
		b.Text, b.Check = nil, d.check(own.Rule())
	}
	if write := b.Write; d.write != nil {
		b.Write = func(w *rest.Writer, row T) {
			var usual rest.Writer
			write(&usual, row)
			w.Raw([]byte(d.write(string(usual.Bytes()))))
		}
	}
	return &own, bindings
}

// acceptValues makes a field take values that its rule refuses with a code, as they are.
func acceptValues(schema, name, code string, which func(c *call, text string) bool) defect {
	return aroundCheck(schema, name, func(c *call, value any, next checker) (any, error) {
		checked, err := next(c, value)
		if text, ok := value.(string); ok && hasCode(err, code) && which(c, text) {
			return value, nil
		}
		return checked, err
	})
}
