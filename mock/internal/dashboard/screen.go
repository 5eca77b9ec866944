package dashboard

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
)

// policy lets a page load from the fake alone, and run nothing that is not a file of it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"

// screen is a page: what it is called and the template that shows it.
type screen struct {
	title    string
	section  string // the entry of the menu it belongs to
	template string
	status   int    // 0 is 200
	policy   string // instead of the usual one
}

// shown is what a template gets.
type shown struct {
	*visit
	Title, Section string
	About          about
	Clock          clockState
	Notice         *notice
	Problem        string // why there is no data
	Data           any
}

// page registers a screen; load asks for what it shows, nil is nothing.
func (d *dashboard) page(pattern string, s screen, load func(*visit) (any, error)) {
	d.pages.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		v := d.visit(w, r)
		page := &shown{visit: v, Title: s.title, Section: s.section, Notice: takeNotice(w, r, v.Base)}
		status, name := cmp.Or(s.status, http.StatusOK), s.template
		var err error
		if load != nil {
			page.Data, err = load(v)
		}
		if titled, ok := page.Data.(interface{ title() string }); ok && err == nil {
			page.Title = titled.title()
		}
		if err != nil {
			page.Problem, status, name = err.Error(), http.StatusBadGateway, "problem"
			var refused *refusal
			if errors.As(err, &refused) {
				status = refused.Status
			}
		}
		v.surroundings(page)
		v.render(name, cmp.Or(s.policy, policy), status, page)
	})
}

// surroundings asks for what is on every page. A page is of use without it.
func (v *visit) surroundings(page *shown) {
	_ = v.get("/about", &page.About)
	_ = v.get("/clock", &page.Clock)
}

// render answers with a whole page or with none.
func (v *visit) render(name, policy string, status int, page *shown) {
	var body bytes.Buffer
	if err := templates[name].ExecuteTemplate(&body, "layout", page); err != nil {
		http.Error(v.w, "The page could not be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	header := v.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(body.Bytes())
}
