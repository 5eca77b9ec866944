package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"embed"
	"encoding/hex"
	"html/template"
	"mime"
	"net"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/refusal"
)

// Access to the control plane, which shows every key and can change everything. Three
// checks come before its handlers:
//
// No page of another origin may use it, not even one that may use the API, and not even
// to read. Package server checks that.
//
// A POST has the content type JSON, or the header Understudy-Control, or neither a body
// nor a content type. This covers browsers that send no header about the origin of a
// request, because they are old or because a proxy removed it: they send forms and plain
// text to other origins without asking, but send a preflight request, which is refused,
// before JSON, a header of this kind, PUT, PATCH or DELETE. A POST without body and content
// type is what `curl -X POST` sends and no form can.
//
// A server that other machines can reach has a token, which comes in a header or, for the
// dashboard, in a cookie.

const (
	controlHeader      = "Understudy-Control"
	controlTokenHeader = "Understudy-Control-Token"
	controlTokenQuery  = "token"

	// CookiePrefix begins the names of the cookies that give access to the control plane.
	CookiePrefix = "understudy_control"
)

// setPrivateHeaders keeps responses out of pages of other origins and out of caches.
func setPrivateHeaders(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "SAMEORIGIN")
}

// RefuseOrigin refuses a request of a page of another origin.
func RefuseOrigin(w http.ResponseWriter) {
	setPrivateHeaders(w.Header())
	refusal.ControlOrigin().Write(w)
}

// refuseForms refuses a POST that a form on any page could send.
func refuseForms(g *gin.Context) {
	r := g.Request
	if r.Method != http.MethodPost || r.Header.Get(controlHeader) != "" {
		return
	}
	contentType := r.Header.Get("Content-Type")
	if contentType == "" && r.ContentLength == 0 {
		return
	}
	if kind, _, err := mime.ParseMediaType(contentType); err == nil && kind == "application/json" {
		return
	}
	refuse(g, http.StatusUnsupportedMediaType, "unsupported_media_type",
		`Send the header "Content-Type: application/json", or "`+controlHeader+`: 1": a form of any page could send this request.`)
}

//go:embed control_token.html
var tokenFile embed.FS

var tokenPage = template.Must(template.ParseFS(tokenFile, "control_token.html"))

// requireToken refuses requests without the server's token, if it has one. A browser sends
// it once in the query, and from then on as a cookie.
func (p *Plane) requireToken(g *gin.Context) {
	if p.Token == "" {
		return
	}
	r := g.Request
	given := r.URL.Query().Get(controlTokenQuery)
	switch {
	case given != "" && r.Method == http.MethodGet && p.isToken(given):
		http.SetCookie(g.Writer, &http.Cookie{
			Name: cookieName(r), Value: p.cookieValue(), Path: "/",
			HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
		})
		g.Header("Location", withoutToken(r))
		g.AbortWithStatus(http.StatusSeeOther)
	case p.hasToken(r):
	case strings.Contains(r.Header.Get("Accept"), "text/html"):
		g.Header("Content-Type", "text/html; charset=utf-8")
		g.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
		g.Status(http.StatusUnauthorized)
		_ = tokenPage.Execute(g.Writer, gin.H{"Wrong": given != ""})
		g.Abort()
	default:
		g.Header("WWW-Authenticate", `Bearer realm="understudy"`)
		refuse(g, http.StatusUnauthorized, "token_needed", "Send the control token that the server was given, or printed when it started, "+
			`as "Authorization: Bearer TOKEN" or "`+controlTokenHeader+`: TOKEN".`)
	}
}

// hasToken reports whether a request has the token in a header, or the cookie for it.
func (p *Plane) hasToken(r *http.Request) bool {
	if p.isToken(r.Header.Get(controlTokenHeader)) {
		return true
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && p.isToken(token) {
		return true
	}
	cookie, err := r.Cookie(cookieName(r))
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(p.cookieValue())) == 1
}

// isToken reports whether a text is the token, in constant time.
func (p *Plane) isToken(given string) bool {
	want, got := sha256.Sum256([]byte(p.Token)), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// cookieValue is the value of the cookie. It gives access to the control plane, but is not
// the token, because browsers send cookies to every server on this host.
func (p *Plane) cookieValue() string {
	sum := sha256.Sum256([]byte("understudy control cookie " + p.Token))
	return hex.EncodeToString(sum[:])
}

// cookieName is the name of the cookie. It has the port in it: browsers share cookies
// between the ports of a host.
func cookieName(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return CookiePrefix + "_" + port
	}
	return CookiePrefix
}

// withoutToken is the URL of a request without the token, relative to it: what a proxy has
// put before the control plane in the browser's address is unknown here.
func withoutToken(r *http.Request) string {
	query := r.URL.Query()
	query.Del(controlTokenQuery)
	_, page := path.Split(r.URL.EscapedPath())
	if len(query) == 0 {
		return "./" + page
	}
	return "./" + page + "?" + query.Encode()
}
