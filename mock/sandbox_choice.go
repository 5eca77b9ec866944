package mock

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// How a request says which sandbox it is for.
const (
	sandboxHeader = "Understudy-Sandbox"
	worldHeader   = "Understudy-World" // what a sandbox that is not there yet starts from
	sandboxPrefix = "/_sandbox/"
)

var sandboxName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// refusal is an answer in the fake's own form, for what the real API does not know.
type refusal struct {
	status       int
	code, detail string
}

func (r *refusal) Error() string { return "mock: " + r.detail }

func (r *refusal) write(w http.ResponseWriter) { writeRefusal(w, r.status, r.code, r.detail) }

// enter finds the sandbox of a request: by its path, by its header, by its key, or
// otherwise the one that the server is about. The request that goes on has no prefix. Whoever enters must leave.
func (k *core) enter(r *http.Request, otherwise *Sandbox) (*exchange, *http.Request, *refusal) {
	k.sweep()
	x := &exchange{Context: r.Context()}
	name, path, prefixed := cutPrefix(r.URL)
	if !prefixed {
		name = r.Header.Get(sandboxHeader)
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
		x.prefix = sandboxPrefix + name
		r.URL = path
	}
	return x, r, nil
}

// find enters the sandbox of a name, and makes it if that is allowed.
// Following a link of another page makes none: the page would have changed something.
func (k *core) find(x *exchange, name string, r *http.Request) *refusal {
	err := checkName(name)
	if err != nil {
		return err
	}
	if isFollowed(r) {
		if x.sandbox = k.sandboxes.get(name, (*Sandbox).arrive); x.sandbox == nil {
			err = &refusal{http.StatusNotFound, "no_such_sandbox", fmt.Sprintf("There is no sandbox %q, and a link of another page makes none.", name)}
		}
		return err
	}
	x.sandbox, err = k.sandboxes.touch(k, name, r.Header.Get(worldHeader))
	return err
}

func checkName(name string) *refusal {
	if sandboxName.MatchString(name) {
		return nil
	}
	return &refusal{http.StatusBadRequest, "invalid_sandbox", fmt.Sprintf(
		"%q names no sandbox: use up to 100 letters, digits, dots, dashes and underscores, a letter or a digit first.", name)}
}

// cutPrefix splits a path such as /_sandbox/NAME/api/ into the name and the rest. It
// goes by the path as it was sent, in which a slash that is part of a name is %2F.
func cutPrefix(u *url.URL) (name string, rest *url.URL, ok bool) {
	if !strings.HasPrefix(u.Path, sandboxPrefix) {
		return "", nil, false
	}
	parts := strings.SplitN(u.EscapedPath(), "/", 4) // nothing, _sandbox, NAME, the rest
	if unescaped(parts[1]) != strings.Trim(sandboxPrefix, "/") {
		return "", nil, false
	}
	inner, below := *u, "/"+strings.Join(parts[3:], "")
	inner.Path, inner.RawPath = unescaped(below), ""
	if u.RawPath != "" {
		inner.RawPath = below
	}
	return unescaped(parts[2]), &inner, true
}

// unescaped reads a part of a path that was parsed before.
func unescaped(part string) string {
	text, _ := url.PathUnescape(part)
	return text
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
