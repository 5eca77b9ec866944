package fault

import (
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
)

// HeaderName is the header that asks for a fault in a request, and that names the
// faults which were met in a response.
const HeaderName = "Understudy-Fault"

// Decision is what happens to one call. A nil Decision is nothing.
type Decision struct {
	// Name is the id of the fault, or the magic word. Latency adds further ids, with
	// commas between them.
	Name string
	// Phase is when the call goes wrong. For latency alone it is the phase of the
	// latency.
	Phase Phase

	fault         *Fault // nil for latency alone
	before, after time.Duration
}

// latencyOnly reports whether nothing but latency happens to the call so far.
func (d *Decision) latencyOnly() bool { return d.fault == nil }

// SkipsOperation reports whether the operation must not run.
func (d *Decision) SkipsOperation() bool {
	return d != nil && d.fault != nil && (d.Phase == Before || d.Phase == Reset)
}

// Refuses reports whether a fault refuses the call, and which. The operation may have
// run all the same.
func (d *Decision) Refuses() (id string, refuses bool) {
	if d == nil || d.fault == nil || d.fault.Status == 0 {
		return "", false
	}
	return d.fault.ID, true
}

// Delivers reports whether the client gets a response, be it a broken one.
func (d *Decision) Delivers() bool {
	return d == nil || d.fault == nil || d.Phase != Lost && d.Phase != Reset
}

// Answer returns what the client gets instead of the operation's answer, which is not
// modified. Pass the zero Answer for an operation that has not run.
func (d *Decision) Answer(given Answer, render Render) Answer {
	if d == nil {
		return given
	}
	switch {
	case d.fault == nil:
	case d.fault.Status != 0:
		given = d.fault.refusal(render)
	case d.Phase == Malformed:
		given = malformed(given)
	}
	header := given.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set(HeaderName, d.Name)
	given.Header = header
	return given
}

// malformed cuts the JSON of an answer. An answer without a body gets an invalid one,
// and a status that allows a body.
func malformed(given Answer) Answer {
	half := given.Body[:len(given.Body)/2]
	if json.Valid(half) || len(half) == 0 {
		half = []byte(`{"`)
	}
	header := given.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Del("Content-Length")
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	if given.Status == http.StatusNoContent {
		given.Status = http.StatusOK
	}
	return Answer{given.Status, header, half}
}

// Call is what faults are matched against.
type Call struct {
	// Operation is the id of the operation.
	Operation string
	// Callers returns the names of the caller: e-mail of the user, label and id of
	// the key. It is called at most once, only when a fault names a caller, and must
	// not use the set. nil is an anonymous call.
	Callers func() []string
}

// Decide counts a call and returns what happens to it; nil is nothing.
//
// Faults are matched in their order. The first that applies decides how the call goes
// wrong; the others count the call as matched but not as met, so that "the third
// call" does not depend on other faults. Latencies apply as well, and add up.
func (s *Set) Decide(c Call) *Decision {
	if !s.armed.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var d *Decision
	var callers []string
	asked := false
	for _, f := range s.faults {
		if f.operations != nil && !f.operations[c.Operation] {
			continue
		}
		if f.Caller != "" {
			if !asked && c.Callers != nil {
				callers = c.Callers()
			}
			if asked = true; !isNamed(callers, f.Caller) {
				continue
			}
		}
		f.Matched++
		if random := f.random(s.seed); (f.latencyOnly() || d == nil || d.latencyOnly()) && f.applies(random) {
			f.Met++
			f.Spent = f.Met == f.Count
			d = d.add(&f.Fault, random)
		}
	}
	return d
}

// isNamed reports whether name is one of the caller's names.
func isNamed(callers []string, name string) bool {
	for _, caller := range callers {
		if strings.EqualFold(caller, name) {
			return true
		}
	}
	return false
}

// random returns the random source for the call that was just counted. It depends on
// nothing but the fault and the number of the call.
func (c *armedFault) random(seed int64) *rand.Rand {
	if c.Probability == 0 && c.Latency == nil {
		return nil
	}
	source := uint64(c.Seed)
	if c.Seed == 0 { // faults that share the seed of the set must not draw the same numbers
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(c.ID))
		source = uint64(seed) ^ hash.Sum64()
	}
	return rand.New(rand.NewPCG(source, uint64(c.Matched)))
}

// applies reports whether the call that was just counted meets the fault.
func (c *armedFault) applies(random *rand.Rand) bool {
	if c.Spent || c.Matched < c.Nth {
		return false
	}
	return c.Probability == 0 || random.Float64() < c.Probability
}

// add adds a fault to the decision.
func (d *Decision) add(f *Fault, random *rand.Rand) *Decision {
	if d == nil {
		d = &Decision{Name: f.ID, Phase: f.Phase}
	} else {
		d.Name += ", " + f.ID
	}
	if !f.latencyOnly() {
		d.Phase, d.fault = f.Phase, f
	}
	if f.Latency != nil {
		d.addWait(f.Phase, f.Latency.sample(random))
	}
	return d
}

// addWait adds to the latency of the call.
func (d *Decision) addWait(phase Phase, wait time.Duration) {
	if phase == Before || phase == Reset {
		d.before += wait
	} else {
		d.after += wait
	}
}

// Answer is a whole response: that of a handler, or what a fault makes of it.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Render writes a refusal in the form of a protocol.
type Render func(*rest.Error) Answer

// RenderAPI renders a refusal in the form of the REST API.
func RenderAPI(e *rest.Error) Answer {
	var out rest.Writer
	e.Write(&out)
	return newAnswer(e.Status, e.Header, "application/json", out.Bytes())
}

// RenderSCIM renders a refusal in the form of SCIM.
func RenderSCIM(e *rest.Error) Answer {
	var out rest.Writer
	refusal := scim.AsError(e)
	refusal.Write(&out)
	return newAnswer(refusal.Status, refusal.Header, "application/scim+json", out.Bytes())
}

func newAnswer(status int, header http.Header, contentType string, body []byte) Answer {
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", contentType)
	return Answer{status, header, body}
}

// refusals are the API's own errors by status; other statuses need a body of their own.
var refusals = map[int]*rest.Error{
	http.StatusUnauthorized:        rest.ErrNotAuthenticated,
	http.StatusForbidden:           rest.ErrPermission,
	http.StatusNotFound:            rest.ErrNotFound,
	http.StatusTooManyRequests:     rest.Throttled(1),
	http.StatusInternalServerError: rest.ErrServer,
	http.StatusBadGateway:          rest.ErrBadGateway,
	http.StatusServiceUnavailable:  rest.ErrUnavailable,
	http.StatusGatewayTimeout:      rest.ErrGatewayTimeout,
}

// refusal renders the refusal of the fault.
func (f *Fault) refusal(render Render) Answer {
	refusal := refusals[f.Status]
	if f.Status == http.StatusTooManyRequests {
		refusal = rest.Throttled(max(1, f.RetryAfter))
	}
	if refusal == nil {
		refusal = &rest.Error{Status: f.Status}
	}
	answer := render(refusal)
	if f.RetryAfter > 0 {
		answer.Header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	if f.Error != nil {
		answer.Body = f.Error
	}
	return answer
}
