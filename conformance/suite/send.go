package suite

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// do sends one request. who names the credential that the limits count for. It waits while
// the target is in trouble, or puts the request off, and fails when that does not end: that
// says nothing about the rule. Requests that are safe to repeat are, a few times, when there
// is no answer. An answer that is not the target's is returned as it is.
func (c *Client) do(ctx context.Context, who string, e *Exchange) error {
	e.who = who
	for waited := time.Duration(0); ; {
		if err := c.breaker.pass(ctx, c); err != nil {
			return err
		}
		if err := c.pace(ctx, who); err != nil {
			return err
		}
		if e.before != nil {
			if err := e.before(); err != nil {
				return err
			}
		}
		err := c.send(ctx, e)
		switch originOf(e, err) {
		case ofTarget:
			c.noteAnswer(who, e)
			return nil
		case ofThrottle:
			after := retryAfter(e.ResponseHeader)
			c.connection.noteAnswer()
			if waited += after; waited > longestWait {
				c.giveUp(fmt.Sprintf("the target asks %s to wait %s more, after %s; set limits in its profile, or use fewer at a time (--parallel)", who, after, waited-after))
				return &GoneError{c.Gone()}
			}
			if err := c.putOff(ctx, who, e, after); err != nil {
				return err
			}
		case ofWay:
			if ctx.Err() != nil {
				return c.inVain(e, err) // it was cut off
			}
			c.breaker.noteTrouble(c, e, err)
			if !shouldRetry(e, err) {
				return c.inVain(e, err)
			}
			e.Retried++
			if err := c.wait(ctx, backoff(e)); err != nil {
				return err
			}
		}
	}
}

// noteAnswer notes an answer of the target.
func (c *Client) noteAnswer(who string, e *Exchange) {
	c.connection.noteAnswer()
	c.breaker.noteAnswer()
	c.paceOf(who).noteAccepted(c.now())
	c.learn(who, e)
}

// putOff waits as long as the target asks to.
func (c *Client) putOff(ctx context.Context, who string, e *Exchange, after time.Duration) error {
	e.Waited++
	if c.paceOf(who).noteThrottled(c.now(), after) {
		c.notify("the target puts off requests of %s (429): slower from now on, and %s until the next", who, after)
	}
	return c.wait(ctx, after)
}

// inVain is the error of a request that the target has not answered; nil where a gateway, or
// who speaks for the target, has.
func (c *Client) inVain(e *Exchange, err error) error {
	if err == nil {
		return nil
	}
	if timedOut(err) && c.Gone() == "" {
		c.countUnwell(hung, e)
	}
	return &lostError{err}
}

// countUnwell counts requests in vain of an operation by what came of them, and wasUnwell tells
// how many there were before. What one operation always does while all others are well is
// not waited for, or asked, again and again.
func (c *Client) countUnwell(what string, e *Exchange) {
	key := what + " " + c.shapeOf(e)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unwell[key]++
}

func (c *Client) wasUnwell(what string, e *Exchange) int {
	c.mu.Lock()
	none := len(c.unwell) == 0
	c.mu.Unlock()
	if none {
		return 0 // which operation it is need not be found out for each request
	}
	key := what + " " + c.shapeOf(e)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unwell[key]
}

// What requests in vain are counted by.
const (
	hung        = "hung"
	unreachable = "unreachable"
)

// shapeOf is what requests for one operation have in common.
func (c *Client) shapeOf(e *Exchange) string {
	path, _ := c.pathOf(e.URL)
	if operation := c.Contract.operation(e.Method, path); operation != nil {
		return operation.ID
	}
	return e.Method + " " + path
}

// cutOffAfter is how long what is under way may still take when its context ends: the answer
// may name something that must be deleted.
const cutOffAfter = 1500 * time.Millisecond

// lingering is a context that ends a moment after another does, at once for what may be cut off.
func lingering(ctx context.Context, e *Exchange) (context.Context, context.CancelFunc) {
	if e.cutOff {
		return context.WithCancel(ctx)
	}
	return endingAfter(ctx, func() time.Duration { return cutOffAfter })
}

// send sends the request once. What is under way is given a moment when ctx ends. The
// client's time-out bounds it.
func (c *Client) send(ctx context.Context, e *Exchange) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.useControlToken(e)
	c.useHeaders(e)
	sending, cancel := lingering(ctx, e)
	defer cancel()
	if c.wasUnwell(hung, e) > 1 {
		var stop context.CancelFunc
		sending, stop = context.WithTimeout(sending, hungTimeout)
		defer stop()
	}
	var written atomic.Int32 // net/http itself sends again what it thinks harmless
	trace := &httptrace.ClientTrace{WroteHeaders: func() { written.Add(1) }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(sending, trace), e.Method, e.URL, bytes.NewReader(e.RequestBody))
	if err != nil {
		return err
	}
	request.Header = e.RequestHeader.Clone()
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", c.userAgent())
	}
	e.Status, e.ResponseHeader, e.ResponseBody = 0, nil, nil // those of an earlier try
	started := time.Now()
	e.sentAt = c.now()
	response, err := c.http.Do(request)
	e.Retried += max(0, int(written.Load())-1)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	e.Status, e.ResponseHeader = response.StatusCode, response.Header
	c.connection.learnTime(response.Header, started)
	e.ResponseBody, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	e.Duration = time.Since(started)
	return err
}

// useControlToken shows the token to the control plane, and to nobody else.
func (c *Client) useControlToken(e *Exchange) {
	if t := c.Target; t.ControlToken != "" && t.Control != "" && strings.HasPrefix(e.URL, t.Control+"/") {
		e.RequestHeader.Set("Understudy-Control-Token", t.ControlToken)
	}
}

// useHeaders adds the headers of the profile. No other host sees them, and what a
// scenario sends itself stays.
func (c *Client) useHeaders(e *Exchange) {
	if len(c.Target.Headers) == 0 || !c.trusts(e.URL) {
		return
	}
	for name, value := range c.Target.Headers {
		if len(e.RequestHeader.Values(name)) == 0 {
			e.RequestHeader.Set(name, value)
		}
	}
}

func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil || seconds < 1 {
		seconds = 1
	}
	return time.Duration(seconds) * time.Second
}

// retryAfterIf is how long an answer asks to wait, 0 if it does not.
func retryAfterIf(e *Exchange) time.Duration {
	if e.ResponseHeader.Get("Retry-After") == "" {
		return 0
	}
	return retryAfter(e.ResponseHeader)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
