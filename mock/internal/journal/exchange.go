package journal

import (
	"net/http"
	"time"
)

// Exchange is a request and its answer as they were, secrets included. [Journal.Record]
// copies what may change later: the headers and the bodies.
type Exchange struct {
	Time     time.Time // when the request came, by the clock of the sandbox
	Duration time.Duration

	// Site is what stands before URI in the address that the caller used, such as
	// http://127.0.0.1:8010.
	Site           string
	Method         string
	URI            string // path and query as they were sent
	Proto          string // such as HTTP/1.1
	RequestHeader  http.Header
	RequestBody    Body
	Status         int // 0 when there was no answer
	ResponseHeader http.Header
	ResponseBody   Body

	Operation string // the operation's id, "" when there is none such
	Caller    string // the e-mail address of the user, "" when nobody is known
	Key       string // the label of the key, "" when the caller had none

	Steps       []Step       // the way to the decision, in order; it must not change later
	Explanation *Explanation // why the request was refused, nil when it was not
	Fault       string       // the id of the fault that the request met, "" for none
	Violations  []string     // of the API's contract; it must not change later
	Changed     bool         // the request changed the state

	// Before and After are the states around the request. The journal only keeps
	// them, and lets them go with the entry.
	Before, After any
}

// Body is what was sent with a message, or the beginning of it.
type Body struct {
	Data []byte
	// Size is how many bytes the whole body had, if that is more than Data has.
	Size int64
}

// Step is a check on the way to the decision about a request.
type Step struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
}

// Explanation says why a request was refused.
type Explanation struct {
	Rule       string `json:"rule"`       // what refused it
	Detail     string `json:"detail"`     // why
	Sufficient string `json:"sufficient"` // what would have been enough
}

// refusedBy is the check that refused the request, "" if none did.
func (x *Exchange) refusedBy() string {
	for _, step := range x.Steps {
		if !step.Passed {
			return step.Name
		}
	}
	return ""
}
