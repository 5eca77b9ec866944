package server

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// selectSandbox returns the exchange of a request in the sandbox that its path, its header
// or its key names, else in the fallback; and the request without the path's prefix. The
// sandbox has been entered: the caller must leave it.
func (s *Server) selectSandbox(r *http.Request, fallback *sandbox.Sandbox) (*exchange.Exchange, *http.Request, *refusal.Error) {
	s.Sandboxes.Sweep()
	x := &exchange.Exchange{Context: r.Context()}
	name, path, prefixed := address.CutSandbox(r.URL)
	if !prefixed {
		name = r.Header.Get(address.SandboxHeader)
	}
	switch {
	case prefixed || name != "":
		if err := s.enterByName(x, name, r); err != nil {
			return nil, nil, err
		}
	default:
		x.Sandbox = s.enterByKey(r, fallback)
	}
	x.Sandbox.StartSessions()
	r = r.WithContext(x)
	if prefixed {
		x.Prefix = address.Sandbox + name
		r.URL = path
	}
	return x, r, nil
}

// enterByName enters the sandbox of a name, and creates it if that is allowed. A link on a
// page of another origin creates none: such a page may not change anything.
func (s *Server) enterByName(x *exchange.Exchange, name string, r *http.Request) *refusal.Error {
	err := sandbox.CheckName(name)
	if err != nil {
		return err
	}
	if isCrossOriginNavigation(r) {
		if x.Sandbox = s.Sandboxes.Enter(name); x.Sandbox == nil {
			err = refusal.NoSandboxByLink(name)
		}
		return err
	}
	x.Sandbox, err = s.Sandboxes.EnterOrMake(name, r.Header.Get(address.WorldHeader))
	return err
}

// enterByKey enters the sandbox in which the request's key was created, else the fallback.
func (s *Server) enterByKey(r *http.Request, fallback *sandbox.Sandbox) *sandbox.Sandbox {
	if s.Sandboxes.HasMintedKeys() {
		if owner := s.Sandboxes.EnterByKey(exchange.KeyOf(r)); owner != nil {
			return owner
		}
	}
	fallback.Enter()
	return fallback
}
