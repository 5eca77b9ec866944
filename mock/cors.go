package mock

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/spec"
)

// Pages of other origins and the API. A frontend under development lies on
// another port of this machine, which is another origin: it may read and write,
// with its cookies, as a page of the site could. No other origin may do anything:
// the keys of a fixture world are public, and a form that any page can send may
// carry one in its body. The control plane is no part of this; see [foreign].

// crossOriginRules are what browsers are told about the API.
func (c *config) crossOriginRules() *cors.Cors {
	return cors.New(cors.Options{
		AllowOriginFunc:     c.allowsOrigin,
		AllowedMethods:      methods,
		AllowedHeaders:      []string{"*"}, // the real API ignores what it does not know
		ExposedHeaders:      exposedHeaders,
		AllowCredentials:    true,
		AllowPrivateNetwork: true,
		MaxAge:              600, // seconds
	})
}

// exposedHeaders are those that a page of another origin may read, beside the few
// that any may. With credentials there is no wildcard, so they are listed.
var exposedHeaders = []string{"Allow", "Location", "Retry-After", fault.HeaderName, guard.HeaderViolation}

// allowsOrigin tells whether pages of an origin may use the API: those of this
// machine, and those that the server was told.
func (c *config) allowsOrigin(origin string) bool {
	switch {
	case origin == "":
		return false // most requests name none
	case slices.Contains(c.origins, strings.ToLower(origin)):
		return true
	}
	u, err := parseOrigin(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && isLoopback(u.Hostname())
}

// isLoopback tells whether a host name stands for this machine wherever it is
// resolved.
func isLoopback(name string) bool {
	name = strings.ToLower(name)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || net.ParseIP(name).IsLoopback()
}

// parseOrigin reads an origin as browsers write it: a scheme and a host, nothing
// behind. "null", the origin of pages that have none, is no origin.
func parseOrigin(origin string) (*url.URL, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" || strings.Contains(origin, "*") || u.Scheme+"://"+u.Host != origin {
		return nil, fmt.Errorf("%q is no origin: want one such as https://app.example.com, without a path and without wildcards", origin)
	}
	return u, nil
}

// normalOrigins checks the origins that the server was told and writes them as
// browsers do.
func (c *config) normalOrigins() error {
	normal := make([]string, 0, len(c.origins))
	for _, origin := range c.origins {
		u, err := parseOrigin(strings.TrimSuffix(strings.ToLower(origin), "/"))
		if err != nil {
			return err
		}
		host := u.Host
		switch {
		case u.Scheme == "http":
			host = strings.TrimSuffix(host, ":80")
		case u.Scheme == "https":
			host = strings.TrimSuffix(host, ":443")
		}
		normal = append(normal, u.Scheme+"://"+host)
	}
	c.origins = normal
	return nil
}

// shareAPI puts the rules for pages of other origins before everything else, so that
// what they may not do leaves no trace. A preflight of an allowed origin ends here;
// what else asks for OPTIONS gets the API's own answer.
func (k *core) shareAPI(next http.Handler) http.Handler {
	shared := k.sharing.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		ofAPI := k.ofAPI(address.WithoutSandbox(r.URL))
		ofFake := !ofAPI && address.IsReserved(r.URL.Path)
		allowed := !ofFake && k.config.allowsOrigin(origin)
		stranger := !allowed && foreign(r)
		switch {
		case stranger && ofFake:
			refusePage(w)
		case stranger && (ofAPI || isSpokenTo(r)):
			refusal.Origin(origin).Write(w)
		case ofAPI && (allowed || !isPreflight(r)):
			shared.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// isPreflight tells whether a browser asks what it may send. It also names an origin.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// isSpokenTo tells whether a frontend behind the fake is asked for more than to show
// itself, which is its own affair.
func isSpokenTo(r *http.Request) bool { return !safe(r.Method) || r.Header.Get("Upgrade") != "" }

// ofAPI tells whether a path is one of the documented API.
func (k *core) ofAPI(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return k.roots[first]
}

// roots are the first parts of all documented paths, such as "api".
func roots(operations []*spec.Operation) map[string]bool {
	roots := map[string]bool{}
	for _, op := range operations {
		first, _, _ := strings.Cut(strings.TrimPrefix(op.Path, "/"), "/")
		roots[first] = true
	}
	return roots
}
