package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// Defects of single properties of bodies, planted at every operation that takes them.

// everyProperty is a defect of a property, at every operation that takes it.
type everyProperty struct {
	// name and the property's are the middle of the mutant's name.
	name, sentence, rule string
	about                func(o *spec.Operation, p spec.Property) bool
	// change changes the body before it is read; sent is the value that it has. It may refuse.
	change func(body *pyjson.Object, p spec.Property, sent any) error
}

// propertyMutants are the defects that properties have by their kind.
func propertyMutants() (rows []mutantRow) {
	for _, o := range operationsEverywhere() {
		schema := schemaOf(o)
		whole := strings.HasSuffix(o.Path, "/"+o.Tag+"/") || strings.HasSuffix(o.Path, "id}/")
		if schema == nil || !readsObject(o) || !ofThings(o) || !whole {
			continue
		}
		for _, e := range propertyDefects() {
			for _, p := range schema.Properties {
				fixed := p.Name == "domain" && o.Method != http.MethodPost
				if p.ReadOnly || fixed || !e.about(o, p) {
					continue
				}
				rows = append(rows, mutantRow{
					o.Tag + "." + e.name + "_" + p.Name + "." + o.ID, o.ID + ": " + strings.ReplaceAll(e.sentence, "PROPERTY", p.Name), e.rule,
					ofProperty(o, p, e.change),
				})
			}
		}
	}
	return rows
}

// ofProperty changes a property of the bodies of an operation, where it is sent.
func ofProperty(o *spec.Operation, p spec.Property, change func(*pyjson.Object, spec.Property, any) error) defect {
	return func(t *Tables) {
		if current, has := t.Document.Operation(o.ID); has {
			schema, _ := t.Document.Schema(current.Request)
			own, takes := schema.Property(p.Name)
			if !t.Aim(takes && !own.ReadOnly) {
				return
			}
		}
		around(o.ID, func(c *call, next action) (int, error) {
			in, err := c.parse()
			if err != nil {
				return next(c)
			}
			body, isObject := in.Value().(*pyjson.Object)
			if !isObject {
				return next(c)
			}
			if sent, has := body.Get(p.Name); has {
				if err := change(body, p, sent); err != nil {
					return 0, err
				}
			}
			return next(c)
		})(t)
	}
}

// forget takes a value for one that was not sent, where which chooses it.
func forget(which func(p spec.Property, sent any) bool) func(*pyjson.Object, spec.Property, any) error {
	return func(body *pyjson.Object, p spec.Property, sent any) error {
		if which(p, sent) {
			var rest pyjson.Object
			for name, value := range body.All() {
				if name != p.Name {
					rest.Set(name, value)
				}
			}
			*body = rest
		}
		return nil
	}
}

// rewrite changes a text.
func rewrite(change func(p spec.Property, text string) string) func(*pyjson.Object, spec.Property, any) error {
	return func(body *pyjson.Object, p spec.Property, sent any) error {
		if text, isText := sent.(string); isText {
			body.Set(p.Name, change(p, text))
		}
		return nil
	}
}

func cut(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most])
	}
	return text
}

func propertyDefects() []everyProperty {
	const rule = "requests.everywhere."
	optional := func(o *spec.Operation, p spec.Property) bool { return !p.Required || o.Method == http.MethodPatch }
	return []everyProperty{
		{"takes_null", "null is taken for PROPERTY, as if it had not been sent.", rule + "null",
			func(o *spec.Operation, p spec.Property) bool {
				return !p.Nullable && !p.WriteOnly && optional(o, p) && !isLookedUp(p)
			},
			forget(func(_ spec.Property, sent any) bool { return sent == nil })},
		{"takes_blank", "a blank PROPERTY is taken, as if it had not been sent.", rule + "blank",
			func(o *spec.Operation, p spec.Property) bool {
				return isPlainText(p) && !p.AllowBlank && optional(o, p)
			},
			forget(func(_ spec.Property, sent any) bool {
				text, isText := sent.(string)
				return isText && pytext.Strip(text) == ""
			})},
		{"cuts_long", "a PROPERTY that is too long is cut.", rule + "too_long",
			func(_ *spec.Operation, p spec.Property) bool {
				return isPlainText(p) && p.MaxLength > 0 && p.Pattern == ""
			},
			rewrite(func(p spec.Property, text string) string { return cut(text, p.MaxLength) })},
		{"takes_zero_bytes", "a zero byte in PROPERTY is dropped.", rule + "null_byte",
			func(_ *spec.Operation, p spec.Property) bool { return isAnyText(p) },
			rewrite(func(_ spec.Property, text string) string { return strings.ReplaceAll(text, "\x00", "") })},
		{"takes_objects", "an object is taken as the text of PROPERTY.", rule + "object",
			func(_ *spec.Operation, p spec.Property) bool { return isPlainText(p) && p.Pattern == "" },
			func(body *pyjson.Object, p spec.Property, sent any) error {
				if _, isObject := sent.(*pyjson.Object); isObject {
					body.Set(p.Name, "object")
				}
				return nil
			}},
		{"takes_words", "any word is a truth value of PROPERTY.", rule + "word",
			func(_ *spec.Operation, p spec.Property) bool { return p.Type == "boolean" },
			forget(func(_ spec.Property, sent any) bool { return sent == "perhaps" })},
		{"takes_any_choice", "a PROPERTY that is no choice is taken, as if it had not been sent.", rule + "choice",
			func(_ *spec.Operation, p spec.Property) bool { return p.Enum != nil && p.Name != "access_level" },
			forget(func(_ spec.Property, sent any) bool { return sent == "perhaps" })},
		{"refuses_choice", "the last choice of PROPERTY is none.", rule + "every_choice",
			func(o *spec.Operation, p spec.Property) bool { return o.Method == http.MethodPatch && p.Enum != nil },
			func(_ *pyjson.Object, p spec.Property, sent any) error {
				if sent == p.Enum[len(p.Enum)-1] {
					return rest.Invalid("invalid_choice", "It is not a valid choice.").On(p.Name)
				}
				return nil
			}},
		{"sticks", "PROPERTY stays true.", rule + "there_and_back",
			func(o *spec.Operation, p spec.Property) bool {
				return o.Method == http.MethodPatch && p.Type == "boolean" && !p.WriteOnly && !isPaid(p)
			},
			forget(func(_ spec.Property, sent any) bool { return sent == false })},
		{"ignores", "PROPERTY is ignored.", rule + "alone",
			func(o *spec.Operation, p spec.Property) bool { return o.Method != http.MethodPost && isAnyText(p) },
			forget(func(spec.Property, any) bool { return true })},
		{"shortens", "the last letter of the longest PROPERTY is lost.", rule + "longest",
			func(_ *spec.Operation, p spec.Property) bool { return isAnyText(p) && p.MaxLength > 0 },
			rewrite(func(p spec.Property, text string) string { return cut(text, p.MaxLength-1) })},
		{"counts_blanks", "blanks around PROPERTY count for its length.", rule + "longest",
			func(_ *spec.Operation, p spec.Property) bool { return isAnyText(p) && p.MaxLength > 0 },
			func(_ *pyjson.Object, p spec.Property, sent any) error {
				if text, isText := sent.(string); isText && pytext.Len(text) > p.MaxLength {
					return rest.Invalid("max_length", fmt.Sprintf("Ensure this field has no more than %d characters.", p.MaxLength)).On(p.Name)
				}
				return nil
			}},
		{"keeps", "null does not change PROPERTY, and is refused.", rule + "nullable",
			func(o *spec.Operation, p spec.Property) bool {
				return o.Method != http.MethodPost && p.Nullable && !p.WriteOnly
			},
			func(_ *pyjson.Object, p spec.Property, sent any) error {
				if sent == nil {
					return rest.Invalid("null", "This field may not be null.").On(p.Name)
				}
				return nil
			}},
		{"keeps_silently", "null does not change PROPERTY.", rule + "nullable",
			func(o *spec.Operation, p spec.Property) bool {
				return o.Method != http.MethodPost && p.Nullable && !p.WriteOnly && isAnyText(p)
			},
			forget(func(_ spec.Property, sent any) bool { return sent == nil })},
		{"keeps_blank", "a blank text does not change PROPERTY.", rule + "emptied",
			func(o *spec.Operation, p spec.Property) bool {
				return o.Method != http.MethodPost && isAnyText(p) && p.AllowBlank
			},
			forget(func(_ spec.Property, sent any) bool { return sent == "" })},
		{"flattens", "letters that are not English are dropped from PROPERTY.", rule + "odd_text",
			func(_ *spec.Operation, p spec.Property) bool { return isAnyText(p) },
			rewrite(func(_ spec.Property, text string) string {
				return strings.Map(func(r rune) rune {
					if r > 0x7f {
						return -1
					}
					return r
				}, text)
			})},
		{"renames_by", "who sends PROPERTY changes the name as well.", rule + "alone",
			func(o *spec.Operation, p spec.Property) bool {
				schema := schemaOf(o)
				_, named := schema.Property("name")
				return o.Method == http.MethodPatch && named && isAnyText(p) && p.Name != "name"
			},
			func(body *pyjson.Object, p spec.Property, _ any) error {
				if _, named := body.Get("name"); !named && p.Name != "name" {
					body.Set("name", "another name")
				}
				return nil
			}},
	}
}

// isPaid reports whether a property is a setting of an organization that one without a plan cannot
// change.
func isPaid(p spec.Property) bool {
	return slices.Contains([]string{"members_can_invite", "enforce_2fa", "enforce_verified_domains", "members_can_use_personal_api_keys", "allow_publicly_shared_resources"}, p.Name)
}

// isPlainText reports whether a property is a text that is checked as texts are.
func isPlainText(p spec.Property) bool {
	return p.Type == "string" && p.Enum == nil && p.Format == "" && !p.WriteOnly && !isLookedUp(p)
}

// isLookedUp reports whether a property names something, which is looked up before anything
// else is said of it.
func isLookedUp(p spec.Property) bool {
	return slices.Contains([]string{"send_email", "timezone", "default_role_id", "user_uuid", "identity_provider_config"}, p.Name)
}

// isAnyText reports whether a property takes any text as it is.
func isAnyText(p spec.Property) bool {
	texts := []string{"name", "saml_entity_id", "saml_acs_url", "saml_x509_cert", "product_description"}
	return isPlainText(p) && slices.Contains(texts, p.Name) && p.Name != "saml_acs_url"
}
