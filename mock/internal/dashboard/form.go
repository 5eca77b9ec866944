package dashboard

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
)

// maxFormBytes bounds the body of a form; a fixture world is the largest.
const maxFormBytes = 16 << 20

// formCall is the call of the control plane that a form stands for.
type formCall struct {
	method, path string
	body         any
	done         string // what to say when it is done
	back         string // the page to go on with, below Base
}

// form registers a form. It is always answered with a redirect to a page, which shows a
// notice of the outcome.
func (d *dashboard) form(pattern string, read func(*pageRequest) (formCall, error)) {
	d.pages.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p := d.newPageRequest(w, r)
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
		if err := r.ParseMultipartForm(maxFormBytes); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			http.Error(w, "The form cannot be read: "+err.Error(), http.StatusBadRequest)
			return
		}
		p.Sent = r.PostForm
		c, err := read(p)
		if err == nil {
			err = p.call(c.method, c.path, c.body, nil)
		}
		result := notice{Text: c.done}
		if err != nil {
			result = notice{Text: err.Error(), Problem: true}
		}
		result.setCookie(w, p.Base)
		w.Header().Set("Location", p.Base+c.back)
		w.WriteHeader(http.StatusSeeOther)
	})
}

// noticeCookie carries the notice to the page that follows a form.
const noticeCookie = "understudy_notice"

// maxNotice keeps the cookie within the size that browsers store, in characters.
const maxNotice = 2000

// notice is the outcome of a form.
type notice struct {
	Text    string `json:"text"`
	Problem bool   `json:"problem"`
}

// setCookie keeps the notice for the page that follows, below base.
func (n *notice) setCookie(w http.ResponseWriter, base string) {
	if text := []rune(n.Text); len(text) > maxNotice {
		n.Text = string(text[:maxNotice]) + "…"
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

// takeNotice returns the notice of a cookie and deletes the cookie.
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

// inputError tells a person what to enter or to choose instead: a sentence that a page
// shows as it is.
type inputError string

func (e inputError) Error() string { return string(e) }
