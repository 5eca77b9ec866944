package suite

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"sync"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// JSON is a request body.
type JSON map[string]any

// Together is one body of several: what a later one has counts.
func Together(first JSON, more ...JSON) JSON {
	all := JSON{}
	for _, body := range append([]JSON{first}, more...) {
		maps.Copy(all, body)
	}
	return all
}

// encode writes a body. Bodies are made by scenarios, so it cannot fail but for
// a mistake there.
func encode(body any) []byte {
	data, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("suite: a body that is no JSON: %v", err))
	}
	return data
}

// S is a scenario while it runs: who calls, what it made, what it saw.
type S struct {
	client   *Client
	contract *Contract // what answers are held against
	ctx      context.Context
	runLabel string // the label of this run

	// unchecked: answers are not held against the document, and count for no rule.
	unchecked bool
	// losses are those of earlier tries. After too many a gateway's answer counts as the target's.
	losses losses

	mu        sync.Mutex
	checks    int
	waited    int
	retried   int
	exchanges []*Exchange
	cleanups  []cleanup
	sent      map[string]int  // requests by who made them
	readings  []reading       // what was taken out of answers since the last expectation
	features  map[string]bool // those that the story switched
	loans     map[string]bool // the known things that the story borrowed, by their identifier
	moved     []string        // the roles to whom something else may be current now
	alone     bool            // no other story changes known things
	loansSeen int64           // of the run, when the story began
	judged    *Exchange       // the one whose answer is looked at; nil is none alone
	changed   bool            // it changed something since it read last
	patient   bool            // it waits for lists that are late
	atOnce    []*Exchange     // those of the requests that were made at once last

	aspect Aspect // what the story is about
	wanted int    // the status that it wanted last
}

type cleanup struct {
	what     string
	do       func(*S) *Response
	creation *pendingCreation // names what it is about, once that is known
}

func (c *cleanup) String() string {
	if c.creation != nil {
		return c.creation.String()
	}
	return c.what
}

// Cleanup has do run when the scenario is over. A 404 is fine: it is gone.
func (s *S) Cleanup(what string, do func(*S) *Response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cleanups = append(s.cleanups, cleanup{what, do, nil})
}

// Target is the deployment's profile.
func (s *S) Target() *target.Profile { return s.client.Target }

// Name returns a name that nobody else uses: lower-case letters, digits and
// single dashes, good as a label of a domain.
func (s *S) Name() string {
	return fmt.Sprintf("us-%s-%d", s.runLabel, s.client.names.Add(1))
}

// Domain returns a domain name that nobody else uses.
func (s *S) Domain() string { return s.Name() + ".example.com" }

// Email returns an address that nobody else uses, below the profile's domain for
// mail, or a reserved one.
func (s *S) Email() string {
	return s.Name() + "@" + cmp.Or(s.Target().Mail.Domain, "example.com")
}

// Expect checks a value with a matcher and ends the story when it does not hold.
func (s *S) Expect(actual any, extra ...any) types.Assertion {
	s.countCheck()
	s.noteExpectation(actual)
	return gomega.NewGomega(func(message string, _ ...int) { s.fail(message) }).Expect(actual, extra...)
}

func (s *S) countCheck() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checks++
}

// fail ends the story: the target did not do what it must.
func (s *S) fail(message string) {
	if !s.unchecked {
		if why := s.notInPlan(); why != "" {
			panic(ending{notApplicable: why})
		}
		if why := s.notShown(message); why != "" {
			panic(ending{notApplicable: why})
		}
		if why := s.scimRefused(); why != "" {
			s.cannotRun(why)
		}
		if why := s.chosen(); why != "" {
			s.cannotRun(why)
		}
	}
	panic(ending{failure: message, check: checkpoint(message), place: s.place(), exchange: s.atFault()})
}

// giveUp ends the story: we could not find out.
func (s *S) giveUp(message string) { panic(ending{err: message, check: checkpoint("")}) }

// cannotRun ends the story: the profile promised what does not hold.
func (s *S) cannotRun(message string) { panic(ending{couldNotRun: message}) }

// NotApplicable ends the story: why it is not about this target, in a sentence.
func (s *S) NotApplicable(why string) { panic(ending{notApplicable: why}) }

// NotOffered ends the story: the target does not offer what it is about, and need not.
func (s *S) NotOffered(what string) { panic(ending{notOffered: what}) }

// noAnswer ends the story: there was no answer, perhaps none in time.
func (s *S) noAnswer(message string, hung bool) {
	panic(ending{err: message, check: checkpoint(""), lost: true, hung: hung, place: s.place()})
}

// isOfTarget reports whether an answer that says that the target cannot be reached is the
// target's own all the same: it comes each time that the story gets here, while the target is
// well otherwise.
func (s *S) isOfTarget(e *Exchange) bool {
	if !s.losses.last(s.place(), false) && s.client.wasUnwell(unreachable, e) == 0 {
		return false
	}
	if why, _ := s.client.probe(s.ctx); why != "" {
		return false
	}
	s.client.countUnwell(unreachable, e)
	return true
}

// place is where the story is: so many requests were made.
func (s *S) place() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.exchanges)
}

// maxRequests is how many requests a story may make. Only one that follows a
// target's links round and round comes near.
const maxRequests = 2000

func (s *S) checkBudget() {
	s.mu.Lock()
	spent := len(s.exchanges) >= maxRequests
	s.mu.Unlock()
	if spent {
		s.giveUp(fmt.Sprintf("the scenario was stopped after %d requests", maxRequests))
	}
}

// countRequest counts a request by who made it, also one that the story did not ask for.
func (s *S) countRequest(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sent == nil {
		s.sent = map[string]int{}
	}
	s.sent[who]++
}

// record counts a request of the story and keeps it with its answer.
func (s *S) record(who string, e *Exchange) {
	s.countRequest(who)
	s.mu.Lock()
	defer s.mu.Unlock()
	e.switched = s.features
	s.exchanges, s.atOnce = append(s.exchanges, e), nil
	s.waited += e.Waited
	s.retried += e.Retried
}

// last is the exchange that was over last; nil before the first.
func (s *S) last() *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.exchanges) == 0 {
		return nil
	}
	return s.exchanges[len(s.exchanges)-1]
}

// Parallel makes n calls at once and returns their answers. The calls may only
// make requests; what they say is checked afterwards.
func (s *S) Parallel(n int, call func(i int) *Response) []*Response {
	answers := make([]*Response, n)
	ends := make([]ending, n)
	before := s.place()
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			ends[i] = s.runStory(func(*S) { answers[i] = call(i) })
		})
	}
	wait.Wait()
	for _, end := range ends {
		if end != (ending{}) {
			panic(end)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.atOnce = s.exchanges[before:]
	return answers
}

// aside asks for a story what is no part of it: what answers look like does not matter, and they
// count for nothing.
func (s *S) aside() *S {
	return &S{client: s.client, contract: s.contract, ctx: s.ctx, runLabel: s.runLabel, unchecked: true}
}

// Try asks something that may fail, and says why it did; "" is that it did not.
func (s *S) Try(question func(*S)) string {
	return s.runStory(question).reason()
}

// Document is the document of the target's revision.
func (s *S) Document() *spec.Document { return s.contract.document }

// Has reports whether a change of the API has come on the target.
func (s *S) Has(change spec.ChangeID) bool { return s.Document().Revision.Has(change) }

// Shown are the properties that an answer shows of a schema of the document, in their order.
func (s *S) Shown(schema string) []string {
	return s.named(schema, func(p spec.Property) bool { return !p.WriteOnly })
}

// Declared are all properties of a schema of the document, those that are only written too.
func (s *S) Declared(schema string) []string {
	return s.named(schema, func(spec.Property) bool { return true })
}

// named are those properties of a schema that are chosen; none where there is no such schema.
func (s *S) named(schema string, chosen func(spec.Property) bool) (names []string) {
	found, ok := s.Document().Schema(schema)
	if !ok {
		return nil
	}
	for _, property := range found.Properties {
		if chosen(property) {
			names = append(names, property.Name)
		}
	}
	return names
}
