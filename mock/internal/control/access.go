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

// Who may use the control plane. It names every key and changes anything, so that
// three things are asked before its handlers:
//
// No page of another origin may use it, not even one that may use the API, and not
// even to read: see package server.
//
// A POST comes as JSON, or with the header Understudy-Control, or with nothing at
// all. A browser that says nothing about where a request comes from, because it is
// old or because something on the way took it out, sends forms and texts to other
// origins as it is told, but asks first before it sends any of these headers, PUT,
// PATCH or DELETE; and nobody says yes to it. A POST without body and content type
// is what `curl -X POST` sends and no form can.
//
// Where other machines can reach the server it has a token, which comes in a header
// or, for the dashboard, in a cookie.

const (
	controlHeader      = "Understudy-Control"
	controlTokenHeader = "Understudy-Control-Token"
	controlTokenQuery  = "token"

	// CookiePrefix begins the names of the cookies that open the control plane.
	CookiePrefix = "understudy_control"
)

// keepPrivate keeps answers out of pages of other origins and out of caches.
func keepPrivate(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "SAMEORIGIN")
}

// RefuseOrigin refuses a page of another origin.
func RefuseOrigin(w http.ResponseWriter) {
	keepPrivate(w.Header())
	refusal.ControlOrigin().Write(w)
}

// refuseForms refuses a POST that a form of any page could send.
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

// askForToken lets in who knows the server's token, where it has one. A browser
// brings it once in the query and keeps it in a cookie.
func (p *Plane) askForToken(g *gin.Context) {
	if p.Token == "" {
		return
	}
	r := g.Request
	given := r.URL.Query().Get(controlTokenQuery)
	switch {
	case given != "" && r.Method == http.MethodGet && p.isToken(given):
		http.SetCookie(g.Writer, &http.Cookie{
			Name: controlCookie(r), Value: p.cookieValue(), Path: "/",
			HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
		})
		g.Header("Location", withoutToken(r))
		g.AbortWithStatus(http.StatusSeeOther)
	case p.knowsToken(r):
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

// knowsToken looks for the token in the headers, or for what stands for it in a
// cookie.
func (p *Plane) knowsToken(r *http.Request) bool {
	if p.isToken(r.Header.Get(controlTokenHeader)) {
		return true
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && p.isToken(token) {
		return true
	}
	cookie, err := r.Cookie(controlCookie(r))
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(p.cookieValue())) == 1
}

func (p *Plane) isToken(given string) bool {
	want, got := sha256.Sum256([]byte(p.Token)), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// cookieValue is what the cookie holds: it opens the control plane, and does not
// tell the token to whatever else the browser sends its cookies to.
func (p *Plane) cookieValue() string {
	sum := sha256.Sum256([]byte("understudy control cookie " + p.Token))
	return hex.EncodeToString(sum[:])
}

// controlCookie names the cookie by the port: browsers keep the cookies of all
// ports of a host in one jar.
func controlCookie(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return CookiePrefix + "_" + port
	}
	return CookiePrefix
}

// withoutToken is the address of a request without the token, as seen from there:
// what stands before the control plane in the browser's address stays.
func withoutToken(r *http.Request) string {
	query := r.URL.Query()
	query.Del(controlTokenQuery)
	_, page := path.Split(r.URL.EscapedPath())
	if len(query) == 0 {
		return "./" + page
	}
	return "./" + page + "?" + query.Encode()
}
