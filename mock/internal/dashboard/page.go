package dashboard

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"
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

// entry is a line of the menu.
type entry struct {
	Section, Label, Path, Icon string
	Count                      string // the name of a count of [about]; "" has none
}

// group is a part of the menu under one word.
type group struct {
	Label   string
	Entries []entry
}

// menu is where a reader can go, in the order of use.
var menu = []group{
	{"", []entry{{"overview", "Overview", "", "house", ""}}},
	{"Traffic", []entry{
		{"requests", "Requests", "ui/requests", "activity", "requests"},
		{"violations", "Violations", "ui/violations", "shield-alert", "violations"},
		{"faults", "Faults", "ui/faults", "zap", "faults"},
		{"rate-limits", "Rate limits", "ui/rate-limits", "gauge", ""},
	}},
	{"World", []entry{
		{"organizations", "Organizations", "ui/organizations", "building-2", ""},
		{"people", "Keys and logins", "ui/people", "key-round", ""},
		{"outbox", "Outbox", "ui/outbox", "mail", "mail"},
		{"dns", "DNS records", "ui/dns", "globe", ""},
		{"upstream", "Marketplace", "ui/upstream", "store", ""},
	}},
	{"Time", []entry{
		{"clock", "Clock", "ui/clock", "clock", ""},
		{"snapshots", "Snapshots", "ui/snapshots", "camera", ""},
		{"sandboxes", "Sandboxes", "ui/sandboxes", "boxes", ""},
	}},
	{"Reference", []entry{{"documents", "API documents", "ui/documents", "book-open", ""}}},
}

// Menu is the same on every page.
func (s *shown) Menu() []group { return menu }

// visit is one request for a page or a change, with the control plane to ask.
type visit struct {
	plane
	w    http.ResponseWriter
	r    *http.Request
	Base string     // of every address of the dashboard: /_understudy/, in a sandbox below its prefix
	Sent url.Values // what a form sent, or the query
}

func (d *dashboard) visit(w http.ResponseWriter, r *http.Request) *visit {
	prefix, _, _ := strings.Cut(r.RequestURI, controlPrefix)
	return &visit{
		plane: plane{api: d.api, asked: r, prefix: prefix},
		w:     w, r: r, Base: prefix + controlPrefix + "/", Sent: r.URL.Query(),
	}
}

// value is what was sent under a name, without the space around it.
func (v *visit) value(name string) string { return strings.TrimSpace(v.Sent.Get(name)) }

// on tells whether a checkbox was ticked, or a switch sent "on".
func (v *visit) on(name string) bool { return v.Sent.Get(name) == "on" }

// part is a part of the page's address.
func (v *visit) part(name string) string { return v.r.PathValue(name) }

// Site is the address of the API, to give to a client.
func (v *visit) Site() string {
	scheme := "http://"
	if v.r.TLS != nil {
		scheme = "https://"
	}
	return scheme + v.r.Host + v.prefix
}

// Control is the address of the control plane.
func (v *visit) Control() string { return v.Site() + controlPrefix }

// Sandbox is the name of the sandbox that the page is about.
func (v *visit) Sandbox() string {
	if name, ok := strings.CutPrefix(v.prefix, "/_sandbox/"); ok {
		if plain, err := url.PathUnescape(name); err == nil {
			return plain
		}
	}
	if name := v.r.Header.Get("Understudy-Sandbox"); name != "" {
		return name
	}
	return "default"
}

// Path is where the reader is, below Base.
func (v *visit) Path() string { return strings.TrimPrefix(v.r.URL.Path, "/") }

// Query is the query as it was sent, with its question mark, or "".
func (v *visit) Query() string {
	if v.r.URL.RawQuery == "" {
		return ""
	}
	return "?" + v.r.URL.RawQuery
}
