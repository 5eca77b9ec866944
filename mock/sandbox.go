package mock

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/server"
	"github.com/understudy-dev/understudy/spec"
)

// DefaultSandbox is the name of the sandbox that answers whoever names no other. It
// is always there.
const DefaultSandbox = sandbox.DefaultSandbox

// Sandbox is a world of its own on a [Server], with everything that has state: what
// is in it, its clock, where its identifiers come from, its DNS, its rate limits.
// Nothing that happens in one is seen in another. It is safe for concurrent use.
//
// Requests reach it by the header Understudy-Sandbox, by a path that begins with
// /_sandbox/NAME, or by a key that was minted in it.
type Sandbox struct {
	sandbox  *sandbox.Sandbox
	server   *server.Server
	failures failures
}

// Name is the sandbox's name.
func (s *Sandbox) Name() string { return s.sandbox.Name() }

// Revision is the revision of the API that the sandbox plays, such as 2026-06.
func (s *Sandbox) Revision() string { return string(s.sandbox.Revision()) }

// MoveTo moves the sandbox to a later revision of the API with everything in it, as the
// upgrade of a deployment does. It fails when there is no such revision, or when it is an
// earlier one; nothing changes then. [Sandbox.Reset] goes back to where the sandbox began.
func (s *Sandbox) MoveTo(revision string) error {
	to, err := spec.ParseRevision(revision)
	if err == nil {
		err = s.sandbox.MoveTo(to)
	}
	return ofMock(err)
}

// LeftOut says, a sentence each, what the world that the sandbox started from has and its
// revision cannot hold.
func (s *Sandbox) LeftOut() []string { return s.sandbox.LeftOut() }

// Now is the sandbox's time.
func (s *Sandbox) Now() time.Time { return s.sandbox.Now() }

// Advance moves the sandbox's clock by d. It panics when that leads out of the years 1 to
// 9998, or more than 292 years from the clock beneath.
func (s *Sandbox) Advance(d time.Duration) {
	if err := s.sandbox.Clock.Adjust(func(c *clock.State, _ time.Time) error { return c.Advance(d) }); err != nil {
		panic(fmt.Sprintf("mock: Advance(%s): %v", d, err))
	}
}

// Reset goes back to what the sandbox started from: state, identifiers, clock, faults,
// and the rate limits with what they have counted; journal and violations are empty.
// Relative times of a fixture world keep the moment of its first start.
func (s *Sandbox) Reset() { s.sandbox.Reset() }

// Snapshot remembers the sandbox as it is now under a name, in constant time; a
// snapshot of that name is replaced. It fails when the name cannot be one, or when
// there are too many.
func (s *Sandbox) Snapshot(name string) error {
	_, err := s.sandbox.TakeSnapshot(name)
	return ofMock(err)
}

// Restore goes back to a snapshot: state, identifiers and the clock's adjustment. It
// fails when there is no snapshot of that name.
func (s *Sandbox) Restore(name string) error { return ofMock(s.sandbox.RestoreSnapshot(name)) }

// Rewind goes back to the state before a request of the journal; the same requests get
// the same answers again. The clock stays as it is. It fails when the journal does not
// have the request.
func (s *Sandbox) Rewind(request int) error { return ofMock(s.sandbox.Rewind(request)) }

// ofMock says which package an error is of.
func ofMock(err error) error {
	if err != nil {
		return fmt.Errorf("mock: %w", err)
	}
	return nil
}

// Replace makes w the world that the sandbox starts from, and starts it from there as
// [Sandbox.Reset] does. A request sees the old world or the new one, whole. Sandboxes to
// come start from the world of the sandbox "default"; those that are there keep what
// they have. When w cannot be built nothing changes.
func (s *Sandbox) Replace(w *fixtures.World) error { return ofMock(s.sandbox.Replace(w)) }

// Export describes the sandbox as it is now as a fixture world. A sandbox that starts
// from it, in this process or another, goes on where this one stands: it gives the
// same answers and makes the same identifiers. What the rate limits have counted does
// not travel.
func (s *Sandbox) Export() (*fixtures.World, error) { return s.sandbox.Export() }

// Profile is the target profile of this server: what it is, how to reach it at
// baseURL and what a conformance suite can count on. Its sessions were started
// with the server, or by the latest [Sandbox.Reset].
//
// It fails when the world has no target section or names things that are not there.
func (s *Sandbox) Profile(baseURL string) ([]byte, error) {
	return s.server.Profile(s.sandbox, baseURL)
}

// Fork makes a sandbox that starts as s is now, in constant time: nothing is copied
// until one of them changes it. An empty name is made up. It fails when there is a
// sandbox of that name, when the name cannot be one, and when there is no room.
func (s *Sandbox) Fork(name string) (*Sandbox, error) {
	if name == "" {
		name = s.server.Sandboxes.NewName()
	}
	forked, err := s.server.Sandboxes.Named(name, s.sandbox.Fork(), true)
	if err != nil {
		return nil, err
	}
	return &Sandbox{forked, s.server, s.failures}, nil
}

// Drop takes the sandbox away. What is running in it ends as it would have. The
// sandbox "default" stays.
func (s *Sandbox) Drop() { s.server.Sandboxes.Drop(s.sandbox) }

// Key makes a personal API key of the administrator whom the world's section "target"
// names, with these scopes, such as "organization:read"; without any it may do
// everything. Who calls with it needs not name the sandbox. It fails when the world
// names no administrator, or the administrator is gone.
func (s *Sandbox) Key(scopes ...string) (string, error) {
	target := s.sandbox.Fixture().Target
	if target == nil || target.Credentials.Admin == nil {
		return "", errors.New(`mock: the world's section "target" has no credentials "admin": name a user with KeyOf`)
	}
	return s.KeyOf(target.Credentials.Admin.User, scopes...)
}

// KeyOf makes a personal API key as [Sandbox.Key] does, of the user with an e-mail
// address. It fails when there is no such user.
func (s *Sandbox) KeyOf(email string, scopes ...string) (string, error) {
	key, err := s.sandbox.MintKey(sandbox.KeyRequest{User: email, Scopes: slices.Clone(scopes)})
	if err != nil {
		return "", ofMock(err)
	}
	return key.Value, nil
}

// PublishTXT replaces the TXT records that domain verification finds under a
// name. It has no effect on a resolver given by [WithResolver].
func (s *Sandbox) PublishTXT(name string, values ...string) { s.sandbox.PublishTXT(name, values...) }

// RemoveTXT removes the TXT records under a name.
func (s *Sandbox) RemoveTXT(name string) { s.sandbox.RemoveTXT(name) }

// DNSMode is how DNS answers domain verification.
type DNSMode string

// The ways in which DNS answers. With every one but DNSUp, verifying a domain is 500, as
// it is where the real server's look-up fails.
const (
	DNSUp       DNSMode = "up"
	DNSServFail DNSMode = "servfail"
	DNSTimeout  DNSMode = "timeout"
	DNSNoServer DNSMode = "no_server"
)

// SetDNS chooses how DNS answers. It has no effect on a resolver given by [WithResolver].
// It panics when there is no such way.
func (s *Sandbox) SetDNS(mode DNSMode) {
	if !s.sandbox.SetDNSMode(string(mode)) {
		panic(fmt.Sprintf("mock: SetDNS(%q): no way to answer", mode))
	}
}

// SetMailDown has the mail server take no mail, or take it again. Who invites is answered
// as before, with emailing_attempt_made: the real server hands mail over in the background.
func (s *Sandbox) SetMailDown(down bool) { s.sandbox.SetMailDown(down) }

// Outbox returns what has been sent, oldest first.
func (s *Sandbox) Outbox() []Message {
	messages := []Message{}
	for _, m := range s.sandbox.Outbox() {
		messages = append(messages, Message(m))
	}
	return messages
}

// UpstreamCalls returns the calls upstream that were made, oldest first.
func (s *Sandbox) UpstreamCalls() []UpstreamCall {
	calls := []UpstreamCall{}
	for _, c := range s.sandbox.UpstreamCalls() {
		calls = append(calls, UpstreamCall(c))
	}
	return calls
}
