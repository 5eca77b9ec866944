package dashboard

import (
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
