package coverage

import (
	"strconv"

	"github.com/understudy-dev/understudy/spec"
)

// Names of points that are no status, field or property.
const (
	// Refused and Granted follow the name of a scope.
	Refused = " refused"
	Granted = " granted"
	// NoKey is that personal API keys are refused, RecentLogin that old sessions are.
	NoKey       = "no key"
	RecentLogin = "recent login"
)

// lowestLevel is the level that every member has; below it nobody is to be refused for the
// level.
const lowestLevel = 1

// Catalogue has every point of the document.
type Catalogue struct {
	document *spec.Document
	requests map[string]*shape         // by operation
	answers  map[string]map[int]*shape // by operation and status of success
	set      Set
	order    map[string]map[Kind][]string // names in the order of the document
}

// Load makes the catalogue of the document of a revision, once for the whole program.
func Load(revision spec.Revision) (*Catalogue, error) { return catalogues(revision) }

var catalogues = spec.OncePerRevision(func(revision spec.Revision) (*Catalogue, error) {
	document, err := spec.LoadRevision(revision)
	if err != nil {
		return nil, err
	}
	return newCatalogue(document), nil
})

func newCatalogue(document *spec.Document) *Catalogue {
	c := &Catalogue{
		document: document, set: Set{},
		requests: map[string]*shape{}, answers: map[string]map[int]*shape{}, order: map[string]map[Kind][]string{},
	}
	for _, o := range document.Operations() {
		c.order[o.ID] = map[Kind][]string{}
		c.requests[o.ID] = requestShape(o)
		c.answers[o.ID] = map[int]*shape{}
		for _, status := range o.Statuses() {
			c.add(o, Status, strconv.Itoa(status))
			if schema, ok := o.ResponseSchema(status); ok && status < 300 {
				c.answers[o.ID][status] = answerShape(schema)
				c.add(o, Property, c.answers[o.ID][status].names("")...)
			}
		}
		c.add(o, Field, c.requests[o.ID].names("")...)
		c.addExtensions(o)
	}
	return c
}

// addExtensions adds what the extensions of the document say of an operation.
func (c *Catalogue) addExtensions(o *spec.Operation) {
	if o.Scope != "" {
		c.add(o, Scope, o.Scope+Refused, o.Scope+Granted)
	}
	if o.Level > lowestLevel {
		c.add(o, Level, strconv.Itoa(o.Level))
	}
	if o.SessionOnly {
		c.add(o, Credential, NoKey)
	}
	if o.RecentLogin {
		c.add(o, Credential, RecentLogin)
	}
	c.add(o, Feature, o.Features...)
}

func (c *Catalogue) add(o *spec.Operation, kind Kind, names ...string) {
	for _, name := range names {
		if p := (Point{kind, name}); !c.set[o.ID][p] {
			c.set.Add(o.ID, p)
			c.order[o.ID][kind] = append(c.order[o.ID][kind], name)
		}
	}
}

// Documented is everything that the document says.
func (c *Catalogue) Documented() Set { return c.set }

// Fields are the points that a request body exercises. body is decoded JSON, or a
// form as a map.
func (c *Catalogue) Fields(operation string, body any) []Point {
	return points(Field, c.requests[operation].present(body, ""))
}

// Properties are the points that a look at a path of an answer asserts. path is one of
// gjson. Who looks at a property looks at those around it as well.
func (c *Catalogue) Properties(operation string, status int, path string) []Point {
	return points(Property, c.answers[operation][status].along(path))
}

// Wanted are the points below a path that a value asserts, which the answer is said to
// equal.
func (c *Catalogue) Wanted(operation string, status int, path string, value any) []Point {
	at, name := c.answers[operation][status].follow(path)
	return points(Property, at.present(value, name))
}

func points(kind Kind, names []string) []Point {
	list := make([]Point, 0, len(names))
	for _, name := range names {
		list = append(list, Point{kind, name})
	}
	return list
}
