package dashboard

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
)

// maxForm is how much a form may send; a world to start from is the largest.
const maxForm = 16 << 20

// change is what a form does: one call of the control plane.
type change struct {
	method, path string
	body         any
	done         string // what to say when it is done
	back         string // the page to go on with, below Base
}

// change registers what a form does. A form is always answered with the way to a
// page, which says what came of it.
func (d *dashboard) change(pattern string, read func(*visit) (change, error)) {
	d.pages.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		v := d.visit(w, r)
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseMultipartForm(maxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			http.Error(w, "The form cannot be read: "+err.Error(), http.StatusBadRequest)
			return
		}
		v.Sent = r.PostForm
		c, err := read(v)
		if err == nil {
			err = v.call(c.method, c.path, c.body, nil)
		}
		result := notice{Text: c.done}
		if err != nil {
			result = notice{Text: err.Error(), Problem: true}
		}
		result.leave(w, v.Base)
		w.Header().Set("Location", v.Base+c.back)
		w.WriteHeader(http.StatusSeeOther)
	})
}

// noticeCookie carries what came of a form to the page that follows.
const noticeCookie = "understudy_notice"

// longestNotice keeps the cookie within what browsers store.
const longestNotice = 2000

// notice says what came of a form.
type notice struct {
	Text    string `json:"text"`
	Problem bool   `json:"problem"`
}

// leave keeps the notice for the page that follows, below base.
func (n *notice) leave(w http.ResponseWriter, base string) {
	if text := []rune(n.Text); len(text) > longestNotice {
		n.Text = string(text[:longestNotice]) + "…"
	}
	data, err := json.Marshal(n)
	if err != nil {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: noticeCookie, Value: base64.RawURLEncoding.EncodeToString(data), Path: base,
		MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// takeNotice reads the notice that was left, once.
func takeNotice(w http.ResponseWriter, r *http.Request, base string) *notice {
	cookie, err := r.Cookie(noticeCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: noticeCookie, Path: base, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	data, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	n := new(notice)
	if json.Unmarshal(data, n) != nil {
		return nil
	}
	return n
}

// hint tells a person what to write or to choose instead: a sentence, which a page
// shows as it is.
type hint string

func (h hint) Error() string { return string(h) }
