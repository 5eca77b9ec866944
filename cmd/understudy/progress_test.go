package main

import (
	"bytes"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
)

// A log that is no terminal is told now and then how far a run has come, also while nothing
// is over.
func TestProgressInALog(t *testing.T) {
	g := NewWithT(t)
	var log bytes.Buffer
	p := &progress{w: &log, ended: make(chan struct{})}
	ticks := make(chan time.Time)
	over := make(chan struct{})
	go func() {
		p.tellEach(ticks)
		close(over)
	}()
	ticks <- time.Time{}
	outcome := &conformance.Outcome{ID: "domains.create.defaults"}
	outcome.Status = conformance.Failed
	ticks <- time.Time{} // what was told before is written now
	p.update(1, 900, outcome)
	ticks <- time.Time{}
	p.notice("the target is in trouble")
	p.end()
	<-over
	g.Expect(log.String()).To(HavePrefix("understudy: nothing is over yet\n"))
	g.Expect(log.String()).To(ContainSubstring("understudy: the target is in trouble\n"))
	g.Expect(log.String()).To(ContainSubstring("understudy: 1 of 900, 1 failed; the latest is domains.create.defaults\n"))
}
