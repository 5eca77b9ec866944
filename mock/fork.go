package mock

import (
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// SandboxNamed is the sandbox of a name. One that is not there is made from the
// server's world. It fails when the name cannot be one, and when there is no room.
func (s *Server) SandboxNamed(name string) (*Sandbox, error) {
	return s.core.named(name, s.core.main.origin.Load(), false)
}

// Fork makes a sandbox that starts as b is now, in constant time: nothing is copied
// until one of them changes it. An empty name is made up. It fails when there is a
// sandbox of that name, when the name cannot be one, and when there is no room.
func (b *Sandbox) Fork(name string) (*Sandbox, error) {
	if name == "" {
		name = b.core.newName()
	}
	return b.core.named(name, b.fork(), true)
}

// Drop takes the sandbox away. What is running in it ends as it would have. The
// sandbox "default" stays.
func (b *Sandbox) Drop() { b.core.drop(b) }

func (k *core) named(name string, start *worldfile.InitialState, mustBeNew bool) (*Sandbox, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	b, err := k.add(name, start, mustBeNew, nil)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Fork makes a sandbox that starts as the fake is now, for a test that runs in
// parallel to others. Its URL has a prefix; it is dropped when the test ends. It fails
// the test when it cannot be made, and at the end as [Start] does for its own.
func (r *Running) Fork(t testing.TB) *Running {
	t.Helper()
	b, err := r.Sandbox.Fork("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.settle(t) })
	return &Running{Server: r.core.server(b), URL: r.site + address.Sandbox + b.name, Client: r.Client, site: r.site}
}
