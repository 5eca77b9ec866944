package mock

import (
	"net/http"
	"regexp"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
)

var sandboxName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// enter finds the sandbox of a request: by its path, by its header, by its key, or
// otherwise the one that the server is about. The request that goes on has no prefix. Whoever enters must leave.
func (k *core) enter(r *http.Request, otherwise *Sandbox) (*exchange, *http.Request, *refusal.Refusal) {
	k.sweep()
	x := &exchange{Context: r.Context()}
	name, path, prefixed := address.CutSandbox(r.URL)
	if !prefixed {
		name = r.Header.Get(address.SandboxHeader)
	}
	switch {
	case prefixed || name != "":
		if err := k.find(x, name, r); err != nil {
			return nil, nil, err
		}
	default:
		x.sandbox = k.enterOwner(r, otherwise)
	}
	x.sandbox.wake()
	r = r.WithContext(x)
	if prefixed {
		x.prefix = address.Sandbox + name
		r.URL = path
	}
	return x, r, nil
}

// find enters the sandbox of a name, and makes it if that is allowed.
// Following a link of another page makes none: the page would have changed something.
func (k *core) find(x *exchange, name string, r *http.Request) *refusal.Refusal {
	err := checkName(name)
	if err != nil {
		return err
	}
	if isFollowed(r) {
		if x.sandbox = k.sandboxes.get(name, (*Sandbox).arrive); x.sandbox == nil {
			err = refusal.NoSandboxByLink(name)
		}
		return err
	}
	x.sandbox, err = k.sandboxes.touch(k, name, r.Header.Get(address.WorldHeader))
	return err
}

func checkName(name string) *refusal.Refusal {
	if sandboxName.MatchString(name) {
		return nil
	}
	return refusal.SandboxName(name)
}

// enterOwner enters the sandbox that the request's key was minted in, else another one.
func (k *core) enterOwner(r *http.Request, otherwise *Sandbox) *Sandbox {
	if k.sandboxes.minting.Load() > 0 {
		if b := k.minter(keyOf(r), (*Sandbox).arrive); b != nil {
			return b
		}
	}
	otherwise.arrive()
	return otherwise
}
