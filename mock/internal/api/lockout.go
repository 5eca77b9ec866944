package api

import (
	"net"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// failLogin counts a login that failed and returns its refusal.
func (c *call) failLogin() error {
	if c.sandbox.RateLimits().FailLogin(c.address(), c.now) {
		return rest.ErrLockedOut
	}
	return errCredentials
}

// address is where the caller is: what a proxy says of it, else the other end of the
// connection.
func (c *call) address() string {
	first, _, _ := strings.Cut(c.request.Header.Get("X-Forwarded-For"), ",")
	if ip := net.ParseIP(strings.TrimSpace(first)); ip != nil {
		return ip.String()
	}
	host, _, err := net.SplitHostPort(c.request.RemoteAddr)
	if err != nil {
		return c.request.RemoteAddr
	}
	return host
}
