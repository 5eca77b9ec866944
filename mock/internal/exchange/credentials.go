package exchange

import (
	"cmp"
	"net/http"
	"regexp"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

const (
	// SessionCookie holds the key of a session.
	SessionCookie = "sessionid"
	// CSRFCookie holds the token that proves a page of the site.
	CSRFCookie = "posthog_csrftoken"
)

// Caller is who makes a request: a user, by a key or by a session.
type Caller struct {
	User      *world.User
	Key       *world.Key
	KeyInBody bool // the key came in the body
	Session   *world.Session
}

// Credentials are who makes a request, as far as its headers and its query tell; the
// operation looks closer.
type Credentials struct {
	User *world.User
	Key  *world.Key
}

// ReadCredentials looks up the key or the session of a request.
func ReadCredentials(view *world.World, r *http.Request) (c Credentials) {
	if key, ok := view.Key(KeyOf(r)); ok {
		c.Key = key
		c.User, _ = view.User(key.User)
		return c
	}
	cookie, err := r.Cookie(SessionCookie)
	if err != nil {
		return c
	}
	if session, ok := view.Session(cookie.Value); ok {
		c.User, _ = view.User(session.User)
	}
	return c
}

// KeyOf is the key in the headers or in the query of a request, "" if there is none.
func KeyOf(r *http.Request) string {
	for _, header := range r.Header["Authorization"] {
		if key := BearerKey(header); key != "" {
			return key
		}
	}
	if strings.Contains(r.URL.RawQuery, "personal_api_key=") {
		return r.URL.Query().Get("personal_api_key")
	}
	return ""
}

// bearer is the form of the Authorization header that counts as a key. Any other
// is no credentials at all. Source: PersonalAPIKeyAuthentication in posthog/auth.py.
var bearer = regexp.MustCompile(`^Bearer\s+(\S.+)$`)

// BearerKey is the key in an Authorization header, "" if there is none.
func BearerKey(header string) string {
	// The common form, without the price of a regular expression.
	if key, ok := strings.CutPrefix(header, "Bearer "); ok && len(key) > 1 && !strings.ContainsAny(key, " \t\r\n\v\f") {
		return key
	}
	match := bearer.FindStringSubmatch(header)
	if match == nil {
		return ""
	}
	return strings.TrimSpace(match[1])
}

// Names are what faults may call the caller.
func (c Credentials) Names() (names []string) {
	if c.User != nil {
		names = append(names, c.User.Email)
	}
	if c.Key != nil {
		names = append(names, c.Key.Label, c.Key.ID)
	}
	return names
}

// RetryCaller is who is told to wait: a key, since keys alone are limited, else a user.
func (c Credentials) RetryCaller() (caller fault.Caller) {
	switch {
	case c.Key != nil:
		caller = fault.Caller{Name: cmp.Or(c.Key.Label, c.Key.ID), Key: c.Key.ID}
	case c.User != nil:
		caller.Name = c.User.Email
	}
	return caller
}
