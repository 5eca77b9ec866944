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
