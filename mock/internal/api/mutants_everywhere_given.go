package api

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Defects of what the server alone says of a thing: taken from a body after all, or told to who
// it is not for.

// givenMutants have an operation take a property from its body that the server gives.
func givenMutants() (rows []mutantRow) {
	for _, o := range operationsEverywhere() {
		whole := strings.HasSuffix(o.Path, "/"+o.Tag+"/") || strings.HasSuffix(o.Path, "id}/")
		founds := o.Method == http.MethodPost && slices.Contains([]string{"organizations", "projects"}, o.Tag)
		if !whole || founds || !readsObject(o) || !ofThings(o) {
			continue
		}
		for _, name := range givenIn(documentOf(o), o) {
			rows = append(rows, mutantRow{
				o.Tag + ".takes_" + name + "." + o.ID, o.ID + ": " + name + " is taken from the body.", "requests.everywhere.read_only", takeGiven(o, name),
			})
		}
	}
	return rows
}

// givenIn are the properties that the server gives to what an operation answers with: all of them
// of what is documented in full, of neighbours those that every deployment has.
func givenIn(d *spec.Document, o *spec.Operation) (names []string) {
	known := map[string][]string{
		"organizations": {"id", "slug", "created_at", "updated_at", "membership_level", "teams", "projects", "available_product_features", "metadata", "member_count"},
		"projects":      {"id", "uuid", "organization", "api_token", "created_at"},
	}[o.Tag]
	schema := answerSchema(d, o)
	if schema == nil {
		return nil
	}
	for _, p := range schema.Properties {
		if p.ReadOnly && (known == nil || slices.Contains(known, p.Name)) {
			names = append(names, p.Name)
		}
	}
	return names
}

// answerSchema is the schema of the thing that an operation answers with; nil if it has no name.
func answerSchema(d *spec.Document, o *spec.Operation) *spec.Schema {
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		if shown, has := o.ResponseSchema(status); has && shown.Ref != "" {
			schema, _ := d.Schema(shown.Ref[strings.LastIndexByte(shown.Ref, '/')+1:])
			return schema
		}
	}
	return nil
}

// takeGiven shows what was sent for a property.
func takeGiven(o *spec.Operation, name string) defect {
	return func(t *Tables) {
		if current, has := t.Document.Operation(o.ID); has && !t.Aim(slices.Contains(givenIn(t.Document, current), name)) {
			return
		}
		around(o.ID, func(c *call, next action) (int, error) {
			sent := c.bodyValue(name)
			status, err := next(c)
			if err != nil || sent == nil {
				return status, err
			}
			if shown, isObject := decoded(c.out.Bytes()); isObject {
				shown.Set(name, sent)
				body := pyjson.Append(nil, shown)
				c.out.Reset()
				c.out.Raw(body)
			}
			return status, nil
		})(t)
	}
}

// decoded is a JSON object, if it is one.
func decoded(data []byte) (*pyjson.Object, bool) {
	value, err := pyjson.Decode(bytes.Clone(data))
	object, isObject := value.(*pyjson.Object)
	return object, err == nil && isObject
}

// shownAgainMutants have an operation show a secret that was shown once.
func shownAgainMutants() (rows []mutantRow) {
	tokens := bothOf(ofTags("domains", "identity_provider_configs"), func(o *spec.Operation) bool {
		return isItem(o) && o.Method != http.MethodDelete || isList(o)
	})
	values := func(o *spec.Operation) bool {
		return o.Tag == "personal_api_keys" && (o.Reads() && !strings.Contains(o.Path, "@") || o.Method == http.MethodPatch)
	}
	schemas := map[string]string{"domains": "OrganizationDomain", "identity_provider_configs": "IdentityProviderConfig"}
	for _, o := range operationsEverywhere() {
		row := mutantRow{Name: o.Tag + ".shows_again." + o.ID, Sentence: o.ID + ": a secret is shown again.", Rule: "callers.everywhere_shown_once"}
		switch {
		case tokens(o):
			row.Change = showAgain(o.ID, schemas[o.Tag], "scim_bearer_token")
		case values(o):
			row.Change = showAgain(o.ID, "PersonalAPIKey", "value")
		default:
			continue
		}
		rows = append(rows, row)
	}
	return rows
}

// showAgain remembers each secret by the thing that it is for, and shows it where that is null.
func showAgain(id, schema, property string) defect {
	return func(t *Tables) {
		if !t.AimAtProperty(schema, property) || !t.AimAtOperations(id) {
			return
		}
		var known textMap // of this server, by what the secret is of
		changeAnswers(mutant.Answer("", func(r *mutant.Response) {
			shown, isObject := decoded(r.Body)
			if !isObject || r.Status >= http.StatusMultipleChoices {
				return
			}
			if secret := textIn(shown, property); secret != "" {
				known.set(cmp.Or(textIn(shown, "id"), tokenOwner(r.Request.URL.Path)), secret)
			}
		}))(t)
		changeAnswers(mutant.Answer(id, func(r *mutant.Response) {
			known.each(func(thing, secret string) {
				if bytes.Contains(r.Body, []byte(thing)) {
					r.Body = bytes.Replace(r.Body, []byte(`"`+property+`":null`), []byte(`"`+property+`":"`+secret+`"`), 1)
				}
			})
		}))(t)
	}
}

// tokenOwner is what the path of scim/token is about.
func tokenOwner(path string) string {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	return segments[max(0, len(segments)-3)]
}

// textIn is a text in a JSON object, "" if it is none.
func textIn(o *pyjson.Object, name string) string {
	value, _ := o.Get(name)
	text, _ := value.(string)
	return text
}

// textMap has texts by texts, which several calls share.
type textMap struct {
	mu    sync.Mutex
	texts map[string]string
}

func (m *textMap) set(key, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.texts == nil {
		m.texts = map[string]string{}
	}
	m.texts[key] = text
}

func (m *textMap) each(do func(key, text string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, text := range m.texts {
		do(key, text)
	}
}

// Defects of the times that the server gives: by another clock than its own, or of another moment
// than that of the request.

// wrongClocks are how far a clock is off that is wrong.
var wrongClocks = []struct {
	name, sentence string
	by             time.Duration
}{
	{"dates_ahead", "is in local time, two hours ahead.", 2 * time.Hour},
	{"dates_back", "is of a moment long before.", -90 * time.Minute},
}

// momentMutants have each operation date what it makes or changes wrongly.
func momentMutants() (rows []mutantRow) {
	for _, wrong := range wrongClocks {
		for _, o := range operationsEverywhere() {
			for _, name := range momentsOf(o) {
				rows = append(rows, mutantRow{
					o.Tag + "." + wrong.name + "_" + name + "." + o.ID, o.ID + ": " + name + " " + wrong.sentence, "requests.everywhere.moments",
					changeBody(o.ID, func(shown *pyjson.Object) { shiftTime(shown, name, wrong.by) }),
				})
			}
		}
		rows = append(rows, mutantRow{
			"domains." + wrong.name + "_verified_at.domains_verify_create", "domains_verify_create: verified_at " + wrong.sentence, "requests.everywhere.moments",
			changeDomain("domains_verify_create", func(_ *call, d *world.Domain) {
				if d.VerifiedAt != nil {
					at := d.VerifiedAt.Add(wrong.by)
					d.VerifiedAt = &at
				}
			}),
		})
	}
	return rows
}

// momentsOf are the times that an operation gives to what it makes or changes.
func momentsOf(o *spec.Operation) (names []string) {
	makes := o.Method == http.MethodPost && strings.HasSuffix(o.Path, "/"+o.Tag+"/") && o.Path != "/api/projects/" // it is the same operation twice
	changes := byMethod(http.MethodPut, http.MethodPatch)(o) && isItem(o)
	schema := answerSchema(documentOf(o), o)
	if schema == nil || !ofThings(o) || !readsObject(o) || (!makes && !changes) {
		return nil
	}
	for _, p := range schema.Properties {
		if p.ReadOnly && p.Format == "date-time" && p.Name != "verified_at" && (makes || p.Name == "updated_at") {
			names = append(names, p.Name)
		}
	}
	return names
}

// shiftTime shows another time than there is.
func shiftTime(shown *pyjson.Object, name string, by time.Duration) {
	if at, err := time.Parse(time.RFC3339Nano, textIn(shown, name)); err == nil {
		shown.Set(name, at.Add(by).UTC().Format("2006-01-02T15:04:05.000000Z"))
	}
}

// addressMutants have each address of ID-JAG keep its final slashes.
func addressMutants() (rows []mutantRow) {
	for tag, schema := range map[string]string{"domains": "OrganizationDomain", "identity_provider_configs": "IdentityProviderConfig"} {
		for _, name := range []string{"id_jag_issuer_url", "id_jag_jwks_url"} {
			rows = append(rows, mutantRow{
				tag + ".fields.slashes_of_" + name, "The final slashes of " + name + " are kept.", "requests.everywhere.plain_address",
				aroundCheck(schema, name, func(c *call, value any, next checker) (any, error) {
					checked, err := next(c, value)
					if text, isText := value.(string); isText && err == nil && strings.HasSuffix(text, "/") {
						return text, nil
					}
					return checked, err
				}),
			})
		}
	}
	slices.SortFunc(rows, func(a, b mutantRow) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

// itemMutants have each operation look at the first item of a list alone.
func itemMutants() (rows []mutantRow) {
	for _, o := range operationsEverywhere() {
		schema := schemaOf(o)
		whole := strings.HasSuffix(o.Path, "/"+o.Tag+"/") || isItem(o)
		if schema == nil || !readsObject(o) || !ofThings(o) || !whole {
			continue
		}
		for _, p := range schema.Properties {
			if p.ReadOnly || p.Type != "array" {
				continue
			}
			rows = append(rows, mutantRow{
				o.Tag + ".looks_at_first_" + p.Name + "." + o.ID, o.ID + ": of " + p.Name + " the first item is looked at alone.", "requests.everywhere.further_items",
				ofProperty(o, p, func(body *pyjson.Object, p spec.Property, sent any) error {
					if list, isList := sent.([]any); isList && len(list) > 1 {
						body.Set(p.Name, list[:1])
					}
					return nil
				}),
			})
		}
	}
	return rows
}
