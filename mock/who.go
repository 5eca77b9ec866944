package mock

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// who is who makes a request, as far as its headers and its query tell; the operation
// looks closer.
type who struct {
	user *world.User
	key  *world.Key
}

func whoCalls(view *world.World, r *http.Request) (w who) {
	if key, ok := view.Key(keyOf(r)); ok {
		w.key = key
		w.user, _ = view.User(key.User)
		return w
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return w
	}
	if session, ok := view.Session(cookie.Value); ok {
		w.user, _ = view.User(session.User)
	}
	return w
}

// keyOf is the key in the headers or in the query of a request, "" if there is none.
func keyOf(r *http.Request) string {
	for _, header := range r.Header["Authorization"] {
		if key := matchBearer(header); key != "" {
			return key
		}
	}
	if strings.Contains(r.URL.RawQuery, "personal_api_key=") {
		return r.URL.Query().Get("personal_api_key")
	}
	return ""
}

// names are what faults may call them.
func (w who) names() (names []string) {
	if w.user != nil {
		names = append(names, w.user.Email)
	}
	if w.key != nil {
		names = append(names, w.key.Label, w.key.ID)
	}
	return names
}

// patient is who is told to wait: a key, since keys alone are limited, else a user.
func (w who) patient() (who fault.Caller) {
	switch {
	case w.key != nil:
		who = fault.Caller{Name: cmp.Or(w.key.Label, w.key.ID), Key: w.key.ID}
	case w.user != nil:
		who.Name = w.user.Email
	}
	return who
}
