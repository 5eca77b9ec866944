package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock"
)

// serveObserve is what happens to requests, and what is made of them.
type serveObserve struct {
	Latency         time.Duration `default:"0s" placeholder:"TIME" help:"Have every answer take so much longer, such as 200ms."`
	Fault           []string      `sep:"none" placeholder:"PRESET-or-JSON" help:"Have calls go wrong in every sandbox from its start: flaky-network, rate-limited, maintenance, or JSON as POST /_understudy/faults takes it. Repeat it for more."`
	Journal         int           `default:"1000" placeholder:"N" help:"How many requests each sandbox remembers."`
	JournalMemory   int           `default:"268435456" placeholder:"BYTES" help:"How many bytes the journals of all sandboxes may hold together. The sandbox that was idle for longest gives up its oldest requests first."`
	FailOnViolation bool          `help:"Once stopped, list what requests had in them that the OpenAPI document does not allow, and exit with status 1 if there was anything."`
	SelfCheck       bool          `help:"Hold every answer against the OpenAPI document; once stopped, list what differs and exit with status 1 if anything did. It would be a bug of understudy."`

	Sandboxes    string        `enum:"auto,explicit" default:"auto" help:"Whether a sandbox that is not there is made when a request first asks for it (auto), or with POST /_understudy/sandboxes alone (explicit)."`
	MaxSandboxes int           `default:"10000" placeholder:"N" help:"How many sandboxes there may be beside the default one. The one that was idle for longest makes room."`
	SandboxIdle  time.Duration `default:"1h" placeholder:"TIME" help:"How long a sandbox is kept that nobody uses; 0 is for ever."`
}

func (o *serveObserve) options() []mock.Option {
	options := []mock.Option{
		mock.WithLatency(o.Latency),
		mock.WithFaults(o.Fault...),
		mock.WithJournal(o.Journal),
		mock.WithJournalMemory(o.JournalMemory),
		mock.WithSandboxLimits(o.MaxSandboxes, o.SandboxIdle),
	}
	if o.SelfCheck {
		options = append(options, mock.WithSelfCheck())
	}
	if o.Sandboxes == "explicit" {
		options = append(options, mock.WithExplicitSandboxes())
	}
	return options
}

// settle says what was wrong with requests and answers, and fails if that is asked for.
func (o *serveObserve) settle(fake *mock.Server, stderr io.Writer) (err error) {
	if violations := fake.ViolationText(); o.FailOnViolation && violations != "" {
		_, _ = fmt.Fprintln(stderr, violations)
		err = errFailed
	}
	if flaws := fake.Flaws(); len(flaws) > 0 {
		_, _ = fmt.Fprintf(stderr, "understudy has bugs, please report them:\n  %s\n", strings.Join(flaws, "\n  "))
		err = errFailed
	}
	return err
}
