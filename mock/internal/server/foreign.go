package server

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/route"
)

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
