// Package dashboard is the web page of the fake: what it holds, what was sent to
// it, and switches for what the API itself cannot change.
//
// It knows the fake only through its control plane. Every page asks the given
// handler for what it shows, and every form becomes one documented call, so that
// whatever can be done here can be done by a program as well. Pages are made on the
// server and work without JavaScript; with it they change in place.
//
//	http.Handle("/_understudy/", dashboard.New(fake))
package dashboard

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

// controlPrefix is where the control plane lies, and the dashboard with it.
const controlPrefix = "/_understudy"

// dashboard serves the pages over one control plane.
type dashboard struct {
	api   http.Handler
	pages *http.ServeMux
}

// New returns the pages over the fake that api is: GET /_understudy/ and
// everything below /_understudy/ui/, in any sandbox. It calls api with the caller's
// host, credentials and sandbox.
func New(api http.Handler) http.Handler {
	d := &dashboard{api: api, pages: http.NewServeMux()}
	d.assets()
	d.overview()
	d.outbox()
	d.dns()
	d.clock()
	d.organizations()
	d.organization()
	d.people()
	d.upstream()
	d.requests()
	d.request()
	d.faults()
	d.rateLimits()
	d.violations()
	d.snapshots()
	d.sandboxes()
	d.documents()
	d.page("GET /", screen{title: "No such page", template: "missing", status: http.StatusNotFound}, nil)
	return http.HandlerFunc(d.serve)
}

// serve looks the page up by what follows the prefix, which is not the same in
// every sandbox.
func (d *dashboard) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && !ofThisSite(r) {
		http.Error(w, "The dashboard takes changes from its own pages only.", http.StatusForbidden)
		return
	}
	_, rest, _ := strings.Cut(r.URL.Path, controlPrefix)
	if rest == "" {
		rest = "/"
	}
	below := r.Clone(r.Context())
	below.URL.Path, below.URL.RawPath = rest, ""
	below.RequestURI = pathAsSent(r)
	d.pages.ServeHTTP(w, below)
}

// pathAsSent is the path of the request before anybody took a sandbox off it.
func pathAsSent(r *http.Request) string {
	if sent, err := url.ParseRequestURI(r.RequestURI); err == nil {
		return sent.EscapedPath()
	}
	return r.URL.EscapedPath()
}

// ofThisSite tells whether a form was on a page of this site. A browser that does not
// say where a form comes from is not believed: a form of any page could look so.
func ofThisSite(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
		return false
	}
	return http.NewCrossOriginProtection().Check(r) == nil
}

// The files of the dashboard itself, and those it takes from others.
var (
	//go:embed assets
	assetFiles embed.FS
	//go:embed vendored/lucide-static vendored/swagger-ui-dist
	vendoredFiles embed.FS
)

// assets serves style and scripts. Their address stays, so that a browser has to ask
// whether they changed.
func (d *dashboard) assets() {
	d.files("/ui/assets/", assetFiles)
	d.files("/ui/vendored/", vendoredFiles)
}

func (d *dashboard) files(below string, files fs.FS) {
	tag := `"` + fingerprint(files) + `"`
	server := http.StripPrefix("/ui/", http.FileServerFS(files))
	d.pages.HandleFunc("GET "+below, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		server.ServeHTTP(w, r)
	})
}

// fingerprint changes with any of the files.
func fingerprint(files fs.FS) string {
	hash := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, path)
		hash.Write([]byte(path))
		hash.Write(data)
		return err
	})
	if err != nil {
		panic(err)
	}
	return hex.EncodeToString(hash.Sum(nil)[:12])
}
