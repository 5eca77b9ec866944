package target

import (
	"net/http"
	"slices"
	"strings"
)

// Session is a login that was made beforehand, in a browser.
type Session struct {
	// Cookie is the value of the cookie sessionid, alone or with its name, or the whole
	// header Cookie.
	Cookie string `yaml:"cookie" json:"cookie"`
	// CSRFToken is the value of the cookie posthog_csrftoken. It may be left out where Cookie
	// has that cookie.
	CSRFToken string `yaml:"csrf_token" json:"csrf_token"`
}

// The cookies of a session. Source: posthog/settings/web.py, Django's defaults.
const (
	sessionCookie = "sessionid"
	csrfCookie    = "posthog_csrftoken"
)

// Header are the headers of a request in the session: both cookies, and the token that says
// that the request is the session's own.
func (s *Session) Header() http.Header {
	cookies, token := s.cookies(), s.Token()
	if token != "" && valueOf(cookies, csrfCookie) == "" {
		cookies = append(cookies, csrfCookie+"="+token)
	}
	header := http.Header{"Cookie": {strings.Join(cookies, "; ")}}
	if token != "" {
		header.Set("X-Csrftoken", token)
	}
	return header
}

// Token is the CSRF token, "" if the profile has none.
func (s *Session) Token() string {
	if token := strings.TrimPrefix(strings.TrimSpace(s.CSRFToken), csrfCookie+"="); token != "" {
		return token
	}
	return valueOf(s.cookies(), csrfCookie)
}

// cookies are the cookies that Cookie has, each with its name.
func (s *Session) cookies() (cookies []string) {
	text := strings.TrimSpace(s.Cookie)
	if name, rest, ok := strings.Cut(text, ":"); ok && strings.EqualFold(name, "cookie") {
		text = rest
	}
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if isBare(part) {
			part = sessionCookie + "=" + part
		}
		cookies = append(cookies, part)
	}
	return cookies
}

// isBare reports whether a cookie is its value alone. Signs of equality at the end pad a value.
func isBare(part string) bool {
	return !strings.Contains(strings.TrimRight(part, "="), "=") && !slices.Contains([]string{sessionCookie, csrfCookie}, strings.TrimRight(part, "="))
}

// valueOf is the value of a cookie, "" if it is not there.
func valueOf(cookies []string, name string) string {
	for _, cookie := range cookies {
		if value, ok := strings.CutPrefix(cookie, name+"="); ok {
			return value
		}
	}
	return ""
}
