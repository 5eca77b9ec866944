package dashboard

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
)

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
