package suite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

// Result is how a scenario went.
type Result struct {
	// Failure says what did not hold; "" if everything did.
	Failure string
	// Error says what went wrong on our side of the wire: no connection, a
	// time-out, a bug in the suite.
	Error string
	// CouldNotRun says what the profile promised and did not hold, so that the rule
	// was not tried: a login that is refused, a hook that fails.
	CouldNotRun string
	// NotApplicable says what the target does not offer and need not; "" if it offers
	// everything that the story asked for.
	NotApplicable string
	// Check names the expectation that ended the story, the same in every run: where
	// it stands in the story, and what it looks at. "" if the story ended by itself.
	Check string
	// Checks counts the expectations that were looked at.
	Checks int
	// Requests counts the requests, Waited how often one was put off by 429, Retried
	// how often one was sent again, or the story told again, because the connection
	// broke or a gateway had no answer.
	Requests, Waited, Retried int
	// RetriedFor counts by reason, in words, what Retried counts.
	RetriedFor map[string]int
	// Sent counts the requests by who made them, Created the things that were made by
	// their kind; both with those that cleaning up made.
	Sent, Created map[string]int
	// Exchange is the one that the failure is about, the last before it if it is about none;
	// nil without one.
	Exchange *Exchange
	// Trail are the exchanges that led there, Exchange the last of them. It holds a
	// few at most.
	Trail []*Exchange
	// Calls are the requests of the story for documented operations, in their order.
	Calls []Call
	// Covered is what the story exercised and asserted of the OpenAPI document.
	Covered coverage.Set
	// Missed says what of the played revision the story asked for that a target between two
	// revisions does not have, "" if nothing: OrganizationDomain.scim_enabled, or an operation.
	Missed string
	// Leftovers are the things that could not be deleted.
	Leftovers []string
	Duration  time.Duration
}

// ending is panicked with to end a story from within, and says why.
type ending struct {
	failure, err string
	couldNotRun  string // what the profile promised and did not hold
	check        string // the expectation that ended the story
	notOffered   string // the neighbour that the target does not offer
	// notApplicable says what else the target need not offer, in a sentence.
	notApplicable string
	lost          bool // there was no answer; another try may get one
	hung          bool // there was none in time
	place         int  // where in the story: so many requests were made
	// exchange is the one that a failure is about; nil is the last.
	exchange *Exchange
}

// reason says what ended the story, "" if it ended by itself.
func (e ending) reason() string {
	if e.notOffered != "" {
		return notOfferedReason(e.notOffered)
	}
	return e.failure + e.err + e.couldNotRun + e.notApplicable
}

func notOfferedReason(what string) string { return "the target does not offer " + what }

// A story whose requests had no answer is told again: as often as maxLosses where it is the same
// request each time, which is the target's doing, and as often as maxTries where it is now this one and
// now that, which is the way's. An answer that did not come in time takes long, and counts for two.
const (
	maxLosses = 5
	maxTries  = 30
)

// losses counts by place in the story, the number of requests before, how often there was no answer.
type losses map[int]int

// last reports whether a loss at a place would be the last that is borne.
func (l losses) last(place int, hung bool) bool {
	all := 1
	for _, n := range l {
		all += n
	}
	return all >= maxTries || l[place]+weight(hung) >= maxLosses
}

// note notes a loss.
func (l losses) note(place int, hung bool) { l[place] += weight(hung) }

func weight(hung bool) int {
	if hung {
		return 2
	}
	return 1
}

// Play runs a scenario and cleans up after it, whatever happens. label marks
// what the run makes. A story that broke off for want of an answer is told again
// from its beginning, with new names, after what it made is gone: so no request is
// repeated that may have had an effect. So is one that failed while the target, or a
// credential, was not well.
func Play(ctx context.Context, client *Client, scenario *Scenario, label string) Result {
	return PlayUnder(ctx, client, client.Contract, scenario, label)
}

// PlayUnder is Play with another contract than the client's, as of another revision.
func PlayUnder(ctx context.Context, client *Client, contract *Contract, scenario *Scenario, label string) (result Result) {
	started := time.Now()
	lost, told := losses{}, scenario.Run
	for {
		s := &S{client: client, contract: contract, ctx: ctx, runLabel: label, losses: lost, aspect: scenario.Asks(), loansSeen: client.loanMoves.Load(), patient: client.lateBy() > 0}
		end, why := s.play(told, &result)
		if why == "" {
			break
		}
		if why == borrowedAgain {
			told = func(s *S) { s.Alone(); scenario.Run(s) }
		}
		lost.note(end.place, end.hung)
		result.retried(1, why)
	}
	result.Duration = time.Since(started)
	return result
}

// Why a request was sent again, or a story told again.
const (
	sentAgain     = "the connection broke or a gateway answered"
	noAnswerAgain = "a request had no answer, or one that may be of the way"
	shakenAgain   = "a check failed while the target or a credential was not well"
	troubledAgain = "a check failed on an answer that an outage gives as well: 401, 429 or 500"
	borrowedAgain = "a check failed while another story changed known things"
	lateAgain     = "a check failed before the target's lists had followed a change"
)

// retried notes that something was tried again, and why.
func (r *Result) retried(times int, why string) {
	if times == 0 {
		return
	}
	if r.RetriedFor == nil {
		r.RetriedFor = map[string]int{}
	}
	r.Retried += times
	r.RetriedFor[why] += times
}

// again decides whether a story that has ended is told once more, and says why; "" is that it is
// not.
func (s *S) again(end ending, result *Result) (why string) {
	gone := s.client.Gone()
	switch {
	case gone != "" && end.failure+end.err != "":
		result.Failure, result.Error = "", gone
		return ""
	case s.ctx.Err() != nil:
		return ""
	case end.lost:
		if s.client.connection.hasAnswered() && !s.losses.last(end.place, end.hung) {
			return noAnswerAgain
		}
		return ""
	case end.failure == "":
		return ""
	}
	return s.doubt(end, result)
}

// doubt tries what a failure stands on. A credential that the target has stopped taking is no
// failure of a rule, and neither is what it answered while it was not well.
func (s *S) doubt(end ending, result *Result) (why string) {
	shaken, lost := s.client.checkFooting(s.ctx, s.doubtful())
	switch gone := s.client.Gone(); {
	case lost != "" && gone == "":
		result.Failure, result.CouldNotRun = "", lost
	case gone != "":
		result.Failure, result.Error = "", gone
	case s.ctx.Err() != nil:
		result.Failure, result.Error = "", "the run was interrupted before the failure could be told from trouble of the target"
	case shaken && !s.losses.last(end.place, false):
		return shakenAgain
	case shaken:
	case s.sawTrouble(end) && !unavailable(s.failedOn(end).Status) && s.losses[end.place] < 2:
		// Nothing else tells a story without credentials that an outage is over.
		return troubledAgain
	case s.lentMoved():
		return borrowedAgain
	case !s.patient && s.readAfterChange() && s.findLateness() > 0:
		return lateAgain
	}
	return ""
}

// play tells a story once, and says why it is to be told again, "" if it is not. What the story stood on is
// tried before it cleans up, which is done with credentials that work.
func (s *S) play(story func(*S), result *Result) (end ending, why string) {
	end = s.runStory(story)
	result.Failure, result.Error, result.CouldNotRun, result.Check = end.failure, end.err, end.couldNotRun, end.check
	if result.NotApplicable = end.notApplicable; end.notOffered != "" {
		result.NotApplicable = notOfferedReason(end.notOffered)
	}
	result.Exchange, result.Trail = nil, nil
	if end != (ending{}) {
		result.Trail = s.until(end.exchange)
		if n := len(result.Trail); n > 0 {
			result.Exchange = result.Trail[n-1]
		}
	}
	result.Calls = append(result.Calls, s.calls()...)
	result.Covered = s.covered()
	result.Missed = s.missed()
	why = s.again(end, result)
	result.Checks = s.checks
	result.Requests += len(s.exchanges)
	result.Waited += s.waited
	result.retried(s.retried, sentAgain)
	result.Leftovers = append(result.Leftovers, s.cleanUp()...)
	s.client.accounts.release(s)
	result.addCounts(s)
	return end, why
}

// addCounts counts who sent what, and what was made.
func (r *Result) addCounts(s *S) {
	if r.Sent == nil {
		r.Sent, r.Created = map[string]int{}, map[string]int{}
	}
	for who, n := range s.sent {
		r.Sent[who] += n
	}
	for _, job := range s.cleanups {
		if job.creation != nil && job.creation.state == stateMade {
			r.Created[job.creation.Kind.Name]++
		}
	}
}

// runStory runs a story to its end and catches what ends it early.
func (s *S) runStory(story func(*S)) (end ending) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case ending:
			end = reason
		default:
			end = ending{err: fmt.Sprintf("the scenario crashed: %v", reason), check: "crash"}
		}
	}()
	story(s)
	return ending{}
}

// cleanUp deletes what the scenario made, the latest first, and returns what is
// left over. It has time of its own: an interrupted run cleans up too. Answers are
// not held against the document: a target that differs from it is rid of what was
// made all the same.
func (s *S) cleanUp() (leftovers []string) {
	ctx, cancel := s.timeToCleanUp()
	defer cancel()
	for _, job := range slices.Backward(s.cleanups) {
		end, cleaner, left := s.cleanUpOne(ctx, job)
		for range maxRetries {
			if end.failure+end.err == "" || !cleaner.mayCleanUpAgain(ctx, end) {
				break
			}
			end, cleaner, left = s.cleanUpOne(ctx, job)
		}
		leftovers = append(leftovers, left...)
		if end != (ending{}) {
			leftovers = append(leftovers, job.String()+": "+end.reason())
		}
	}
	return leftovers
}

// cleanUpOne does one job of cleaning up, and returns who did it, and what is left of what it took.
func (s *S) cleanUpOne(ctx context.Context, job cleanup) (end ending, cleaner *S, leftovers []string) {
	cleaner = s.aside()
	cleaner.ctx, cleaner.sent = ctx, s.sent
	end = cleaner.runStory(func(s *S) {
		if r := job.do(s); r != nil && !r.gone() {
			s.fail(fmt.Sprintf("status %d", r.code()))
		}
	})
	leftovers = cleaner.cleanUp()
	return end, cleaner, leftovers
}

// mayCleanUpAgain reports whether a job that failed may go otherwise with another credential, or
// now that the target is well again. Deleting twice harms nobody.
func (s *S) mayCleanUpAgain(ctx context.Context, end ending) bool {
	shaken, lost := s.client.checkFooting(ctx, s.doubtful())
	doubt := shaken || lost != "" || end.lost
	if !doubt && s.sawTrouble(ending{}) {
		s.client.suspectUnlessWell(ctx)
		doubt = true
	}
	return doubt && s.client.Gone() == "" && ctx.Err() == nil
}

// How long cleaning up may take once the run is told to stop: by somebody who waits for its
// end, or by its deadline.
const (
	cleanUpAfterInterrupt = 2500 * time.Millisecond
	cleanUpAfterDeadline  = 30 * time.Second
)

// timeToCleanUp is a context that outlives the run's a little.
func (s *S) timeToCleanUp() (context.Context, context.CancelFunc) {
	longer, end := endingAfter(s.ctx, func() time.Duration {
		if errors.Is(context.Cause(s.ctx), context.Canceled) {
			return cleanUpAfterInterrupt
		}
		return cleanUpAfterDeadline
	})
	ctx, cancel := context.WithTimeout(longer, cleanUpTimeout)
	return ctx, func() { cancel(); end() }
}

// endingAfter is a context that ends a while after another does.
func endingAfter(ctx context.Context, while func() time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(while(), cancel)
		context.AfterFunc(longer, func() { timer.Stop() })
	})
	return longer, func() { stop(); cancel() }
}

// Ask has a few questions put to a target, outside of any scenario: what answers
// look like does not matter. It fails when there is no answer.
func Ask(ctx context.Context, client *Client, questions func(*S)) error {
	s := &S{client: client, contract: client.Contract, ctx: ctx, unchecked: true}
	if end := s.runStory(questions); end != (ending{}) {
		return errors.New(end.reason())
	}
	return nil
}
