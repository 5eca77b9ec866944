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

// HeaderName is the header that asks for a fault in a request, and names the
// faults that were met in a response.
const HeaderName = "Understudy-Fault"

// Decision is what happens to one call. A nil Decision is nothing.
type Decision struct {
	// Name is the id of the fault, or the magic word. There are several, with
	// commas between them, when slowness was added.
	Name string
	// Phase is when the call goes wrong. A call that is slow and nothing else has
	// the phase of its slowness.
	Phase Phase

	fault         *Fault // nil when the call is slow and nothing else
	before, after time.Duration
}

// open tells whether the call may yet go wrong in another way.
func (d *Decision) open() bool { return d.fault == nil }

// SkipsOperation tells whether the operation must not run.
func (d *Decision) SkipsOperation() bool {
	return d != nil && d.fault != nil && (d.Phase == Before || d.Phase == Reset)
}

// Refuses tells whether the caller is refused by a fault, and by which. The operation
// may have run all the same.
func (d *Decision) Refuses() (id string, refuses bool) {
	if d == nil || d.fault == nil || d.fault.Status == 0 {
		return "", false
	}
	return d.fault.ID, true
}

// Delivers tells whether the caller gets an answer, be it a broken one.
func (d *Decision) Delivers() bool {
	return d == nil || d.fault == nil || d.Phase != Lost && d.Phase != Reset
}

// Answer is what the caller gets instead of what the operation answered, which
// is left as it is. Give the zero Answer for an operation that has not run.
func (d *Decision) Answer(given Answer, render Render) Answer {
	if d == nil {
		return given
	}
	switch {
	case d.fault == nil:
	case d.fault.Status != 0:
		given = d.fault.refuse(render)
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

// malformed breaks the JSON of an answer. One without a body gets a broken one,
// and a status that allows it.
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
	// Callers returns the names of who calls: the e-mail of the user, label and id
	// of the key. It is asked once, and only when a fault wants to know. It must not
	// use the set. nil is nobody.
	Callers func() []string
}

// Decide counts a call and says what happens to it; nil is nothing.
//
// The faults are asked in their order. The first that the call meets decides how
// it goes wrong; the others count it all the same, so that "the third call" does
// not depend on other faults, but are not met. Slowness is met as well, and adds
// up.
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
			if asked = true; !named(callers, f.Caller) {
				continue
			}
		}
		f.Matched++
		if random := f.random(s.seed); (f.slow() || d == nil || d.open()) && f.meets(random) {
			f.Met++
			f.Spent = f.Met == f.Count
			d = d.with(&f.Fault, random)
		}
	}
	return d
}

// named tells whether a caller goes by a name.
func named(callers []string, name string) bool {
	for _, caller := range callers {
		if strings.EqualFold(caller, name) {
			return true
		}
	}
	return false
}

// random returns the source of everything that chance decides about the call
// that was just counted. It depends on nothing but the fault and the number of
// the call.
func (c *counted) random(seed int64) *rand.Rand {
	if c.Probability == 0 && c.Latency == nil {
		return nil
	}
	source := uint64(c.Seed)
	if c.Seed == 0 { // faults that share the seed of the set do not go in step
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(c.ID))
		source = uint64(seed) ^ hash.Sum64()
	}
	return rand.New(rand.NewPCG(source, uint64(c.Matched)))
}

// meets tells whether the call that was just counted meets the fault.
func (c *counted) meets(random *rand.Rand) bool {
	if c.Spent || c.Matched < c.Nth {
		return false
	}
	return c.Probability == 0 || random.Float64() < c.Probability
}

// with adds a fault to what happens to the call.
func (d *Decision) with(f *Fault, random *rand.Rand) *Decision {
	if d == nil {
		d = &Decision{Name: f.ID, Phase: f.Phase}
	} else {
		d.Name += ", " + f.ID
	}
	if !f.slow() {
		d.Phase, d.fault = f.Phase, f
	}
	if f.Latency != nil {
		d.wait(f.Phase, f.Latency.draw(random))
	}
	return d
}

// wait adds to the time that the call takes.
func (d *Decision) wait(phase Phase, wait time.Duration) {
	if phase == Before || phase == Reset {
		d.before += wait
	} else {
		d.after += wait
	}
}

// Answer is a whole response: what a handler gave, or what a fault makes of it.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Render gives a refusal the form of a protocol.
type Render func(*rest.Error) Answer

// RenderAPI renders a refusal in the form of the REST API.
func RenderAPI(e *rest.Error) Answer {
	var out rest.Writer
	e.Write(&out)
	return answer(e.Status, e.Header, "application/json", out.Bytes())
}

// RenderSCIM renders a refusal in the form of SCIM.
func RenderSCIM(e *rest.Error) Answer {
	var out rest.Writer
	refusal := scim.AsError(e)
	refusal.Write(&out)
	return answer(refusal.Status, refusal.Header, "application/scim+json", out.Bytes())
}

func answer(status int, header http.Header, contentType string, body []byte) Answer {
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", contentType)
	return Answer{status, header, body}
}

// refusals are the statuses for which the API has words, and these words.
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

// refuse returns the refusal of the fault.
func (f *Fault) refuse(render Render) Answer {
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
