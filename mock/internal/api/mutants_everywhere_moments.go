package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

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
