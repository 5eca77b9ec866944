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

// Pages of other origins and the API. A frontend under development lies on
// another port of this machine, which is another origin: it may read and write,
// with its cookies, as a page of the site could. No other origin may do anything:
// the keys of a fixture world are public, and a form that any page can send may
// carry one in its body. The control plane is no part of this; see [isCrossOrigin].

// sharingRules are what browsers are told about the API.
func (s *Server) sharingRules() *cors.Cors {
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

// exposedHeaders are those that a page of another origin may read, beside the few
// that any may. With credentials there is no wildcard, so they are listed.
var exposedHeaders = []string{"Allow", "Location", "Retry-After", fault.HeaderName, guard.HeaderViolation}

// allowsOrigin reports whether pages of an origin may use the API: those of this
// machine, and those that the server was told.
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

// isLoopback reports whether a host name stands for this machine wherever it is
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
func normalOrigins(origins []string) ([]string, error) {
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

// share puts the rules for pages of other origins before everything else, so that
// what they may not do leaves no trace. A preflight of an allowed origin ends here;
// what else asks for OPTIONS gets the API's own answer.
func (s *Server) share(next http.Handler) http.Handler {
	shared := s.sharing.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		toAPI := s.isAPI(address.WithoutSandbox(r.URL))
		toFake := !toAPI && address.IsReserved(r.URL.Path)
		allowed := !toFake && s.allowsOrigin(origin)
		stranger := !allowed && isCrossOrigin(r)
		switch {
		case stranger && toFake:
			control.RefuseOrigin(w)
		case stranger && (toAPI || changesOrUpgrades(r)):
			refusal.Origin(origin).Write(w)
		case toAPI && (allowed || !isPreflight(r)):
			shared.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// isPreflight reports whether a browser asks what it may send. It also names an origin.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// changesOrUpgrades reports whether a frontend behind the fake is asked for more than to show
// itself, which is its own affair.
func changesOrUpgrades(r *http.Request) bool {
	return !route.IsSafe(r.Method) || r.Header.Get("Upgrade") != ""
}

// isAPI reports whether a path is one of the documented API.
func (s *Server) isAPI(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return s.roots[first]
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

// isCrossOrigin reports whether a page of another origin makes a request, by the headers
// that browsers add and pages cannot: Sec-Fetch-Site, else Origin. It holds reading
// to what the standard library wants of writing; the rule of browsers that a page
// cannot read an answer is then only the second line. Following a link is no
// request of the page that it stands on. Programs send neither header.
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

// isNavigation reports whether the answer becomes a page of its own, in no frame.
func isNavigation(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// isFollowed reports whether somebody followed a link on a page of another origin, or
// was made to.
func isFollowed(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return isNavigation(r) && (site == "cross-site" || site == "same-site")
}
