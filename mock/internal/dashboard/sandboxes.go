package dashboard

import (
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// sandbox is an isolated world on the server.
type sandbox struct {
	Name, From string
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	Requests   int64
	InUse      bool `json:"in_use"`
	URL        string
}

// Dashboard is the path of the sandbox's own pages.
func (s sandbox) Dashboard() string {
	if s.Name == "default" {
		return controlPrefix + "/"
	}
	return "/_sandbox/" + url.PathEscape(s.Name) + controlPrefix + "/"
}

// sandboxesPage is all sandboxes, and what a new one may start from.
type sandboxesPage struct {
	Sandboxes []sandbox
	Snapshots []snapshot // of the one that the page is about
	Worlds    []string
}

func (d *dashboard) sandboxes() {
	s := pageSpec{title: "Sandboxes", section: "sandboxes", template: "sandboxes"}
	d.page("GET /ui/sandboxes", s, func(p *pageRequest) (any, error) {
		page := &sandboxesPage{Worlds: fixtures.Names()}
		if err := p.get("/sandboxes", page); err != nil {
			return page, err
		}
		_ = p.get("/snapshots", page) // there may be none
		return page, nil
	})
	d.form("/ui/sandboxes", func(p *pageRequest) (formCall, error) {
		body := map[string]any{}
		if name := p.value("name"); name != "" {
			body["name"] = name
		}
		from, err := url.ParseQuery(p.value("from")) // such as world=empty
		for what := range from {
			body[what] = from.Get(what)
		}
		return formCall{method: http.MethodPost, path: "/sandboxes", body: body, done: "The sandbox is made.", back: "ui/sandboxes"}, err
	})
	d.form("/ui/sandboxes/drop", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodDelete, path: "/sandboxes" + escapedPath(p.value("name")),
			done: "The sandbox " + p.value("name") + " is gone.", back: "ui/sandboxes",
		}, nil
	})
}

type snapshot struct {
	Name    string
	TakenAt time.Time `json:"taken_at"`
}

func (d *dashboard) snapshots() {
	s := pageSpec{title: "Snapshots", section: "snapshots", template: "snapshots"}
	d.page("GET /ui/snapshots", s, func(p *pageRequest) (any, error) {
		var list struct{ Snapshots []snapshot }
		return &list, p.get("/snapshots", &list)
	})
	d.form("/ui/snapshots", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodPost, path: "/snapshots", body: map[string]any{"name": p.value("name")},
			done: "The snapshot " + p.value("name") + " is taken.", back: "ui/snapshots",
		}, nil
	})
	d.form("/ui/snapshots/restore", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodPost, path: "/snapshots" + escapedPath(p.value("name"), "restore"),
			done: "Everything is as it was when " + p.value("name") + " was taken.", back: "ui/snapshots",
		}, nil
	})
	d.form("/ui/snapshots/remove", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodDelete, path: "/snapshots" + escapedPath(p.value("name")),
			done: "The snapshot " + p.value("name") + " is gone.", back: "ui/snapshots",
		}, nil
	})
	d.form("/ui/snapshots/world", startFromWorld)
}

// startFromWorld forwards an uploaded fixture world.
func startFromWorld(p *pageRequest) (formCall, error) {
	c := formCall{method: http.MethodPut, path: "/world", done: "This sandbox starts from that world now.", back: "ui/snapshots"}
	file, _, err := p.r.FormFile("world")
	if err != nil {
		return c, inputError("Choose a file with a world, as the export gives it.")
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	c.body = document{"application/yaml", data} // JSON is YAML
	return c, err
}
