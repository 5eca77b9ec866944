package dashboard

import (
	"net/http"
	"net/url"
	"strings"
)

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
