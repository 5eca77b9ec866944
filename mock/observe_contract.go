package mock

import (
	"fmt"
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
)

// check holds a request against the document.
func (o *observed) check(x *exchange, r *http.Request) {
	if o.guard == nil {
		return
	}
	facts := guard.Facts{Path: o.path, KeysEverywhere: o.config.keysEverywhere, BodyCut: !x.whole}
	if x.who.key != nil {
		facts.Key, facts.Scopes = true, x.who.key.Scopes
	}
	x.violations = o.guard.Check(x.operationID(), r, x.body, facts)
}

// checkSelf holds an answer of the fake against the document, where that is asked for.
func (o *observed) checkSelf(x *exchange, a fault.Answer) {
	// What a caller does not take, the framework refuses before the API is asked.
	if !o.config.selfCheck || o.guard == nil || a.Status == 0 || a.Status == http.StatusNotAcceptable {
		return
	}
	if err := o.guard.CheckResponse(x.operationID(), a.Status, a.Header, a.Body); err != nil {
		o.flaws.add(fmt.Sprintf("%s answers %d, which is not what the document says: %v", x.operationID(), a.Status, err))
	}
}
