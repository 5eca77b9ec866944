// Package dashboard holds the HTML pages of the fake: its state, the requests that it
// received, and forms for what the API itself cannot change. It never reads or changes
// the state itself: it is a client of the control plane.
//
// Every page gets its data by calling the given handler, and every form becomes one
// documented call, so that a program can do all that a person can do here. Pages are
// rendered on the server and work without JavaScript; with it they update in place.
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

// controlPrefix is the path of the control plane and of the dashboard.
const controlPrefix = "/_understudy"

// dashboard serves the pages over one control plane.
type dashboard struct {
	api   http.Handler
	pages *http.ServeMux
}

// New returns the pages of a fake: GET /_understudy/ and everything below
// /_understudy/ui/, in any sandbox. It calls api, the handler of the fake, with the
// caller's host, credentials and sandbox.
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
	d.page("GET /", pageSpec{title: "No such page", template: "missing", status: http.StatusNotFound}, nil)
	return http.HandlerFunc(d.serve)
}

// serve routes by the path after the prefix, which differs between sandboxes.
func (d *dashboard) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && !isSameSite(r) {
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

// pathAsSent returns the path of the request with the prefix of the sandbox, which the
// server has removed.
func pathAsSent(r *http.Request) string {
	if sent, err := url.ParseRequestURI(r.RequestURI); err == nil {
		return sent.EscapedPath()
	}
	return r.URL.EscapedPath()
}

// isSameSite reports whether a form was sent from a page of this site. A browser that
// does not say where a form comes from is refused: it could be a form of any site.
func isSameSite(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
		return false
	}
	return http.NewCrossOriginProtection().Check(r) == nil
}

// The dashboard's own files, and third-party ones.
var (
	//go:embed assets
	assetFiles embed.FS
	//go:embed vendored/lucide-static vendored/swagger-ui-dist
	vendoredFiles embed.FS
)

// assets serves styles and scripts. Their addresses are not versioned, so that browsers
// have to revalidate.
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

// fingerprint returns a hash of all files.
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
