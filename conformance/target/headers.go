package target

import (
	"fmt"
	"net/http"
	"slices"

	"golang.org/x/net/http/httpguts"
)

// ownHeaders are those that scenarios are about, or that a request has in any case.
var ownHeaders = []string{
	"Accept", "Authorization", "Connection", "Content-Length", "Content-Type", "Cookie", "Host", "Origin", "Referer",
	"Transfer-Encoding", "X-Csrftoken",
}

// checkHeaders wants headers that can be sent and do not change what is tried.
func (p *Profile) checkHeaders() (problems []error) {
	for name, value := range p.Headers {
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			problems = append(problems, fmt.Errorf("headers: %q is no name of a header", name))
		case slices.Contains(ownHeaders, http.CanonicalHeaderKey(name)):
			problems = append(problems, fmt.Errorf("headers.%s: the suite sets this one itself; take it out", name))
		case !httpguts.ValidHeaderFieldValue(value):
			problems = append(problems, fmt.Errorf("headers.%s: the value has a character that no header may have", name))
		}
	}
	return problems
}
