// Package address names the paths and headers that belong to the fake itself, and takes
// a sandbox's prefix off a path. The API's own paths are in package spec, and never here.
package address

import (
	"net/url"
	"strings"
)

const (
	// Control is where the control plane lies.
	Control = "/_understudy"
	// Sandbox begins the paths that name a sandbox: /_sandbox/NAME/api/….
	Sandbox = "/_sandbox/"
	// RevisionHeader is the header of answers that names the revision of the API.
	RevisionHeader = "Understudy-Revision"
	// SandboxHeader names the sandbox that a request is for.
	SandboxHeader = "Understudy-Sandbox"
	// WorldHeader names the world that a sandbox starts from which is not there yet.
	WorldHeader = "Understudy-World"
)

// CutSandbox splits a path such as /_sandbox/NAME/api/ into the name and the rest. It
// goes by the path as it was sent, in which a slash that is part of a name is %2F.
func CutSandbox(u *url.URL) (name string, rest *url.URL, ok bool) {
	if !strings.HasPrefix(u.Path, Sandbox) {
		return "", nil, false
	}
	parts := strings.SplitN(u.EscapedPath(), "/", 4) // nothing, _sandbox, NAME, the rest
	if unescape(parts[1]) != strings.Trim(Sandbox, "/") {
		return "", nil, false
	}
	inner, below := *u, "/"+strings.Join(parts[3:], "")
	inner.Path, inner.RawPath = unescape(below), ""
	if u.RawPath != "" {
		inner.RawPath = below
	}
	return unescape(parts[2]), &inner, true
}

// unescape reads a part of a path that was parsed before.
func unescape(part string) string {
	text, _ := url.PathUnescape(part)
	return text
}

// WithoutSandbox is what follows the prefix of a sandbox in a path, or the whole path.
func WithoutSandbox(u *url.URL) string {
	if _, inner, ok := CutSandbox(u); ok {
		return inner.Path
	}
	return u.Path
}

// IsReserved reports whether a path belongs to the fake itself, though nothing may be
// there.
func IsReserved(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/"+first == Control || "/"+first+"/" == Sandbox
}
