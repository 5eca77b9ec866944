// Package guard is the contract guard for consumers of the fake: it holds requests, and the fake's own answers, against the
// OpenAPI document.
//
// A request that the document does not allow may still be answered with 200: the API ignores fields that it does not know and
// converts the text "true" to a boolean. Nothing in the answer tells the client, until the day when the API changes. The guard
// tells, with a [Violation] for each thing.
//
// It judges what a program decides: paths, methods, parameters, names and types of fields, the scopes of its key. What people
// type is left alone: a text that is too long or blank, or an address that is none, is what a client may pass on, since the
// documented answer 400 says so in words for people. Headers are left alone as well, and whether things exist.
//
// Where the document allows more than its schemas say, so does the guard:
//
//   - paths with and without their final slash; HEAD wherever there is GET; OPTIONS everywhere;
//
//   - a key as personal_api_key in the query or the body; the CSRF token of a form as csrfmiddlewaretoken;
//
//   - forms, whose values are texts: what the framework can read as the documented type is of that type, a list is the key
//     repeated or key[0], key[1], …, and an empty text is null or nothing at all where no text is asked for;
//
//   - SCIM: attributes that are not documented, since identity providers send whatever they have and RFC 7644 lets servers
//     ignore it, and null for an attribute without a value.
//
// An example:
//
//	g, err := guard.Load()
//	…
//	for _, violation := range g.Check("domains_create", request, body, guard.Facts{Key: true, Scopes: scopes}) {
//		fmt.Println(violation.Where, violation.Message)
//	}
package guard

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/spec"
)

// Guard holds requests and answers against one document. It is made once and safe for concurrent use.
type Guard struct {
	document   *spec.Document
	operations map[string]*operation
	methods    map[string]string // that a documented path has, as a list
}

var load = sync.OnceValues(func() (*Guard, error) {
	document, err := spec.Load()
	if err != nil {
		return nil, err
	}
	return newGuard(document)
})

// Load prepares the guard of the embedded document, once for the whole program. It fails where the document asks for something
// that the guard cannot check.
func Load() (*Guard, error) { return load() }

func newGuard(document *spec.Document) (*Guard, error) {
	g := &Guard{document: document, operations: map[string]*operation{}, methods: map[string]string{}}
	keys, schemas := keysInQuery(document), gathering{}
	for _, documented := range document.Operations() {
		o, err := newOperation(document, documented, schemas)
		if err != nil {
			return nil, fmt.Errorf("guard: %s (%s): %w", documented, documented.ID, err)
		}
		if !documented.IsSCIM() {
			o.keysInQuery = keys
		}
		g.operations[documented.ID] = o
		g.methods[documented.Path] = withMethod(g.methods[documented.Path], documented.Method)
	}
	return g, nil
}

// keysInQuery are the parameters by which every operation of the API takes a key.
func keysInQuery(document *spec.Document) (names []string) {
	for _, scheme := range document.T.Components.SecuritySchemes {
		if scheme.Value.Type == "apiKey" && scheme.Value.In == "query" {
			names = append(names, scheme.Value.Name)
		}
	}
	return names
}

func withMethod(list, method string) string {
	if list == "" {
		return method
	}
	return list + ", " + method
}

// Facts are what the server knows of a request besides the request.
type Facts struct {
	// Path is the documented path that the request is for, as the document writes it; "" when there is none.
	Path string
	// Key tells that a personal API key was taken as the credentials, Scopes what it may do.
	Key    bool
	Scopes []string
	// KeysEverywhere tells that personal API keys are wanted where the document allows a session only.
	KeysEverywhere bool
	// BodyCut tells that the body was not read to its end; nothing is said of it then.
	BodyCut bool
}

// Check returns how a request to an operation differs from the document: at most 20 violations, the same one only once, in the
// order of the request's parts. The operation is named by its operationId, that of GET for HEAD; "" is none. The body is what
// was sent.
func (g *Guard) Check(operation string, r *http.Request, body []byte, facts Facts) []Violation {
	if r.Method == http.MethodOptions {
		return nil
	}
	o, ok := g.operations[operation]
	if !ok {
		return []Violation{g.unknown(r, facts.Path)}
	}
	f := finder{operation: o, method: r.Method}
	f.credentials(facts)
	f.path(r.URL.Path)
	f.query(r.URL.RawQuery)
	f.headers(r.Header)
	if !facts.BodyCut {
		f.body(r.Header.Get("Content-Type"), body)
	}
	return f.found
}

// unknown is the violation of a request for no operation.
func (g *Guard) unknown(r *http.Request, path string) Violation {
	v := Violation{Code: UnknownPath, Method: r.Method, Path: path}
	if methods, ok := g.methods[path]; ok {
		v.Code, v.allow = UnknownMethod, methods
		v.Message = fmt.Sprintf("%s was asked with %s, which is not documented. The document has %s there. Use one of them.",
			path, r.Method, methods)
		return v
	}
	v.Path = withoutIDs(r.URL.Path)
	v.Message = fmt.Sprintf("%s is not documented. Correct the path: \"understudy spec\" prints the document, and the fake plays nothing beyond it.",
		short(r.URL.Path))
	return v
}

// withoutIDs replaces what looks like an identifier in a path, so that paths of one kind look alike.
func withoutIDs(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if isUUID(segment) || segment != "" && strings.Trim(segment, "0123456789") == "" {
			segments[i] = "{id}"
		}
	}
	return short(strings.Join(segments, "/"))
}

// maxFound is how many violations of one request are told.
const maxFound = 20

// finder collects what is wrong with one request.
type finder struct {
	operation *operation
	method    string
	found     []Violation
}

// add notes a violation, unless there are enough or it is another one of a kind.
func (f *finder) add(code Code, where, format string, args ...any) {
	if len(f.found) >= maxFound {
		return
	}
	v := Violation{
		Code: code, Operation: f.operation.ID, Method: f.method, Path: f.operation.Path, Where: where,
		Message: fmt.Sprintf(format, args...),
	}
	place := v.place()
	if !slices.ContainsFunc(f.found, func(other Violation) bool { return other.Code == code && other.place() == place }) {
		f.found = append(f.found, v)
	}
}

// credentials holds the key of the request against what the operation needs. Whether there are credentials at all, and whether
// they are known, the API says itself.
func (f *finder) credentials(facts Facts) {
	o := f.operation
	switch {
	case !facts.Key || o.Public || o.AnyKey || o.IsSCIM():
	case o.SessionOnly && facts.KeysEverywhere:
	case o.SessionOnly:
		f.add(SessionOnly, theCredentials,
			"A personal API key was sent; the document lets only sessions call %s, whatever the scopes of a key. "+
				"Sign in, and send the session's cookie and CSRF token instead.", o.ID)
	case o.Scope != "" && !spec.Grants(facts.Scopes, o.Scope):
		f.add(MissingScope, theCredentials,
			"The key may do %s; the document says that %s needs %s. Give the key that scope, or call with one that has it.",
			orNothing(facts.Scopes), o.ID, o.Scope)
	}
}

func orNothing(scopes []string) string {
	if len(scopes) == 0 {
		return "nothing"
	}
	return short(listed(scopes))
}

// CheckResponse holds an answer of the fake against the document, and returns how it differs: in an undocumented status, content
// type, header or property, or in its body. What answers no documented operation passes, and so does a [StrictError]. The body is
// the one that was written, for HEAD that of GET.
func (g *Guard) CheckResponse(operation string, status int, header http.Header, body []byte) error {
	o, ok := g.operations[operation]
	if !ok {
		return nil
	}
	return g.document.CheckResponse(o.Operation, status, header, body)
}
