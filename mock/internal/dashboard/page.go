package dashboard

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// contentPolicy lets a page load files of the fake only, and no inline scripts.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"

// pageSpec declares a page: its title and its template.
type pageSpec struct {
	title    string
	section  string // the entry of the menu it belongs to
	template string
	status   int    // 0 is 200
	policy   string // instead of the usual one
}

// pageData is what a template gets.
type pageData struct {
	*pageRequest
	Title, Section string
	About          about
	Clock          clockState
	Notice         *notice
	Problem        string // why there is no data
	Data           any
}

// page registers a page; load returns its data, nil for none.
func (d *dashboard) page(pattern string, s pageSpec, load func(*pageRequest) (any, error)) {
	d.pages.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		p := d.newPageRequest(w, r)
		page := &pageData{pageRequest: p, Title: s.title, Section: s.section, Notice: takeNotice(w, r, p.Base)}
		status, name := cmp.Or(s.status, http.StatusOK), s.template
		var err error
		if load != nil {
			page.Data, err = load(p)
		}
		if titled, ok := page.Data.(interface{ title() string }); ok && err == nil {
			page.Title = titled.title()
		}
		if err != nil {
			page.Problem, status, name = err.Error(), http.StatusBadGateway, "problem"
			if refused, ok := errors.AsType[*refusal](err); ok {
				status = refused.Status
			}
		}
		p.loadLayoutData(page)
		p.render(name, cmp.Or(s.policy, contentPolicy), status, page)
	})
}

// loadLayoutData loads what is on every page. A failure is ignored: the page is of use
// without it.
func (p *pageRequest) loadLayoutData(page *pageData) {
	_ = p.get("/about", &page.About)
	_ = p.get("/clock", &page.Clock)
}

// render writes a whole page, or an error.
func (p *pageRequest) render(name, policy string, status int, page *pageData) {
	var body bytes.Buffer
	if err := templates[name].ExecuteTemplate(&body, "layout", page); err != nil {
		http.Error(p.w, "The page could not be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	header := p.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	p.w.WriteHeader(status)
	_, _ = p.w.Write(body.Bytes())
}

// menuEntry is a link of the menu.
type menuEntry struct {
	Section, Label, Path, Icon string
	Count                      string // the name of a count of [about]; "" has none
}

// menuGroup is a part of the menu with a heading.
type menuGroup struct {
	Label   string
	Entries []menuEntry
}

// menu holds the links of the menu, in the order of use.
var menu = []menuGroup{
	{"", []menuEntry{{"overview", "Overview", "", "house", ""}}},
	{"Traffic", []menuEntry{
		{"requests", "Requests", "ui/requests", "activity", "requests"},
		{"violations", "Violations", "ui/violations", "shield-alert", "violations"},
		{"faults", "Faults", "ui/faults", "zap", "faults"},
		{"rate-limits", "Rate limits", "ui/rate-limits", "gauge", ""},
	}},
	{"World", []menuEntry{
		{"organizations", "Organizations", "ui/organizations", "building-2", ""},
		{"people", "Keys and logins", "ui/people", "key-round", ""},
		{"outbox", "Outbox", "ui/outbox", "mail", "mail"},
		{"dns", "DNS records", "ui/dns", "globe", ""},
		{"upstream", "Marketplace", "ui/upstream", "store", ""},
	}},
	{"Time", []menuEntry{
		{"clock", "Clock", "ui/clock", "clock", ""},
		{"snapshots", "Snapshots", "ui/snapshots", "camera", ""},
		{"sandboxes", "Sandboxes", "ui/sandboxes", "boxes", ""},
	}},
	{"Reference", []menuEntry{{"documents", "API documents", "ui/documents", "book-open", ""}}},
}

// Menu returns the menu, which is the same on every page.
func (p *pageData) Menu() []menuGroup { return menu }

// pageRequest is one request for a page or of a form, with a client of the control plane.
type pageRequest struct {
	controlClient
	w    http.ResponseWriter
	r    *http.Request
	Base string     // of every address of the dashboard: /_understudy/, in a sandbox below its prefix
	Sent url.Values // what a form sent, or the query
}

func (d *dashboard) newPageRequest(w http.ResponseWriter, r *http.Request) *pageRequest {
	prefix, _, _ := strings.Cut(r.RequestURI, controlPrefix)
	return &pageRequest{
		controlClient: controlClient{api: d.api, original: r, prefix: prefix},
		w:             w, r: r, Base: prefix + controlPrefix + "/", Sent: r.URL.Query(),
	}
}

// value returns a parameter or a field of a form, without surrounding space.
func (p *pageRequest) value(name string) string { return strings.TrimSpace(p.Sent.Get(name)) }

// switchedOn reports whether a form switches something on: its field "on" is "on".
func (p *pageRequest) switchedOn() bool { return p.Sent.Get("on") == "on" }

// pathValue returns a wildcard of the page's path.
func (p *pageRequest) pathValue(name string) string { return p.r.PathValue(name) }

// Site is the base address of the API, for clients.
func (p *pageRequest) Site() string {
	scheme := "http://"
	if p.r.TLS != nil {
		scheme = "https://"
	}
	return scheme + p.r.Host + p.prefix
}

// Control is the address of the control plane.
func (p *pageRequest) Control() string { return p.Site() + controlPrefix }

// Sandbox is the name of the sandbox that the page is about.
func (p *pageRequest) Sandbox() string {
	if name, ok := strings.CutPrefix(p.prefix, "/_sandbox/"); ok {
		if plain, err := url.PathUnescape(name); err == nil {
			return plain
		}
	}
	if name := p.r.Header.Get("Understudy-Sandbox"); name != "" {
		return name
	}
	return "default"
}

// Path is the path of the page below Base.
func (p *pageRequest) Path() string { return strings.TrimPrefix(p.r.URL.Path, "/") }

// Query is the query as it was sent, with its question mark, or "".
func (p *pageRequest) Query() string {
	if p.r.URL.RawQuery == "" {
		return ""
	}
	return "?" + p.r.URL.RawQuery
}
