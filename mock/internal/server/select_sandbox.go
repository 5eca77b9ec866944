package server

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// enter finds the sandbox of a request: by its path, by its header, by its key, or
// otherwise the one that the server is about. The request that goes on has no prefix. Whoever enters must leave.
func (s *Server) enter(r *http.Request, otherwise *sandbox.Sandbox) (*exchange.Exchange, *http.Request, *refusal.Refusal) {
	s.Sandboxes.Sweep()
	x := &exchange.Exchange{Context: r.Context()}
	name, path, prefixed := address.CutSandbox(r.URL)
	if !prefixed {
		name = r.Header.Get(address.SandboxHeader)
	}
	switch {
	case prefixed || name != "":
		if err := s.find(x, name, r); err != nil {
			return nil, nil, err
		}
	default:
		x.Sandbox = s.enterOwner(r, otherwise)
	}
	x.Sandbox.StartSessions()
	r = r.WithContext(x)
	if prefixed {
		x.Prefix = address.Sandbox + name
		r.URL = path
	}
	return x, r, nil
}

// find enters the sandbox of a name, and makes it if that is allowed.
// Following a link of another page makes none: the page would have changed something.
func (s *Server) find(x *exchange.Exchange, name string, r *http.Request) *refusal.Refusal {
	err := sandbox.CheckName(name)
	if err != nil {
		return err
	}
	if isFollowed(r) {
		if x.Sandbox = s.Sandboxes.Enter(name); x.Sandbox == nil {
			err = refusal.NoSandboxByLink(name)
		}
		return err
	}
	x.Sandbox, err = s.Sandboxes.EnterOrMake(name, r.Header.Get(address.WorldHeader))
	return err
}

// enterOwner enters the sandbox that the request's key was minted in, else another one.
func (s *Server) enterOwner(r *http.Request, otherwise *sandbox.Sandbox) *sandbox.Sandbox {
	if s.Sandboxes.HasMintedKeys() {
		if owner := s.Sandboxes.EnterByKey(exchange.KeyOf(r)); owner != nil {
			return owner
		}
	}
	otherwise.Enter()
	return otherwise
}
