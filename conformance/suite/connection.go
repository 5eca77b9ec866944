package suite

import (
	"context"
	"errors"
	"net"
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
	failures int  // requests without an answer, one after another
	// clockOffset is how far the target's clock is ahead of this machine's.
	clockOffset time.Duration
}

const (
	maxRetries   = 3  // how often a request is sent again
	maxFailures  = 30 // failures in a row after which the target counts as gone
	firstBackoff = 100 * time.Millisecond
)

// lostError is returned for a request without an answer: it shows nothing about the rule.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// notSent reports whether a request certainly did not reach the target.
func notSent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// repeatable reports whether a request may be sent twice. PUT is not among them: some
// answers show a secret once. Nor is deleting what an alias stands for: after the
// first time it stands for something else.
func repeatable(e *Exchange) bool {
	switch e.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return !e.once
	case http.MethodDelete:
		return !e.once && !strings.Contains(e.URL, "/@")
	}
	return e.repeatable
}

// fromGateway reports whether something between here and the target had no answer
// from it. The target's own refusals are JSON.
func fromGateway(e *Exchange) bool {
	status := e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
	return status && !strings.Contains(e.ResponseHeader.Get("Content-Type"), "json")
}

// shouldRetry reports whether a request that went wrong may be sent once more.
func (c *Client) shouldRetry(e *Exchange, err error) bool {
	if e.Retried >= maxRetries || c.connection.down() || errors.Is(err, context.Canceled) {
		return false
	}
	if err != nil {
		return repeatable(e) || notSent(err)
	}
	return repeatable(e) && fromGateway(e)
}

// noteResult counts what had no answer.
func (c *connection) noteResult(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.failures++
		return
	}
	c.answered, c.failures = true, 0
}

// down reports whether the target has stopped answering.
func (c *connection) down() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failures >= maxFailures
}

// up reports whether the target has answered and still does, so far as is known.
func (c *connection) up() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answered && c.failures < maxFailures
}

// backoff is how long to wait before a request is sent again.
func (c *connection) backoff(e *Exchange) time.Duration {
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
