package guard

import "net/http"

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
