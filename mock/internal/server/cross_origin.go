package server

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/control"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/spec"
)

// The API and pages of other origins. A frontend under development is served from another
// port of this machine, which is another origin: it may read and write, with its cookies,
// as a page of the same origin could. No other origin may do anything: the keys of fixture
// worlds are public, and a form on any page could send one in its body. The control plane
// is not available to any other origin.

// newCORS returns the CORS rules of the API.
func (s *Server) newCORS() *cors.Cors {
	return cors.New(cors.Options{
		AllowOriginFunc:     s.allowsOrigin,
		AllowedMethods:      route.Methods(),
		AllowedHeaders:      []string{"*"}, // the real API ignores what it does not know
		ExposedHeaders:      exposedHeaders,
		AllowCredentials:    true,
		AllowPrivateNetwork: true,
		MaxAge:              600, // seconds
	})
}

// exposedHeaders are the response headers that a page of another origin may read, beside
// those that CORS always allows. A wildcard does not work with credentials.
var exposedHeaders = []string{"Allow", "Location", "Retry-After", fault.HeaderName, guard.HeaderViolation, address.RevisionHeader}

// allowsOrigin reports whether pages of an origin may use the API: loopback origins, and
// the configured ones.
func (s *Server) allowsOrigin(origin string) bool {
	switch {
	case origin == "":
		return false // most requests name none
	case slices.Contains(s.config.Origins, strings.ToLower(origin)):
		return true
	}
	u, err := parseOrigin(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && isLoopback(u.Hostname())
}

// isLoopback reports whether a host name is this machine's, whoever resolves it.
func isLoopback(name string) bool {
	name = strings.ToLower(name)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || net.ParseIP(name).IsLoopback()
}

// parseOrigin parses an origin as browsers write it: a scheme and a host, and nothing
// else. It fails for "null", which browsers send for pages without an origin.
func parseOrigin(origin string) (*url.URL, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" || strings.Contains(origin, "*") || u.Scheme+"://"+u.Host != origin {
		return nil, fmt.Errorf("%q is no origin: want one such as https://app.example.com, without a path and without wildcards", origin)
	}
	return u, nil
}

// normalizeOrigins checks configured origins and writes them as browsers do.
func normalizeOrigins(origins []string) ([]string, error) {
	normal := make([]string, 0, len(origins))
	for _, origin := range origins {
		u, err := parseOrigin(strings.TrimSuffix(strings.ToLower(origin), "/"))
		if err != nil {
			return nil, err
		}
		host := u.Host
		switch u.Scheme {
		case "http":
			host = strings.TrimSuffix(host, ":80")
		case "https":
			host = strings.TrimSuffix(host, ":443")
		}
		normal = append(normal, u.Scheme+"://"+host)
	}
	return normal, nil
}

// checkOrigin refuses requests of other origins before anything else happens, so that they
// have no effect and no journal entry. A preflight request of an allowed origin is answered
// here; every other OPTIONS request gets the API's own response.
func (s *Server) checkOrigin(next http.Handler) http.Handler {
	withCORS := s.cors.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		toAPI := s.isAPI(address.WithoutSandbox(r.URL))
		toReserved := !toAPI && address.IsReserved(r.URL.Path)
		allowed := !toReserved && s.allowsOrigin(origin)
		refused := !allowed && isCrossOrigin(r)
		switch {
		case refused && toReserved:
			control.RefuseOrigin(w)
		case refused && (toAPI || changesOrUpgrades(r)):
			refusal.Origin(origin).Write(w)
		case toAPI && (allowed || !isPreflight(r)):
			withCORS.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// isPreflight reports whether a request is a CORS preflight request, if it has an origin.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// changesOrUpgrades reports whether a request to the frontend behind the fake may change
// something, or opens a WebSocket. Which origins may read it is the frontend's decision.
func changesOrUpgrades(r *http.Request) bool {
	return !route.IsSafe(r.Method) || r.Header.Get("Upgrade") != ""
}

// isAPI reports whether a path belongs to the documented API, as far as its first segment
// tells.
func (s *Server) isAPI(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return s.apiRoots[first]
}

// firstSegments are the first segments of all documented paths, such as "api".
func firstSegments(operations []*spec.Operation) map[string]bool {
	segments := map[string]bool{}
	for _, op := range operations {
		first, _, _ := strings.Cut(strings.TrimPrefix(op.Path, "/"), "/")
		segments[first] = true
	}
	return segments
}

// isCrossOrigin reports whether a page of another origin makes a request, by the headers
// that browsers set and pages cannot: Sec-Fetch-Site, else Origin. Programs send neither.
// It applies the standard library's check of unsafe methods to safe ones as well, so that
// it does not depend on the browser alone that a page cannot read a response. Following a
// link is not a request of the page with the link.
func isCrossOrigin(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
		return false
	}
	if isNavigation(r) && route.IsSafe(r.Method) {
		return false
	}
	asWrite := r.WithContext(r.Context())
	asWrite.Method = http.MethodPost
	return http.NewCrossOriginProtection().Check(asWrite) != nil
}

// isNavigation reports whether the response becomes a page of its own, not one in a frame.
func isNavigation(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// isCrossOriginNavigation reports whether a browser follows a link on a page of another
// origin, or a redirect from one.
func isCrossOriginNavigation(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return isNavigation(r) && (site == "cross-site" || site == "same-site")
}
