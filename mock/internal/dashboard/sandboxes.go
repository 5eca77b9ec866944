package dashboard

import (
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// sandbox is a world of its own on the server.
type sandbox struct {
	Name, From string
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	Requests   int64
	InUse      bool `json:"in_use"`
	URL        string
}

// Dashboard is where the sandbox's own pages are.
func (s sandbox) Dashboard() string {
	if s.Name == "default" {
		return controlPrefix + "/"
	}
	return "/_sandbox/" + url.PathEscape(s.Name) + controlPrefix + "/"
}

// sandboxesPage is all of them, and what a new one may start from.
type sandboxesPage struct {
	Sandboxes []sandbox
	Snapshots []snapshot // of the one that the page is about
	Worlds    []string
}

func (d *dashboard) sandboxes() {
	s := screen{title: "Sandboxes", section: "sandboxes", template: "sandboxes"}
	d.page("GET /ui/sandboxes", s, func(v *visit) (any, error) {
		page := &sandboxesPage{Worlds: fixtures.Names()}
		if err := v.get("/sandboxes", page); err != nil {
			return page, err
		}
		_ = v.get("/snapshots", page) // there may be none
		return page, nil
	})
	d.change("/ui/sandboxes", func(v *visit) (change, error) {
		body := map[string]any{}
		if name := v.value("name"); name != "" {
			body["name"] = name
		}
		from, err := url.ParseQuery(v.value("from")) // such as world=empty
		for what := range from {
			body[what] = from.Get(what)
		}
		return change{method: http.MethodPost, path: "/sandboxes", body: body, done: "The sandbox is made.", back: "ui/sandboxes"}, err
	})
	d.change("/ui/sandboxes/drop", func(v *visit) (change, error) {
		return change{
			method: http.MethodDelete, path: "/sandboxes" + escaped(v.value("name")),
			done: "The sandbox " + v.value("name") + " is gone.", back: "ui/sandboxes",
		}, nil
	})
}

type snapshot struct {
	Name    string
	TakenAt time.Time `json:"taken_at"`
}

func (d *dashboard) snapshots() {
	s := screen{title: "Snapshots", section: "snapshots", template: "snapshots"}
	d.page("GET /ui/snapshots", s, func(v *visit) (any, error) {
		var list struct{ Snapshots []snapshot }
		return &list, v.get("/snapshots", &list)
	})
	d.change("/ui/snapshots", func(v *visit) (change, error) {
		return change{
			method: http.MethodPost, path: "/snapshots", body: map[string]any{"name": v.value("name")},
			done: "The snapshot " + v.value("name") + " is taken.", back: "ui/snapshots",
		}, nil
	})
	d.change("/ui/snapshots/restore", func(v *visit) (change, error) {
		return change{
			method: http.MethodPost, path: "/snapshots" + escaped(v.value("name"), "restore"),
			done: "Everything is as it was when " + v.value("name") + " was taken.", back: "ui/snapshots",
		}, nil
	})
	d.change("/ui/snapshots/remove", func(v *visit) (change, error) {
		return change{
			method: http.MethodDelete, path: "/snapshots" + escaped(v.value("name")),
			done: "The snapshot " + v.value("name") + " is gone.", back: "ui/snapshots",
		}, nil
	})
	d.change("/ui/snapshots/world", startFromWorld)
}

// startFromWorld hands a fixture world on as it was uploaded.
func startFromWorld(v *visit) (change, error) {
	c := change{method: http.MethodPut, path: "/world", done: "This sandbox starts from that world now.", back: "ui/snapshots"}
	file, _, err := v.r.FormFile("world")
	if err != nil {
		return c, hint("Choose a file with a world, as the export gives it.")
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	c.body = document{"application/yaml", data} // JSON is YAML
	return c, err
}
