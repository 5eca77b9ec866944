package suite

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// origin is whose an answer is. Only what comes from the target can break a rule.
type origin int

const (
	// ofTarget: the target answered.
	ofTarget origin = iota
	// ofWay: there was no answer, or one that a gateway gives in place of a target that it
	// cannot reach. A target in trouble may say the same of itself, in whatever form.
	ofWay
	// ofThrottle: the target puts the request off.
	ofThrottle
)

// originOf decides what an answer means. It is the one place that does so for a single
// request; what only more requests can tell, see footing.
func originOf(e *Exchange, err error) origin {
	switch {
	case err != nil:
		return ofWay
	case e.Status == http.StatusTooManyRequests && !e.impatient:
		return ofThrottle
	case unavailable(e.Status):
		return ofWay
	}
	return ofTarget
}

// unavailable reports whether a status says that somebody could not be reached. No rule of
// the API asks for one.
func unavailable(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

// trouble says in words what came instead of an answer of the target.
func trouble(e *Exchange, err error) string {
	switch {
	case err == nil:
		return fmt.Sprintf("it answers with status %d", e.Status)
	case timedOut(err):
		return "it does not answer in time"
	case notSent(err):
		return "it cannot be connected to"
	}
	return "connections to it break"
}

// lostError is returned for a request without an answer: it shows nothing about the rule.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// timedOut reports whether a request waited for its answer in vain.
func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

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
	switch {
	case e.IsSafe():
		return !e.once
	case e.Method == http.MethodDelete:
		return !e.once && !strings.Contains(e.URL, "/@")
	}
	return e.repeatable
}

const (
	maxRetries    = 3 // how often a request is sent again
	maxHungBefore = 1 // how often one is that had no answer in time
)

// shouldRetry reports whether a request that the target did not answer may be sent once more.
func shouldRetry(e *Exchange, err error) bool {
	most := maxRetries
	if timedOut(err) {
		most = maxHungBefore
	}
	if e.Retried >= most || errors.Is(err, context.Canceled) {
		return false
	}
	return repeatable(e) || notSent(err)
}
