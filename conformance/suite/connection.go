package suite

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"
)

// connection is what a run knows about its connection to the target.
type connection struct {
	mu       sync.Mutex
	answered bool // there was an answer at least once
	// clockOffset is how far the target's clock is ahead of this machine's.
	clockOffset time.Duration
}

const firstBackoff = 100 * time.Millisecond

// backoff is how long to wait before a request is sent again.
func backoff(e *Exchange) time.Duration {
	if e.ResponseHeader.Get("Retry-After") != "" {
		return min(retryAfter(e.ResponseHeader), longestWait)
	}
	return firstBackoff << (e.Retried - 1)
}

// learnTime learns the target's time from an answer.
func (c *connection) learnTime(header http.Header, sent time.Time) {
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clockOffset = at.Sub(sent)
}

// noteAnswer notes that the target has answered, and hasAnswered reports whether it ever has.
func (c *connection) noteAnswer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered = true
}

func (c *connection) hasAnswered() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answered
}

// targetTime is the target's time: the fake's clock where there is a control plane,
// else what the dates of answers tell; zero if nothing does.
func (c *Client) targetTime(ctx context.Context) time.Time {
	if c.Target.Control != "" {
		e := &Exchange{Method: http.MethodGet, URL: c.Target.Control + "/clock", RequestHeader: http.Header{}}
		if c.send(ctx, e) == nil {
			return gjson.GetBytes(e.ResponseBody, "now").Time()
		}
	}
	c.connection.mu.Lock()
	defer c.connection.mu.Unlock()
	if !c.connection.answered {
		return time.Time{}
	}
	return time.Now().UTC().Add(c.connection.clockOffset)
}

// lateness is how late lists of the target follow its changes, as where they are read from a copy of
// its database. It is looked for once, when a story has failed that read after a change.
type lateness struct {
	mu     sync.Mutex
	looked bool
	by     time.Duration
}

// How lateness is looked for: what is later than that is not late, it is not there.
const (
	latest     = 3 * time.Second
	lookEvery  = 100 * time.Millisecond
	lookTimes  = 3
	lateMargin = 200 * time.Millisecond
)

// lateBy is how late lists are as far as is known, 0 if they are not.
func (c *Client) lateBy() time.Duration {
	c.lateness.mu.Lock()
	defer c.lateness.mu.Unlock()
	return c.lateness.by
}

// findLateness finds out how late lists are, and says so.
func (s *S) findLateness() time.Duration {
	l := &s.client.lateness
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.looked || s.Target().Control != "" {
		return l.by // a fake is never late
	}
	l.looked = true
	for range lookTimes {
		took, listed := s.listedAfter()
		if !listed {
			break
		}
		if took > 0 {
			l.by = max(l.by, 2*took+lateMargin)
		}
	}
	if l.by > 0 {
		s.client.notify("lists of the target follow a change late: stories wait %s for what they read after one", l.by)
	}
	return l.by
}

// listedAfter makes a domain and returns how long it takes until the list has it, and whether it does.
func (s *S) listedAfter() (took time.Duration, listed bool) {
	aside := s.aside()
	s.Cleanup("domain that a list was asked for", func(cleaner *S) *Response {
		if left := aside.cleanUp(); len(left) > 0 {
			cleaner.fail(strings.Join(left, "; "))
		}
		return nil
	})
	_ = aside.Try(func(s *S) { // no answer says nothing
		made := s.Admin().Post(s.Org(Domains), JSON{"domain": s.Domain()})
		for waited := time.Duration(0); made.code() == http.StatusCreated && waited < latest; waited += lookEvery {
			if strings.Contains(s.Admin().All(s.Org(Domains)).Body(), made.value("id").String()) {
				took, listed = waited, true
				return
			}
			if s.client.wait(s.ctx, lookEvery) != nil {
				return
			}
		}
	})
	return took, listed
}

// letCatchUp waits before a read that follows a change of the story, as long as lists are late.
func (s *S) letCatchUp(e *Exchange) {
	if s.unchecked {
		return
	}
	s.mu.Lock()
	follows := s.changed && e.IsSafe()
	s.changed = !e.IsSafe() || s.changed && !follows
	s.mu.Unlock()
	if late := s.client.lateBy(); follows && late > 0 {
		_ = s.client.wait(s.ctx, late) // a run that is over ends at the request
	}
}

// readAfterChange reports whether the story has read something after it had changed something.
func (s *S) readAfterChange() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := false
	for _, e := range s.exchanges {
		if changed && e.IsSafe() {
			return true
		}
		changed = changed || !e.IsSafe() && e.Status < http.StatusMultipleChoices
	}
	return false
}
