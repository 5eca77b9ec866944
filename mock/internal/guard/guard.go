// Package guard is the contract guard: it compares requests of clients, and the fake's own answers, with the OpenAPI document,
// and collects the differences. It never reads or changes the world, and never decides what the API answers.
//
// A request that the document does not allow may still be answered with 200: the API ignores fields that it does not know and
// converts the text "true" to a boolean. Nothing in the answer tells the client, until the API changes. The guard reports each
// such difference as a [Violation].
//
// It checks what a program decides: paths, methods, parameters, names and types of fields, the scopes of its key. It does not
// check what people type: a text that is too long or blank, or an invalid address, may be passed on by a client, since the
// documented answer 400 explains it to them. Optional headers are not checked either, nor whether objects exist.
//
// The guard allows what the API allows beyond the schemas:
//
//   - paths with and without their final slash; HEAD wherever there is GET; OPTIONS everywhere;
//
//   - a key as personal_api_key in the query or the body; the CSRF token of a form as csrfmiddlewaretoken;
//
//   - forms, whose values are texts: a text that the framework can convert to the documented type is of that type, a list is
//     the key repeated or key[0], key[1], …, and an empty text is null or absent where the schema is not a text;
//
//   - SCIM: attributes that are not documented, since identity providers send whatever they have and RFC 7644 lets servers
//     ignore it, and null for an attribute without a value.
//
// An example:
//
//	g, err := guard.Load(spec.DefaultRevision)
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

	"github.com/understudy-dev/understudy/spec"
)

// Guard compares requests and answers with one document. It is safe for concurrent use.
type Guard struct {
	document   *spec.Document
	operations map[string]*operation
	methods    map[string]string // documented path -> its methods, comma-separated
}

// Load returns the guard of the document of a revision, which is prepared once per process. It fails if there is no such
// revision, or if its document has something that the guard cannot check.
func Load(revision spec.Revision) (*Guard, error) { return guards(revision) }

var guards = spec.OncePerRevision(func(revision spec.Revision) (*Guard, error) {
	document, err := spec.LoadRevision(revision)
	if err != nil {
		return nil, err
	}
	return newGuard(document)
})

func newGuard(document *spec.Document) (*Guard, error) {
	g := &Guard{document: document, operations: map[string]*operation{}, methods: map[string]string{}}
	keys, schemas := keysInQuery(document), fieldCollector{}
	for _, documented := range document.Operations() {
		o, err := newOperation(document, documented, schemas)
		if err != nil {
			return nil, fmt.Errorf("guard: %s (%s): %w", documented, documented.ID, err)
		}
		if !documented.IsSCIM() {
			o.keysInQuery = keys
		}
		g.operations[documented.ID] = o
		g.methods[documented.Path] = appendMethod(g.methods[documented.Path], documented.Method)
	}
	return g, nil
}

// keysInQuery returns the query parameters in which every operation of the API accepts a key.
func keysInQuery(document *spec.Document) (names []string) {
	for _, scheme := range document.T.Components.SecuritySchemes {
		if scheme.Value.Type == "apiKey" && scheme.Value.In == "query" {
			names = append(names, scheme.Value.Name)
		}
	}
	return names
}

func appendMethod(list, method string) string {
	if list == "" {
		return method
	}
	return list + ", " + method
}

// Facts are what the server has found out about a request.
type Facts struct {
	// Path is the path template of the document that the request matches; "" for none.
	Path string
	// Key reports whether the credentials are a personal API key; Scopes are the scopes of the key.
	Key    bool
	Scopes []string
	// KeysEverywhere allows personal API keys where the document allows a session only.
	KeysEverywhere bool
	// BodyCut reports whether the body was not read to its end; it is not checked then.
	BodyCut bool
}

// Check returns how a request to an operation differs from the document: at most 20 violations, without repetitions, in the order
// of the request's parts. operation is an operationId, for HEAD that of GET; "" is none.
func (g *Guard) Check(operation string, r *http.Request, body []byte, facts Facts) []Violation {
	if r.Method == http.MethodOptions {
		return nil
	}
	o, ok := g.operations[operation]
	if !ok {
		return []Violation{g.unknownOperation(r, facts.Path)}
	}
	f := checker{operation: o, method: r.Method}
	f.checkCredentials(facts)
	f.checkPath(r.URL.Path)
	f.checkQuery(r.URL.RawQuery)
	f.checkHeaders(r.Header)
	if !facts.BodyCut {
		f.checkBody(r.Header.Get("Content-Type"), body)
	}
	return f.found
}

// unknownOperation returns the violation of a request to an unknown path or with an unknown method.
func (g *Guard) unknownOperation(r *http.Request, path string) Violation {
	v := Violation{Code: UnknownPath, Method: r.Method, Path: path}
	if methods, ok := g.methods[path]; ok {
		v.Code, v.allow = UnknownMethod, methods
		v.Message = fmt.Sprintf("%s was asked with %s, which is not documented. The document has %s there. Use one of them.",
			path, r.Method, methods)
		return v
	}
	v.Path = withoutIDs(r.URL.Path)
	v.Message = fmt.Sprintf("%s is not documented. Correct the path: \"understudy spec\" prints the document, and the fake plays nothing beyond it.",
		shortened(r.URL.Path))
	return v
}

// withoutIDs replaces what looks like an identifier in a path, so that requests to one unknown endpoint are one violation.
func withoutIDs(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if isUUID(segment) || segment != "" && strings.Trim(segment, "0123456789") == "" {
			segments[i] = "{id}"
		}
	}
	return shortened(strings.Join(segments, "/"))
}

// maxPerRequest is how many violations of one request are reported.
const maxPerRequest = 20

// checker collects the violations of one request.
type checker struct {
	operation *operation
	method    string
	found     []Violation
}

// add notes a violation, unless there are too many or an equal one is known.
func (f *checker) add(code Code, where, format string, args ...any) {
	if len(f.found) >= maxPerRequest {
		return
	}
	v := Violation{
		Code: code, Operation: f.operation.ID, Method: f.method, Path: f.operation.Path, Where: where,
		Message: fmt.Sprintf(format, args...),
	}
	place := v.pattern()
	if !slices.ContainsFunc(f.found, func(other Violation) bool { return other.Code == code && other.pattern() == place }) {
		f.found = append(f.found, v)
	}
}

// checkCredentials compares the key of the request with the scope that the operation needs. Missing and unknown credentials are
// refused by the API itself.
func (f *checker) checkCredentials(facts Facts) {
	o := f.operation
	switch {
	case !facts.Key || o.Public || o.AnyKey || o.IsSCIM():
	case o.SessionOnly && facts.KeysEverywhere:
	case o.SessionOnly:
		f.add(SessionOnly, credentials,
			"A personal API key was sent; the document lets only sessions call %s, whatever the scopes of a key. "+
				"Sign in, and send the session's cookie and CSRF token instead.", o.ID)
	case o.Scope != "" && !spec.ScopesAllow(facts.Scopes, o.Scope):
		f.add(MissingScope, credentials,
			"The key may do %s; the document says that %s needs %s. Give the key that scope, or call with one that has it.",
			scopesText(facts.Scopes), o.ID, o.Scope)
	}
}

func scopesText(scopes []string) string {
	if len(scopes) == 0 {
		return "nothing"
	}
	return shortened(joined(scopes))
}

// CheckResponse compares an answer of the fake with the document, and returns how it differs: an undocumented status, content
// type, header or property, or an invalid body. Answers to no documented operation pass, and so does a [StrictError]. body is the
// body that was written, for HEAD that of GET.
func (g *Guard) CheckResponse(operation string, status int, header http.Header, body []byte) error {
	o, ok := g.operations[operation]
	if !ok {
		return nil
	}
	return g.document.CheckResponse(o.Operation, status, header, body)
}
