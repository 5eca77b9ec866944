package dashboard

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

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
