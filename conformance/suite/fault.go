package suite

import (
	"cmp"
	"net/http"
	"slices"
)

// A failure is shown with the answer that it is about. That is most often the last; it is not
// where many requests are out at once, or where a story looks at an earlier answer again.

// judge notes that an expectation is about an answer, until what it returns is called.
func (s *S) judge(e *Exchange) (done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.judged
	s.judged = e
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.judged = before
	}
}

func (r *Response) judge() (done func()) { return r.s.judge(r.exchange) }

// failOn ends the story: an answer is not as it must be.
func (s *S) failOn(e *Exchange, message string) {
	defer s.judge(e)()
	s.fail(message)
}

// atFault is the exchange that a failure is about: whose answer is looked at, or the odd one of
// those that were made at once. nil is the last.
func (s *S) atFault() *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.judged != nil {
		return s.judged
	}
	return oddOne(s.atOnce)
}

// failing is the exchange that a failure is about, as atFault has it, or the last; nil before the first.
func (s *S) failing() *Exchange { return cmp.Or(s.atFault(), s.last()) }

// oddOne is the exchange that went otherwise than most: where the server failed, else whose
// status is the rarest. nil if all went alike.
func oddOne(exchanges []*Exchange) (odd *Exchange) {
	count := map[int]int{}
	for _, e := range exchanges {
		count[e.Status]++
		if e.Status >= http.StatusInternalServerError {
			return e
		}
	}
	if len(count) < 2 {
		return nil
	}
	for _, e := range slices.Backward(exchanges) {
		if odd == nil || count[e.Status] < count[odd.Status] {
			odd = e
		}
	}
	return odd
}

// until are the exchanges up to one, a few at most; nil is the last of all.
func (s *S) until(last *Exchange) []*Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := len(s.exchanges)
	if i := slices.Index(s.exchanges, last); i >= 0 {
		end = i + 1
	}
	return s.exchanges[max(0, end-longestTrail):end]
}
